"""Texts checked against law and facts: what stands in the way of a notice, what a draft for an authority lacks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from incident.drafting import Account, Brief
from incident.fact_words import DATA, IDENTIFIERS
from incident.facts import DataSet
from incident.grounds import Case
from incident.notice_kinds import KINDS, LOCALES, NoticeKind, Readers
from incident.phrases import Phrases, load_phrases
from notifications.addresses import domain_of
from notifications.advice import Advised, check_advice
from notifications.contents import ContentsList, Known, check_contents, read_contents
from notifications.contradictions import Stated, check_contradictions
from notifications.findings import Finding
from notifications.fixed_form import check_fixed_form
from notifications.formats import Formats
from notifications.internal_names import check_internal
from notifications.languages import FOLDER as LANGUAGES
from notifications.languages import Language, read_language, stop_words_of
from notifications.links import check_links
from notifications.listed_kinds import Kinds, check_joined, check_kinds, phrases_of
from notifications.message import Text, locale_of, segment_of
from notifications.other_content import check_other_content
from notifications.passages import Passage, passages, section_named, sentences
from notifications.plain_language import check_language, check_told
from notifications.promises import check_promise, is_promised
from notifications.protection import check_protection
from notifications.readability import check_reading
from notifications.rendering import Templates
from notifications.slots import check_greeting, check_slots, check_unfilled
from notifications.statements import Reading, check_statements
from notifications.tongues import check_tongue
from notifications.untranslated import Spoken, check_untranslated

NUMBERS = ("people.count", "people.count_min", "people.count_max")
CONSEQUENCES = ("your_consequences", "consequences", "child_consequences")
ACTIONS = ("actions", "child_actions", "guardian_actions")
OF_IDENTIFIERS = frozenset({"identifiers", "source_of_identifiers"})
GRADED: Mapping[Readers, str] = {
    Readers.PEOPLE: "plain",
    Readers.GUARDIANS: "plain",
    Readers.PUBLIC: "plain",
    Readers.CHILDREN: "children",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found in one version of a notice, errors first. `promises`: a text names the next update."""

    version: int
    findings: Sequence[Finding]
    promises: bool = True


@dataclass(frozen=True, slots=True)
class Against:
    """What a text is checked against beside the law.

    `lost` are the words of data.categories, None while nobody has said; `segments` those of each segment. `unknown` are
    keys of what the draft left open. `circumstances` are words of the contents lists: "late", "identifiers", … `hosts`
    are those links may lead to, `names` those that must stay inside, `speakers` those it speaks as. `all_told`:
    everybody concerned was told. `encryption` are the words of protection.encryption that the facts have. `spoken` are
    words somebody wrote that not every language has.
    """

    stated: Stated
    zone: str = "UTC"
    lost: frozenset[str] | None = None
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    circumstances: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    speakers: frozenset[str] = frozenset()
    all_told: bool = False
    encryption: frozenset[str] = frozenset()
    spoken: tuple[Spoken, ...] = ()


@dataclass(frozen=True, slots=True)
class _Law:
    """The rules for one text: its contents list, the headings it uses, its language and phrases."""

    required: ContentsList
    headings: Mapping[str, str]
    language: Language
    phrases: Phrases
    formats: Formats

    def section(self, parts: Sequence[Passage], key: str) -> Passage | None:
        heading = self.headings.get(key)
        return section_named(parts, heading) if key and heading else None


def check_notice(templates: Templates, kind: NoticeKind, texts: Mapping[str, Text], against: Against) -> list[Finding]:
    """Everything the checks find, errors first, in every language and segment."""
    findings: list[Finding] = []
    told, common = KINDS[kind], _common_words(templates)
    for key, text in sorted(texts.items()):
        locale, segment = locale_of(key), segment_of(key)
        own = against
        if segment in against.segments:
            own = _of_segment(against, segment)
        law = _law(templates, f"notices/{kind}/{locale}", told.contents, Formats(locale, against.zone))
        found = [
            *_check(text, law, own),
            *_check_readers(text, law, own, told.readers),
            *check_tongue(passages(text.text), locale, common),
            *check_slots(text, told.placeholders, locale),
            *check_greeting(text, told.placeholders, locale),
            *check_untranslated(text, own.spoken, locale),
        ]
        findings += [replace(finding, locale=key) for finding in found]
    return sorted(findings, key=lambda finding: (finding.level, finding.locale))


