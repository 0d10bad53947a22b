"""How large releases are opened, and which notices keep sending hours, as the organisation has it. Pure."""

from dataclasses import dataclass, field

from incident.notice_kinds import UPDATES, NoticeKind
from notifications.ramp import Pace, Plan
from notifications.sending_hours import Hours

OF_NO_LAW = frozenset({NoticeKind.GENERIC, *UPDATES})  # what no law wants told; every other notice goes at any hour


@dataclass(frozen=True, slots=True)
class SendingRules:
    """`hours` are for notices that no law asks for; None: any hour."""

    pace: Pace = field(default_factory=Pace)
    hours: Hours | None = None

    def hours_of(self, kind: str) -> Hours | None:
        """The hours a kind of notice keeps unless somebody says otherwise when asking for its release."""
        return self.hours if kind in OF_NO_LAW else None


@dataclass(frozen=True, slots=True)
class Sending:
    """What is said of the sending when a release is asked for.

    `all_at_once` is why nobody is to wait for a canary and a ramp, "" to have them. `hours` None: as the rules say,
    "" at any hour, else such as "08:00-20:00 Europe/Berlin".
    """

    rules: SendingRules = field(default_factory=SendingRules)
    all_at_once: str = ""
    hours: str | None = None

    def plan(self, recipients: int) -> Plan:
        """The steps it is opened by."""
        return Plan() if self.all_at_once.strip() else self.rules.pace.plan(recipients)
