"""Amazon SNS over HTTPS: what CloudWatch, GuardDuty and Security Hub say through a topic, and any other text.

https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html

A text says neither that something began nor that it ended: it is informational, and opens an incident only by a rule.
Then texts of one topic and title belong together.
"""

from incident.adapters import aws_cloudwatch, aws_guardduty, aws_securityhub
from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.aws_messages import MESSAGE_ID, answer, arn_region, envelope_type, message_text, topic_of
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    category_hints,
    first_text,
    limited,
    made_key,
    one_line,
    own_key,
    part,
    scalar_text,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Signal, SignalState, Unreadable

NAME = "aws_sns"


def read(headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The signals of the alert the message carries, else one of the message. Raises Unreadable, naming the field."""
    envelope = read_object(body)
    if envelope_type(envelope) is None:
        raise Unreadable("It is no message of SNS: Type and Message are missing.")
    text = message_text(envelope)
    carried, topic = _object(text), topic_of(headers, envelope)
    if aws_cloudwatch.recognises(carried):
        return aws_cloudwatch.signals_of(carried, topic)
    if aws_guardduty.recognises(carried):
        return aws_guardduty.signals_of(carried)
    if aws_securityhub.recognises(carried):
        return aws_securityhub.signals_of(carried)
    return (_of_text(headers, envelope, text, carried, topic),)


def _object(text: str) -> Json:
    """The object a message holds; None where it is a text, also one that only looks like an object."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        return read_object(text.encode())
    except Unreadable:
        return None


def _of_text(headers: Headers, envelope: dict[str, Json], text: str, carried: Json, topic: str | None) -> Signal:
    first_line = next((line for line in map(one_line, text.splitlines()) if line), None)
    title = first_text(envelope.get("Subject"), part(carried, "detail-type"), first_line)
    key = first_text(envelope.get("MessageId"), headers.get(MESSAGE_ID))
    if title is None or key is None:
        raise Unreadable("MessageId, or a Subject or Message to name it by, is missing.")
    title = one_line(title, TITLE_LENGTH)
    attributes = envelope.get("MessageAttributes")
    named = attributes.items() if isinstance(attributes, dict) else ()
    labels = limited(
        [
            ("topic", topic),
            ("region", arn_region(topic)),
            ("source", scalar_text(part(carried, "source"))),
            ("message", one_line(text)),
            *((name, scalar_text(part(value, "Value"))) for name, value in named),
        ]
    )
    return Signal(
        title=title,
        severity=None,
        source=NAME,
        key=own_key(key),
        state=SignalState.INFORMATIONAL,
        hints=category_hints(labels.get(DATA_CATEGORIES), "message attribute"),
        labels=labels,
        group=made_key(topic, title),
    )


DECIDES = frozenset({"Message"})
"""It may be an alert of another service."""

SNIPPET = """\
aws sns set-topic-attributes --topic-arn arn:aws:sns:REGION:ACCOUNT:TOPIC \\
  --attribute-name SignatureVersion --attribute-value 2
aws sns subscribe --topic-arn arn:aws:sns:REGION:ACCOUNT:TOPIC \\
  --protocol https --notification-endpoint {url}
"""

ADAPTER = Adapter(
    name=NAME,
    label="Amazon SNS",
    schemes=(Scheme.AWS_SNS,),
    read=read,
    delivery_header=MESSAGE_ID,
    answer=answer,
    snippet=SNIPPET,
)
