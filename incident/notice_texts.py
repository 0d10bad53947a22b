"""From facts to texts: every language and segment rendered, edited texts dressed again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from incident.customer_figures import Wording
from incident.drafting import (
    Account,
    Brief,
    Draft,
    Profile,
    check_measures,
    check_promise_ahead,
    draft_filing,
    draft_notice,
    wish_of,
    wish_of_form,
)
from incident.errors import Fault, Invalid
from incident.notice_kinds import AUTHORITY, FORMS, KINDS, TITLE, TOLD_THEREBY, UPDATES, NoticeKind, Readers
from incident.phrases import Phrases, load_phrases
from incident.updates import Words, draft_update
from notifications.formats import Formats
from notifications.message import Text, locale_of, variant_key
from notifications.rendering import Templates
from notifications.slots import check_slots
from notifications.template_files import MAIL
from notifications.wording import worded

ALLOWED: Mapping[NoticeKind, frozenset[str]] = {kind: told.placeholders for kind, told in KINDS.items()}
FILING = "gdpr-33-3"
BUREAUS = "notices/credit_bureaus.toml"


@dataclass(frozen=True, slots=True)
class Written:
    """Texts by language (and segment), what they rest on, and what nobody has answered yet.

    `template_digest` is that of the templates they were filled from, "" where a person's own words stand among them;
    `wording` is how each customer's own figures are written beside a text to customers. `left_open` are the points a
    filing says are to follow, each with the words that say it.
    """

    texts: Mapping[str, Text]
    rests_on: tuple[str, ...]
    unknown: tuple[str, ...]
    template_digest: str = ""
    wording: Wording | None = None
    left_open: Mapping[str, str] = field(default_factory=dict)


def write_notice(templates: Templates, kind: NoticeKind, brief: Brief, locales: Sequence[str]) -> Written:
    """A notice in each language, for everybody and for each segment, from one state of the facts.

    Raises Invalid for a language nobody has written, for measures that contradict each other, for a promised update
    that is past and for an update without the edition it follows, Unrenderable.
    """
    if kind in UPDATES and brief.before is None:
        raise Invalid(
            Fault("follows", worded("is empty"), worded("name the edition since which it says what has changed"))
        )
    check_promise_ahead(brief)
    texts: dict[str, Text] = {}
    draft = Draft({}, (), ())
    folders = {locale: _folder(templates, f"notices/{kind}", locale) for locale in locales}
    said = {locale: load_phrases(templates.folders, locale) for locale in folders}
    for locale, folder in folders.items():
        formats, phrases = Formats(locale, brief.profile.zone), said[locale]
        check_measures(brief.account, phrases)
        for segment in ("", *brief.segments):
            draft = _drafted(kind, brief, Words(phrases, formats), segment)
            slots = {**draft.slots, "bureaus": _bureaus(templates, kind)}
            key = variant_key(locale, segment)
            texts[key] = templates.notice(folder, slots, formats, ALLOWED[kind], page=KINDS[kind].page)
    own = any(_in_own_words(brief.account, phrases) for phrases in said.values())
    digest = "" if own or _is_titled(kind, brief) else template_digest(templates, folders.values())
    wording = Wording(brief.profile.zone, said) if KINDS[kind].readers is Readers.CUSTOMERS else None
    return Written(texts, draft.rests_on, draft.unknown, digest, wording)


def write_filing(templates: Templates, form: str, brief: Brief, locale: str) -> Written:
    """A draft for an authority. Raises Invalid for an unknown form or language and for a past promise, Unrenderable."""
    if form not in FORMS:
        raise Invalid(
            Fault(
                "form", worded("{form} is no form", form=repr(form)), worded("one of: {forms}", forms=", ".join(FORMS))
            )
        )
    check_promise_ahead(brief)
    folder = _folder(templates, f"filings/{form}", locale)
    formats, phrases = Formats(locale, brief.profile.zone), load_phrases(templates.folders, locale)
    check_measures(brief.account, phrases)
    brief = _without_itself(form, brief)
    if FORMS[form].follows and brief.before is not None:
        draft = draft_update(brief, Words(phrases, formats), wish_of_form(form))
    else:
        draft = draft_filing(form, brief, phrases)
    slots = {**NOTHING_NEW, **draft.slots}
    text = templates.notice(folder, slots, formats, frozenset(), page=MAIL)
    open_points = {name: phrases.say("unknowns", name) for name in draft.unknown if phrases.has("unknowns", name)}
    return Written({locale: text}, draft.rests_on, draft.unknown, left_open=open_points)


def _without_itself(form: str, brief: Brief) -> Brief:
    """What a filing is written from; that the authority it goes to was told, or will be, is no measure there."""
    if form not in TOLD_THEREBY:
        return brief
    account = brief.account
    taken, planned = (tuple(one for one in said if one != AUTHORITY) for said in (account.taken, account.planned))
    return replace(brief, authoring=replace(brief.authoring, account=replace(account, taken=taken, planned=planned)))


def _in_own_words(account: Account, phrases: Phrases) -> bool:
    """Whether a person told something in words that no template has: an approval in peacetime does not cover them."""
    told, measures = (*account.happened.values(), *account.own.values()), (*account.taken, *account.planned)
    if account.offer is not None or any(words.strip() for words in told):
        return True
    return not all(phrases.has("measures", word) for word in measures)


def _is_titled(kind: NoticeKind, brief: Brief) -> bool:
    """Whether it prints what somebody called a data set, which is in their own words too."""
    return TITLE in KINDS[kind].asked and any(dataset.title for dataset in brief.datasets)


def template_digest(templates: Templates, folders: Iterable[str]) -> str:
    """SHA-256 over the templates of a notice in its languages: what an approval given in peacetime is bound to."""
    return hashlib.sha256("\n".join(templates.digest(folder) for folder in sorted(folders)).encode()).hexdigest()


def dress(templates: Templates, kind: NoticeKind, key: str, written: Text, profile: Profile) -> Text:
    """A subject and text edited by a person, with the HTML made from them. Raises Invalid for a bad placeholder.

    `key` is the language, with the segment where the text is for one.
    """
    faults = [
        Fault(f"{key}.{finding.field}", finding.message, finding.mend)
        for finding in check_slots(written, ALLOWED[kind], key)
        if finding.rule in ("placeholder", "empty")
    ]
    if faults:
        raise Invalid(*faults)
    locale = locale_of(key)
    folder = _folder(templates, f"notices/{kind}", locale)
    subject = " ".join(written.subject.split())
    text = Text(subject, "\n".join(line.rstrip() for line in written.text.splitlines()).strip() + "\n")
    slots = {"organisation": profile.slots(locale)}
    return templates.dressed(folder, text, slots, Formats(locale, profile.zone), ALLOWED[kind], page=KINDS[kind].page)


NOTHING_NEW: Mapping[str, object] = {
    "known": [],
    "added": [],
    "corrected": [],
    "withdrawn": [],
    "followed_at": None,
    "new_consequences": [],
    "new_actions": [],
    "new_taken": [],
    "new_planned": [],
}


def _drafted(kind: NoticeKind, brief: Brief, words: Words, segment: str) -> Draft:
    if kind in UPDATES:
        return draft_update(brief, words, wish_of(kind, brief, segment))
    return draft_notice(kind, brief, words.phrases, segment)


def _bureaus(templates: Templates, kind: NoticeKind) -> object:
    """The credit reporting agencies a notice under Californian law names; no other kind needs them."""
    return templates.document(BUREAUS)["bureaus"] if kind is NoticeKind.CALIFORNIA else ()


def _folder(templates: Templates, kind: str, locale: str) -> str:
    """Its folder in a language it is written in. Raises Invalid for another."""
    known = templates.locales(kind)
    if locale not in known:
        offer = f"written in: {', '.join(known) or 'no language'}"
        raise Invalid(
            Fault("locale", worded("{kind} is not written in {locale}", kind=kind, locale=repr(locale)), offer)
        )
    return f"{kind}/{locale}"
