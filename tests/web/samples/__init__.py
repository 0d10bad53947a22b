"""Sample contexts of every page of the console: empty, one, and full. Seen in the gallery, rendered by tests."""

from dataclasses import replace
from datetime import timedelta

from incident.web import views as v
from tests.web.samples import (
    administration,
    approving,
    besides,
    deadlines,
    endpoints,
    incoming,
    installed,
    monitors,
    on_call,
    sending,
)
from tests.web.samples.alerts import ALERTS
from tests.web.samples.assessment import (
    ASSESSMENT,
    DONE,
    FRESH_ASSESSMENT,
    MOMENTS,
    QUESTIONS,
    REFUSED,
    SAVED,
    SCOPES,
)
from tests.web.samples.assessment import many as many_duties
from tests.web.samples.board import NOW, OPENED, shell
from tests.web.samples.case import ENTRIES, FRESH, REPORTS, SECTIONS, TASKS, case
from tests.web.samples.choosing import REGIONS, RUNBOOKS
from tests.web.samples.customers import customer_pages
from tests.web.samples.editing import editors
from tests.web.samples.law import CANDIDATES, CLUES, FACTS, GROUPS, KNOWN, TO_FOLLOW, choices
from tests.web.samples.reading_back import CHOOSING
from tests.web.samples.register import registers
from tests.web.samples.strays import strays
from tests.web.samples.telling import (
    AUTHORING,
    FILINGS,
    MAIL,
    MAILS,
    NOTICES,
    QUARANTINE,
    RELEASE,
    SENDING,
    public_pages,
)


