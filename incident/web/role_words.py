"""Roles and acts in words: what each role is for, what each act is called."""

from collections.abc import Mapping

from incident.roles import ALLOWED, ROLE_WORDS, Action, Role
from notifications.wording import Said, worded

ROLES: Mapping[Role, tuple[Said, Said]] = {
    Role.REPORTER: (worded("Reporter"), worded("Says what they saw, and follows their own reports.")),
    Role.RESPONDER: (worded("Responder"), worded("Works on incidents: tasks, evidence, facts, drafts.")),
    Role.COMMANDER: (worded("Incident commander"), worded("Leads an incident and moves it from phase to phase.")),
    Role.PRIVACY_OFFICER: (
        worded("Privacy officer"),
        worded("Advises on the law, files with authorities, keeps the registers. May be the DPO."),
    ),
    Role.DECIDER: (worded("Decider"), worded("Accountable management: decides whether people are told.")),
    Role.APPROVER: (worded("Approver"), worded("Releases notices that somebody else wrote.")),
    Role.LEGAL: (worded("Legal"), worded("Counsel: advises, files, sets legal holds.")),
    Role.SUPPORT: (worded("Support"), worded("Asks whether a caller is affected, and reads nothing else.")),
    Role.AUDITOR: (worded("Auditor"), worded("Reads everything open and proves the timeline. Changes nothing.")),
    Role.ADMINISTRATOR: (worded("Administrator"), worded("Runs the system. Reads no incident.")),
    Role.GUEST: (worded("Guest"), worded("Reads the incidents they were made a member of.")),
    Role.HOST: (worded("Host platform"), worded("Programs of the platform: customers, people, in-app readers.")),
    Role.EDGE: (worded("Edge"), worded("The program that shows released in-app notices outside.")),
}
OF_PEOPLE = tuple(role for role in ROLES if role in ALLOWED[Action.PASSKEYS])  # the others are of programs alone

ACTS: Mapping[Action, Said] = {
    Action.REPORT: worded("Report an incident"),
    Action.READ: worded("Read incidents, the registers and the figures"),
    Action.NOTE: worded("Write on the timeline"),
    Action.EVIDENCE: worded("Keep evidence"),
    Action.TASK: worded("Settle tasks of the runbook"),
    Action.MOVE: worded("Move an incident to another phase"),
    Action.OVERRIDE: worded("Go on past a guard, with a reason"),
    Action.COMMAND: worded("Set severity, commander and members"),
    Action.FACTS: worded("Fill in the fact sheet"),
    Action.PROPOSE_ANCHOR: worded("Propose when the organisation became aware"),
    Action.DECIDE_ANCHOR: worded("Decide when the organisation became aware"),
    Action.ADVISE: worded("Give advice on the risk"),
    Action.DECIDE: worded("Decide on the risk and on duties"),
    Action.WRITE_NOTICE: worded("Write notices"),
    Action.REQUEST_RELEASE: worded("Ask for a release"),
    Action.APPROVE_RELEASE: worded("Approve a release"),
    Action.DEPUTE: worded("Name who approves in one's place"),
    Action.STOP_RELEASE: worded("Stop a release"),
    Action.IMPORT_AUDIENCE: worded("Make and import an audience"),
    Action.READ_AUDIENCE: worded("Look at members of an audience"),
    Action.READ_PROOF: worded("Take the file of a close-out report, person by person"),
    Action.LEGAL_HOLD: worded("Set and lift a legal hold"),
    Action.FILE: worded("Record a filing with an authority"),
    Action.ANNOUNCE: worded("Publish and withdraw public pages"),
    Action.WRITE_REVIEW: worded("Write the review"),
    Action.VERIFY: worded("Prove the timeline and read the audit log"),
    Action.READ_QUARANTINE: worded("Read and settle what waits in quarantine"),
    Action.CUSTOMERS: worded("Keep the register of customers and people"),
    Action.READ_CUSTOMERS: worded("Read the register of customers"),
    Action.ASSETS: worded("Declare what assets hold"),
    Action.IN_APP: worded("Say who reads notices in the product"),
    Action.SHOW_IN_APP: worded("Take released in-app notices to an edge"),
    Action.READ_REPLIES: worded("Read what people write back"),
    Action.ANSWER: worded("Sort and answer what people write back"),
    Action.READ_ANSWERS: worded("Read the bank of answers"),
    Action.WRITE_ANSWER: worded("Draft for the bank of answers"),
    Action.APPROVE_ANSWER: worded("Approve for the bank of answers"),
    Action.ASK_SUPPORT: worded("Ask whether somebody is affected"),
    Action.READ_LOOKUPS: worded("Read what support asked"),
    Action.ADMINISTER: worded("Administer people, monitors and settings"),
    Action.ON_CALL: worded("See who is on call, and answer pages"),
    Action.PASSKEYS: worded("Keep one's own passkeys"),
}


def role_name(role: Role) -> Said:
    """What a role is called."""
    return ROLES[role][0]


def role_said(role: str) -> str:
    """The same of a stored role; one that this version does not know is said as it is stored."""
    return role_name(Role(role)) if role in Role.__members__.values() else role.replace("_", " ")


def role_within(role: str) -> str:
    """The same as it stands within a sentence."""
    return ROLE_WORDS.get(role, role.replace("_", " "))
