"""What the checks of a notice find: an error blocks its release, a warning needs a tick with a reason."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `rule` names the check, `law` the article it rests on ("" where none), `field` what it is about.

    `locale` is that of the text.
    """

    level: Level
    rule: str
    field: str
    message: str
    mend: str
    law: str = ""
    locale: str = ""

    @property
    def key(self) -> str:
        """By which a person ticks a warning off: the same finding has the same key."""
        return f"{self.locale}:{self.rule}:{self.field}:{self.message}"

    def __str__(self) -> str:
        law = f" ({self.law})" if self.law else ""
        return f"{self.field}{law}: {self.message}. {self.mend}"
