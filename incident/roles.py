"""Who may do what: roles, actions and the one pure question `may(actor, action, incident)`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from uuid import UUID

from incident.errors import Forbidden, NotFound
from notifications.wording import worded


class Role(StrEnum):
    REPORTER = "reporter"
    RESPONDER = "responder"
    COMMANDER = "incident_commander"
    PRIVACY_OFFICER = "privacy_officer"  # advises; may be the DPO
    DECIDER = "decider"  # accountable management
    APPROVER = "approver"
    LEGAL = "legal"
    SUPPORT = "support"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"  # runs the system, reads no incident
    GUEST = "guest"
    HOST = "host"  # the host platform's programs: registers, in-app readers; reads no incident
    EDGE = "edge"  # `seventytwo edge`: released in-app notices and what was read of them, nothing else


ROLE_WORDS: Mapping[str, str] = {
    Role.REPORTER: worded("reporter"),
    Role.RESPONDER: worded("responder"),
    Role.COMMANDER: worded("incident commander"),
    Role.PRIVACY_OFFICER: worded("privacy officer"),
    Role.DECIDER: worded("decider"),
    Role.APPROVER: worded("approver"),
    Role.LEGAL: worded("legal"),
    Role.SUPPORT: worded("support"),
    Role.AUDITOR: worded("auditor"),
    Role.ADMINISTRATOR: worded("administrator"),
    Role.GUEST: worded("guest"),
    Role.HOST: worded("host"),
    Role.EDGE: worded("edge"),
}


class Visibility(StrEnum):
    OPEN = "open"
    RESTRICTED = "restricted"  # members only
    SEALED = "sealed"  # members only, and its existence is hidden


class Action(StrEnum):
    REPORT = "report"
    READ = "read"
    NOTE = "note"
    EVIDENCE = "evidence"
    TASK = "task"
    MOVE = "move"
    OVERRIDE = "override_guard"
    COMMAND = "command"  # severity, commander, members
    FACTS = "facts"
    PROPOSE_ANCHOR = "propose_anchor"
    DECIDE_ANCHOR = "decide_anchor"
    ADVISE = "advise"
    DECIDE = "decide"
    WRITE_NOTICE = "write_notice"
    REQUEST_RELEASE = "request_release"
    APPROVE_RELEASE = "approve_release"
    DEPUTE = "depute"  # name who may approve in one's place
    STOP_RELEASE = "stop_release"
    IMPORT_AUDIENCE = "import_audience"
    READ_AUDIENCE = "read_audience"
    READ_PROOF = "read_proof"  # take a close-out report's file: person by person
    LEGAL_HOLD = "legal_hold"  # keep everything of an incident from being purged, and let it go again
    FILE = "file"  # record a submission to an authority
    ANNOUNCE = "announce"
    WRITE_REVIEW = "write_review"
    VERIFY = "verify"
    READ_QUARANTINE = "read_quarantine"
    CUSTOMERS = "customers"
    READ_CUSTOMERS = "read_customers"
    ASSETS = "assets"  # declare what an asset holds, and read what is declared
    IN_APP = "in_app"  # say who reads notices in the product
    SHOW_IN_APP = "show_in_app"  # take released in-app notices to an edge, bring back what was read
    READ_REPLIES = "read_replies"  # what people write back
    ANSWER = "answer"  # sort, settle and answer what people write back
    READ_ANSWERS = "read_answers"  # the bank of answers
    WRITE_ANSWER = "write_answer"  # draft for the bank of answers
    APPROVE_ANSWER = "approve_answer"
    ASK_SUPPORT = "ask_support"  # whether a customer or person is affected: yes, no, not yet known
    READ_LOOKUPS = "read_lookups"  # what support asked
    ADMINISTER = "administer"  # people, sources, settings
    ON_CALL = "on_call"  # see who is on call, stand in for somebody, answer a page
    PASSKEYS = "passkeys"  # one's own, for whoever signs in


R, A = Role, Action

_WORKERS = frozenset({R.RESPONDER, R.COMMANDER, R.PRIVACY_OFFICER, R.LEGAL})
_READERS = _WORKERS | {R.DECIDER, R.APPROVER, R.AUDITOR, R.GUEST}
_SEATED = frozenset({R.APPROVER, R.COMMANDER, R.PRIVACY_OFFICER, R.DECIDER, R.LEGAL})

ALLOWED: Mapping[Action, frozenset[Role]] = {
    A.REPORT: frozenset(Role) - {R.GUEST, R.AUDITOR, R.EDGE},
    A.READ: _READERS,
    A.NOTE: _WORKERS | {R.DECIDER},
    A.EVIDENCE: _WORKERS,
    A.TASK: _WORKERS | {R.DECIDER, R.APPROVER},
    A.MOVE: frozenset({R.COMMANDER}),
    A.OVERRIDE: frozenset({R.COMMANDER}),
    A.COMMAND: frozenset({R.COMMANDER, R.PRIVACY_OFFICER}),
    A.FACTS: _WORKERS,
    A.PROPOSE_ANCHOR: _WORKERS | {R.DECIDER},
    A.DECIDE_ANCHOR: frozenset({R.PRIVACY_OFFICER, R.DECIDER}),
    A.ADVISE: frozenset({R.PRIVACY_OFFICER, R.LEGAL}),
    A.DECIDE: frozenset({R.DECIDER}),
    A.WRITE_NOTICE: frozenset({R.RESPONDER, R.COMMANDER, R.PRIVACY_OFFICER, R.APPROVER, R.LEGAL}),
    A.REQUEST_RELEASE: frozenset({R.COMMANDER, R.PRIVACY_OFFICER}),
    A.APPROVE_RELEASE: _SEATED,  # which seat of a quorum a role takes is the release's question
    A.DEPUTE: _SEATED | {R.ADMINISTRATOR},
    A.STOP_RELEASE: frozenset({R.RESPONDER, R.COMMANDER, R.PRIVACY_OFFICER, R.APPROVER}),
    A.IMPORT_AUDIENCE: frozenset({R.RESPONDER, R.COMMANDER, R.PRIVACY_OFFICER}),
    A.READ_AUDIENCE: frozenset({R.PRIVACY_OFFICER}),
    A.READ_PROOF: frozenset({R.PRIVACY_OFFICER, R.AUDITOR}),
    A.LEGAL_HOLD: frozenset({R.PRIVACY_OFFICER, R.LEGAL}),
    A.FILE: frozenset({R.PRIVACY_OFFICER, R.LEGAL}),
    A.ANNOUNCE: frozenset({R.APPROVER}),
    A.WRITE_REVIEW: frozenset({R.COMMANDER, R.PRIVACY_OFFICER}),
    A.VERIFY: frozenset({R.PRIVACY_OFFICER, R.AUDITOR, R.ADMINISTRATOR}),
    A.READ_QUARANTINE: frozenset({R.RESPONDER, R.COMMANDER, R.PRIVACY_OFFICER}),
    A.CUSTOMERS: frozenset({R.PRIVACY_OFFICER, R.ADMINISTRATOR, R.HOST}),
    A.READ_CUSTOMERS: _WORKERS | {R.DECIDER, R.APPROVER, R.AUDITOR, R.HOST},
    A.ASSETS: frozenset({R.PRIVACY_OFFICER, R.ADMINISTRATOR}),
    A.IN_APP: frozenset({R.HOST}),
    A.SHOW_IN_APP: frozenset({R.EDGE}),
    A.READ_REPLIES: _WORKERS,
    A.ANSWER: _WORKERS,
    A.READ_ANSWERS: _WORKERS | _SEATED,
    A.WRITE_ANSWER: _WORKERS | {R.APPROVER},
    A.APPROVE_ANSWER: _SEATED,
    A.ASK_SUPPORT: frozenset({R.SUPPORT, R.PRIVACY_OFFICER}),
    A.READ_LOOKUPS: frozenset({R.AUDITOR, R.PRIVACY_OFFICER}),
    A.ADMINISTER: frozenset({R.ADMINISTRATOR}),
    A.ON_CALL: _WORKERS | {R.DECIDER, R.ADMINISTRATOR},
    A.PASSKEYS: frozenset(Role) - {R.HOST, R.EDGE},
}

ACTION_WORDS: Mapping[Action, str] = {  # after “may not”
    A.REPORT: worded("report"),
    A.READ: worded("read"),
    A.NOTE: worded("note"),
    A.EVIDENCE: worded("evidence"),
    A.TASK: worded("task"),
    A.MOVE: worded("move"),
    A.OVERRIDE: worded("override guard"),
    A.COMMAND: worded("command"),
    A.FACTS: worded("facts"),
    A.PROPOSE_ANCHOR: worded("propose anchor"),
    A.DECIDE_ANCHOR: worded("decide anchor"),
    A.ADVISE: worded("advise"),
    A.DECIDE: worded("decide"),
    A.WRITE_NOTICE: worded("write notice"),
    A.REQUEST_RELEASE: worded("request release"),
    A.APPROVE_RELEASE: worded("approve release"),
    A.DEPUTE: worded("depute"),
    A.STOP_RELEASE: worded("stop release"),
    A.IMPORT_AUDIENCE: worded("import audience"),
    A.READ_AUDIENCE: worded("read audience"),
    A.READ_PROOF: worded("read proof"),
    A.LEGAL_HOLD: worded("legal hold"),
    A.FILE: worded("file"),
    A.ANNOUNCE: worded("announce"),
    A.WRITE_REVIEW: worded("write review"),
    A.VERIFY: worded("verify"),
    A.READ_QUARANTINE: worded("read quarantine"),
    A.CUSTOMERS: worded("customers"),
    A.READ_CUSTOMERS: worded("read customers"),
    A.ASSETS: worded("assets"),
    A.IN_APP: worded("in app"),
    A.SHOW_IN_APP: worded("show in app"),
    A.READ_REPLIES: worded("read replies"),
    A.ANSWER: worded("answer"),
    A.READ_ANSWERS: worded("read answers"),
    A.WRITE_ANSWER: worded("write answer"),
    A.APPROVE_ANSWER: worded("approve answer"),
    A.ASK_SUPPORT: worded("ask support"),
    A.READ_LOOKUPS: worded("read lookups"),
    A.ADMINISTER: worded("administer"),
    A.ON_CALL: worded("on call"),
    A.PASSKEYS: worded("passkeys"),
}

SYSTEM_ACTIONS = frozenset(
    {A.REPORT, A.READ, A.NOTE, A.TASK, A.FACTS, A.PROPOSE_ANCHOR, A.VERIFY, A.READ_CUSTOMERS, A.ON_CALL}
)
NEW = None  # for actions that belong to no incident


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person, an API client, or a part of the system. Made by `auth` and never by a verb."""

    id: UUID
    name: str
    roles: frozenset[Role]
    is_system: bool = False

    @property
    def label(self) -> str:
        """How the timeline names the actor: stable, without personal data."""
        return f"system:{self.name}" if self.is_system else f"user:{self.id}"