def keeps_promise(texts: Mapping[str, Text], against: Against) -> bool:
    """Whether a text, in any language, names the moment for which the next update was promised at drafting."""
    written = texts.items()
    return any(is_promised(text, against.stated, Formats(locale_of(key), against.zone)) for key, text in written)


def _of_segment(against: Against, segment: str) -> Against:
    """The same for a part of the audience that lost only some of the data."""
    lost = frozenset(against.segments[segment])
    found = against.circumstances if lost & IDENTIFIERS else against.circumstances - OF_IDENTIFIERS
    return replace(against, lost=lost, circumstances=found)


def check_filing(templates: Templates, form: str, text: Text, locale: str, against: Against) -> list[Finding]:
    """What a draft for an authority lacks, in one language."""
    law = _law(templates, f"filings/{form}/{locale}", form, Formats(locale, against.zone))
    return sorted(_check(text, law, against), key=lambda finding: finding.level)


def check_free(templates: Templates, text: Text, locale: str, against: Against) -> list[Finding]:
    """What holds for words no law lists, such as an answer: facts, wording, what must stay inside. Errors first."""
    language = read_language(locale, templates.document(f"{LANGUAGES}/{locale}.toml"))
    formats = Formats(locale, against.zone)
    found = [
        *check_contradictions(text, against.stated, formats, language),
        *check_protection(text, against.encryption, language, "ransomware" in against.circumstances),
        *check_unfilled(text, language),
        *check_internal(text, against.names, locale),
        *check_links(text, against.hosts, locale),
        *check_told(text, language),
        *check_language(text, language),
        *check_other_content(text, language),
        *check_tongue(passages(text.text), locale, _common_words(templates)),
    ]
    return sorted((replace(finding, locale=locale) for finding in found), key=lambda finding: finding.level)


def against_brief(brief: Brief, unknown: Iterable[str] = (), hosts: Iterable[str] = ()) -> Against:
    """What a text just written from a brief is checked against. `unknown` are the questions it left open."""
    before, profile = brief.before, brief.profile
    others = [at for at in (brief.account.next_update, before.at if before else None) if at]
    stated = stated_in(brief.case, brief.datasets, brief.now, others)
    stated = replace(stated, promised=brief.account.next_update)
    if before is not None:
        earlier = stated_in(before.case, before.datasets, brief.now)
        stated = replace(stated, people=stated.people | earlier.people, moments=stated.moments | earlier.moments)
    return Against(
        stated=stated,
        zone=profile.zone,
        lost=lost_in(brief.datasets),
        encryption=encryption_in(brief.datasets),
        segments=brief.segments,
        unknown=frozenset(unknown),
        circumstances=circumstances_of(brief.case, brief.datasets, brief.account, brief.now),
        hosts=frozenset(hosts) | {domain_of(profile.contact_email)},
        speakers=frozenset({profile.organisation, profile.entity}),
    )


def stated_in(case: Case, datasets: Iterable[DataSet], now: datetime, others: Iterable[datetime] = ()) -> Stated:
    """The numbers and moments a text about these data sets may state.

    `others` are moments beside the facts: the promised next update, the edition that is followed.
    """
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
    return Stated(frozenset(numbers), frozenset(moments | set(others)), now)


def circumstances_of(case: Case, datasets: Iterable[DataSet], account: Account, now: datetime) -> frozenset[str]:
    """Which of the circumstances that the contents lists know hold now, for these data sets.

    "late": 72 hours after becoming aware; "police_delay" and "police_delay_unsaid": whether the police asked to wait,
    or nobody has said; "identifiers": numbers that identify a person were lost; "source_of_identifiers": by us;
    "ransomware": an attacker encrypted data.
    """
    chosen = tuple(datasets)
    found = {"police_delay_unsaid" if account.police_delay is None else "police_delay"}
    aware = [at for dataset in chosen if (at := case.moment("aware", dataset))]
    if aware and now - min(aware) > timedelta(hours=72):
        found.add("late")
    if case.sheet.shared.get("breach.cause") == "ransomware":
        found.add("ransomware")
    if (lost_in(chosen) or frozenset()) & IDENTIFIERS:
        ours = case.sheet.shared.get("breach.cause") != "supplier"
        found |= {"identifiers", "source_of_identifiers"} if ours else {"identifiers"}
    return frozenset(found)


