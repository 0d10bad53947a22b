"""Settings of `seventytwo edge`, which shows released in-app notices, and of the tokens that say who reads them."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from notifications.reader_tokens import SHORTEST_SECRET

LIVE_SECRETS = 2
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
SOURCE = re.compile(r"https?://[^/?#]+/?")


class EdgeSettings(BaseSettings):
    """What an edge decides. The secrets are the same at the host's server, at the edge and at seventytwo."""

    in_app_secrets: SecretStr | None = Field(
        default=None,
        description="Secrets the host signs readers' tokens with, one or two with a comma between, each of at least "
        "32 characters; not set: seventytwo alone makes tokens.",
    )
    edge_source: str = Field(
        default="", description="Edge: where seventytwo answers, https://…; http on this machine only."
    )
    edge_token: SecretStr | None = Field(default=None, description="Edge: its token, of the role edge.")
    edge_host: str = Field(default="127.0.0.1", description="Edge: address it listens on.")
    edge_port: int = Field(default=8073, description="Edge: port it listens on.")
    edge_folder: Path | None = Field(
        default=None, description="Edge: folder of its copy and of the key to it; not set: <home>/edge"
    )
    edge_seconds: float = Field(
        default=2.0, ge=0.1, description="Edge: seconds from one look at seventytwo to the next."
    )

    @field_validator("in_app_secrets")
    @classmethod
    def _are_secrets(cls, value: SecretStr | None) -> SecretStr | None:
        found = secrets_in(value)
        if value is not None and not 1 <= len(found) <= LIVE_SECRETS:
            raise ValueError("one secret, or while they are changed two with a comma between")
        if any(len(secret) < SHORTEST_SECRET for secret in found):
            raise ValueError(f"each has at least {SHORTEST_SECRET} characters, such as from: openssl rand -base64 32")
        return value

    @field_validator("edge_source")
    @classmethod
    def _is_source(cls, value: str) -> str:
        if value and not (SOURCE.fullmatch(value) and _is_guarded(value)):
            raise ValueError("https:// and a host, or http:// on this machine: names of people pass there")
        return value.rstrip("/")

    @property
    def reader_secrets(self) -> tuple[bytes, ...]:
        """The live secrets, the one that signs first."""
        return secrets_in(self.in_app_secrets)


def secrets_in(value: SecretStr | None) -> tuple[bytes, ...]:
    """The secrets of a setting, in its order."""
    parts = value.get_secret_value().split(",") if value else ()
    return tuple(part.strip().encode() for part in parts if part.strip())


def _is_guarded(value: str) -> bool:
    found = urlsplit(value)
    return found.scheme == "https" or found.hostname in THIS_MACHINE
