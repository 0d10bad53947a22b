"""Real DKIM keys for tests: a domain that signs its mails, and the record a name server has of it."""

import base64
from dataclasses import dataclass, field
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from notifications.dkim_checks import LookupTrouble

SIGNED = ("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "content-type")


@cache
def _key(bits: int, _number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@dataclass
class SigningDomain:
    """A domain with a key of its own. `number` tells keys of equal size apart."""

    domain: str
    selector: str = "s1"
    bits: int = 2048
    number: int = 0

    @property
    def name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> bytes:
        public = _key(self.bits, self.number).public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)

    def sign(self, raw: bytes, *, length: bool = False, fields: tuple[str, ...] = SIGNED) -> bytes:
        """The mail with its signature above it, byte for byte as a signing relay sends it."""
        pem = _key(self.bits, self.number).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        there = [name.encode() for name in fields if f"\n{name}:".encode() in b"\n" + raw.lower()]
        line: bytes = dkim.sign(
            raw, self.selector.encode(), self.domain.encode(), pem, include_headers=there, length=length
        )
        return line + raw


@dataclass
class NameServer:
    """Answers what it knows, counts what it is asked, and can be down."""

    records: dict[str, bytes] = field(default_factory=dict)
    down: bool = False
    asked: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, *domains: SigningDomain) -> "NameServer":
        return cls({one.name: one.record for one in domains})

    def __call__(self, name: str) -> bytes | None:
        self.asked.append(name)
        if self.down:
            raise LookupTrouble("Timeout")
        return self.records.get(name)
