"""Sample views: the administration, people, roles, relays and the audit log, empty and full."""

from dataclasses import replace
from datetime import timedelta

from incident.web.role_matrix import roles_view
from incident.web.role_words import ROLES
from incident.web.views import Choice
from incident.web.views.administration import (
    AreaGroup,
    AreaLine,
    AuditView,
    DoorRow,
    LogRow,
    ProofView,
    RelayRow,
    RelaysView,
    StepRow,
)
from incident.web.views.people import PasskeyRow, PeopleView, PersonRow, PersonView, ProgramRow
from tests.web.samples.board import HOSTILE, NOW, shell

MARA = PersonRow(
    href="/admin/people/01a214a3-a741-7000-aca2-b1a859368e47",
    name="Mara Lindqvist",
    email="mara@example.org",
    roles=("Incident commander", "Privacy officer", "Administrator"),
    last_signed_in=NOW,
    passkeys=2,
    disabled_at=None,
    signed_in=True,
    signs=True,
)
GONE = replace(MARA, name="Jonas Weber", email="jonas@example.org", signed_in=False, disabled_at=NOW, passkeys=0)
LONG = replace(
    GONE,
    name="Maximiliane Konstantinopoulos-Wolfeschlegelstein " + HOSTILE,
    email=f"{'maximiliane.' * 6}@subsidiary.holding.example.org",
    disabled_at=None,
    last_signed_in=None,
)
CHOICES = tuple(Choice(role, name, role == "legal", about) for role, (name, about) in ROLES.items())
PROGRAM = ProgramRow("host-platform", ("Host platform",), NOW, NOW, None)
KEY = PasskeyRow("Key on the ring", NOW, NOW)
PERSON = PersonView(LONG, "Europe/Berlin", NOW, 0, (), CHOICES)
AREAS = (
    AreaGroup(
        "Who comes in",
        (
            AreaLine(
                "People",
                "/admin/people",
                "users",
                ("12 people", "2 without a passkey"),
                "soon",
                "One only.",
            ),
            AreaLine("Roles", "/admin/roles", "list-check", ("11 roles of people", "2 of programs alone")),
        ),
    ),
    AreaGroup(
        "What goes out", (AreaLine("Relays", "/admin/relays", "send", ("2 relays",), "late", "1 relay took no mail."),)
    ),
)
SAID = "250 2.0.0 mail.example at your service, pleased to meet you"
RELAY = RelayRow(
    number=1,
    name="The relay",
    place="mail.example.org:587",
    security="STARTTLS, required and verified",
    signs_in="signs in with a password",
    prefix="SEVENTYTWO_SMTP_",
    tested_at=NOW,
    good=True,
    steps=(StepRow("Connect", True, "220 mail.example.org"), StepRow("Greet (EHLO)", True, SAID)),
    offers=("AUTH", "PIPELINING", "STARTTLS"),
)
FAILED = replace(
    RELAY, number=2, good=False, steps=(StepRow("Encrypt (TLS)", False, f"certificate verify failed {HOSTILE}"),)
)
DOORS = (
    DoorRow("LMTP", "127.0.0.1:2424", "SEVENTYTWO_LMTP_PORT", True),
    DoorRow("IMAP", "closed", "SEVENTYTWO_IMAP_HOST", False),
)
RELAYS = RelaysView((RELAY, FAILED), DOORS, "security-notices@example.org", "mara@example.org", NOW, 12)
LINE = LogRow(
    NOW, "Mara Lindqvist", "User added", "user.added", "message", "Jonas <jonas@example.org>", "", "", False, False
)
ROWS = (
    LINE,
    replace(LINE, text=HOSTILE * 2, codename="amber-heron", href="/incidents/amber-heron/timeline#entry-3"),
    replace(LINE, text="", hidden=True),
    replace(LINE, text="", erased=True),
)
AUDIT = AuditView(
    rows=ROWS,
    parts=(Choice("all", "Everything", True), Choice("looks", "Looks at personal data")),
    people=(Choice("1", "Mara Lindqvist"),),
    actions=(Choice("user.added", "User added"),),
    day="2026-11-24",
    page=2,
    newer="/admin/audit",
    older="/admin/audit?page=3",
    csv="/admin/audit/downloads",
    filtered=True,
    checkpoint_at=NOW - timedelta(minutes=3),
    checkpoints=412,
    proven_at=NOW,
    proven_good=True,
    proof=ProofView("The timeline holds: 3,412 entries were checked.", True, (), 2, "ab" * 32),
    signer="ab" * 32,
)
BROKEN = ProofView("The timeline is broken in 1 place.", False, ("administration 14: was changed",), 0, "")


def pages() -> dict[str, tuple[str, dict[str, object]]]:
    here = {"shell": shell(here="/admin")}
    programs = (PROGRAM, replace(PROGRAM, revoked_at=NOW))
    people = PeopleView((MARA, LONG, GONE), programs, CHOICES, "all", 3, "Europe/Berlin")
    own = replace(PERSON, row=MARA, passkeys=(KEY, replace(KEY, used_at=None)), barred="This is you.", own=True)
    fresh = replace(AUDIT, proof=None, rows=(), filtered=False, proven_at=None)
    none = replace(RELAYS, relays=(), trouble="smtp_security: clear text")
    return {
        "admin": ("admin.html", {**here, "groups": AREAS}),
        "people": ("people.html", {**here, "view": people}),
        "people-none": ("people.html", {**here, "view": replace(people, rows=(), programs=(), shown="disabled")}),
        "people-keyed": ("people.html", {**here, "view": replace(people, rows=(), shown="without-passkey")}),
        "person": (
            "person.html",
            {**here, "view": own},
        ),
        "person-new": ("person.html", {**here, "view": replace(PERSON, password="abcdef-ghijkm-npqrst-uvwxyz")}),
        "person-gone": ("person.html", {**here, "view": replace(PERSON, row=GONE)}),
        "roles": ("roles.html", {**here, "view": roles_view([], [])}),
        "roles-legal": ("roles.html", {**here, "view": roles_view([], [], "legal")}),
        "relays": ("relays.html", {**here, "view": RELAYS}),
        "relays-none": (
            "relays.html",
            {**here, "view": none},
        ),
        "audit": ("audit.html", {**here, "view": AUDIT}),
        "audit-broken": ("audit.html", {**here, "view": replace(AUDIT, proof=BROKEN, proven_good=False, rows=())}),
        "audit-empty": (
            "audit.html",
            {**here, "view": fresh},
        ),
    }
