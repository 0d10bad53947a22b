"""Sample views: one incident, its timeline, its tasks."""

from dataclasses import replace
from datetime import timedelta

from incident.web import views as v
from incident.web.views.case import MissingLine, PresentLine
from incident.web.views.finders import ThreadLine
from notifications.wording import worded
from tests.web.samples.board import HOSTILE, NOW, OPENED

STEPS = (
    v.PhaseStep(worded("Detection"), "done", OPENED),
    v.PhaseStep(worded("Containment"), "done", OPENED + timedelta(minutes=14)),
    v.PhaseStep(worded("Investigation"), "current", OPENED + timedelta(hours=1)),
    v.PhaseStep(worded("Recovery"), "ahead"),
    v.PhaseStep(worded("Post-incident review"), "ahead"),
    v.PhaseStep(worded("Closed"), "ahead"),
)
MOVES = (
    v.MoveOffer(
        "recover",
        worded("Go on to recovery"),
        worded("Before recovery"),
        True,
        False,
        (
            MissingLine(
                worded("No fact sheet is saved: save a first version, unknowns included."), "/incidents/1/facts"
            ),
            MissingLine(
                worded("Awareness is not decided: choose the moment on the worksheet."), "/incidents/1/duties#awareness"
            ),
        ),
        ("facts", "awareness"),
    ),
    v.MoveOffer("contain", worded("Back to containment"), worded("Before containment"), False, False),
    v.MoveOffer("dismiss", worded("Dismiss"), worded("Before dismissing"), False, True),
)
DEADLINE = v.NextDeadline(
    title="Notify the supervisory authority",
    law="GDPR",
    article="GDPR Art. 33(1)",
    kind="statute",
    standing="soon",
    due_at=NOW + timedelta(hours=17, minutes=5, seconds=40),
    starts_at=OPENED,
    provisional=True,
    own_target=False,
    trace=(
        "Start: 2026-11-24 10:08Z, aware not decided: the earliest arguable candidate is received.",
        "72 hours, counted in hours in UTC: weekends and holidays count.",
        "2026-11-24 10:08Z + 72 h = 2026-11-27 10:08Z",
    ),
    why=("breach.kinds has confidentiality", "nobody is excluded as recipient"),
    delays="A later notification must give reasons for the delay (Art. 33(1) second sentence).",
)
PRESENT = (
    PresentLine("Ines Moreau", "IM", worded("Duties"), True),
    PresentLine("Jonas Weber", "JW", worded("Timeline"), True),
    PresentLine("Lea Brandt", "LB", "", False),
)
TOLD = v.CustomersView(140, 131, NOW + timedelta(hours=2, minutes=12))


