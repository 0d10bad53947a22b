"""The draft of a notice as it is sealed: texts by language, the promised next update, warnings ticked with a reason."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from incident.customer_figures import Wording, read_wording, wording_document
from incident.drafting import Account, Offer
from incident.models.entries import incident_subject
from notifications.message import Text, locale_of, read_text
from notifications.sealing import Place


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """What is written so far. `ticks` maps the key of a finding to the reason it may stand.

    `unknown` are keys of what nobody had answered when it was drafted; `account` is what a person told beyond the
    facts; `segments` are the parts of the audience with a text of their own, and the kinds of data they lost; `wording`
    is how each customer's own figures are written beside a text to customers.
    """

    texts: Mapping[str, Text]
    next_update: datetime | None = None
    ticks: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    account: Account = field(default_factory=Account)
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wording: Wording | None = None

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages it is written in, English first."""
        return tuple(sorted(set(map(locale_of, self.texts)), key=lambda name: (name != "en", name)))

    def with_text(self, locale: str, text: Text) -> "NoticeDraft":
        return replace(self, texts={**self.texts, locale: text})

    def with_tick(self, key: str, reason: str) -> "NoticeDraft":
        return replace(self, ticks={**self.ticks, key: reason})

    def without_tick(self, key: str) -> "NoticeDraft":
        return replace(self, ticks={name: reason for name, reason in self.ticks.items() if name != key})


def draft_place(incident_id: UUID, notice_id: UUID) -> Place:
    """Where a draft is sealed for."""
    return Place("notice", "draft_sealed", str(notice_id), incident_subject(incident_id))


def draft_document(draft: NoticeDraft) -> str:
    """The JSON that is sealed."""
    document = {
        "texts": {locale: text.document() for locale, text in draft.texts.items()},
        "next_update": draft.next_update.isoformat() if draft.next_update else None,
        "ticks": dict(draft.ticks),
        "unknown": list(draft.unknown),
        "account": account_document(draft.account),
        "segments": {name: list(words) for name, words in draft.segments.items()},
        "wording": wording_document(draft.wording) if draft.wording else None,
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def read_draft(document: str) -> NoticeDraft:
    """The draft of its JSON."""
    found = json.loads(document)
    return NoticeDraft(
        {locale: read_text(text) for locale, text in found["texts"].items()},
        datetime.fromisoformat(found["next_update"]) if found["next_update"] else None,
        found["ticks"],
        tuple(found["unknown"]),
        read_account(found.get("account", {})),
        {name: tuple(words) for name, words in found.get("segments", {}).items()},
        read_wording(found["wording"]) if found.get("wording") else None,
    )


@dataclass(frozen=True, slots=True)
class Basis:
    """What an edition was written from beside its facts: what a person told, and how figures are written beside it."""

    account: Account
    wording: Wording | None = None


def basis_document(draft: NoticeDraft, promises: bool = True) -> str:
    """The JSON that is kept with an edition frozen from this draft, without a next update it no longer promises."""
    account = draft.account if promises else replace(draft.account, next_update=None)
    document = {
        "account": account_document(account),
        "wording": wording_document(draft.wording) if draft.wording else None,
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def read_basis(document: str) -> Basis | None:
    """What was kept with an edition; None of "": one that was frozen before anything was kept."""
    if not document:
        return None
    found = json.loads(document)
    return Basis(read_account(found["account"]), read_wording(found["wording"]) if found["wording"] else None)


def account_document(account: Account) -> dict[str, object]:
    """The JSON object of what a person told."""
    document = asdict(account)
    document["next_update"] = account.next_update.isoformat() if account.next_update else None
    return document


def read_account(found: Mapping[str, Any]) -> Account:
    """What a person told, of its JSON object; {} gives an empty one."""
    ahead, offer = found.get("next_update"), found.get("offer")
    return Account(
        taken=tuple(found.get("taken", ())),
        planned=tuple(found.get("planned", ())),
        happened=found.get("happened", {}),
        next_update=datetime.fromisoformat(ahead) if ahead else None,
        delay=found.get("delay", ""),
        police_delay=found.get("police_delay"),
        offer=Offer(**offer) if offer else None,
        own=found.get("own", {}),
        said=found.get("said", {}),
    )
