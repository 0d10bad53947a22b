"""Settings of what comes back: doors for mail, a mailbox, events of providers, and the next channel."""

import re
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from incident.channel_rules import EVERY_KIND, NextChannel
from incident.notice_kinds import NoticeKind
from incident.providers.sendgrid import UnusableKey, public_key

OURS = re.compile(r"[^\s@,]*@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
TOPIC = re.compile(r"arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:\d{12}:[\w.-]{1,256}")


def listed(value: str) -> tuple[str, ...]:
    """The parts of a setting that names several things with commas between."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


class IncomingMail(BaseSettings):
    """The part of the settings that is about mail and events that come back. Everything is off until it is set."""

    incoming_addresses: str = Field(
        default="",
        description="Addresses bounces and answers come to, with commas between, such as "
        "bounces@notices.example.org, or @reply.example.org for a whole domain.",
    )
    lmtp_host: str = Field(default="127.0.0.1", description="Address the worker takes returning mail at by LMTP.")
    lmtp_port: int = Field(default=0, ge=0, le=65535, description="Its port, such as 2424; 0: no LMTP.")
    imap_host: str = Field(default="", description="Mailbox that is looked into, by IMAP over TLS; not set: none.")
    imap_port: int = Field(default=993, description="Its port.")
    imap_user: str = Field(default="", description="Name to sign in with at the mailbox.")
    imap_password: SecretStr | None = Field(
        default=None, description="Its password; not set: OAuth 2.0 with the refresh token."
    )
    imap_folder: str = Field(default="INBOX", description="Folder that is looked into.")
    imap_done_folder: str = Field(
        default="", description="Folder that mails move to once they are kept; not set: they are flagged as seen."
    )
    imap_seconds: float = Field(default=60.0, ge=1, description="Seconds from one look into the mailbox to the next.")
    imap_token_url: str = Field(default="", description="Token endpoint of the mailbox's provider, https.")
    imap_client_id: str = Field(default="", description="Client id there.")
    imap_client_secret: SecretStr | None = Field(default=None, description="Client secret there, where it wants one.")
    imap_refresh_token: SecretStr | None = Field(default=None, description="Refresh token of the mailbox.")
    imap_scope: str = Field(default="", description="Scope to ask a token for; not set: as the refresh token has it.")
    mail_days: int = Field(
        default=90, ge=1, description="Days after which what was received is erased; hashes and counts stay."
    )

    security_addresses: str = Field(
        default="",
        description="Addresses at which anybody may report something, with commas between, such as "
        "security@example.org; their mails open incidents. Not set: none do.",
    )
    incident_address: str = Field(
        default="",
        description="Address of incidents, such as incident@reply.example.org: mail to it with a token becomes a "
        "line of a timeline. Not set: none does.",
    )
    note_needs_dkim: bool = Field(
        default=True, description="Whether mail becomes a line only where DKIM proves its author's domain."
    )
    received_hops: int = Field(
        default=0,
        ge=0,
        le=10,
        description="Received lines that your own servers add to every mail; the lowest of them says when a report "
        "reached you. 0: our own receipt counts.",
    )
    dkim_seconds: float = Field(
        default=3.0, ge=0, le=10, description="Seconds a name server has to answer for a DKIM key; 0: none is asked."
    )
    reports_an_hour: int = Field(
        default=20,
        ge=1,
        le=1000,
        description="Incidents reports by mail open an hour; the rest is gathered in one.",
    )
    attachment_mib: int = Field(
        default=5,
        ge=0,
        le=10,
        description="Largest attachment of a report kept as evidence, in MiB; 0: none is.",
    )
    report_answers: bool = Field(
        default=True, description="Whether a report by mail is answered by itself, once, in words of templates/finders."
    )

    question_hours: int = Field(default=48, ge=1, description="Hours within which a question in a reply is answered.")
    complaint_hours: int = Field(default=24, ge=1, description="Hours within which a complaint is dealt with.")
    support_lookups: int = Field(
        default=60, ge=1, description="Look-ups one person may make on the support page an hour."
    )

    ses_topics: str = Field(
        default="", description="SNS topics (ARNs) Amazon SES tells its events by, with commas between; not set: none."
    )
    sendgrid_key: str = Field(
        default="", description="Verification key of SendGrid's signed event webhook, base64; not set: none."
    )
    postmark_secret: SecretStr | None = Field(
        default=None, description="user:password of Postmark's webhook address, 16 characters or more; not set: none."
    )
    mailgun_key: SecretStr | None = Field(
        default=None, description="HTTP webhook signing key of Mailgun; not set: none."
    )

    next_channels: dict[str, list[NextChannel]] = Field(
        default_factory=dict,
        description="What opens for people whose mail does not arrive, as JSON: kind of notice, or *, to a list of "
        "in_app, postal, public.",
    )
    unreached_number: int = Field(
        default=1000,
        ge=0,
        description="From so many unreached people on somebody decides on a public notice; 0: never.",
    )
    unreached_share: float = Field(
        default=0.1, ge=0, le=1, description="The same as a share of those written to; 0: never."
    )

    @property
    def takes_mail(self) -> bool:
        """Whether mail that comes back reaches this installation: handed in, or fetched from a mailbox."""
        return bool(self.lmtp_port or self.imap_host)

    @property
    def takes_events(self) -> bool:
        """Whether a provider tells here what became of mails."""
        return bool(self.ses_topics or self.sendgrid_key or self.postmark_secret or self.mailgun_key)

    @field_validator("incoming_addresses")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        for part in listed(value):
            if not OURS.fullmatch(part):
                raise ValueError("each is an address, or @ and a domain")
        return value.lower()

    @field_validator("security_addresses", "incident_address")
    @classmethod
    def _are_whole_addresses(cls, value: str) -> str:
        for part in listed(value):
            if not OURS.fullmatch(part) or part.startswith("@") or "+" in part:
                raise ValueError("each is a whole address without a plus, such as security@example.org")
        return value.lower()

    @field_validator("ses_topics")
    @classmethod
    def _are_topics(cls, value: str) -> str:
        for part in listed(value):
            if not TOPIC.fullmatch(part):
                raise ValueError("each is the ARN of a topic, such as arn:aws:sns:eu-central-1:123456789012:events")
        return value

    @field_validator("sendgrid_key")
    @classmethod
    def _is_key(cls, value: str) -> str:
        if value:
            try:
                public_key(value)
            except UnusableKey as error:
                raise ValueError(str(error)) from None
        return value

    @field_validator("postmark_secret")
    @classmethod
    def _is_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and (":" not in value.get_secret_value() or len(value.get_secret_value()) < 16):
            raise ValueError("is user:password, of 16 characters or more")
        return value

    @field_validator("imap_token_url")
    @classmethod
    def _is_https(cls, value: str) -> str:
        if value and (urlsplit(value).scheme != "https" or not urlsplit(value).hostname):
            raise ValueError("is an https address")
        return value

    @field_validator("next_channels")
    @classmethod
    def _are_kinds(cls, value: dict[str, list[NextChannel]]) -> dict[str, list[NextChannel]]:
        for kind in value:
            if kind != EVERY_KIND and kind not in set(NoticeKind):
                raise ValueError(f"{kind!r} is no kind of notice, nor *")
        return value
