"""Every kind of notice and every form in every language: written from samples, looked at, and its faults collected."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from incident.drafting import Brief
from incident.errors import Invalid
from incident.notice_kinds import FORMS, KINDS, NoticeKind
from incident.notice_lint import against_brief, check_filing, check_notice
from incident.notice_texts import Written, write_filing, write_notice
from incident.template_checks.faults import TemplateFault
from incident.template_checks.lookups import idle_phrases, paths_of, unused
from incident.template_checks.markup import markup_faults
from incident.template_checks.public_words import bad_words
from incident.template_checks.samples import Sample, samples_of, samples_of_form, without_each
from notifications.blocks import read_blocks, sections
from notifications.filling import filled
from notifications.findings import Finding, Level
from notifications.message import Text, locale_of
from notifications.placeholders import Unfillable
from notifications.rendering import BODY, SETTINGS, SUBJECT, Templates, Unrenderable
from notifications.template_files import MAIL

LONGEST_SUBJECT = 150  # characters, with the longest of these values
CUSTOMER = {"customer": "Example Harbour Logistics International"}  # every member that is a customer has it
VALUES = (CUSTOMER, {**CUSTOMER, "name": "Maximiliane Konstantinopoulos-Wolfeschlegelstein"})
Write = Callable[[Templates, Brief], Written]
Lint = Callable[[Written, Brief], list[Finding]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking one kind or form in one language found, or the files of one folder.

    `texts` counts how often it was written, `digest` is that of its templates; "" where it is a folder.
    """

    folder: str
    texts: int = 0
    digest: str = ""
    faults: tuple[TemplateFault, ...] = ()


@dataclass(slots=True)
class _Checking:
    """One kind or form in one language while it is checked; a fault that several samples show is kept once."""

    templates: Templates
    folder: str
    whole: bool  # its HTML is a page by itself
    write: Write
    lint: Lint
    texts: int = 0
    faults: dict[tuple[str, int, str], TemplateFault] = field(default_factory=dict)

    def run(self, complete: Sample, silent: Sample) -> Checked:
        """Write it from every sample, and lint what the complete facts give."""
        others, written = [silent], self._written(self.templates, complete)
        if written is not None:
            for finding in self.lint(written, complete.brief):
                if finding.level is Level.ERROR:
                    self._keep(_of_finding(f"{self.folder}/{BODY}", finding))
            others += without_each(complete.brief, written.rests_on)
        as_typed = _as_typed(self.templates.folders)
        for sample in (complete, *others):
            self._written(as_typed, sample)
        return Checked(self.folder, self.texts, self._digest(), tuple(self.faults.values()))

    def _written(self, templates: Templates, sample: Sample) -> Written | None:
        try:
            written = self.write(templates, sample.brief)
        except Unrenderable as error:
            self._keep(TemplateFault(error.path, error.message, error.line, error.mend, sample.when))
            return None
        except Invalid as error:
            for fault in error.faults:
                path = fault.field if fault.field.endswith(".toml") else self.folder
                self._keep(TemplateFault(path, fault.message, mend=fault.mend))
            return None
        for key, text in written.texts.items():
            self.texts += 1
            self._look(text, locale_of(key), sample.when)
        return written

    def _look(self, text: Text, locale: str, when: str) -> None:
        for message in markup_faults(text.html, whole=self.whole):
            self._keep(TemplateFault(self.folder, f"HTML: {message}", when=when))
        for section in sections(read_blocks(text.text)):
            if section.heading and not section.blocks:
                message = f"the heading “{section.heading}” stands above nothing"
                mend = "say what is not known yet, or leave the heading out"
                self._keep(TemplateFault(f"{self.folder}/{BODY}", message, mend=mend, when=when))
        for values in VALUES:
            try:
                subject = filled(text, values, locale).subject
            except Unfillable as error:
                self._keep(TemplateFault(f"{self.folder}/{SETTINGS}", str(error), when=when))
                continue
            if len(subject) > LONGEST_SUBJECT:
                message = f"the subject has {len(subject)} characters, more than {LONGEST_SUBJECT}: {subject!r}"
                self._keep(TemplateFault(f"{self.folder}/{SUBJECT}", message, mend="shorten it", when=when))

    def _digest(self) -> str:
        try:
            return self.templates.digest(self.folder)
        except Unrenderable as error:
            self._keep(TemplateFault(error.path, error.message, error.line, error.mend))
            return ""

    def _keep(self, fault: TemplateFault) -> None:
        self.faults.setdefault((fault.path, fault.line, fault.message), fault)


@cache
def _as_typed(folders: tuple[Path, ...]) -> Templates:
    """The same folders without inlining, which mends broken HTML silently."""
    return Templates(folders, inlined=False)


def check_templates(folders: Sequence[Path], shipped: Path) -> Iterator[Checked]:
    """The operator's own folders, then each kind and form in each language as all the folders together resolve it.

    `folders` are looked up before `shipped`.
    """
    templates = Templates([*folders, shipped])
    for folder in folders:
        yield check_folder(templates, folder, shipped)
    for kind in KINDS:
        for locale in languages(templates, f"notices/{kind}", KINDS[kind].locales):
            yield check_kind(templates, kind, locale)
    for form in FORMS:
        for locale in languages(templates, f"filings/{form}", FORMS[form].locales):
            yield check_form(templates, form, locale)


def check_folder(templates: Templates, folder: Path, shipped: Path) -> Checked:
    """Whether the product looks up every file of a folder, and every phrase in it."""
    if not folder.is_dir():
        return Checked(str(folder), faults=(TemplateFault(str(folder), "is no folder", mend="name one that is there"),))
    idle = (*unused(templates, folder, paths_of(shipped)), *idle_phrases(folder, shipped))
    faults = (*idle, *bad_words(folder, shipped))
    return Checked(str(folder), faults=faults)


def check_kind(templates: Templates, kind: NoticeKind, locale: str) -> Checked:
    """One kind of notice in one language."""

    def write(templates: Templates, brief: Brief) -> Written:
        return write_notice(templates, kind, brief, (locale,))

    def lint(written: Written, brief: Brief) -> list[Finding]:
        return check_notice(templates, kind, written.texts, against_brief(brief, written.unknown))

    whole = KINDS[kind].page == MAIL
    return _Checking(templates, f"notices/{kind}/{locale}", whole, write, lint).run(*samples_of(kind, locale))


def check_form(templates: Templates, form: str, locale: str) -> Checked:
    """One form in one language."""

    def write(templates: Templates, brief: Brief) -> Written:
        return write_filing(templates, form, brief, locale)

    def lint(written: Written, brief: Brief) -> list[Finding]:
        return check_filing(templates, form, written.texts[locale], locale, against_brief(brief, written.unknown))

    return _Checking(templates, f"filings/{form}/{locale}", True, write, lint).run(*samples_of_form(form, locale))


def languages(templates: Templates, kind: str, expected: Sequence[str]) -> tuple[str, ...]:
    """Those a kind has to be written in, then those somebody has written beyond them."""
    return tuple(dict.fromkeys((*expected, *templates.locales(kind))))


def _of_finding(path: str, finding: Finding) -> TemplateFault:
    law = f" [{finding.law}]" if finding.law else ""
    where = f"{finding.locale} {finding.field}".strip()
    return TemplateFault(path, f"{where}: {finding.message}{law}", mend=finding.mend, when="with every fact known")
