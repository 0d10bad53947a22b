"""A passkey in software (W3C WebAuthn level 2 §6): makes an ES256 key, signs with it, and errs as it is told."""

import hashlib
import json
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

UP, UV, AT = 0x01, 0x04, 0x40
ES256 = -7


def encoded(value: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


@dataclass
class Authenticator:
    """One credential, and the browser around it. What it is told wrongly, it says wrongly."""

    rp_id: str
    origin: str
    flags: int = UP | UV
    count: int = 0
    step: int = 1  # 0: as passkeys kept in step over several devices do, which never count
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(32))

    def create(self, options: dict[str, Any], *, kind: str = "webauthn.create") -> dict[str, Any]:
        """The answer to `navigator.credentials.create`, as the script of the page sends it."""
        data = self._data(AT) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + self.public_key()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client(kind, options["challenge"])
        return {"id": encoded(self.id), "client_data": encoded(client), "attestation": encoded(attestation)}

    def get(self, options: dict[str, Any], *, kind: str = "webauthn.get", user_handle: bytes = b"") -> dict[str, Any]:
        """The answer to `navigator.credentials.get`."""
        self.count += self.step
        data, client = self._data(0), self._client(kind, options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        return {
            "id": encoded(self.id),
            "client_data": encoded(client),
            "authenticator_data": encoded(data),
            "signature": encoded(signature),
            "user_handle": encoded(user_handle),
        }

    def public_key(self) -> bytes:
        """As COSE has it (RFC 9053 §7.1.1)."""
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})

    def _data(self, more: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()
