"""The public pages: one announcement in one language with every version it ever had, and the list of them."""

from dataclasses import dataclass
from datetime import datetime

from notifications.differences import Line


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language a page can be read in. `href` leads from this page to it, `address` from anywhere."""

    locale: str
    name: str
    href: str
    address: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version: when it came, why, and what it changed, line by line (empty for the first)."""

    number: int
    at: datetime
    href: str
    correction: str = ""
    differs: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """A public page: what one version says, and how it stands now.

    `locale` is that of the text; `fallback` names its language where the reader wanted another. `until` is when an
    earlier version was replaced, None for the one that stands.
    """

    href: str
    title: str
    locale: str
    blocks: tuple[object, ...]
    number: int
    published_at: datetime
    updated_at: datetime
    versions: tuple[VersionLine, ...] = ()
    fallback: str = ""
    correction: str = ""
    until: datetime | None = None
    withdrawn_at: datetime | None = None
    reason: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class SiteView:
    """What stands around every public page. `root` leads from it to the folder all pages lie in.

    `tongues` are the languages of the page; `others` where a search machine finds it in them and, without a wish,
    by its lasting address. `is_lasting` is False for an earlier version, which nobody should find instead.
    """

    organisation: str
    locale: str
    zone: str
    root: str
    style: str
    icon: str
    logo: str
    address: str
    lasting: str
    tongues: tuple[Tongue, ...]
    is_lasting: bool = True

    @property
    def home(self) -> str:
        return f"{self.root}{self.locale}/index.html"