def pages() -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    frame = {"problems": (), "sections": SECTIONS, "to_follow": TO_FOLLOW}
    kinds = choices("Public bucket", "Ransomware", "Misdirected e-mail", "Leaked credentials")
    notice: dict[str, object] = {
        **AUTHORING,
        "case_href": "/incidents/1",
        "codename": "amber-heron",
        "problems": (),
        "locale": "en",
        "mode": "html",
        "can_write": True,
        "can_request": True,
        "can_import": True,
        **dict.fromkeys(("no_audience", "sending_hours", "had"), ""),
        "audience_from": "The contacts of every affected customer.",
        "audience_regions": REGIONS,
        "measures": kinds,
    }
    release = {**notice, "can_stop": True, "can_cancel": True}
    days: dict[str, object] = {"look_again": NOW + timedelta(days=30), "tomorrow": "2026-11-25", "deciders": "Ines"}
    law: dict[str, object] = {
        "shell": shell(),
        "groups": GROUPS,
        "questions": QUESTIONS,
        "moments": MOMENTS,
        "unsure": (7, 9),
        "scopes": SCOPES,
        "proofs": (v.Choice("evidence:1", "access.log of the bucket"),),
        "candidates": CANDIDATES,
        "decided": (),
        "clues": CLUES,
        "suggested": "2026-11-24T11:08",
        **days,
    }
    return {
        "login": (
            "login.html",
            {
                "shell": shell(person=""),
                "problem": "E-mail address or password is wrong.",
                "email": "mara@example.org",
                "next": "/",
            },
        ),
        **deadlines.PAGES,
        "report": (
            "report.html",
            {
                "shell": shell(here="/incidents/new"),
                "problems": (v.Problem("title", "must have 1 to 300 characters", "say in one line what was seen"),),
                "kinds": kinds,
                "severities": choices("High", "Low"),
                "values": {"title": ""},
            },
        ),
        "incident-fresh": (
            "overview.html",
            {
                **frame,
                "shell": shell(),
                "case": FRESH,
                "lines": ENTRIES[-1:],
                "tasks": TASKS[1:2],
                "known": (),
                "notices": (),
                "reports": (),
            },
        ),
        "incident": (
            "overview.html",
            {
                **frame,
                "shell": shell(),
                "case": case(),
                "lines": ENTRIES,
                "tasks": TASKS[1:],
                "known": KNOWN,
                "notices": NOTICES,
                "reports": REPORTS,
            },
        ),
        "timeline": (
            "timeline.html",
            {**frame, "shell": shell(), "case": case("timeline"), "on": CHOOSING["on"], "lines": ""},
        ),
        "timeline-lines": ("timeline_lines.html", {**frame, "shell": shell(), "case": case("timeline"), **CHOOSING}),
        "tasks": (
            "tasks.html",
            {
                **frame,
                "shell": shell(),
                "case": case("tasks"),
                "groups": (("Containment", TASKS[:2]), ("Investigation", TASKS[2:])),
                "others": RUNBOOKS,
            },
        ),
        "duties": ("duties.html", {**frame, **law, "case": case("duties")}),
        "duties-empty": (
            "duties.html",
            {
                **frame,
                **law,
                "case": replace(FRESH, section="duties"),
                "groups": (),
                "candidates": CANDIDATES[:1],
                "questions": QUESTIONS,
                "moments": (),
            },
        ),
        "duties-300": (
            "duties.html",
            {**frame, **law, "case": case("duties", open_duties=300), "groups": many_duties()},
        ),
        "duty": (
            "duty.html",
            {**frame, "shell": shell(), "case": case("duties"), "group": GROUPS[1], "card": GROUPS[1].items[0]},
        ),
        **{
            name: ("assessment.html", {**frame, **days, "shell": shell(), "case": case("assessment"), "view": view})
            for name, view in (
                ("assessment", ASSESSMENT),
                ("assessment-fresh", FRESH_ASSESSMENT),
                ("assessment-saved", SAVED),
                ("assessment-done", DONE),
                ("assessment-refused", REFUSED),
            )
        },
        **customer_pages(frame),
        "evidence": (
            "evidence.html",
            {
                **frame,
                "shell": shell(),
                "case": case("evidence"),
                "alerts": ALERTS,
                "sorts": None,
                "items": (
                    v.EvidenceLine(
                        "e1",
                        "access.log, 14 to 24 November",
                        "text/plain",
                        48211,
                        "9f2c" * 16,
                        OPENED,
                        NOW,
                        "Jonas Weber",
                        "/x",
                    ),
                ),
            },
        ),
        "review": (
            "review.html",
            {
                **frame,
                "shell": shell(),
                "case": case("review"),
                "text": "What happened…",
                "outdated": True,
                "phases": (("Detection", OPENED, "14 min"), ("Containment", OPENED, "46 min")),
                "steps": (("1", "Write down why it could be open"),),
            },
        ),
        "facts": (
            "facts.html",
            {**frame, "shell": shell(), "case": case("facts"), "view": FACTS},
        ),
        "notices": (
            "notices.html",
            {
                **frame,
                "shell": shell(),
                "case": case("notices"),
                "notices": NOTICES,
                "filings": FILINGS,
                "kinds": (("People concerned", kinds),),
                "begun": True,
                "locales": choices("English", "Deutsch"),
                "editions": choices("Edition 1"),
                "datasets": choices("Accounts"),
                "measures": kinds,
                **AUTHORING,
                "receipts": choices("Receipt of the authority"),
                "authorities": ("Supervisory authority",),
                "filing_duties": choices("Art. 33(1)"),
            },
        ),
        **editors(notice),
        "release": ("release.html", {**release, "shell": shell(here="/releases/r1"), "view": RELEASE}),
        "release-phone": (
            "release.html",
            {
                **release,
                "mode": "phone",
                "shell": shell(here="/releases/r1"),
                "view": replace(
                    RELEASE, may_approve=False, why_not="You wrote a version of this text; another person approves."
                ),
            },
        ),
        "release-sending": (
            "release.html",
            {**release, "mode": "text", "shell": shell(here="/releases/r1"), "view": SENDING},
        ),
        **approving.pages(release),
        **besides.pages(frame),
        **administration.pages(),
        **installed.pages(),
        **(endpoints.pages() | monitors.pages() | on_call.pages() | incoming.pages(release) | sending.pages(release)),
        "quarantine": (
            "quarantine.html",
            {"shell": shell(here="/quarantine"), "items": QUARANTINE, "incidents": choices("amber-heron")},
        ),
        **(registers() | strays(frame)),
        "mailbox": (
            "mailbox.html",
            {
                "shell": shell(here="/mailbox"),
                "mails": MAILS[:12],
                "mail": None,
                "total": 3552,
                "older": 2,
                "newer": 0,
                "page": 1,
            },
        ),
        "mailbox-mail": (
            "mailbox.html",
            {
                "shell": shell(here="/mailbox"),
                "mails": (),
                "mail": MAIL,
                "mode": "html",
                "total": 3552,
                "older": 0,
                "newer": 0,
                "page": 1,
            },
        ),
        "in-app": (
            "in_app.html",
            {"shell": shell(), "told": False, "reader": "person-12", "readers": choices("person-12", "person-13")},
        ),
        **public_pages(),
    }
