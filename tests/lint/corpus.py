"""Notices of an invented company with their facts: each file holds one text, a bad one the one finding it must give."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from incident.anchors import Anchor
from incident.drafting import Account, Authoring, Brief, Profile
from incident.facts import read_sheet
from incident.grounds import Case
from incident.notice_drafts import read_account
from incident.notice_kinds import NoticeKind
from incident.notice_lint import against_brief, check_filing, check_notice
from incident.own_words import contact_spoken, lines_spoken
from notifications.findings import Finding
from notifications.message import Text
from notifications.rendering import Templates
from notifications.untranslated import Spoken

HERE = Path(__file__).parent
TEMPLATES = Templates([HERE.parents[1] / "templates"])
NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
NEXT = datetime(2026, 11, 27, 16, tzinfo=UTC)
PROFILE = Profile("Lumenport", "Lumenport GmbH", "Data protection officer", "privacy@lumenport.example", zone="UTC")
INSIDE = frozenset({"quiet-otter", "Jonas Berg"})  # the codename, and somebody who uses the console


@dataclass(frozen=True, slots=True)
class Written:
    """One text of the corpus. `expected` is rule and field of the one finding; None for a good text."""

    name: str
    document: Mapping[str, Any]

    @property
    def expected(self) -> tuple[str, str] | None:
        finding = self.document.get("finding")
        return (finding["rule"], finding["field"]) if finding else None

    def found(self) -> list[Finding]:
        """What the lint finds in it."""
        said, locale = self.document, self.document["locale"]
        against = replace(against_brief(self._brief(), said.get("unknown", ())), names=INSIDE, spoken=self._spoken())
        text = Text(said["subject"], said["text"])
        if "form" in said:
            return check_filing(TEMPLATES, said["form"], text, locale, against)
        return check_notice(TEMPLATES, NoticeKind(said["kind"]), {locale: text}, against)

    def _spoken(self) -> tuple[Spoken, ...]:
        """What a person wrote in one language: the contact of the settings, and lines of a notice in `languages`."""
        contact = replace(PROFILE, **self.document.get("contact", {}))
        return (*contact_spoken(contact), *lines_spoken(self._account(), self.document.get("languages", ())))

    def _account(self) -> Account:
        return read_account(self.document.get("account", {}))

    def _brief(self) -> Brief:
        sheet = read_sheet(self.document["facts"])
        anchors = tuple(Anchor(name, at) for name, at in self.document["moments"].items())
        ahead = self.document.get("next_update", NEXT)
        account = Account(next_update=ahead, police_delay=self.document.get("police_delay", False))
        return Brief(Case(sheet, anchors), sheet.datasets, Authoring(PROFILE, account, NOW))


def corpus(folder: str) -> list[Written]:
    """Every text of a folder, by name."""
    files = sorted((HERE / folder).glob("*.toml"))
    return [Written(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
