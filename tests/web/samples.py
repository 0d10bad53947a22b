"""Sample contexts of every page of the console: empty, one, and full. Seen in the gallery, rendered by tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from incident.roles import Action
from incident.web import views as v
from notifications.blocks import read_blocks

NOW = datetime(2026, 11, 24, 16, 20, tzinfo=UTC)
OPENED = NOW - timedelta(hours=6, minutes=12)
ALL = frozenset(Action)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}\u202etxt.exe\u202c"
NOTICE = """What happened
---
Between 14 and 24 November 2026 a storage bucket of ours could be read by anybody who knew its address. It held exports of your customer list.

Which data
---
- Names and e-mail addresses
- Telephone numbers
- Company and role

What you can do
---
Be careful with messages that ask you to sign in. We never ask for a password by e-mail.

Contact
---
Data protection officer
privacy@example.org
https://status.example.org/security
"""


def shell(**changes: object) -> v.Shell:
    usual = v.Shell(
        organisation="Nimbus CRM GmbH",
        now=NOW,
        zone="Europe/Berlin",
        person="Mara Lindqvist",
        roles="incident commander, responder",
        csrf="token",
        quarantined=1,
        has_mailbox=True,
        may=ALL,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def board_line(**changes: object) -> v.BoardLine:
    usual = v.BoardLine(
        href="/incidents/1",
        codename="amber-heron",
        title="Export bucket is readable by everybody",
        kind="Public bucket",
        severity="critical",
        phase="investigation",
        phase_label="Investigation",
        commander="Mara Lindqvist",
        opened_at=OPENED,
        due_at=NOW + timedelta(hours=17, minutes=5),
        standing="soon",
        provisional=True,
        customers_told=131,
        customers_affected=140,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


HERO = v.Hero(
    "/incidents/1",
    "amber-heron",
    "Export bucket is readable by everybody",
    "GDPR Art. 33(1): notify the supervisory authority",
    "soon",
    NOW + timedelta(hours=17, minutes=5),
    True,
)
LINES = (
    board_line(
        codename="coral-lark",
        title="File server encrypted",
        kind="Ransomware",
        severity="high",
        due_at=NOW - timedelta(hours=2, minutes=4),
        standing="late",
        provisional=False,
        commander="Jonas Weber",
        customers_affected=0,
    ),
    board_line(),
    board_line(
        codename="olive-tern",
        title="Salary list sent to the wrong recipient",
        kind="Misdirected e-mail",
        severity="medium",
        phase_label="Detection",
        commander="",
        due_at=NOW + timedelta(days=2, hours=20),
        standing="ahead",
        customers_affected=0,
    ),
    board_line(
        codename="jade-osprey",
        title="Token in a public repository",
        kind="Leaked credentials",
        severity="low",
        phase_label="Recovery",
        due_at=None,
        standing="",
        customers_affected=0,
        drill=True,
    ),
)
OVER = (
    board_line(
        codename="ivory-finch",
        title="Laptop left on a train",
        kind="Lost device",
        severity="low",
        phase_label="Closed",
        due_at=None,
        customers_told=3,
        customers_affected=3,
    ),
)
COUNTS = (("late", 1), ("soon", 2), ("ahead", 9), ("blocked", 0))

STEPS = (
    v.PhaseStep("Detection", "done", OPENED),
    v.PhaseStep("Containment", "done", OPENED + timedelta(minutes=14)),
    v.PhaseStep("Investigation", "current", OPENED + timedelta(hours=1)),
    v.PhaseStep("Recovery", "ahead"),
    v.PhaseStep("Post-incident review", "ahead"),
    v.PhaseStep("Closed", "ahead"),
)
MOVES = (
    v.MoveOffer(
        "recover",
        "Go on to recovery",
        "recovery",
        True,
        False,
        (
            ("No fact sheet is saved: save a first version, unknowns included.", "/facts"),
            ("Awareness is not decided: choose the moment on the worksheet.", "/duties#awareness"),
        ),
        ("facts", "awareness"),
    ),
    v.MoveOffer("contain", "Back to containment", "containment", False, False),
    v.MoveOffer("dismiss", "Dismiss", "dismissed", False, True),
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
TOLD = v.CustomersView(140, 131, NOW + timedelta(hours=2, minutes=12))


def case(section: str = "", **changes: object) -> v.CaseView:
    usual = v.CaseView(
        href="/incidents/1",
        codename="amber-heron",
        title="Export bucket is readable by everybody",
        kind="Public bucket",
        severity="critical",
        phase="investigation",
        phase_label="Investigation",
        version=7,
        visibility="open",
        opened_at=OPENED,
        opened_by="Monitor prometheus",
        section=section,
        seq=34,
        commander="Mara Lindqvist",
        steps=STEPS,
        moves=MOVES,
        passes=(v.PassLine("p1", "Evidence", "The disk was wiped before we came; the provider keeps a copy.", OPENED),),
        people=(v.PersonLine("Mara Lindqvist", "incident commander"), v.PersonLine("Jonas Weber", "responder")),
        commanders=(("u1", "Mara Lindqvist"), ("u2", "Jonas Weber")),
        deadline=DEADLINE,
        customers=TOLD,
        open_tasks=6,
        open_duties=12,
        evidence_items=2,
        fact_version=3,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


FRESH = case(
    fact_version=0,
    deadline=None,
    customers=None,
    passes=(),
    commander="",
    open_duties=0,
    evidence_items=0,
    steps=(v.PhaseStep("Detection", "current", OPENED), *(v.PhaseStep(s.label, "ahead") for s in STEPS[1:])),
    phase_label="Detection",
    phase="detection",
    moves=(
        v.MoveOffer(
            "contain",
            "Go on to containment",
            "containment",
            True,
            False,
            (("Nobody commands this incident: name an incident commander.", "#command"),),
            ("commander",),
        ),
        v.MoveOffer("dismiss", "Dismiss", "dismissed", False, True),
    ),
    version=1,
)
SECTIONS = (
    ("", "Overview", 0),
    ("timeline", "Timeline", 0),
    ("tasks", "Runbook", 6),
    ("facts", "Facts", 0),
    ("duties", "Duties", 12),
    ("customers", "Customers", 9),
    ("notices", "Notices", 0),
    ("evidence", "Evidence", 2),
    ("review", "Review", 0),
)


def entry(seq: int, minutes: int, text: str, icon: str = "message", **changes: object) -> v.EntryLine:
    at = OPENED + timedelta(minutes=minutes)
    line = v.EntryLine(seq, at, at, "Mara Lindqvist", "noted", text, icon, hash="9f2c" * 16)
    return replace(line, **changes)  # type: ignore[arg-type]


ENTRIES = (
    entry(
        34, 350, "Duties: 140 new, GDPR Art. 33(2) towards 140 customers; GDPR Art. 33(1) moved.", "scale", who="law"
    ),
    entry(33, 349, "Facts saved as version 3: people.count: not stated → 3412", "database"),
    entry(
        21,
        190,
        "ACL removed, bucket policy denies everybody but the export service.\nChecked from outside: 403.",
        occurred_at=OPENED + timedelta(minutes=96),
    ),
    entry(20, 61, "containment → investigation.", "arrow-right", pinned=True),
    entry(6, 20, "Evidence kept: access.log, 14–24 November (SHA-256 9f2c…).", "paperclip", who="Jonas Weber"),
    entry(3, 12, HOSTILE),
    entry(2, 4, "Mara Lindqvist commands this incident.", "user"),
    entry(1, -900, "Opened as amber-heron: Export bucket is readable by everybody", "flag", who="intake"),
)
KEEP = (("The bucket’s policy and ACL as they are", "aws s3api get-bucket-acl --bucket exports > acl.json"),)
TASKS = (
    v.TaskLine(
        "t1", "Keep the access logs", "Copy them before anything is changed.", "Containment", "Responder", "done",
        OPENED, note="Kept as evidence 1 and 2.", settled_at=NOW,
    ),
    v.TaskLine(
        "t2", "Close the bucket to the public", "Block public access for the bucket and for the account.",
        "Containment", "Responder", "open", NOW - timedelta(minutes=20), keep=KEEP,
        breaks=("Links to exports that customers have shared",), done="An anonymous request is answered 403.",
        sources=(("Blocking public access, vendor documentation", "https://docs.example.org/s3"),), late=True,
    ),
    v.TaskLine("t3", "Search the copies", "Ask the index of public buckets.", "Investigation", "Responder", "open", NOW + timedelta(hours=3)),
)  # fmt: skip


def duty(standing: str, **changes: object) -> v.DutyCard:
    usual = v.DutyCard(
        id=f"d-{standing.replace(' ', '-')}",
        title="Notify the supervisory authority",
        law="GDPR",
        article="GDPR Art. 33(1)",
        kind="statute",
        stage="initial",
        entity="main",
        addressees=("supervisory authority",),
        standing=standing,
        moment=NOW + timedelta(hours=17, minutes=5),
        own_target=False,
        provisional=True,
        trace=DEADLINE.trace,
        why=DEADLINE.why,
        missing=(),
        datasets=("accounts",),
        url="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
        confidence="high",
        delays=DEADLINE.delays,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


GROUPS = (
    v.DutyGroup("late", (duty("late", title="Tell Acme Industries", article="Contract, § 9.2", kind="contract", addressees=("Acme Industries",), moment=NOW - timedelta(hours=2), provisional=False),)),
    v.DutyGroup("soon", (duty("soon"),)),
    v.DutyGroup("ahead", (duty("ahead", title="Tell the controllers", article="GDPR Art. 33(2)", addressees=tuple(f"Customer {n}" for n in range(140)), own_target=True, datasets=("lists",), qualifier="without undue delay"),)),
    v.DutyGroup("blocked", (duty("blocked", title="Tell the people", article="GDPR Art. 34(1)", moment=None, missing=("people.count", "data.categories"), blocked="It is not known whether a high risk is likely.", trace=()),)),
    v.DutyGroup("met", (duty("met", title="Document the breach", article="GDPR Art. 33(5)", met_at=NOW, met_by="register"),)),
)  # fmt: skip
CANDIDATES = (
    v.Candidate(OPENED, "received", "arguable", "The first alert of this incident reached us.", "intake:019a", True),
    v.Candidate(
        OPENED + timedelta(minutes=50), "verified", "clear", "Jonas listed the bucket from outside.", "entry:9"
    ),
)
CLUES = (v.Choice("verified", "Somebody checked"), v.Choice("told", "Somebody told us"))
CUSTOMERS = replace(
    TOLD,
    lines=(
        v.CustomerLine("acme", "Acme Industries", "DE", NOW + timedelta(hours=2), "soon", False),
        v.CustomerLine("blue", "Blue Harbour Ltd", "IE", NOW + timedelta(hours=18), "ahead", True),
        v.CustomerLine(
            "cedar", "Cedar & Söhne KG", "AT", None, "met", True, NOW, "email", "delivery 812: 250 2.0.0 kept"
        ),
    ),
)


def choices(*labels: str, chosen: str = "") -> tuple[v.Choice, ...]:
    return tuple(v.Choice(label.lower(), label, label.lower() in chosen.split()) for label in labels)


FACTS = v.FactsView(
    version=3,
    saved_at=NOW,
    saved_by="Mara Lindqvist",
    shared=(
        v.FactField("breach.kinds", "breach.kinds", "What was lost", "words", choices=choices("Confidentiality", "Integrity", "Availability", chosen="confidentiality"), answered=True),
        v.FactField("breach.cause", "breach.cause", "Cause", "word", choices=choices("Misconfiguration", "Hacking", "Phishing", chosen="misconfiguration"), answered=True),
        v.FactField("breach.malicious", "breach.malicious", "Did somebody mean harm?", "flag", choices=choices("Yes", "No", "Unknown", chosen="unknown")),
    ),
    datasets=(
        v.DatasetForm("lists", "Customers’ contact lists", "processor", (
            ("Which data", (v.FactField("datasets.lists.people.count", "people.count", "How many people", "number", "3412", answered=True, hint="The best number so far."),
            v.FactField("datasets.lists.controllers", "controllers", "Customers whose data it is", "long", "acme\nblue\ncedar", answered=True, problem=v.Problem("x", "is not known", "use the host’s id")))),
            ("Protection", (v.FactField("datasets.lists.protection.encryption", "protection.encryption", "Encryption", "word", choices=choices("None", "Strong", "Unknown", chosen="unknown")),)),
        ), 9, 14, v.RiskView("risk", (("raises", "The data became known to people who must not have them.", "GDPR recital 85"),), ("exposure.logs.complete",), decided="risk", decided_at=NOW)),
        v.DatasetForm("accounts", "Account data", "controller", (), 4, 14, v.RiskView("high", (), ())),
    ),
    history=((3, NOW, "Mara Lindqvist"), (2, OPENED, "Jonas Weber")),
)  # fmt: skip
TEXTS = (
    v.EditionText("en", "English", "Your customer list was readable by others", NOTICE, "Your customer list was readable by others", NOTICE, "/mail.html"),
    v.EditionText("de", "Deutsch", "Ihre Kundenliste war für andere lesbar", NOTICE, "Ihre Kundenliste war für andere lesbar", NOTICE, "/mail.html"),
)  # fmt: skip
SEGMENTS = (v.SegmentCount("English", 2210), v.SegmentCount("German", 1202))
FINDINGS = (
    v.FindingLine("error", "de", "Contact", "the section names no telephone number or address", "Add a contact people can reach", "GDPR Art. 34(2)", "k1"),
    v.FindingLine("warning", "en", "text", "a sentence has 41 words", "Split it", "", "k2"),
    v.FindingLine("warning", "en", "text", "“may” is said of something certain", "Say it plainly", "", "k3", "counsel asked for it"),
)  # fmt: skip
NOTICE_VIEW = v.NoticeView(
    "n1", "/notices/n1", "people", "E-mail to the people affected", "Art. 34(2): in clear and plain language.", 4, TEXTS,
    FINDINGS, ("greeting", "name"), 2, ("accounts/people.count",), SEGMENTS, 3412,
    releases=(("/releases/r1", "Edition 1: finished", NOW),),
)  # fmt: skip
RELEASE = v.ReleaseView(
    "r1", "/releases/r1", "/notices/n1", "E-mail to the people affected", "E-mail to the people affected", "requested",
    "Waits for approval", 2, "5b1e" * 16, "77aa" * 16, "security-notices@example.org", 3412, SEGMENTS, TEXTS,
    "Mara Lindqvist", NOW, may_approve=True,
)  # fmt: skip
LEDGER = (
    v.LedgerLine("accepted", "Accepted by the relay", 2204, "met"),
    v.LedgerLine("transmitting", "Being sent", 100, "ahead"),
    v.LedgerLine("pending", "Waiting", 1102, ""),
    v.LedgerLine("deferred", "Deferred", 4, "soon"),
    v.LedgerLine("rejected", "Rejected", 2, "late"),
)
SENDING = replace(
    RELEASE,
    state="approved",
    state_label="Sending",
    approved_by="Ines Moreau",
    approved_at=NOW,
    ledger=LEDGER,
    settled=2206,
)
NOTICES = (
    v.NoticeLine("/notices/n1", "People", "E-mail to the people affected", "requested", "Waits for approval", ("en", "de"), NOW, ""),
    v.NoticeLine("/notices/n2", "Customers", "Notice to business customers", "approved", "Sending", ("en", "de"), NOW, "131 of 140"),
    v.NoticeLine("/notices/n3", "Announcement", "Public announcement", "draft", "Draft", ("en", "de"), NOW),
)  # fmt: skip
FILINGS = (
    v.FilingLine("f1", "Notification to the supervisory authority", "GDPR Art. 33(3)", "de", NOW, NOTICE),
    v.FilingLine("f0", "Preliminary notification", "GDPR Art. 33(4)", "de", NOW, NOTICE, NOW, "LfDI Baden-Württemberg", "portal", "2026-11-4711", "9f2c" * 16),
)  # fmt: skip
ANNOUNCEMENT = v.AnnouncementView(
    "/announcements/a1", "A storage bucket of ours could be read by anybody", "en", read_blocks(NOTICE), 2, OPENED, NOW,
    (("en", "/announcements/a1?locale=en"), ("de", "/announcements/a1?locale=de")),
    ((2, NOW, "The period began on 14 November, not on 16 November.", "/announcements/a1?version=2"), (1, OPENED, "", "/announcements/a1?version=1")),
    summary="Between 14 and 24 November 2026 exports of customer lists could be read by anybody who knew the address.",
)  # fmt: skip
IN_APP = (
    v.InAppNotice("i1", "Your customer list was readable by others", read_blocks(NOTICE), NOW),
    v.InAppNotice("i0", "Planned change of your data processing agreement", read_blocks("Nothing to do."), OPENED, NOW),
)
MAILS = tuple(
    v.MailLine(f"{n:06d}", f"person{n}@example.net", "security-notices@example.org", "Your data were readable by others", "Tue, 24 Nov 2026 16:20")
    for n in range(40, 0, -1)
)  # fmt: skip
MAIL = v.MailLine(
    "000040", "person40@example.net", "security-notices@example.org", "Your data were readable by others", "", NOTICE, True,
    head=(("From", "Nimbus CRM <security-notices@example.org>"), ("To", "person40@example.net"), ("Message-ID", "<9f2c.40.1@example.org>")),
)  # fmt: skip
QUARANTINE = (
    v.QuarantineLine("q1", "prometheus", NOW, "body: alerts is missing (Alertmanager version 4 sends a list)", "9f2c" * 16, 412, 2, '{"version": "4", "x": "' + HOSTILE + '"}'),
    v.QuarantineLine("q2", "siem", NOW, "body: is not JSON", "77aa" * 16, 24601),
)  # fmt: skip


def pages() -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    frame = {"problems": (), "sections": SECTIONS}
    kinds = choices("Public bucket", "Ransomware", "Misdirected e-mail", "Leaked credentials")
    notice: dict[str, object] = {
        "case_href": "/incidents/1",
        "codename": "amber-heron",
        "problems": (),
        "locale": "en",
        "mode": "html",
    }
    notice |= {
        "can_write": True,
        "can_request": True,
        "can_import": True,
        "no_audience": "",
        "audience_from": "The contacts of every affected customer.",
        "measures": kinds,
    }
    release = {**notice, "can_stop": True}
    return {
        "login": ("login.html", {"shell": shell(person=""), "problem": "E-mail address or password is wrong.", "email": "mara@example.org", "next": "/"}),
        "board-empty": ("board.html", {"shell": shell(), "view": v.BoardView(None, (), (), ())}),
        "board-one": ("board.html", {"shell": shell(), "view": v.BoardView(HERO, (), (LINES[1],), ())}),
        "board-full": ("board.html", {"shell": shell(problems=("The sweep last ran 90 s ago: deadlines are not being watched.",)), "view": v.BoardView(HERO, COUNTS, LINES, OVER)}),
        "report": ("report.html", {"shell": shell(here="/incidents/new"), "problems": (v.Problem("title", "must have 1 to 300 characters", "say in one line what was seen"),), "kinds": kinds, "severities": choices("High", "Low"), "values": {"title": ""}}),
        "incident-fresh": ("overview.html", {**frame, "shell": shell(), "case": FRESH, "lines": ENTRIES[-1:], "tasks": TASKS[1:2]}),
        "incident": ("overview.html", {**frame, "shell": shell(), "case": case(), "lines": ENTRIES, "tasks": TASKS[1:]}),
        "timeline": ("timeline.html", {**frame, "shell": shell(), "case": case("timeline"), "lines": ENTRIES, "older": 1}),
        "tasks": ("tasks.html", {**frame, "shell": shell(), "case": case("tasks"), "groups": (("Containment", TASKS[:2]), ("Investigation", TASKS[2:]))}),
        "duties": ("duties.html", {**frame, "shell": shell(), "case": case("duties"), "groups": GROUPS, "candidates": CANDIDATES, "decided": (), "clues": CLUES, "suggested": "2026-11-24T11:08"}),
        "customers": ("customers.html", {**frame, "shell": shell(), "case": case("customers"), "customers": CUSTOMERS}),
        "evidence": ("evidence.html", {**frame, "shell": shell(), "case": case("evidence"), "items": (v.EvidenceLine("e1", "access.log, 14–24 November", "text/plain", 48211, "9f2c" * 16, OPENED, NOW, "Jonas Weber", "/x"),)}),
        "review": ("review.html", {**frame, "shell": shell(), "case": case("review"), "text": "What happened…", "phases": (("Detection", OPENED, "14 min"), ("Containment", OPENED, "46 min"))}),
        "facts": ("facts.html", {**frame, "shell": shell(), "case": case("facts"), "view": FACTS, "decisions_open": True, "advice": ()}),
        "notices": ("notices.html", {**frame, "shell": shell(), "case": case("notices"), "notices": NOTICES, "filings": FILINGS, "kinds": kinds, "datasets": choices("Accounts"), "measures": kinds, "filing_duties": choices("Art. 33(1)")}),
        "notice": ("notice.html", {**notice, "shell": shell(), "view": NOTICE_VIEW}),
        "release": ("release.html", {**release, "shell": shell(here="/releases/r1"), "view": RELEASE}),
        "release-phone": ("release.html", {**release, "mode": "phone", "shell": shell(here="/releases/r1"), "view": replace(RELEASE, may_approve=False, why_not="You wrote a version of this text; another person approves.")}),
        "release-sending": ("release.html", {**release, "mode": "text", "shell": shell(here="/releases/r1"), "view": SENDING}),
        "quarantine": ("quarantine.html", {"shell": shell(here="/quarantine"), "items": QUARANTINE, "incidents": choices("amber-heron")}),
        "mailbox": ("mailbox.html", {"shell": shell(here="/mailbox"), "mails": MAILS[:12], "mail": None, "total": 3552, "older": 2, "newer": 0, "page": 1}),
        "mailbox-mail": ("mailbox.html", {"shell": shell(here="/mailbox"), "mails": (), "mail": MAIL, "mode": "html", "total": 3552, "older": 0, "newer": 0, "page": 1}),
        "in-app": ("in_app.html", {"shell": shell(), "notices": IN_APP, "reader": "person-12", "readers": choices("person-12", "person-13")}),
        "announcements": ("announcements.html", {"shell": shell(person=""), "items": (ANNOUNCEMENT,)}),
        "announcement": ("announcement.html", {"shell": shell(person=""), "view": ANNOUNCEMENT}),
        "error": ("error.html", {"shell": shell(person=""), "status": 409, "title": "Somebody was faster", "text": "The incident is at version 8, your page showed version 7. Read it again, then repeat.", "items": (), "kept": "18:14 ACL removed", "ways": (("Read it again", "/incidents/1"), ("Board", "/")), "reference": ""}),
    }  # fmt: skip
