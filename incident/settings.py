"""Settings, read once at the edge from SEVENTYTWO_* and handed in; where templates and runbooks lie."""

import re
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from incident.approval_rules import EVERY_KIND, ONE_APPROVER, SEATED
from incident.chat_settings import ChatSettings
from incident.contact_settings import ContactSettings
from incident.edge_settings import EdgeSettings
from incident.facts.vocabulary import SECTORS, nearest
from incident.mail_settings import IncomingMail, listed
from incident.notice_kinds import LOCALES, NoticeKind
from incident.pacing_settings import PacingSettings
from incident.report_settings import ReportSettings
from incident.roles import Role
from incident.sending_settings import SendingSettings
from notifications.address_guard import Allowed
from notifications.branding import brand, read_logo

PACKAGE = Path(__file__).parent
NO_SECTOR = "none"
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


class BadSettings(Exception):
    """A setting cannot be used; the text names each variable and what it must be, never what it held."""


def read_settings() -> "Settings":
    """The settings of the environment. Raises BadSettings."""
    try:
        return Settings()
    except ValidationError as error:
        faults = (f"SEVENTYTWO_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors())
        raise BadSettings("; ".join(faults)) from None


def shipped(name: str) -> Path:
    """`templates/` and `runbooks/` lie beside the package in a checkout, inside it once installed."""
    installed = PACKAGE / "_data" / name
    return installed if installed.is_dir() else PACKAGE.parent / name


class Settings(
    ChatSettings, SendingSettings, EdgeSettings, IncomingMail, ReportSettings, PacingSettings, ContactSettings
):
    """Everything an installation decides. Each field is an environment variable, such as SEVENTYTWO_DATABASE_URL."""

    model_config = SettingsConfigDict(env_prefix="SEVENTYTWO_", extra="ignore", secrets_dir=None, env_ignore_empty=True)

    home: Path = Field(
        default=Path("var"), description="Folder for the embedded database, keys, checkpoints and locks."
    )
    database_url: str = Field(default="", description="sqlite:///… or postgresql://…; not set: <home>/seventytwo.db")
    kek: SecretStr | None = Field(
        default=None, description="Key-encryption key, 32 bytes in base64; not set: the one in kek_file."
    )
    kek_file: Path | None = Field(
        default=None, description="File with the key, mode 0600, made on first run; not set: <home>/key-encryption-key"
    )
    checkpoint_folder: Path | None = Field(
        default=None, description="Where checkpoints go, best on another host; not set: <home>/checkpoints"
    )

    host: str = Field(default="127.0.0.1", description="Address the web process listens on.")
    port: int = Field(default=8072, description="Port it listens on.")
    public_url: str = Field(default="", description="How people reach the console; not set: http://host:port")
    secure_cookies: bool | None = Field(
        default=None, description="Cookies over https only; not set: as public_url says."
    )

    client_certificate_header: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9-]{1,64})?$",
        description="Header in which the proxy names the client certificate it verified; not set: none is believed.",
    )

    organisation: str = Field(default="Example Organisation", description="Name on pages, notices and mails.")
    entity: str = Field(default="main", description="Short id of the first legal entity.")
    entity_name: str = Field(default="", description="Its legal name; not set: the organisation's.")
    establishment: str = Field(default="DE", description="ISO 3166-1 country of the main establishment.")
    zone: str = Field(default="Europe/Berlin", description="IANA zone of the organisation, for printed times.")
    brand_colour: str = Field(
        default="#1f5f8b", description="Colour of rules and links in mails, #rrggbb; made legible where it is not."
    )
    logo_file: Path | None = Field(
        default=None, description="Logo in mails, PNG or JPEG of at most 24 KiB; not set: the name stands there."
    )
    promise_hours: int = Field(default=72, ge=0, description="Published promise to customers; 0: no promise made.")
    processor_target_hours: int = Field(default=24, description="Own target for Art. 33(2), which names no number.")
    target_hours: dict[str, int] = Field(
        default_factory=dict, description="Own targets for other duties without a number, as JSON: duty id to hours."
    )
    undue_delay_hours: int = Field(
        default=0, ge=0, description="Own target for every other duty without a number; 0: none is shown."
    )
    sectors: str = Field(
        default="",
        description="What the organisation is regulated as, with commas between, or none; not set: each incident asks.",
    )

    approvals: dict[str, list[Role]] = Field(
        default_factory=lambda: {EVERY_KIND: list(ONE_APPROVER)},
        description="Who approves a release, as JSON: kind of notice, or *, to a role for each approval.",
    )
    approval_hours: int = Field(
        default=24, ge=1, le=720, description="Hours after which a request not approved by all of them is void."
    )
    approval_way: Literal["console", "passkey"] = Field(
        default="console", description="passkey: only with a passkey, or by telephone; console: signed in is enough."
    )
    single_control_minutes: int = Field(
        default=0, ge=0, description="Minutes after which the author alone may approve, for a small firm; 0: never."
    )

    bounce_days: int = Field(
        default=5,
        ge=0,
        le=60,
        description="Days after its end until a release is closed out; bounces come for days.",
    )
    audience_keep_days: int = Field(
        default=90, ge=0, description="Days after that at which the audience goes: addresses, names, values."
    )
    proof_keep_days: int = Field(
        default=1095, ge=0, description="Days after its making at which a close-out report's file goes; counts stay."
    )
    keep_while_open: bool = Field(
        default=True, description="Nothing of an incident goes while it is open; its days count from its closing."
    )

    asset_declaration_days: int = Field(
        default=365, ge=0, description="Days after which what is declared of an asset is shown as outdated; 0: never."
    )

    templates_folder: Path | None = Field(default=None, description="Your own templates, looked up before the shipped.")
    runbooks_folder: Path | None = Field(default=None, description="Your own runbooks, looked up before the shipped.")
    sweep_seconds: float = Field(default=10.0, description="Seconds from one look at the deadlines to the next.")
    chase_hours: float = Field(default=4, ge=0, description="Hours to its deadline at which to telephone a customer.")
    heartbeat_url: str = Field(
        default="",
        description="Fetched after each fully checked sweep: a dead man's switch outside, over https; not set: none. "
        "A host of your own network is named in endpoint_hosts.",
    )
    host_origins: str = Field(
        default="",
        description="Web origins of the host platform, with commas between, whose pages may read in-app notices.",
    )
    endpoint_hosts: str = Field(
        default="",
        description="Hosts of your own network that webhooks and chat may be posted to, with commas between; not set: "
        "public addresses only.",
    )
    endpoint_loopback: bool = Field(
        default=False, description="For tests: webhooks and chat may be posted to this machine, in clear as well."
    )
    mailbox_folder: Path | None = Field(default=None, description="Demo only: captured mails to show in the console.")

    link_hosts: str = Field(
        default="",
        description="Hosts that links in notices may lead to, with commas between; not set: those of contact_email, "
        "mail_from and public_url.",
    )
    locales: str = Field(default="en,de", description="Languages notices are written in, with commas between.")

    @field_validator("locales")
    @classmethod
    def _are_locales(cls, value: str) -> str:
        for locale in listed(value) or ("",):
            if locale not in LOCALES:
                raise ValueError(f"{locale!r} is no language of notices: {', '.join(LOCALES)}")
        return value

    @field_validator("host_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        for origin in listed(value):
            if not ORIGIN.fullmatch(origin):
                raise ValueError("each is a scheme and a host such as https://app.example.org, without a path or *")
        return value

    @field_validator("link_hosts", "endpoint_hosts")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        for host in listed(value):
            if not HOST.fullmatch(host):
                raise ValueError("each is a host such as status.example.org, without https:// or a path")
        return value

    @field_validator("brand_colour")
    @classmethod
    def _is_colour(cls, value: str) -> str:
        brand(value)
        return value.lower()

    @field_validator("logo_file")
    @classmethod
    def _is_logo(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                read_logo(value.read_bytes())
            except OSError as error:
                raise ValueError(f"the file cannot be read: {error.strerror}") from None
        return value

    @field_validator("approvals")
    @classmethod
    def _are_quorums(cls, value: dict[str, list[Role]]) -> dict[str, list[Role]]:
        for kind, roles in value.items():
            if kind != EVERY_KIND and kind not in set(NoticeKind):
                raise ValueError(f"{kind!r} is no kind of notice: {nearest(kind, tuple(NoticeKind))}, or *")
            if not roles or not SEATED.issuperset(roles):
                raise ValueError(f"{kind}: name at least one of {', '.join(sorted(SEATED))}")
        return value

    @field_validator("sectors")
    @classmethod
    def _are_sectors(cls, value: str) -> str:
        for word in listed(value):
            if word not in (*SECTORS, NO_SECTOR):
                raise ValueError(f"{word!r} is no sector: {nearest(word, SECTORS)}")
        return value

    @property
    def regulated_as(self) -> tuple[str, ...] | None:
        """Words of the fact sheet; None: not said."""
        return tuple(word for word in listed(self.sectors) if word != NO_SECTOR) if self.sectors else None

    @property
    def own_hosts(self) -> frozenset[str]:
        """Hosts that links and addresses in notices may lead to, with everything below them."""
        own = {
            self.contact_email.rpartition("@")[2],
            self.mail_from.rpartition("@")[2],
            urlsplit(self.base_url).hostname,
        }
        return frozenset(listed(self.link_hosts)) or frozenset(host for host in own if host)

    @property
    def notice_locales(self) -> tuple[str, ...]:
        """Languages notices are written in unless their writer chooses others."""
        return listed(self.locales)

    @property
    def posting_allowed(self) -> Allowed:
        """What of our own network may be posted to, beside the internet."""
        return Allowed(frozenset(host.lower() for host in listed(self.endpoint_hosts)), self.endpoint_loopback)

    @property
    def origins(self) -> tuple[str, ...]:
        return listed(self.host_origins)

    @cached_property
    def logo(self) -> str:
        """The logo as a data: URI, as it was when the program first used it; "" where there is none."""
        return read_logo(self.logo_file.read_bytes()).uri if self.logo_file else ""

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'seventytwo.db'}"

    @property
    def edge_place(self) -> Path:
        return self.edge_folder or self.home / "edge"

    @property
    def kek_path(self) -> Path:
        return self.kek_file or self.home / "key-encryption-key"

    @property
    def checkpoints(self) -> Path:
        return self.checkpoint_folder or self.home / "checkpoints"

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def cookies_are_secure(self) -> bool:
        return self.base_url.startswith("https://") if self.secure_cookies is None else self.secure_cookies

    @property
    def template_folders(self) -> tuple[Path, ...]:
        own = (self.templates_folder,) if self.templates_folder else ()
        return (*own, shipped("templates"))

    @property
    def runbook_folders(self) -> tuple[Path, ...]:
        own = (self.runbooks_folder,) if self.runbooks_folder else ()
        return (*own, shipped("runbooks"))
