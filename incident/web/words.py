"""Words of the console for what the rules name in one word."""

import re

from incident.notice_kinds import TITLES
from incident.phases import Guard, Move, Phase

PHASES = {
    Phase.DETECTION: "Detection",
    Phase.CONTAINMENT: "Containment",
    Phase.INVESTIGATION: "Investigation",
    Phase.RECOVERY: "Recovery",
    Phase.REVIEW: "Post-incident review",
    Phase.CLOSED: "Closed",
    Phase.DISMISSED: "Dismissed",
}
TARGETS = {phase: words.lower() for phase, words in PHASES.items()} | {
    Phase.CLOSED: "closing",
    Phase.DISMISSED: "dismissing",
}
GUARDS = {
    Guard.COMMANDER: "Commander",
    Guard.EVIDENCE: "Evidence",
    Guard.CONTAINED: "Containment tasks",
    Guard.FACTS: "Fact sheet",
    Guard.AWARENESS: "Awareness",
    Guard.RESTORED: "Recovery tasks",
    Guard.REVIEWED: "Review",
    Guard.DUTIES: "Obligations",
    Guard.RELEASES: "Releases",
    Guard.PASSES: "Earlier passes",
    Guard.REASON: "Reason",
}
# Where each guard's link leads on the pages of an incident.
MENDS = {
    "#command": "#moves",
    "#moves": "#moves",
    "#passes": "#passes",
    "#evidence": "/evidence",
    "#runbook": "/tasks",
    "#facts": "/facts",
    "#awareness": "/duties#awareness",
    "#duties": "/duties",
    "#review": "/review",
    "#notices": "/notices",
}
KINDS = {
    "public_bucket": "Public bucket",
    "ransomware": "Ransomware",
    "misdirected_email": "Misdirected e-mail",
    "leaked_credentials": "Leaked credentials",
    "external_report": "Report by a person",
    "other": "Something else",
}
ABOUT_NOTICES = {
    "people": "GDPR Art. 34(2): in clear and plain language, to each person.",
    "generic": "What good practice tells people, naming no statute.",
    "california": "Cal. Civ. Code 1798.82(d): title and headings as fixed.",
    "hipaa": "45 CFR 164.404(c): what happened, what to do, whom to call.",
    "guardians": "GDPR Art. 34(2), about a child in their care.",
    "children": "GDPR Art. 34(2) and recital 58: in words a child understands.",
    "staff": "GDPR Art. 34(2), from the employer to its own people.",
    "controller_people": "GDPR Art. 34(2), in the name of the controller that instructed us, with its approval.",
    "people_update": "What differs from an edition they have had.",
    "customer": "GDPR Art. 33(2): to each affected customer, with its own figures.",
    "customer_update": "What differs from an edition they have had.",
    "in_app": "Shown to the people in the product itself, with a receipt when it is read.",
    "announcement": "For everybody, on a public page with versions and feeds.",
    "status_update": "What differs from what was published, on a page of its own.",
    "media": "To newsrooms, such as 45 CFR 164.406 asks for beyond 500 residents.",
    "market": "To investors, such as Form 8-K Item 1.05 asks for.",
}
NOTICES = {kind.value: (title, ABOUT_NOTICES[kind.value]) for kind, title in TITLES.items()}
READERS = {
    "people": "People concerned",
    "guardians": "People concerned",
    "children": "People concerned",
    "customers": "Business customers",
    "recipients": "Media and markets",
    "public": "The public",
}
FORMS = {
    "gdpr-33-3": "GDPR: notification (Art. 33(3))",
    "gdpr-33-3-supplement": "GDPR: further information (Art. 33(4))",
    "gdpr-33-3-final": "GDPR: final information",
    "nis2-early-warning": "NIS2: early warning",
    "nis2-notification": "NIS2: incident notification",
    "nis2-final": "NIS2: final report",
    "dora-initial": "DORA: initial notification",
    "dora-intermediate": "DORA: intermediate report",
    "dora-final": "DORA: final report",
    "lgpd": "LGPD: communication to the ANPD",
    "pipeda": "PIPEDA: report to the Commissioner",
    "popia": "POPIA: notification to the Regulator",
    "attorney-general": "US state: notice to the attorney general",
    "credit-bureaus": "US state: notice to consumer reporting agencies",
}
ADDRESSEES = {
    "supervisory_authority": "supervisory authority",
    "data_subjects": "people affected",
    "internal_register": "internal register",
    "customers": "customers",
    "controller": "controllers",
}
ICONS = {
    "opened": "flag",
    "moved": "arrow-right",
    "commanded": "user",
    "member.added": "users",
    "severity.set": "flame",
    "pass.settled": "check",
    "reviewed": "notes",
    "facts.saved": "database",
    "duties.derived": "scale",
    "awareness.proposed": "clock",
    "awareness.decided": "gavel",
    "moment.recorded": "clock",
    "moment.corrected": "history",
    "advised": "message",
    "score.set": "message",
    "decided": "gavel",
    "decisions.reopened": "history",
    "obligation.met": "circle-check",
    "customer.told": "phone",
    "filing.drafted": "file-text",
    "filing.submitted": "send",
    "announcement.published": "speakerphone",
    "release.requested": "hourglass",
    "release.approved": "send",
    "release.seconded": "check",
    "release.confirmed": "phone",
    "release.unconfirmed": "player-stop",
    "release.denied": "ban",
    "release.resumed": "player-play",
    "release.stopped": "player-stop",
    "release.finished": "circle-check",
    "release.voided": "ban",
    "release.canary": "eye",
    "release.opened": "users",
    "release.held": "player-pause",
    "release.hours": "clock",
    "release.threatens": "alert-circle",
    "release.cancelled": "ban",
    "handover.written": "users",
    "handover.taken": "check",
    "situation.paced": "clock",
    "finder.reported": "mail",
    "finder.wrote": "mail",
    "finder.gathered": "inbox",
    "finder.answered": "send",
}
PINNED = frozenset(
    {"moved", "decided", "awareness.decided", "release.approved", "filing.submitted", "handover.written"}
)
STATES = {
    "requested": "Waits for approval",
    "approved": "Sending",
    "stopped": "Stopped",
    "finished": "Finished",
    "refused": "Refused",
    "void": "Void",
}
DELIVERIES = {
    "delivered": ("Delivered", "met"),
    "accepted": ("Accepted by the relay", "met"),
    "transmitting": ("Being sent", "ahead"),
    "claimed": ("Being sent", "ahead"),
    "pending": ("Waiting", ""),
    "held": ("Held", "soon"),
    "deferred": ("Deferred", "soon"),
    "uncertain": ("Uncertain", "soon"),
    "rejected": ("Rejected", "late"),
    "bounced": ("Bounced", "late"),
    "cancelled": ("Cancelled", ""),
}
CHANNELS = {
    "in_app": "shown in the product instead",
    "postal": "on the list for letters",
    "public": "counted for a public communication",
}
REACHED = ("delivered", "accepted")
FAILED = ("rejected", "bounced")
SETTLED = ("delivered", "accepted", "rejected", "bounced", "cancelled")