@dataclass(frozen=True, slots=True)
class Access:
    """What permission needs to know of an incident."""

    visibility: Visibility
    members: frozenset[UUID]


def known_roles(roles: Iterable[str]) -> frozenset[Role]:
    """The stored roles this version knows; one that was dropped grants nothing."""
    return frozenset(Role(role) for role in roles if role in set(Role))


def system(name: str) -> Actor:
    """A part of the system as actor: "intake", "sweep", "sender". It may report and annotate, never decide or send."""
    return Actor(UUID(int=0), name, frozenset(), is_system=True)


PARTS: Mapping[str, str] = {  # parts of the system that act, as pages call them
    "intake": worded("intake"),
    "law": worded("law"),
    "list link": worded("list link"),
    "mail intake": worded("mail intake"),
    "news": worded("news"),
    "page link": worded("page link"),
    "poster": worded("poster"),
    "register": worded("register"),
    "releases": worded("releases"),
    "replies": worded("replies"),
    "report form": worded("report form"),
    "sender": worded("sender"),
    "sweep": worded("sweep"),
}


def operator(name: str) -> Actor:
    """Whoever runs commands on the machine itself, who holds the keys anyway: administers and annotates."""
    return Actor(UUID(int=0), f"operator {name}", frozenset({Role.ADMINISTRATOR}), is_system=True)


