"""Amazon SNS messages over HTTPS: where their certificate may come from, what is signed, whether it is."""

import base64
import binascii
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from incident.adapters.authenticity import Reason, Refused
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import moment
from incident.adapters.signals import Unreadable
from incident.providers.reading import PROVEN, Proven, fresh

WINDOW = timedelta(hours=1)
"""SNS gives a delivery up within it by its default policy; a later copy is somebody else's."""
HOST = r"https://sns\.[a-z]{2}(?:-[a-z]+){1,3}-\d\.amazonaws\.com(?:\.cn)?/"
CERTIFICATE = re.compile(HOST + r"SimpleNotificationService-[0-9a-zA-Z]{1,64}\.pem")
SUBSCRIBE = re.compile(HOST + r"\?Action=ConfirmSubscription&[\w=&:%.~+-]{1,2000}")
NOTIFICATION, CONFIRMATION = "Notification", "SubscriptionConfirmation"
SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
HASHES = {"1": SHA1, "2": SHA256}


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
        url = str(self.document.get("SubscribeURL", ""))
        return url if SUBSCRIBE.fullmatch(url) else ""


def open_envelope(body: bytes, topics: Collection[str], now: datetime) -> Envelope | Refused:
    """The message, before its signature is checked: its topic is ours, its certificate lies at an address of SNS.

    Anybody with an account there can have SNS sign something, so that the signature alone would prove nothing.
    """
    try:
        document = read_object(body)
    except Unreadable:
        return Refused(Reason.MALFORMED)
    names = SIGNED.get(str(document.get("Type")), ())
    texts = all(isinstance(document.get(name), str) for name in names if name != "Subject")
    url = document.get("SigningCertURL")
    if not names or not texts or not isinstance(document.get("Subject", ""), str) or not isinstance(url, str):
        return Refused(Reason.MALFORMED)
    if document["TopicArn"] not in topics or not CERTIFICATE.fullmatch(url):
        return Refused(Reason.WRONG)
    if not fresh(moment(document["Timestamp"]), now, WINDOW):
        return Refused(Reason.STALE)
    return Envelope(document, url)


def verify(envelope: Envelope, certificate: bytes, now: datetime) -> Proven | Refused:
    """Whether the holder of this certificate (PEM, fetched from its address) signed the message."""
    hashed = HASHES.get(str(envelope.document.get("SignatureVersion")))
    try:
        signature = base64.b64decode(str(envelope.document.get("Signature", "")), validate=True)
        holder = x509.load_pem_x509_certificate(certificate)
    except (binascii.Error, ValueError):
        return Refused(Reason.MALFORMED)
    key = holder.public_key()
    if hashed is None or not isinstance(key, RSAPublicKey):
        return Refused(Reason.MALFORMED)
    if not holder.not_valid_before_utc <= now <= holder.not_valid_after_utc:
        return Refused(Reason.WRONG)
    try:
        key.verify(signature, _signed(envelope.document), PKCS1v15(), hashed())
    except InvalidSignature:
        return Refused(Reason.WRONG)
    return PROVEN


def _signed(document: dict[str, Json]) -> bytes:
    names = (name for name in SIGNED[str(document["Type"])] if name in document)
    return "".join(f"{name}\n{document[name]}\n" for name in names).encode()
