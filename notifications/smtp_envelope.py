"""What is said of a mail in SMTP (RFC 5321): the addresses of its envelope, and its body ready for DATA. Pure."""

import re

from notifications.smtp_desk import Mail

PATH = re.compile(r"[!-;=?-~]{1,254}")


def path(address: str) -> bytes:
    """An address for the envelope. Raises ValueError for one that would say more than an address."""
    if not PATH.fullmatch(address):
        raise ValueError(f"{address!r} cannot stand in a mail's envelope")
    return address.encode()


def recipient_words(mail: Mail) -> bytes:
    """The line that names the recipient. Raises ValueError for an address that cannot be said."""
    return b"RCPT TO:<%b>\r\n" % path(mail.recipient)


def with_final_dot(message: bytes) -> tuple[bytes, bytes]:
    """Ready for DATA (§4.5.2): lines end with CRLF already, a dot that begins one is doubled."""
    if b"\r\n." in message:
        message = message.replace(b"\r\n.", b"\r\n..")
    if message.startswith(b"."):
        message = b"." + message
    return message, b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n"
