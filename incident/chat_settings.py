"""Settings of commands from chats: the secrets that Slack and Teams sign with; a part of `Settings`."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class ChatSettings(BaseSettings):
    """How a chat proves itself."""

    slack_signing_secret: SecretStr | None = Field(
        default=None,
        description="Signing secret of the Slack app whose commands are taken; while it changes both, with a comma "
        "between; not set: none.",
    )
    teams_secret: SecretStr | None = Field(
        default=None,
        description="Security token of the outgoing webhook of Microsoft Teams; while it changes both, with a comma "
        "between; not set: none.",
    )

    def chat_secrets(self, chat: str) -> tuple[str, ...]:
        """The live secrets of a chat, slack or teams; empty: its commands are not taken."""
        found = {"slack": self.slack_signing_secret, "teams": self.teams_secret}.get(chat)
        return tuple(one.strip() for one in found.get_secret_value().split(",") if one.strip()) if found else ()
