"""Sample views of what is installed: the organisation, law packs, runbooks and templates, whole and faulty."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from incident.settings import Settings
from incident.web.law_packs import pack_view, packs
from incident.web.organisation_page import organisation_view
from incident.web.runbook_pages import runbook_rows
from incident.web.text_templates import texts_view
from incident.web.views.installed import PacksView, RunbooksView, RunbookView, StepView
from tests.web.samples.board import HOSTILE, shell

SET = Settings(organisation="Nimbus CRM GmbH", locales="en,de,fr", contact_name="Maren Holt", contact_phone="+49 30 1")
STEP = StepView(
    title="Close the access",
    text=HOSTILE,
    role="Responder",
    offset=timedelta(minutes=15),
    changes=True,
    exact=("aws s3api put-public-access-block --bucket NAME",),
    keep=("The policy as it was: aws s3api get-bucket-policy",),
    breaks=("Whoever used it from outside loses it.",),
    done="An anonymous request is answered 403.",
    sources=(("Amazon S3 User Guide", "https://docs.example/s3"), ("Unopened", "")),
)


def pages() -> dict[str, tuple[str, dict[str, object]]]:
    here = {"shell": shell(here="/admin/law")}
    rows = packs()
    whole = PacksView(rows, len(rows), sum(row.duties for row in rows), 12, "", False)
    one = pack_view(rows[0].file)
    books = runbook_rows(SET)
    faulty = replace(books[0], faults=(HOSTILE,), href="", tasks=0)
    unused = replace(books[1], instead="/etc/seventytwo/runbooks/ransomware.toml")
    texts = texts_view(SET)
    odd = replace(texts.notices[0], missing=("pl",), own=("de",), verdict="1 fault", tone="late", faults=(HOSTILE,))
    own = replace(texts, notices=(odd, *texts.notices[1:]), own_folder=str(Path("/etc/seventytwo")), own_files=3)
    book = RunbookView(books[0], "What to do first.", (("Detection", (STEP,)),))
    return {
        "organisation": ("organisation.html", {**here, "view": organisation_view(SET)}),
        "law-packs": ("law_packs.html", {**here, "view": whole}),
        "law-packs-none": ("law_packs.html", {**here, "view": replace(whole, rows=(), query="zz")}),
        "law-pack": ("law_pack.html", {**here, "view": one}),
        "law-pack-faulty": ("law_pack.html", {**here, "view": replace(one, faults=(HOSTILE,))}),
        "runbooks": ("runbooks.html", {**here, "view": RunbooksView((faulty, unused, *books), (), "")}),
        "runbook": ("runbook.html", {**here, "view": book}),
        "templates": ("templates.html", {**here, "view": texts}),
        "templates-own": ("templates.html", {**here, "view": own}),
    }
