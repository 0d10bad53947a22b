"""What the organisation asks for before something goes out: whose approval, within what time, and how. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from incident.roles import ALLOWED, Action, Role

EVERY_KIND = "*"
ONE_APPROVER = (Role.APPROVER,)
SEATED = ALLOWED[Action.APPROVE_RELEASE]  # roles a quorum may ask for
SPOKEN_HOLDS = timedelta(hours=12)  # within which an approval by telephone is confirmed
SPOKEN_AGE = timedelta(hours=1)  # how long ago it may have been said when it is written down
STANDING_HOLDS = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """`roles`: kind of notice, or "*" for every other, to a role for each approval wanted.

    A request not approved by all of them within `hours` is void; `hours` also bound how long a release may stay
    stopped. `single_control` is how long an author waits who approves alone, None where nobody may. `passkey_only`
    refuses approvals given in the console without a passkey.
    """

    roles: Mapping[str, tuple[Role, ...]] = field(default_factory=dict)
    hours: int = 24
    single_control: timedelta | None = None
    passkey_only: bool = False

    def quorum(self, kind: str) -> tuple[Role, ...]:
        """A role for each approval a notice of this kind needs."""
        return self.roles.get(kind) or self.roles.get(EVERY_KIND) or ONE_APPROVER

    @property
    def holds(self) -> timedelta:
        return timedelta(hours=self.hours)


USUAL = ApprovalRules()
