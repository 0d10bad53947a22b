"""Words of the console for what the rules name in one word."""

import re

from incident.notice_kinds import TITLES
from incident.phases import Guard, Move, Phase
from notifications.wording import listed, worded

PHASES = {
    Phase.DETECTION: worded("Detection"),
    Phase.CONTAINMENT: worded("Containment"),
    Phase.INVESTIGATION: worded("Investigation"),
    Phase.RECOVERY: worded("Recovery"),
    Phase.REVIEW: worded("Post-incident review"),
    Phase.CLOSED: worded("Closed"),
    Phase.DISMISSED: worded("Dismissed"),
}
BEFORE = {  # over what a move into the phase still needs
    Phase.DETECTION: worded("Before detection"),
    Phase.CONTAINMENT: worded("Before containment"),
    Phase.INVESTIGATION: worded("Before investigation"),
    Phase.RECOVERY: worded("Before recovery"),
    Phase.REVIEW: worded("Before post-incident review"),
    Phase.CLOSED: worded("Before closing"),
    Phase.DISMISSED: worded("Before dismissing"),
}
ONWARD = {
    Phase.CONTAINMENT: worded("Go on to containment"),
    Phase.INVESTIGATION: worded("Go on to investigation"),
    Phase.RECOVERY: worded("Go on to recovery"),
    Phase.REVIEW: worded("Go on to post-incident review"),
}
BACK = {
    Phase.CONTAINMENT: worded("Back to containment"),
    Phase.INVESTIGATION: worded("Back to investigation"),
    Phase.RECOVERY: worded("Back to recovery"),
}
MOVES = {
    Move.CLOSE: worded("Close the incident"),
    Move.DISMISS: worded("Dismiss"),
    Move.REOPEN: worded("Reopen"),
}
SEVERITIES = {
    "critical": worded("Critical"),
    "high": worded("High"),
    "medium": worded("Medium"),
    "low": worded("Low"),
    "info": worded("Info"),
}
GUARDS = {
    Guard.COMMANDER: worded("Commander"),
    Guard.EVIDENCE: worded("Evidence"),
    Guard.CONTAINED: worded("Containment tasks"),
    Guard.FACTS: worded("Fact sheet"),
    Guard.AWARENESS: worded("Awareness"),
    Guard.RESTORED: worded("Recovery tasks"),
    Guard.REVIEWED: worded("Review"),
    Guard.DUTIES: worded("Duties"),
    Guard.RELEASES: worded("Releases"),
    Guard.PASSES: worded("Earlier passes"),
    Guard.REASON: worded("Reason"),
}
# Where each guard's link leads on the pages of an incident.
MENDS = {
    "#command": "#name-commander",
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
    "public_bucket": worded("Public bucket"),
    "ransomware": worded("Ransomware"),
    "misdirected_email": worded("Misdirected e-mail"),
    "leaked_credentials": worded("Leaked credentials"),
    "external_report": worded("Report by a person"),
    "other": worded("Something else"),
    "unclassified": worded("Unclassified"),
}
ABOUT_NOTICES = {
    "people": worded("GDPR Art. 34(2): in clear and plain language, to each person."),
    "generic": worded("What good practice tells people, naming no statute."),
    "california": worded("Cal. Civ. Code 1798.82(d): title and headings as fixed."),
    "hipaa": worded("45 CFR 164.404(c): what happened, what to do, whom to call."),
    "guardians": worded("GDPR Art. 34(2), about a child in their care."),
    "children": worded("GDPR Art. 34(2) and recital 58: in words a child understands."),
    "staff": worded("GDPR Art. 34(2), from the employer to its own people."),
    "controller_people": worded(
        "GDPR Art. 34(2), in the name of the controller that instructed us, with its approval."
    ),
    "people_update": worded("What differs from an edition they have had."),
    "customer": worded("GDPR Art. 33(2): to each affected customer, with its own figures."),
    "customer_update": worded("What differs from an edition they have had."),
    "in_app": worded("Shown to the people in the product itself, with a receipt when it is read."),
    "announcement": worded("For everybody, on a public page with versions and feeds."),
    "status_update": worded("What differs from what was published, on a page of its own."),
    "media": worded("To newsrooms, such as 45 CFR 164.406 asks for beyond 500 residents."),
    "market": worded("To investors, such as Form 8-K Item 1.05 asks for."),
}
NOTICES = {kind.value: (title, ABOUT_NOTICES[kind.value]) for kind, title in TITLES.items()}
READERS = {
    "people": worded("People concerned"),
    "guardians": worded("People concerned"),
    "children": worded("People concerned"),
    "customers": worded("Business customers"),
    "recipients": worded("Media and markets"),
    "public": worded("The public"),
}
FORMS = {
    "gdpr-33-3": worded("GDPR: notification (Art. 33(3))"),
    "gdpr-33-3-supplement": worded("GDPR: further information (Art. 33(4))"),
    "gdpr-33-3-final": worded("GDPR: final information"),
    "nis2-early-warning": worded("NIS2: early warning"),
    "nis2-notification": worded("NIS2: incident notification"),
    "nis2-final": worded("NIS2: final report"),
    "dora-initial": worded("DORA: initial notification"),
    "dora-intermediate": worded("DORA: intermediate report"),
    "dora-final": worded("DORA: final report"),
    "lgpd": worded("LGPD: communication to the ANPD"),
    "pipeda": worded("PIPEDA: report to the Commissioner"),
    "popia": worded("POPIA: notification to the Regulator"),
    "attorney-general": worded("US state: notice to the attorney general"),
    "credit-bureaus": worded("US state: notice to consumer reporting agencies"),
}
MOMENTS = {
    "occurred_from": worded("Beginning of the breach"),
    "occurred_until": worded("End of the breach"),
    "detected": worded("First sign"),
    "discovered": worded("Discovery"),
    "aware": worded("Awareness"),
    "confirmed": worded("Confirmation"),
    "determined": worded("Determination"),
    "determined_material": worded("Determination that it is material"),
    "classified_major": worded("Classification as major"),
    "assessment_started": worded("Start of the assessment"),
    "assessment_done": worded("End of the assessment"),
    "processor_told_us": worded("Our processor's notice"),
    "ransom_paid": worded("Payment of a ransom"),
    "remedy_available": worded("A corrective measure"),
    "authority_first_notified": worded("First notice to an authority"),
    "subjects_notified": worded("Notice to the people"),
    "resolved": worded("Resolution"),
    "hold_requested": worded("Law enforcement asks to wait"),
    "hold_lifted": worded("Law enforcement no longer asks"),
}
OUR_ROLES = {
    "controller": worded("controller"),
    "joint": worded("joint controller"),
    "processor": worded("processor"),
    "sub_processor": worded("sub-processor"),
}
ICONS = {
    "opened": "flag",
    "moved": "arrow-right",
    "commanded": "user",
    "member.added": "users",
    "renamed": "pencil",
    "severity.set": "flame",
    "visibility.set": "eye",
    "pass.settled": "check",
    "reviewed": "notes",
    "facts.saved": "database",
    "facts.drafted": "pencil",
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
    "obligation.reopened": "history",
    "notice.warning_unticked": "history",
    "customer.told": "phone",
    "filing.drafted": "file-text",
    "filing.discarded": "ban",
    "filing.submitted": "send",
    "filing.answered": "mail",
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
    "requested": worded("Waits for approval"),
    "approved": worded("Sending"),
    "stopped": worded("Stopped"),
    "finished": worded("Finished"),
    "refused": worded("Refused"),
    "void": worded("Void"),
}
DELIVERIES = {
    "delivered": (worded("Delivered"), "met"),
    "accepted": (worded("Accepted by the relay"), "met"),
    "transmitting": (worded("Being sent"), "ahead"),
    "claimed": (worded("Being sent"), "ahead"),
    "pending": (worded("Waiting"), ""),
    "held": (worded("Held"), "soon"),
    "deferred": (worded("Deferred"), "soon"),
    "uncertain": (worded("Uncertain"), "soon"),
    "rejected": (worded("Rejected"), "late"),
    "bounced": (worded("Bounced"), "late"),
    "cancelled": (worded("Cancelled"), ""),
}
CHANNELS = {
    "in_app": worded("shown in the product instead"),
    "postal": worded("on the list for letters"),
    "public": worded("counted for a public communication"),
}
CUSTOMER_CHANNELS = {
    "email": worded("e-mail"),
    "in_app": worded("in the product"),
    "portal": worded("portal"),
    "telephone": worded("telephone"),
    "post": worded("post"),
    "mail": worded("mail"),
    "in_person": worded("in person"),
}
CONTACTS = {
    "privacy": worded("privacy contact"),
    "security": worded("security contact"),
    "legal": worded("legal contact"),
    "admin": worded("administrative contact"),
}
REACHED = ("delivered", "accepted")
FAILED = ("rejected", "bounced")
SETTLED = ("delivered", "accepted", "rejected", "bounced", "cancelled")

