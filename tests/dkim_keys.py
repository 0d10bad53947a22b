"""Real DKIM keys for tests: a domain that signs its mails, and the record a name server has of it."""

import base64
from dataclasses import dataclass, field
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from notifications.dkim_checks import LookupTrouble

SIGNED = ("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "content-type")


@cache
def _key(bits: int, _number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def _short_key(_number: int) -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


@dataclass
class SigningDomain:
    """A domain with a key of its own. `number` tells keys of equal size apart."""

    domain: str
    selector: str = "s1"
    bits: int = 2048
    number: int = 0
    algorithm: str = "rsa-sha256"  # or "ed25519-sha256" (RFC 8463); `bits` says nothing there

    @property
    def name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> bytes:
        if self.algorithm == "ed25519-sha256":
            point = _short_key(self.number).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            return b"v=DKIM1; k=ed25519; p=" + base64.b64encode(point)
        public = _key(self.bits, self.number).public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)

    def sign(self, raw: bytes, *, length: bool = False, fields: tuple[str, ...] = SIGNED) -> bytes:
        """The mail with its signature above it, byte for byte as a signing relay sends it."""
        there = [name.encode() for name in fields if f"\n{name}:".encode() in b"\n" + raw.lower()]
        line: bytes = dkim.sign(
            raw,
            self.selector.encode(),
            self.domain.encode(),
            self._private(),
            include_headers=there,
            length=length,
            signature_algorithm=self.algorithm.encode(),
        )
        return line + raw

    def _private(self) -> bytes:
        """The key as the library wants it: PEM, of Ed25519 the seed in base64."""
        if self.algorithm == "ed25519-sha256":
            seed = _short_key(self.number).private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
            return base64.b64encode(seed)
        return _key(self.bits, self.number).private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )


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
