"""Sample views: monitors, and a delivery tried."""

from dataclasses import replace

from incident.adapters.admission import EVERYBODY, new_admission
from incident.queries.refusals import Refused
from incident.web.views import Choice, Problem
from incident.web.views.sources import (
    MonitorRow,
    MonitorsView,
    SentAlert,
    SentStep,
    SentTestView,
    SourceView,
    TrialView,
)
from notifications.wording import worded
from tests.web.samples.board import NOW, shell

NETWORKS, CERTIFICATE = "192.0.2.0/24\n2001:db8::/32", "CN=monitor.example,O=Verein"
REFUSALS = (Refused("wrong", 27, NOW), Refused("network", 4, NOW))
ROW = MonitorRow(
    slug="alertmanager-eu",
    label="Prometheus Alertmanager",
    scheme="bearer",
    enabled=True,
    received=12_407,
    last_received_at=NOW,
    tested_at=NOW,
    quarantined=2,
    refused=31,
    sent_tests=3,
    sent_test_at=NOW,
    snippet="receivers:\n  - name: seventytwo\n    webhook_configs:\n      - url: https://incident.example.org/hooks/eu\n",
    admission=new_admission(NETWORKS.split(), CERTIFICATE),
)
OFF = replace(
    ROW,
    slug="scanner",
    label="Signed JSON (Standard Webhooks)",
    enabled=False,
    tested_at=None,
    quarantined=0,
    admission=EVERYBODY,
)
SENT = SentTestView(
    (
        SentStep("Address", worded("It takes deliveries (202). Who may send was not tried: it came from here.")),
        SentStep("Proof", "Proven by bearer with the newer secret; the older proves nothing.", "soon"),
        SentStep("Reading", "1 alert was read."),
    ),
    (
        SentAlert(
            title="The bucket with customer exports is public",
            severity="critical",
            key="5ea0000000000072",
            state="firing",
            rule="by “Public bucket”",
            would=worded("It would open an incident"),
            opens="Public bucket · critical",
            pages="platform, Mara Brandt",
        ),
    ),
    SentStep("Counted", worded("As a test. It opened nothing and paged nobody.")),
)
BARRED = SentTestView((SentStep("Address", "This monitor is off: what is posted is answered 404.", "late"),))
COMMAND = "SECRET='<its secret>'\ncat > alert.json <<'END'\n{}\nEND\ncurl -sS 'https://incident.example.org/hooks/eu'"
ADAPTERS = (Choice("alertmanager", "Prometheus Alertmanager"), Choice("github", "GitHub"))


def pages() -> dict[str, tuple[str, dict[str, object]]]:
    here = {"shell": shell(here="/sources")}
    some = MonitorsView((ROW, OFF), ADAPTERS, (Refused("unknown", 1_204, NOW, "address"),))
    read = TrialView(
        "1 signal. It proves itself by bearer.", good=True, said='[\n  {\n    "title": "Bucket is public"\n  }\n]'
    )
    refused = TrialView("It would be refused (401): its proof is wrong.", good=False)
    one = SourceView(ROW, (), REFUSALS, 'default_kind = "unclassified"\n', None, (), NETWORKS, CERTIFICATE)
    wrong = Problem("networks.1", "has bits set behind its prefix", "such as 192.0.2.0/24 or 2001:db8::/32")
    return {
        "source": ("source.html", {**here, "view": one}),
        "source-wrong": ("source.html", {**here, "view": replace(one, barring=(wrong,))}),
        "source-quiet": (
            "source.html",
            {**here, "view": replace(one, row=OFF, refusals=(), networks="", certificate="")},
        ),
        "source-tested": ("source.html", {**here, "view": replace(one, sent=SENT, command=COMMAND)}),
        "source-barred": ("source.html", {**here, "view": replace(one, row=OFF, sent=BARRED)}),
        "sources-empty": ("sources.html", {**here, "view": replace(some, rows=(), strays=())}),
        "sources": ("sources.html", {**here, "view": some}),
        "sources-tried": ("sources.html", {**here, "view": replace(some, trial=read, adapter="github", pasted="{}")}),
        "sources-refused": ("sources.html", {**here, "view": replace(some, trial=refused)}),
    }
