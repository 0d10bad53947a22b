"""Every kind of notice and every form, in each language it is written in: complete it passes, and a gap is named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from incident.drafting import Brief
from incident.facts import DataSet, FactSheet
from incident.grounds import MOMENT, Case
from incident.notice_kinds import FORMS, KINDS, UPDATES, NoticeKind
from incident.notice_lint import against_brief, check_filing, check_notice
from incident.notice_texts import write_filing, write_notice
from incident.template_checks.samples import samples_of, samples_of_form
from notifications.contents import Content, read_contents
from notifications.findings import Finding, Level, Rule
from tests.incident.notices import TEMPLATES

pytestmark = pytest.mark.untraced

NOTICES = [(kind, locale) for kind, told in KINDS.items() for locale in told.locales]
FILINGS = [(name, locale) for name, form in FORMS.items() for locale in form.locales]


def notice(kind: NoticeKind, locale: str, brief: Brief) -> list[Finding]:
    written = write_notice(TEMPLATES, kind, brief, [locale])
    return check_notice(TEMPLATES, kind, written.texts, against_brief(brief, written.unknown))


def filing(form: str, locale: str, brief: Brief) -> list[Finding]:
    written = write_filing(TEMPLATES, form, brief, locale)
    return check_filing(TEMPLATES, form, written.texts[locale], locale, against_brief(brief, written.unknown))


def required_in(contents: str) -> tuple[str, list[Content]]:
    """The law of a list, and what of it rests on facts; the figures of a customer are filled in for each."""
    found = read_contents(TEMPLATES.document(f"notices/contents/{contents}.toml"))
    return found.law, [
        content for content in found.contents if content.facts and not content.when and content.key != "figures"
    ]


def without(brief: Brief, paths: Sequence[str]) -> Brief:
    """The same brief with nobody having answered these facts and moments."""
    moments = {path.removeprefix(MOMENT) for path in paths if path.startswith(MOMENT)}
    if moments & {"occurred_from", "detected"}:
        moments |= {"occurred_from", "detected", "discovered"}
    anchors = tuple(anchor for anchor in brief.case.anchors if anchor.name not in moments)

    def left(facts: Mapping[str, object]) -> dict[str, object]:
        gone = tuple(paths) + tuple(f"{path}_" for path in paths)
        return {path: value for path, value in facts.items() if not path.startswith(gone)}

    def bare(dataset: DataSet) -> DataSet:
        return replace(dataset, facts=left(dataset.facts))  # type: ignore[arg-type]

    datasets = tuple(bare(dataset) for dataset in brief.case.sheet.datasets)
    sheet = FactSheet(left(brief.case.sheet.shared), datasets)  # type: ignore[arg-type]
    chosen = {dataset.id for dataset in brief.datasets}
    case = Case(sheet, anchors, brief.case.entity, brief.case.number)
    segments = {} if "data.categories" in paths else brief.segments
    return replace(brief, case=case, datasets=[one for one in datasets if one.id in chosen], segments=segments)


def named(findings: list[Finding], law: str, content: Content) -> Iterator[Finding]:
    for finding in findings:
        if finding.rule == Rule.CONTENTS and finding.facts == content.facts and finding.field == content.text:
            assert law in finding.law
            assert all(path in str(finding) for path in content.facts)
            yield finding


@pytest.mark.parametrize(("kind", "locale"), NOTICES)
def test_a_complete_notice_passes_its_own_lint(kind: NoticeKind, locale: str) -> None:
    complete, _ = samples_of(kind, locale)
    assert [str(finding) for finding in notice(kind, locale, complete.brief)] == []


@pytest.mark.parametrize(("form", "locale"), FILINGS)
def test_a_complete_filing_passes_its_own_lint(form: str, locale: str) -> None:
    complete, _ = samples_of_form(form, locale)
    assert [str(finding) for finding in filing(form, locale, complete.brief)] == []


@pytest.mark.parametrize(("kind", "locale"), [pair for pair in NOTICES if pair[0] not in UPDATES])
def test_a_notice_without_a_required_fact_fails_naming_law_and_fact(kind: NoticeKind, locale: str) -> None:
    complete, _ = samples_of(kind, locale)
    law, contents = required_in(KINDS[kind].contents)
    assert contents, "a list that asks for no fact would prove nothing"
    for content in contents:
        findings = notice(kind, locale, without(complete.brief, content.facts))
        assert list(named(findings, law, content)), f"{content.text}: {[str(finding) for finding in findings]}"


@pytest.mark.parametrize(("form", "locale"), FILINGS)
def test_a_filing_without_a_required_fact_says_so_naming_law_and_fact(form: str, locale: str) -> None:
    complete, _ = samples_of_form(form, locale)
    law, contents = required_in(form)
    for content in contents:
        findings = filing(form, locale, without(complete.brief, content.facts))
        assert list(named(findings, law, content)), f"{content.text}: {[str(finding) for finding in findings]}"


@pytest.mark.parametrize(("kind", "locale"), [pair for pair in NOTICES if pair[0] not in UPDATES])
def test_of_a_breach_nobody_knows_anything_about_no_notice_goes_by_itself(kind: NoticeKind, locale: str) -> None:
    _, bare = samples_of(kind, locale)
    found = notice(kind, locale, bare.brief)
    required = read_contents(TEMPLATES.document(f"notices/contents/{KINDS[kind].contents}.toml"))
    levels = {finding.level for finding in found}
    assert Level.ERROR in levels or (required.phases and Level.WARNING in levels)  # each to be accepted with a reason
    assert {finding.rule for finding in found} >= {Rule.CONTENTS}