def case(section: str = "", **changes: object) -> v.CaseView:
    usual = v.CaseView(
        href="/incidents/1",
        codename="amber-heron",
        title="Export bucket is readable by everybody",
        kind=worded("Public bucket"),
        severity="critical",
        phase="investigation",
        phase_label=worded("Investigation"),
        version=7,
        visibility="open",
        opened_at=OPENED,
        opened_by="Monitor prometheus",
        section=section,
        seq=34,
        commander="Mara Lindqvist",
        steps=STEPS,
        moves=MOVES,
        passes=(
            v.PassLine(
                "p1", worded("Evidence"), "The disk was wiped before we came; the provider keeps a copy.", OPENED
            ),
        ),
        people=(v.PersonLine("Mara Lindqvist", "incident commander"), v.PersonLine("Jonas Weber", "responder")),
        commanders=(("u1", "Mara Lindqvist"), ("u2", "Jonas Weber")),
        deadline=DEADLINE,
        customers=TOLD,
        open_tasks=6,
        open_duties=12,
        evidence_items=2,
        fact_version=3,
        present=PRESENT,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


FRESH = case(
    present=(),
    fact_version=0,
    deadline=None,
    customers=None,
    passes=(),
    commander="",
    open_duties=0,
    evidence_items=0,
    steps=(v.PhaseStep(worded("Detection"), "current", OPENED), *(v.PhaseStep(s.label, "ahead") for s in STEPS[1:])),
    phase_label=worded("Detection"),
    phase="detection",
    moves=(
        v.MoveOffer(
            "contain",
            worded("Go on to containment"),
            worded("Before containment"),
            True,
            False,
            (
                MissingLine(
                    worded("Nobody commands this incident: name an incident commander."), "/incidents/1#command"
                ),
            ),
            ("commander",),
        ),
        v.MoveOffer("dismiss", worded("Dismiss"), worded("Before dismissing"), False, True),
    ),
    version=1,
)
SECTIONS = (
    ("", worded("Overview"), 0),
    ("timeline", worded("Timeline"), 0),
    ("tasks", worded("Runbook"), 6),
    ("facts", worded("Facts"), 0),
    ("assessment", worded("Assessment"), 0),
    ("duties", worded("Duties"), 12),
    ("customers", worded("Customers"), 9),
    ("notices", worded("Notices"), 0),
    ("people", worded("People"), 0),
    ("evidence", worded("Evidence"), 2),
    ("review", worded("Review"), 0),
)


def entry(seq: int, minutes: int, text: str, icon: str = "message", **changes: object) -> v.EntryLine:
    at = OPENED + timedelta(minutes=minutes)
    line = v.EntryLine(seq, at, at, "Mara Lindqvist", "noted", text, icon, hash="9f2c" * 16)
    return replace(line, **changes)  # type: ignore[arg-type]


ENTRIES = (
    entry(
        34, 350, "Duties: 140 new, GDPR Art. 33(2) towards 140 customers; GDPR Art. 33(1) moved.", "scale", who="law"
    ),
    entry(
        33,
        349,
        "Facts saved as version 3: people.count: not stated → 3412",
        "database",
        comments=(entry(35, 352, "Counted twice: the export had a header line.", action="commented", on=33),),
    ),
    entry(
        21,
        190,
        "ACL removed, bucket policy denies everybody but the export service.\nChecked from outside: 403.",
        occurred_at=OPENED + timedelta(minutes=96),
    ),
    entry(20, 61, "containment → investigation.", "arrow-right", pinned=True),
    entry(6, 20, "Evidence kept: access.log, 14 to 24 November (SHA-256 9f2c…).", "paperclip", who="Jonas Weber"),
    entry(3, 12, HOSTILE),
    entry(2, 4, "Mara Lindqvist commands this incident.", "user"),
    entry(1, -900, "Opened as amber-heron: Export bucket is readable by everybody", "flag", who="intake"),
)
KEEP = (("The bucket's policy and ACL as they are", "aws s3api get-bucket-acl --bucket exports > acl.json"),)
TASKS = (
    v.TaskLine(
        "t1",
        "Keep the access logs",
        "Copy them before anything is changed.",
        "Containment",
        "Responder",
        "done",
        OPENED,
        note="Kept as evidence 1 and 2.",
        settled_at=NOW,
        evidence=(("access.log, 14 to 24 November", "/incidents/1/evidence/e1"),),
    ),
    v.TaskLine(
        "t2",
        "Close the bucket to the public",
        "Block public access for the bucket and for the account.",
        "Containment",
        "Responder",
        "open",
        NOW - timedelta(minutes=20),
        keep=KEEP,
        breaks=("Links to exports that customers have shared",),
        done="An anonymous request is answered 403.",
        sources=(("Blocking public access, vendor documentation", "https://docs.example.org/s3"),),
        late=True,
    ),
    v.TaskLine(
        "t3",
        "Search the copies",
        "Ask the index of public buckets.",
        "Investigation",
        "Responder",
        "open",
        NOW + timedelta(hours=3),
    ),
)
REPORTS = (
    ThreadLine(
        id="1",
        href="/finder-threads/1",
        reference="CYGA3-QJ42V",
        gathered=False,
        automatic=False,
        detected_at=OPENED,
        detected_how=worded("our own receipt"),
        greeted_at=OPENED,
        mails=1,
        unread=1,
        last_at=OPENED,
        purged=False,
        door="form",
    ),
)
