"""What the console says, read from its templates and modules: every message with the files that say it."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from incident.law.counting import READINGS
from incident.law.packs import shipped_duties, shipped_texts
from incident.runbooks import usable
from incident.web.board import first_sentence
from incident.web.entry_words import sentences
from incident.web.fact_questions import ASKED, GROUPS, SECTIONS, WORDS
from incident.web.languages import LANGUAGES, SOURCE
from notifications.wording import Said

ROOT = Path(__file__).parents[2]
RULES = ROOT / "incident" / "assessment" / "data"
CONTENTS = ROOT / "templates" / "notices" / "contents"
ELSEWHERE = "(see the duty)"  # stands for the articles of a law of a state
OFTEN = 5  # duties of which the same is noted
PRESUMED = re.compile(r'presume "([^"]+)"')
KEYWORDS = {"worded": (1,), "worded_number": (1, 2), "_": (1,), "gettext": (1,), "ngettext": (1, 2)}
JINJA = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
HEADER = "# What the console says. Drawn from its sources by `make messages`: docs/translating.md."
BEGUN = datetime(2026, 11, 27, tzinfo=UTC)  # the header wants a moment; one that stays makes no difference to read
TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE)


def said() -> Catalog:
    """Every message of the templates of the console and of the Python modules, sorted."""
    found = Catalog(project="seventytwo", charset="utf-8")
    for method, file, options in _sources():
        for _line, message, comments, context in extract_from_file(method, file, KEYWORDS, ("Translators:",), options):
            found.add(message, None, [(str(file.relative_to(ROOT)), 0)], auto_comments=comments, context=context)
    for text in sorted(set(_law()) - {""}):
        found.add(text, None, [("incident/law/data", 0)])
    for text in sorted(set(_runbooks())):
        found.add(text, None, [("runbooks", 0)])
    for text in sorted(set(_contents())):
        found.add(text, None, [("templates/notices/contents", 0)])
    for text in sorted(set(_assessment())):
        found.add(text, None, [("incident/assessment/data", 0)])
    for sentence in sentences():
        found.add(sentence.said, None, [("incident/web/data/entries.toml", 0)])
    for text in _questions():
        found.add(text, None, [("incident/web/data/questions.toml", 0)])
    return found


def _law() -> Iterator[str]:
    """What the packs of the law say in words of ours; an article that is a number is none."""
    for duty in shipped_duties():
        yield from (duty.title, duty.bound, duty.addressee)
        yield from () if re.search("[0-9]", duty.article) else (duty.article,)
    noted = Counter(text for duty in shipped_duties() for text in (*duty.unverified, duty.delay, duty.source))
    yield from (text for text, number in noted.items() if number >= OFTEN)
    for pack in shipped_texts().values():
        yield from PRESUMED.findall(pack)
    yield from READINGS.values()


def _runbooks() -> Iterator[str]:
    """What shipped runbooks are for and tell people to do; what is to be copied letter by letter is in no language."""
    for runbook in usable([ROOT / "runbooks"]).values():
        yield from (runbook.title, runbook.summary, first_sentence(runbook.summary))
        for task in runbook.tasks:
            yield from (task.title, task.text, *task.breaks, *(keep.what for keep in task.keep))
            yield from [task.done] if task.done else ()


def _contents() -> Iterator[str]:
    """What laws want in a notice, and the law of one that leaves its articles to the duty."""
    for file in sorted(CONTENTS.glob("*.toml")):
        required = tomllib.loads(file.read_text(encoding="utf-8"))
        for asked in (*required["contents"], *required.get("statements", ())):
            yield asked["text"]
            yield from [f"{required['law']} {asked['article']}"] if asked["article"] == ELSEWHERE else ()


def _assessment() -> Iterator[str]:
    """What the rules of the assessment say: criteria, what they presume, and the tests of single laws."""
    for file in sorted(RULES.glob("*.toml")):
        text = file.read_text(encoding="utf-8")
        rules = tomllib.loads(text)
        yield from (one["text"] for one in rules.get("criteria", ()))
        yield from ([rules["title"]] if "title" in rules else ())
        yield from PRESUMED.findall(text)


def _questions() -> Iterator[str]:
    """The questions of the fact sheet and the words of its answers, which are data."""
    yield from (section.title for section in SECTIONS)
    yield from (text for asked in ASKED.values() for text in (asked.ask, asked.hint) if isinstance(text, Said))
    yield from (text for words in WORDS.values() for text in words.values())
    yield from (title for groups in GROUPS.values() for title in groups)


def _sources() -> Iterator[tuple[str, Path, dict[str, str] | None]]:
    for file in sorted((ROOT / "templates" / "pages").glob("*.html")):
        yield "jinja2.ext:babel_extract", file, JINJA
    for package in ("incident", "notifications"):
        for file in sorted((ROOT / package).rglob("*.py")):
            yield "python", file, None


def read(file: Path, language: str) -> Catalog:
    """A file of messages; an empty one where there is none yet."""
    if not file.is_file():
        return Catalog(locale=language)
    with file.open("rb") as written:
        return read_po(written, locale=language)


def write(catalogue: Catalog, file: Path) -> None:
    """The catalogue as a file: by message, without line numbers, so that a change shows what changed alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    catalogue.header_comment, catalogue.creation_date = HEADER, BEGUN
    with file.open("wb") as written:
        write_po(written, catalogue, width=110, sort_output=True, omit_header=False, include_lineno=False)


def listed(catalogue: Catalog) -> dict[object, Message]:
    """The messages of a catalogue by what they are listed under: a message, or one and several."""
    return {message.id: message for message in catalogue if message.id}