SHORT_NAME = re.compile(r" \(([A-Z][^()]*)\)$")  # in brackets at the end: Regulation (EU) 2016/679 (GDPR)


def kind_of(name: str) -> str:
    """How a kind of incident is called."""
    return KINDS.get(name, name.replace("_", " ").capitalize())


def move_label(move: Move, target: Phase, *, forward: bool) -> str:
    """What the button of a move says."""
    named = {Move.CLOSE: "Close the incident", Move.DISMISS: "Dismiss", Move.REOPEN: "Reopen"}
    return named.get(move) or f"{'Go on' if forward else 'Back'} to {PHASES[target].lower()}"


def icon_of(action: str) -> str:
    """The icon of a timeline entry."""
    head = action.partition(".")[0]
    by_head = {"notice": "mail", "edition": "lock", "audience": "users", "evidence": "paperclip", "task": "list-check"}
    by_head |= {"user": "user", "signed_in": "login", "signed_out": "logout", "token": "code", "relay": "send"}
    by_head |= {"audit": "shield-check"}
    by_head |= {"share": "building", "list": "link", "instruction": "scale"}
    signals = {"signal": "bell", "intake": "bell", "reminder": "hourglass", "reminded": "hourglass"}
    return ICONS.get(action) or by_head.get(head) or signals.get(head) or "message"


def rule_name(law: str, article: str) -> str:
    """A rule as people cite it: the law by its usual short name, and the article."""
    if law.startswith("Contract with "):
        return f"Contract, {article}"
    found = SHORT_NAME.search(law)
    short = found[1] if found else ""
    return f"{short} {article}" if short and article.startswith(("Art.", "§", "Sec.")) else article
