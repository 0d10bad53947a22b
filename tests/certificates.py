"""Throw-away certificates for tests: an authority of our own, and servers it vouches for, or not."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FROM = datetime(2020, 1, 1, tzinfo=UTC)
UNTIL = datetime(2099, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs certificates. `folder` keeps the files that the standard library wants to read."""

    folder: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def trusting(self) -> ssl.SSLContext:
        """A client that trusts this authority and nobody else."""
        pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def server(self, address: str = "127.0.0.1", until: datetime = UNTIL, name: str = "") -> ssl.SSLContext:
        """A server with a certificate for this IP address, or for this host name alone."""
        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.DNSName(name) if name else x509.IPAddress(ip_address(address))
        named = x509.SubjectAlternativeName([who])
        certificate = _builder("server", key, until).issuer_name(self.certificate.subject)
        signed = certificate.add_extension(named, critical=False).sign(self.key, hashes.SHA256())
        path = self.folder / f"{signed.serial_number}.pem"
        path.write_bytes(_private(key) + signed.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def new_authority(folder: Path) -> Authority:
    """An authority nobody has heard of."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder("authority", key, UNTIL).issuer_name(_name("authority"))
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = builder.add_extension(constraints, critical=True).add_extension(usage, critical=True)
    return Authority(folder, builder.sign(key, hashes.SHA256()), key)


def _builder(name: str, key: ec.EllipticCurvePrivateKey, until: datetime) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(_name(name)).public_key(key.public_key())
    return builder.serial_number(x509.random_serial_number()).not_valid_before(FROM).not_valid_after(until)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"seventytwo test {name}")])


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
