"""What seventytwo tells an edge, read strictly: what is not of this form changes nothing of what is shown."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from notifications.message import Text


class Told(BaseModel):
    """A document of the feed. A newer seventytwo may say more than an edge asks for."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Release(Told):
    """A release that is shown, with the version of its rows."""

    id: UUID
    version: str = Field(min_length=1, max_length=64)
    edition: UUID


class Releases(Told):
    """Every release that is shown; whatever is not named is not."""

    releases: list[Release]


class EditionText(Told):
    """One text with its placeholders."""

    subject: str
    text: str
    html: str = ""
    greeting: str = ""
    greeting_unnamed: str = ""
    fallbacks: dict[str, str] = {}

    def as_text(self) -> Text:
        return Text(self.subject, self.text, self.html, self.greeting, self.greeting_unnamed, self.fallbacks)


class Texts(Told):
    """The texts of an edition, by locale and segment."""

    texts: dict[str, EditionText] = Field(min_length=1)


class Row(Told):
    """One row; `person` "": for whoever has the role in the account."""

    delivery: int = Field(ge=1)
    notice: str = Field(pattern=r"^[0-9a-f]{32}$")
    person: str
    account: str
    role: str
    locale: str
    segment: str
    values: dict[str, str]
    published_at: datetime


class Rows(Told):
    """The next rows; `next` null: these were the last."""

    rows: list[Row]
    next: int | None


class Mark(Told):
    """Somebody read the notice of a row."""

    delivery: int
    reader: str
    at: datetime


class Marks(Told):
    """Receipts, where to ask on, and whether more are there already."""

    receipts: list[Mark]
    next: UUID | None
    more: bool
