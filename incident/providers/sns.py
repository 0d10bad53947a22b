"""Amazon SNS messages over HTTPS as SES sends them: a message that may be genuine, and whether it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from incident.adapters.authenticity import Refused
from incident.adapters.documents import Json
from incident.adapters.proofs import aws_sns
from incident.providers.reading import PROVEN, Proven


@dataclass(frozen=True, slots=True)
class Envelope:
    """An SNS message that may be genuine. `certificate_url` is one that may be fetched."""

    document: dict[str, Json]
    certificate_url: str

    @property
    def type(self) -> str:
        return str(self.document["Type"])

    @property
    def message(self) -> bytes:
        return str(self.document["Message"]).encode()

    @property
    def id(self) -> str:
        return str(self.document["MessageId"])

    @property
    def subscribe_url(self) -> str:
        """Where the subscription is confirmed, "" where that is no address of SNS."""
        return aws_sns.subscribe_url(self.document)


def open_envelope(body: bytes, topics: Collection[str], now: datetime) -> Envelope | Refused:
    """The message, before its signature is checked: its topic is ours, its certificate lies at an address of SNS."""
    opened = aws_sns.open_message(body, topics, now)
    return opened if isinstance(opened, Refused) else Envelope(opened, str(opened["SigningCertURL"]))


def verify(envelope: Envelope, certificate: bytes, now: datetime) -> Proven | Refused:
    """Whether the holder of this certificate (PEM, fetched from its address) signed the message."""
    return aws_sns.trouble_of(envelope.document, certificate, now) or PROVEN
