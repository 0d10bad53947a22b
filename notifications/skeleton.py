"""Mail skeletons: one text serialised once as MIME, split at its placeholders, joined per person in microseconds.

Bodies are quoted-printable (RFC 2045 §6.7): every line is ASCII, at most 76 characters, and none begins with a dot, so
that the bytes may go through any relay and need no dot-stuffing. A placeholder stands on lines of its own, kept from
its neighbours by soft breaks, so that its value can be encoded without looking at the rest.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from notifications.branding import logo_of
from notifications.formats import direction_of
from notifications.message import Envelope, Head, Text
from notifications.placeholders import (
    LINE_BREAKS,
    PLACEHOLDER,
    Unfillable,
    check_tags,
    checked,
    names_in,
    substitute,
    values_for,
)

LARGEST = 256 * 1024  # bytes of one mail
WIDTH = 76
SAFE = re.compile(r"(?!\.)[ -<>-~]{0,70}(?<! )")
SHORT = re.compile(r"(?!\.)[^\x00-\x1f\x7f]*(?<! )")
PLAIN_HEADER = re.compile(r"[!-~](?:[ -~]*[!-~])?")
ATOMS = re.compile(r"[A-Za-z0-9 _!#$%&'*+/^`{|}~-]+")
ADDRESS = re.compile(r"[!-;=?A-~]+@[A-Za-z0-9.\[\]:-]+")
HEAD_WORD = re.compile(r"[!-~][ -~]*")
SOFT = b"=\r\n"
CRLF = b"\r\n"
PLAIN_VALUE = re.compile(r"(?!\.)[ !#-%(-;?-~]{0,70}(?<! )")  # SAFE without & < > " '
LOGO = 'src="cid:logo"'
QP = [b"%c" % byte if 32 <= byte <= 126 and byte != 61 else b"=%02X" % byte for byte in range(256)]

Pieces = tuple[bytes | str, ...]  # bytes as they are, str: the name of a placeholder
Places = tuple[int, ...]
SUBJECT, OWN_HEAD = 1, 2  # parts of a mail


@dataclass(frozen=True, slots=True)
class Skeleton:
    """One edition in one language, ready for any number of people."""

    text: Text
    names: frozenset[str]
    fixed_subject: bytes | None  # None: the subject holds placeholders
    parts: tuple[bytes, ...]  # the whole mail; empty where something is filled in: subject, own head, each place
    places: tuple[tuple[str, Places, Places], ...]  # each placeholder with its parts in the plain text and in the HTML
    direction: str  # of the text: "ltr" or "rtl"

    def fill(self, envelope: Envelope, values: Mapping[str, str]) -> bytes:
        """The whole mail for one person, ready to be sent as it is (CRLF, no line begins with a dot).

        Raises Unfillable for a value that is missing or cannot stand in a mail, ValueError for an address that cannot.
        """
        own, parts = self.values(values), list(self.parts)
        parts[SUBJECT] = self.fixed_subject or _header("Subject", substitute(self.text.subject, own))
        head = (_to(envelope), _ascii(envelope.message_id), _ascii(envelope.date))
        parts[OWN_HEAD] = b"%bMessage-ID: %b\r\nDate: %b\r\n" % head
        for name, in_plain, in_html in self.places:
            said, marked = _said(name, own)
            for place in in_plain:
                parts[place] = said
            for place in in_html:
                parts[place] = marked
        message = b"".join(parts)
        if len(message) > LARGEST:
            raise Unfillable(f"the mail has {len(message)} bytes, more than {LARGEST}: shorten the text or the values")
        return message

    def values(self, values: Mapping[str, str]) -> dict[str, str]:
        """What the text says to this person: own values, fallbacks, greeting."""
        text = self.text
        return values_for(values, text.fallbacks, text.greeting, text.greeting_unnamed, self.direction)


def build_skeleton(text: Text, head: Head) -> Skeleton:
    """Serialise a text once. Raises Unfillable for a placeholder inside a tag, ValueError for a head that cannot be."""
    faults = check_tags("html", text.html)
    if faults:
        raise Unfillable("; ".join(map(str, faults)))
    shown, picture = _pictured(text, head.sender.rpartition("@")[2])
    plain, html = _pieces(text.text), _pieces(shown) if text.html else ()
    names = frozenset(names_in(text.subject + text.text + text.html + text.greeting))
    opening, between, ending = _frame(picture) if text.html else (_part_head(b"plain"), b"", b"")
    pieces: Pieces = (_fixed_head(head), b"", b"", opening, *plain, between, *html, ending)
    middle = OWN_HEAD + 2 + len(plain)
    printed = dict.fromkeys(piece for piece in pieces if isinstance(piece, str))
    return Skeleton(
        text=text,
        names=names,
        fixed_subject=None if names_in(text.subject) else _header("Subject", text.subject),
        parts=tuple(piece if isinstance(piece, bytes) else b"" for piece in pieces),
        places=tuple(
            (name, _places(name, pieces[:middle], 0), _places(name, pieces[middle:], middle)) for name in printed
        ),
        direction=direction_of(head.locale),
    )


def _places(name: str, pieces: Pieces, offset: int) -> Places:
    return tuple(place for place, piece in enumerate(pieces, offset) if piece == name)


def _said(name: str, own: Mapping[str, str]) -> tuple[bytes, bytes]:
    """What stands in the place of a name, in the plain text and in the HTML."""
    value = own.get(name)
    if value is not None and PLAIN_VALUE.fullmatch(value):  # nothing in it is encoded, escaped or refused anywhere
        plain = value.encode()
        return plain, plain
    value = checked(name, own)
    said, escaped = _encoded_value(value), _escape_html(value)
    return said, said if escaped == value else _encoded_value(escaped)


def _pictured(text: Text, domain: str) -> tuple[str, bytes]:
    """The HTML with the logo named by a Content-ID of the sender's domain (RFC 2392), and the logo as a part."""
    named = text.html.replace(LOGO, f'src="cid:logo@{domain}"')
    if not text.logo or named == text.html:
        return text.html, b""
    logo = logo_of(text.logo)
    kind = f"Content-Type: image/{logo.subtype}\r\nContent-Transfer-Encoding: base64\r\n"
    where = f'Content-ID: <logo@{domain}>\r\nContent-Disposition: inline; filename="logo.{logo.subtype}"\r\n\r\n'
    return named, (kind + where).encode() + base64.encodebytes(logo.content).replace(b"\n", CRLF)


