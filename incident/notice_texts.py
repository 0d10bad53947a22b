"""From facts to checked texts: languages rendered, edited texts dressed again, all checked against law and facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incident.customer_figures import PLACEHOLDERS
from incident.drafting import Brief, Draft, NoticeKind, Profile, draft_filing, draft_notice
from incident.errors import Fault, Invalid
from incident.facts import DataSet
from incident.grounds import Case
from incident.phrases import load_phrases
from notifications.contents import check_contents, check_slots, read_contents
from notifications.contradictions import Stated, check_contradictions
from notifications.findings import Finding
from notifications.formats import Formats
from notifications.languages import FOLDER as LANGUAGES
from notifications.languages import read_language
from notifications.message import Text
from notifications.plain_language import check_language
from notifications.rendering import Templates

LOCALES = ("en", "de")
ALLOWED: Mapping[NoticeKind, frozenset[str]] = {
    NoticeKind.PEOPLE: frozenset({"greeting", "name"}),
    NoticeKind.CUSTOMER: PLACEHOLDERS,
    NoticeKind.IN_APP: frozenset({"name"}),
    NoticeKind.ANNOUNCEMENT: frozenset(),
}
CONTENTS: Mapping[NoticeKind, str] = {
    NoticeKind.PEOPLE: "gdpr-34-2",
    NoticeKind.CUSTOMER: "gdpr-33-2",
    NoticeKind.IN_APP: "gdpr-34-2",
    NoticeKind.ANNOUNCEMENT: "announcement",
}
FILING = "gdpr-33-3"
NUMBERS = ("people.count", "people.count_min", "people.count_max")


@dataclass(frozen=True, slots=True)
class Written:
    """Texts in every language, what they rest on, and what nobody has answered yet."""

    texts: Mapping[str, Text]
    rests_on: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found in one version of a notice, errors first."""

    version: int
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Against:
    """What a text is checked against. `circumstances`: "late" for a filing that comes after 72 hours."""

    stated: Stated
    formats: Formats
    circumstances: tuple[str, ...] = ()


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


def check_notice(
    templates: Templates, kind: NoticeKind, texts: Mapping[str, Text], stated: Stated, zone: str
) -> list[Finding]:
    """Everything the checks find, errors first, in every language."""
    findings = []
    for locale, text in sorted(texts.items()):
        folder = f"notices/{kind}/{locale}"
        findings += _check(templates, folder, CONTENTS[kind], text, Against(stated, Formats(locale, zone)))
        findings += check_slots(text, ALLOWED[kind], locale)
    return sorted(findings, key=lambda finding: (finding.level, finding.locale))


def check_filing(templates: Templates, form: str, text: Text, against: Against) -> list[Finding]:
    """What a draft for an authority lacks, in the language of `against`."""
    return _check(templates, f"filings/{form}/{against.formats.locale}", form, text, against)


def stated_in(case: Case, datasets: Iterable[DataSet], now: datetime, ahead: datetime | None = None) -> Stated:
    """The numbers and moments a text about these data sets may state. `ahead`: the promised next update."""
    chosen = tuple(datasets)
    numbers: set[int] = set()
    for dataset in chosen:
        reach = dataset.facts.get("reach")
        counted = [dataset.facts.get(path) for path in NUMBERS]
        counted += list(reach.values()) if isinstance(reach, Mapping) else []
        numbers |= {number for number in counted if isinstance(number, int)}
    totals = [dataset.facts.get("people.count") for dataset in chosen]
    numbers.add(sum(number for number in totals if isinstance(number, int)))
    begins = [dataset.facts.get("exposure.logs.from") for dataset in chosen]
    moments = {anchor.at for anchor in case.anchors}
    moments |= {datetime.fromisoformat(begin) for begin in begins if isinstance(begin, str)}
    return Stated(frozenset(numbers), frozenset(moments | ({ahead} if ahead else set())), now)


def _check(templates: Templates, folder: str, contents: str, text: Text, against: Against) -> list[Finding]:
    formats = against.formats
    headings = templates.words(folder).get("headings")
    language = read_language(formats.locale, templates.document(f"{LANGUAGES}/{formats.locale}.toml"))
    required = read_contents(templates.document(f"notices/contents/{contents}.toml"))
    named = {str(key): str(value) for key, value in headings.items()} if isinstance(headings, Mapping) else {}
    return [
        *check_contents(text, required, named, language, against.circumstances),
        *check_contradictions(text, against.stated, formats, language),
        *check_language(text, language),
    ]


def _folder(templates: Templates, kind: str, locale: str) -> str:
    known = templates.locales(kind)
    if locale not in known:
        offer = f"written in: {', '.join(known) or 'no language'}"
        raise Invalid(Fault("locale", f"{kind} is not written in {locale!r}", offer))
    return f"{kind}/{locale}"
