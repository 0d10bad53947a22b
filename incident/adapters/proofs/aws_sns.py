"""Amazon SNS: RSA over the canonical text of the message, by a certificate that lies at an address of SNS.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html

Anybody with an account there can have SNS sign something, so that the signature alone proves nothing: what stands for
the secret is the ARN of a topic of ours.
"""

import base64
import binascii
import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from incident.adapters.documents import Json, read_object
from incident.adapters.fields import moment
from incident.adapters.proofs.presented import MALFORMED, MISSING, REPLAY_WINDOW, STALE, WRONG, Presented, Refused
from incident.adapters.signals import Unreadable

WINDOW = timedelta(hours=1)
"""SNS gives a delivery up within it by its default policy; a later copy is somebody else's."""
HOST = r"https://sns\.[a-z]{2}(?:-[a-z]+){1,3}-\d\.amazonaws\.com(?:\.cn)?/"
CERTIFICATE = re.compile(HOST + r"SimpleNotificationService-[0-9a-zA-Z]{1,64}\.pem")
SUBSCRIBE = re.compile(HOST + r"\?Action=ConfirmSubscription&[\w=&:%.~+-]{1,2000}", re.ASCII)
TOPIC = re.compile(r"arn:aws[a-z-]{0,10}:sns:[a-z0-9-]{1,30}:\d{12}:[\w.-]{1,261}", re.ASCII)
NOTIFICATION, CONFIRMATION = "Notification", "SubscriptionConfirmation"
_OF_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: _OF_CONFIRMATION,
    "UnsubscribeConfirmation": _OF_CONFIRMATION,
}
HASHES = {"1": SHA1, "2": SHA256}

Message = dict[str, Json]


def wanted(topics: Sequence[str], presented: Presented, now: datetime) -> str | Refused:
    """Where the certificate of a message that may be genuine lies."""
    opened = open_message(presented.body, topics, now)
    return opened if isinstance(opened, Refused) else str(opened["SigningCertURL"])


def aws_sns(topics: Sequence[str], presented: Presented, now: datetime) -> int | Refused:
    """Whether a topic of ours said it, by the certificate that was fetched."""
    opened = open_message(presented.body, topics, now)
    if isinstance(opened, Refused):
        return opened
    if presented.fetched is None:
        return MISSING
    trouble = trouble_of(opened, presented.fetched, now)
    return trouble if trouble is not None else list(topics).index(str(opened["TopicArn"]))


def open_message(body: bytes, topics: Collection[str], now: datetime) -> Message | Refused:
    """The message, before its signature is checked: its topic is ours, its certificate lies at an address of SNS."""
    try:
        document = read_object(body, to_keep=False)
    except Unreadable:
        return MALFORMED
    names = SIGNED.get(str(document.get("Type")), ())
    texts = all(isinstance(document.get(name), str) for name in names if name != "Subject")
    url = document.get("SigningCertURL")
    if not names or not texts or not isinstance(document.get("Subject", ""), str) or not isinstance(url, str):
        return MALFORMED
    if document["TopicArn"] not in topics or not CERTIFICATE.fullmatch(url):
        return WRONG
    at = moment(document["Timestamp"])
    return document if at is not None and now - WINDOW <= at <= now + REPLAY_WINDOW else STALE


def trouble_of(message: Message, certificate: bytes, now: datetime) -> Refused | None:
    """Why the holder of this certificate (PEM, fetched from its address) did not sign the message; None: he did."""
    hashed = HASHES.get(str(message.get("SignatureVersion")))
    try:
        signature = base64.b64decode(str(message.get("Signature", "")), validate=True)
        holder = x509.load_pem_x509_certificate(certificate)
    except (binascii.Error, ValueError):
        return MALFORMED
    key = holder.public_key()
    if hashed is None or not isinstance(key, RSAPublicKey):
        return MALFORMED
    if not holder.not_valid_before_utc <= now <= holder.not_valid_after_utc:
        return WRONG
    try:
        key.verify(signature, _signed(message), PKCS1v15(), hashed())
    except InvalidSignature:
        return WRONG
    return None


def subscribe_url(message: Message) -> str:
    """Where the subscription is confirmed, "" where that is no address of SNS."""
    url = str(message.get("SubscribeURL", ""))
    return url if SUBSCRIBE.fullmatch(url) else ""


def _signed(message: Message) -> bytes:
    names = (name for name in SIGNED[str(message["Type"])] if name in message)
    return "".join(f"{name}\n{message[name]}\n" for name in names).encode("utf-8", "surrogatepass")