def _frame(picture: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands around the bodies: multipart/alternative, the HTML with its picture as multipart/related (RFC 2387).

    "=_" cannot occur in quoted-printable or base64, so that no body holds a boundary; neither begins with the other.
    """
    opening = b'Content-Type: multipart/alternative; boundary="=_seventytwo"\r\n\r\n--=_seventytwo\r\n'
    between, ending = b"\r\n--=_seventytwo\r\n", b"\r\n--=_seventytwo--\r\n"
    if picture:
        between += b'Content-Type: multipart/related; type="text/html"; boundary="=_pictured"\r\n\r\n--=_pictured\r\n'
        ending = b"\r\n--=_pictured\r\n" + picture + b"\r\n--=_pictured--" + ending
    return opening + _part_head(b"plain"), between + _part_head(b"html"), ending


def _fixed_head(head: Head) -> bytes:
    lines = [_mailbox("From", head.sender_name, head.sender)]
    if head.reply_to:
        lines.append(_mailbox("Reply-To", "", head.reply_to))
    language = head.locale if re.fullmatch(r"[A-Za-z0-9-]{2,35}", head.locale) else "en"
    lines.append(f"MIME-Version: 1.0\r\nContent-Language: {language}\r\nAuto-Submitted: auto-generated\r\n".encode())
    return b"".join(lines)


def _part_head(subtype: bytes) -> bytes:
    kind = b"Content-Type: text/" + subtype + b'; charset="utf-8"\r\n'
    return kind + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"


def _to(envelope: Envelope) -> bytes:
    return _mailbox("To", envelope.name, envelope.address)


def _mailbox(field: str, name: str, address: str) -> bytes:
    """An address field: a name that is no row of atoms is quoted, one beyond ASCII an encoded word (RFC 2047)."""
    if not ADDRESS.fullmatch(address) or len(address) > 320:
        raise ValueError(f"{address!r} is no address for the field {field}")
    where = _ascii(address)
    if "  " in name or name[:1] == " " or name[-1:] == " ":
        name = " ".join(part for part in name.split(" ") if part)
    if not name:
        return f"{field}: ".encode() + where + CRLF
    refuse_breaks(field, name)
    if len(field) + len(name) + len(address) < 70 and ATOMS.fullmatch(name):
        return f"{field}: {name} <".encode() + where + b">" + CRLF
    return f"{field}: ".encode() + _words(name, len(field) + 2) + b"\r\n <" + where + b">" + CRLF


def _header(field: str, value: str) -> bytes:
    """An unstructured field: as it is when short printable ASCII, else folded encoded words (RFC 2047)."""
    refuse_breaks(field, value)
    if len(field) + len(value) < WIDTH - 2 and "=?" not in value and PLAIN_HEADER.fullmatch(value):
        return f"{field}: {value}\r\n".encode()
    return f"{field}: ".encode() + _words(value, len(field) + 2) + CRLF


def refuse_breaks(field: str, value: str) -> None:
    """Raise ValueError for a header value that would end its line."""
    if LINE_BREAKS.search(value):
        raise ValueError(f"the field {field} holds a line break or control character")


def _words(value: str, used: int) -> bytes:
    """Encoded words of at most 75 characters, never split inside a character, folded one to a line of at most 76."""
    words, chunk, room = [], b"", (64 - used) // 4 * 3
    whole = value.encode()
    if len(whole) <= room:
        return b"=?utf-8?b?" + base64.b64encode(whole) + b"?="
    for character in value:
        encoded = character.encode()
        if len(chunk) + len(encoded) > room:
            words.append(chunk)
            chunk, room = b"", 45
        chunk += encoded
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(word) + b"?=" for word in (*words, chunk))


def _ascii(value: str) -> bytes:
    if not (HEAD_WORD.fullmatch(value) or (value.isascii() and value.strip() and len(value.splitlines()) == 1)):
        raise ValueError(f"{value!r} cannot stand in a mail's head")
    return value.encode()


def _escape_html(value: str) -> str:
    return escape(value, quote=True)


def _pieces(body: str) -> Pieces:
    """The body as quoted-printable, with the names of placeholders between."""
    body = re.sub(r"\r\n?|\n", "\n", body)
    pieces: list[bytes | str] = []
    literal, fresh = b"", True
    split = PLACEHOLDER.split(body)
    for at, part in enumerate(split):
        if at % 2:
            pieces += [literal if fresh else literal + SOFT, part]
            literal, fresh = SOFT, True
        else:
            encoded, fresh = _encoded_literal(part, fresh)
            literal += encoded
    pieces.append(literal if fresh else literal + CRLF)
    return tuple(piece for piece in pieces if piece != b"")


def _encoded_literal(text: str, fresh: bool) -> tuple[bytes, bool]:
    """Quoted-printable lines, and whether the end of the text is the beginning of a line."""
    lines = text.split("\n")
    encoded = [_encoded_line(line) for line in lines]
    ends_fresh = lines[-1] == "" and (fresh or len(lines) > 1)
    return CRLF.join(encoded), ends_fresh


def _encoded_line(line: str) -> bytes:
    """One line, soft-broken at 76, its last blank encoded, no line of it beginning with a dot."""
    if SAFE.fullmatch(line):
        return line.encode()
    rows, row = [], b""
    for token in (QP[byte] for byte in line.encode()):
        if len(row) + len(token) > WIDTH - 1:
            rows.append(row)
            row = b""
        row += b"=2E" if token == b"." and not row else token
    if row.endswith(b" "):
        row = row[:-1] + b"=20"
    return SOFT.join((*rows, row))


def _encoded_value(value: str) -> bytes:
    if SAFE.fullmatch(value):
        return value.encode()
    if len(value) < WIDTH and SHORT.fullmatch(value):
        quick = binascii.b2a_qp(value.encode())
        if len(quick) < WIDTH and b"\n" not in quick:
            return quick
    return _encoded_line(value)
