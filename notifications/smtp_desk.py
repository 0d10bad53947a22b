"""What a connection to a relay carries and how, and the desk it takes mails from and brings back what came of them."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from notifications.transitions import Outcome, Reply


class Mail(NamedTuple):
    """One mail as bytes, with its envelope. Lines of `message` end with CRLF.

    `dotless`: none of them begins with a dot, and the last one is whole, so that it goes as it is.
    """

    sender: str
    recipient: str
    message: bytes
    dotless: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How a relay may be spoken to. `messages`: mails of one connection."""

    pipelining: bool = False
    chunking: bool = False
    messages: int = 100


class Errand(Protocol):
    """A mail to carry."""

    @property
    def mail(self) -> Mail: ...

    @property
    def first_try(self) -> bool: ...


class Desk(Protocol):
    """Where a connection takes its mails from and brings back what came of them. Every call returns at once."""

    def take(self) -> Errand | None:
        """The next mail to carry; None when there is none at this moment."""

    def may_begin(self, errand: Errand) -> bool:
        """Asked before the first byte of a body: may it still go?"""

    def settle(self, errand: Errand, outcome: Outcome) -> None:
        """This came of a mail that was tried."""

    def give_back(self, errand: Errand, heard: Reply | None, *, fresh: bool) -> None:
        """No byte of this body was sent. `heard`: why the connection ended at this mail; None: it was not at fault.

        `fresh`: it was the first mail of its connection.
        """
