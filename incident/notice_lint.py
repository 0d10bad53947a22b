"""Texts checked against law and facts: what stands in the way of a notice, what a draft for an authority lacks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incident.facts import DataSet
from incident.grounds import Case
from incident.notice_kinds import KINDS, NoticeKind
from notifications.contents import check_contents, check_slots, read_contents
from notifications.contradictions import Stated, check_contradictions
from notifications.findings import Finding
from notifications.formats import Formats
from notifications.languages import FOLDER as LANGUAGES
from notifications.languages import read_language
from notifications.message import Text
from notifications.plain_language import check_language
from notifications.rendering import Templates

NUMBERS = ("people.count", "people.count_min", "people.count_max")


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


def check_notice(
    templates: Templates, kind: NoticeKind, texts: Mapping[str, Text], stated: Stated, zone: str
) -> list[Finding]:
    """Everything the checks find, errors first, in every language."""
    findings = []
    for locale, text in sorted(texts.items()):
        folder = f"notices/{kind}/{locale}"
        findings += _check(templates, folder, KINDS[kind].contents, text, Against(stated, Formats(locale, zone)))
        findings += check_slots(text, KINDS[kind].placeholders, locale)
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
