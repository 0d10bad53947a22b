"""Settings of sending mail: relays, how they are spoken to, how fast; a part of `Settings`."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings


class SendingSettings(BaseSettings):
    """How mail leaves."""

    smtp_host: str = Field(default="127.0.0.1", description="The relay all mail goes through.")
    smtp_port: int = Field(default=25, description="Its port.")
    smtp_user: str = Field(default="", description="Name to sign in with at the relay; not set: no sign-in.")
    smtp_password: SecretStr | None = Field(default=None, description="Password to sign in with at the relay.")
    smtp_security: Literal["starttls", "tls", "clear"] = Field(
        default="starttls", description="starttls, tls, or clear, which is for a relay on this machine only."
    )
    mail_from: str = Field(
        default="security-notices@example.org", description="From address; its domain stands in each Message-ID."
    )
    smtp_backup_host: str = Field(
        default="", description="A second relay, used while the first cannot be reached; not set: there is none."
    )
    smtp_backup_port: int = Field(default=25, description="Its port.")
    smtp_backup_user: str = Field(default="", description="Name to sign in with there; not set: no sign-in.")
    smtp_backup_password: SecretStr | None = Field(default=None, description="Password to sign in with there.")
    smtp_backup_security: Literal["starttls", "tls", "clear"] = Field(
        default="starttls", description="As smtp_security, for the second relay."
    )
    smtp_chunking: bool = Field(
        default=False, description="Send whole mails one after the other (RFC 3030) where the relay offers CHUNKING."
    )
    smtp_messages: int = Field(default=100, ge=1, description="Mails over one connection; then a new one is opened.")
    send_rate: float = Field(default=0, ge=0, description="Mails a second of all workers together; 0: no limit.")
    domain_rates: dict[str, float] = Field(
        default_factory=dict,
        description="Mails a second of all workers together to a domain, as JSON; * stands for each domain not named.",
    )
    smtp_connections: int = Field(default=4, description="Connections of each worker to the relay at once; at least 1.")

    @field_validator("domain_rates")
    @classmethod
    def _are_rates(cls, value: dict[str, float]) -> dict[str, float]:
        for domain, rate in value.items():
            if rate <= 0:
                raise ValueError(f"{domain}: a rate is a number of mails a second above zero")
        return {domain.lower(): rate for domain, rate in value.items()}