SHORT = 20  # letters of a law's name that needs no shorter one, such as UK GDPR
SHORT_NAME = re.compile(r" \(([a-z]?[A-Z][^()]*)\)$")  # in brackets at the end: Regulation (EU) 2016/679 (GDPR)


def kind_of(name: str) -> str:
    """How a kind of incident is called."""
    return KINDS.get(name, name.replace("_", " ").capitalize())


def move_label(move: Move, target: Phase, *, forward: bool) -> str:
    """What the button of a move says."""
    return MOVES.get(move) or (ONWARD if forward else BACK)[target]


def icon_of(action: str) -> str:
    """The icon of a timeline entry."""
    head = action.partition(".")[0]
    by_head = {"notice": "mail", "edition": "lock", "audience": "users", "evidence": "paperclip", "task": "list-check"}
    by_head |= {"user": "user", "signed_in": "login", "signed_out": "logout", "token": "code", "relay": "send"}
    by_head |= {"audit": "shield-check"}
    by_head |= {"share": "building", "list": "link", "instruction": "scale"}
    signals = {"signal": "bell", "intake": "bell", "reminder": "hourglass", "reminded": "hourglass"}
    return ICONS.get(action) or by_head.get(head) or signals.get(head) or "message"


def our_role(role: str | None) -> str:
    """What we are to the people of a data set; the word itself where it is none of ours, "" where nobody has said."""
    return OUR_ROLES.get(role or "", role or "")


def moment_title(name: str) -> str:
    """How a moment is called in short; what it means in law stands beside it."""
    return MOMENTS.get(name) or name.replace("_", " ").capitalize()


def rule_name(law: str, article: str) -> str:
    """A rule as people cite it: the law by its usual short name, and the article."""
    if law.startswith("Contract with "):
        return worded("Contract, {article}", article=listed(article))
    found = SHORT_NAME.search(law)
    short = found[1] if found else law if len(law) <= SHORT else ""
    return f"{short} {article}" if short and article.startswith(("Art.", "§", "Sec.")) else article