def sees(actor: Actor, access: Access) -> bool:
    """Whether the actor may know the incident: open ones by role, restricted and sealed ones by membership."""
    if actor.is_system or actor.id in access.members:
        return True
    return access.visibility is Visibility.OPEN and not actor.roles.isdisjoint(_READERS - {R.GUEST})


def may(actor: Actor, action: Action, access: Access | None) -> bool:
    """Whether the actor may do this, to this incident where there is one."""
    if actor.is_system:
        return action in SYSTEM_ACTIONS or not actor.roles.isdisjoint(ALLOWED[action])
    if access is not None and not sees(actor, access):
        return False
    return not actor.roles.isdisjoint(ALLOWED[action])


def require(actor: Actor, action: Action, access: Access | None) -> None:
    """Raise NotFound for what the actor may not know of, Forbidden for what the actor may not do."""
    if access is not None and not sees(actor, access):
        raise NotFound(worded("There is no such incident."))
    if not may(actor, action, access):
        names = [ROLE_WORDS[role] for role in sorted(ALLOWED[action])]
        needed = reduce(either, names) if names else worded("nobody")
        raise Forbidden(
            worded(
                "{name} may not {action}: this needs the role {needed}.",
                name=actor.name,
                action=ACTION_WORDS[action],
                needed=needed,
            )
        )


def either(one: str, other: str) -> str:
    """One or the other, in the reader's language."""
    return worded("{one} or {other}", one=one, other=other)
