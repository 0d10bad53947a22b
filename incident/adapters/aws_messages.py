"""What AWS wraps its alerts in (the SNS envelope, the event of EventBridge), how SNS asks, what resources are called.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

from collections.abc import Mapping

from incident.adapters.answers import Answer, Asked, Confirmation, Headers, Noted
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_json, read_object
from incident.adapters.fields import asset_of, part, scalar_text
from incident.adapters.proofs.aws_sns import CONFIRMATION, NOTIFICATION, SIGNED, subscribe_url
from incident.adapters.signals import Asset, AssetKind, Unreadable

MESSAGE_ID = "x-amz-sns-message-id"
TOPIC = "x-amz-sns-topic-arn"
OVER_EVENTBRIDGE = (Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN, Scheme.AWS_SNS)
"""An API destination sends what its connection holds: basic, an API key in a header, or a token; else SNS signs."""

_RULE = """\
Resources:
  Connection:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters:
        ApiKeyAuthParameters:
          ApiKeyName: Authorization
          ApiKeyValue: Bearer SECRET
  Destination:
    Type: AWS::Events::ApiDestination
    Properties:
      ConnectionArn: !GetAtt Connection.Arn
      HttpMethod: POST
      InvocationEndpoint: {url}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal:
              Service: events.amazonaws.com
            Action: sts:AssumeRole
      Policies:
        - PolicyName: send
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: events:InvokeApiDestination
                Resource: !GetAtt Destination.Arn
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [SOURCE]
        detail-type: [KINDS]
      Targets:
        - Id: seventytwo
          Arn: !GetAtt Destination.Arn
          RoleArn: !GetAtt Role.Arn
"""

Message = dict[str, Json]


def envelope_type(document: Json) -> str | None:
    """What SNS says with it: a notification, or something about the subscription; None for what SNS did not send."""
    if not isinstance(document, dict) or not isinstance(document.get("Message"), str):
        return None
    said = document.get("Type")
    if isinstance(said, str):
        return said if said in SIGNED else None
    return CONFIRMATION if "SubscribeURL" in document else NOTIFICATION


def answer(asked: Asked) -> Answer | None:
    """What SNS asks about the subscription: a person has it confirmed; its end is noted. None: a notification."""
    try:
        document = read_object(asked.body)
    except Unreadable:
        return None
    kind = envelope_type(document)
    if kind in (None, NOTIFICATION):
        return None
    topic = scalar_text(document.get("TopicArn")) or "a topic that is not named"
    if kind == CONFIRMATION:
        address = subscribe_url(document)
        return Confirmation(address, f"SNS asks whether {topic} may send here.") if address else None
    return Noted(f"The subscription of {topic} was ended.")


def unwrapped(headers: Headers, body: bytes) -> tuple[Json, str | None]:
    """What the service itself said, out of an SNS envelope or bare, and the topic's ARN. Raises Unreadable."""
    document = read_json(body)
    if not isinstance(document, dict) or envelope_type(document) is None:
        return document, headers.get(TOPIC)
    return read_json(message_text(document).encode()), topic_of(headers, document)


def message_text(envelope: Message) -> str:
    """The message of a notification. Raises Unreadable for what is no notification or has no message."""
    if envelope_type(envelope) != NOTIFICATION:
        raise Unreadable("Type must be Notification; SubscribeURL of a confirmation must be an address of SNS.")
    text = envelope.get("Message")
    if not isinstance(text, str) or not text.strip():
        raise Unreadable("Message must be a text that is not empty.")
    return text


def topic_of(headers: Headers, envelope: Message) -> str | None:
    """The ARN of the topic that sent it."""
    return scalar_text(envelope.get("TopicArn")) or headers.get(TOPIC)


def arn_region(arn: Json) -> str | None:
    """The region an ARN names (`arn:partition:service:region:account:resource`)."""
    parts = (scalar_text(arn) or "").split(":")
    return scalar_text(parts[3]) if len(parts) > 5 and parts[0] == "arn" else None


def arn_name(arn: str) -> str:
    """The last part of an ARN's resource, of a function without its version; other texts as they are."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return arn
    resource = parts[5]
    if parts[2] == "lambda":
        return resource.removeprefix("function:").split(":")[0]
    return resource.rstrip("/:").replace(":", "/").rsplit("/", 1)[-1] or arn


def resource_asset(kinds: Mapping[str, AssetKind], kind: Json, identity: Json, region: Json) -> Asset | None:
    """The asset of a resource with its type and its ARN, id or name."""
    text = scalar_text(identity)
    what = kinds.get(kind, AssetKind.RESOURCE) if isinstance(kind, str) else AssetKind.RESOURCE
    return asset_of(what, arn_name(text) if text else None, region)


def event_detail(document: Json) -> Json:
    """What an event of EventBridge tells; a document whose rule sends only `$.detail` is it."""
    return part(document, "detail") if isinstance(document, dict) and "detail" in document else document


def rule_template(source: str, *kinds: str) -> str:
    """What is pasted into CloudFormation: a rule of EventBridge that sends these events here, with an API key."""
    return _RULE.replace("SOURCE", source).replace("KINDS", ", ".join(kinds))
