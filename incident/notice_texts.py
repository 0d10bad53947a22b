"""From facts to texts: every language rendered, edited texts dressed again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incident.customer_figures import PLACEHOLDERS
from incident.drafting import Brief, Draft, NoticeKind, Profile, draft_filing, draft_notice
from incident.errors import Fault, Invalid
from incident.phrases import load_phrases
from notifications.contents import check_slots
from notifications.formats import Formats
from notifications.message import Text
from notifications.rendering import Templates

LOCALES = ("en", "de")
ALLOWED: Mapping[NoticeKind, frozenset[str]] = {
    NoticeKind.PEOPLE: frozenset({"greeting", "name"}),
    NoticeKind.CUSTOMER: PLACEHOLDERS,
    NoticeKind.IN_APP: frozenset({"name"}),
    NoticeKind.ANNOUNCEMENT: frozenset(),
}
FILING = "gdpr-33-3"


@dataclass(frozen=True, slots=True)
class Written:
    """Texts in every language, what they rest on, and what nobody has answered yet."""

    texts: Mapping[str, Text]
    rests_on: tuple[str, ...]
    unknown: tuple[str, ...]


def write_notice(templates: Templates, kind: NoticeKind, brief: Brief, locales: Sequence[str] = LOCALES) -> Written:
    """A notice in each language, from one state of the facts. Raises Invalid, Unrenderable."""
    texts: dict[str, Text] = {}
    draft = Draft({}, (), ())
    for locale in locales:
        folder = _folder(templates, f"notices/{kind}", locale)
        draft = draft_notice(kind, brief, load_phrases(templates.folders, locale))
        texts[locale] = templates.notice(folder, draft.slots, Formats(locale, brief.profile.zone), ALLOWED[kind])
    return Written(texts, draft.rests_on, draft.unknown)


def write_filing(templates: Templates, form: str, brief: Brief, locale: str) -> Written:
    """A draft for an authority. Raises Invalid for a form or language nobody has written, Unrenderable."""
    folder = _folder(templates, f"filings/{form}", locale)
    draft = draft_filing(brief, load_phrases(templates.folders, locale))
    text = templates.notice(folder, draft.slots, Formats(locale, brief.profile.zone), frozenset())
    return Written({locale: text}, draft.rests_on, draft.unknown)


def dress(templates: Templates, kind: NoticeKind, locale: str, written: Text, profile: Profile) -> Text:
    """A subject and text edited by a person, with the HTML made from them. Raises Invalid for a bad placeholder."""
    faults = [
        Fault(f"{locale}.{finding.field}", finding.message, finding.mend)
        for finding in check_slots(written, ALLOWED[kind], locale)
        if finding.rule in ("placeholder", "empty")
    ]
    if faults:
        raise Invalid(*faults)
    folder = _folder(templates, f"notices/{kind}", locale)
    subject = " ".join(written.subject.split())
    text = Text(subject, "\n".join(line.rstrip() for line in written.text.splitlines()).strip() + "\n")
    slots = {"organisation": profile.slots()}
    return templates.dressed(folder, text, slots, Formats(locale, profile.zone), ALLOWED[kind])


def _folder(templates: Templates, kind: str, locale: str) -> str:
    known = templates.locales(kind)
    if locale not in known:
        offer = f"written in: {', '.join(known) or 'no language'}"
        raise Invalid(Fault("locale", f"{kind} is not written in {locale!r}", offer))
    return f"{kind}/{locale}"