def lost_in(datasets: Iterable[DataSet]) -> frozenset[str] | None:
    """The kinds of data these data sets lost; None while none of them says."""
    values = [dataset.facts.get("data.categories") for dataset in datasets]
    known = [value for value in values if isinstance(value, tuple)]
    return frozenset(word for value in known for word in value) if known else None


def encryption_in(datasets: Iterable[DataSet]) -> frozenset[str]:
    """What the facts say of the encryption of these data sets; empty while none of them says."""
    said = [dataset.facts.get("protection.encryption") for dataset in datasets]
    return frozenset(word for word in said if isinstance(word, str))


def _law(templates: Templates, folder: str, contents: str, formats: Formats) -> _Law:
    headings = templates.words(folder).get("headings")
    named = {str(key): str(value) for key, value in headings.items()} if isinstance(headings, Mapping) else {}
    locale = formats.locale
    language = read_language(locale, templates.document(f"{LANGUAGES}/{locale}.toml"))
    required = read_contents(templates.document(f"notices/contents/{contents}.toml"))
    return _Law(required, named, language, load_phrases(templates.folders, locale), formats)


def _check(text: Text, law: _Law, against: Against) -> list[Finding]:
    """What holds for every text, whoever reads it."""
    known = Known(against.circumstances, against.unknown, against.speakers)
    locale = law.language.locale
    return [
        *check_contents(text, law.required, law.headings, law.language, known),
        *check_fixed_form(text, law.required, locale),
        *check_statements(text, law.required, law.headings, Reading(against.stated, law.formats, law.language), known),
        *check_contradictions(text, against.stated, law.formats, law.language),
        *check_protection(text, against.encryption, law.language, "ransomware" in against.circumstances),
        *check_promise(text, against.stated, law.formats),
        *check_unfilled(text, law.language),
        *check_internal(text, against.names, locale),
        *check_links(text, against.hosts | law.required.hosts, locale),
        *([] if against.all_told else check_told(text, law.language)),
    ]


def _check_readers(text: Text, law: _Law, against: Against, readers: Readers) -> list[Finding]:
    """What holds for a notice: kinds of data, advice, wording, reading ease, nothing that does not belong there."""
    parts, language = passages(text.text), law.language
    data = law.section(parts, law.required.kinds_in)
    findings = [
        *check_language(text, language, data.line if data else 0),
        *check_other_content(text, language),
    ]
    if data is not None:
        tables = dict.fromkeys((*DATA.get(readers, ()), "kinds", "yours"))
        kinds = Kinds(phrases_of(law.phrases.tables, tables), against.lost)
        findings += check_kinds(data, kinds, language) + check_joined(data, kinds, language)
    actions = law.section(parts, "actions")
    harm = law.section(parts, "consequences") or actions  # where a law fixes the headings, harm stands with the actions
    if harm is not None and actions is not None:
        article = law.required.law_of("actions")
        findings += check_advice(harm, actions, _advised(law.phrases), article, language.locale)
    if readers in GRADED:
        said = (sentence for part in parts for sentence in sentences(part, language.abbreviations))
        findings += check_reading(said, language.locale, GRADED[readers])
    return findings


def _advised(phrases: Phrases) -> list[Advised]:
    """Each consequence in every wording of the language, with every wording of its actions."""

    def said(tables: Iterable[str], words: Iterable[str]) -> tuple[str, ...]:
        return tuple(phrases.say(table, word) for word in words for table in tables if phrases.has(table, word))

    return [Advised(said(CONSEQUENCES, [rule.key]), said(ACTIONS, rule.actions)) for rule in phrases.rules]


def _common_words(templates: Templates) -> dict[str, frozenset[str]]:
    """The commonest words of every language, by which a text in another one than it says is found."""
    return {name: stop_words_of(templates.document(f"{LANGUAGES}/{name}.toml")) for name in LOCALES}
