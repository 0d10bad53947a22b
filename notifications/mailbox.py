"""A mailbox that is looked into now and then: IMAP over TLS; a mail is flagged or moved only once it is on disk."""

import imaplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from notifications.oauth import NoToken, xoauth2
from notifications.received import LARGEST_MAIL, Incoming

DOOR = "imap"
MOST = 200  # mails in one look
PATIENCE_SECONDS = 30


class MailboxTrouble(Exception):
    """The mailbox cannot be read now; the text says why and names no secret."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where the mailbox is and how to sign in: with `password`, or where that is "" with a token of OAuth 2.0.

    `done_folder`: where mails go once they are kept; "" flags them as seen and leaves them.
    """

    host: str
    user: str
    port: int = 993
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    done_folder: str = ""
    tls: ssl.SSLContext | None = None


class Mailbox:
    """Keeps what is new in a mailbox. `keep` returns once the mail is committed, and keeps equal bytes once."""

    def __init__(self, access: Access, keep: Callable[[Incoming], object], token: Callable[[], str]) -> None:
        self._access, self._keep, self._token = access, keep, token

    def look(self) -> int:
        """Keep every unseen mail, at most 200. Returns how many there were. Raises MailboxTrouble, and as `keep` does.

        A mail kept before an interruption is there again the next time, and is recognised by its bytes.
        """
        try:
            with self._opened() as box:
                uids = self._unseen(box)[:MOST]
                for uid in uids:
                    raw = self._fetched(box, uid)
                    if raw is not None:
                        self._keep(Incoming(raw, DOOR))
                    self._done(box, uid)
                return len(uids)
        except (imaplib.IMAP4.error, OSError, NoToken) as error:
            raise MailboxTrouble(f"{self._access.host}: {type(error).__name__}: {_plain(error)}") from error

    @contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4_SSL]:
        access = self._access
        tls = access.tls or ssl.create_default_context()
        box = imaplib.IMAP4_SSL(access.host, access.port, ssl_context=tls, timeout=PATIENCE_SECONDS)
        try:
            if access.password:
                box.login(access.user, access.password)
            else:
                said = xoauth2(access.user, self._token())
                box.authenticate("XOAUTH2", lambda challenge: b"" if challenge else said)
            _ok(box.select(_quoted(access.folder)))
            yield box
        finally:
            try:
                box.logout()
            except (imaplib.IMAP4.error, OSError):
                with suppress(OSError):
                    box.shutdown()

    def _unseen(self, box: imaplib.IMAP4_SSL) -> list[str]:
        wanted = ("UNDELETED",) if self._access.done_folder else ("UNSEEN", "UNDELETED")
        found = _ok(box.uid("SEARCH", *wanted))
        first = found[0] if found else b""
        return first.decode("ascii", "replace").split() if isinstance(first, bytes) else []

    def _fetched(self, box: imaplib.IMAP4_SSL, uid: str) -> bytes | None:
        """The mail, cut at the size the other door takes; None where somebody removed it meanwhile."""
        found = _ok(box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST_MAIL}>)"))
        return next((bytes(part[1]) for part in found if isinstance(part, tuple)), None)

    def _done(self, box: imaplib.IMAP4_SSL, uid: str) -> None:
        folder = self._access.done_folder
        if not folder:
            _ok(box.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
        elif "MOVE" in box.capabilities:  # RFC 6851
            _ok(box.uid("MOVE", uid, _quoted(folder)))
        else:
            _ok(box.uid("COPY", uid, _quoted(folder)))
            _ok(box.uid("STORE", uid, "+FLAGS", r"(\Seen \Deleted)"))


def _ok(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    status, found = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the server says {status}")
    return found


def _quoted(folder: str) -> str:
    """A folder's name as a quoted string (RFC 3501 §4.3)."""
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
