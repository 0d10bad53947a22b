"""Sample views: the frame of a page, and the board."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from incident.roles import Action
from incident.web import views as v
from incident.web.board_filters import Filter, fields
from incident.web.views.board import CountLine, Undecided, ViewLine

NOW = datetime(2026, 11, 24, 16, 20, tzinfo=UTC)
OPENED = NOW - timedelta(hours=6, minutes=12)
ALL = frozenset(Action)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}\u202etxt.exe\u202c"
NOTICE = """What happened
---
Between 14 and 24 November 2026 a storage bucket of ours could be read by anybody who knew its
address. It held exports of your customer list.

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
    "Notify the supervisory authority",
    "GDPR Art. 33(1)",
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
ASKED = (
    v.Asked("/releases/1", "E-mail to the people affected", "ochre-lark", 2400, NOW - timedelta(minutes=7)),
    v.Asked(
        "/releases/2",
        "Notice to business customers",
        "ochre-lark",
        131,
        NOW - timedelta(minutes=20),
        NOW + timedelta(hours=23),
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
UNDECIDED = (
    Undecided("/incidents/ochre-lark/assessment#dataset-lists", "ochre-lark", HOSTILE, 2, advised=True),
    Undecided(
        "/incidents/amber-heron/assessment#dataset-users", "amber-heron", "Laptop left on a train", 1, advised=False
    ),
)
COUNTS = tuple(
    CountLine(name, number, f"/?standing={name}")
    for name, number in (("late", 1), ("soon", 2), ("ahead", 9), ("blocked", 0))
)

CHOSEN = Filter(q="bucket", severity="critical", commander="me", written=True)
CHOSEN_BOARD = v.BoardView(
    None, (), (replace(LINES[1], said=HOSTILE * 3, said_href="/incidents/amber-heron/timeline?before=9#entry-8"),), (),
    query=CHOSEN.q, found=1, fields=fields(CHOSEN), chosen=CHOSEN.query, written=True, unread=True,
    saved=(ViewLine("01a214a3-a741-7000-aca2-b1a859368e47", "Mine, critical", f"/?{CHOSEN.query}", here=True),
           ViewLine("01a214a3-a741-7000-aca2-b1a859368e48", HOSTILE[:80], "/?phase=review", here=False)),
)  # fmt: skip
