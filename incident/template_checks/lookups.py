"""Which files of a template folder the product looks up, and which are used by nothing."""

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from babel import Locale, UnknownLocaleError

from incident.facts.vocabulary import nearest
from incident.notice_kinds import FORMS, KINDS
from incident.template_checks.faults import TemplateFault
from notifications.rendering import PARTS, Templates, Unrenderable

FOLDERS = {"notices": tuple(KINDS), "filings": tuple(FORMS)}
OF_A_LANGUAGE = {"phrases": "toml", "language": "toml", "sentences": "txt"}
SINGLE = ("notices/credit_bureaus.toml", "notices/phrases/consequences.toml")
LIST_PAGE = re.compile(r"lists/([^/]+)\.toml")  # of a customer's list of people
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
PHRASES, FREE = "notices/phrases", ("measures", "measures_planned")
NOTES = ("README", "README.md", "README.txt")


def unused(templates: Templates, own: Path, shipped: Collection[str]) -> Iterator[TemplateFault]:
    """A fault for every file of a folder that nothing looks up. `shipped` are the paths of the product's own files."""
    paths = paths_of(own)
    referred = _referred(templates, {*paths, *shipped})
    for path in sorted(paths):
        if not (path in shipped or path in referred or is_looked_up(path) or Path(path).name in NOTES):
            yield TemplateFault(path, "is used by nothing", mend=_meant(path, shipped))


def idle_phrases(own: Path, shipped: Path) -> Iterator[TemplateFault]:
    """A fault for every phrase of an own file that stands under a word nothing says; measures may be added freely."""
    known: dict[str, dict[str, object]] = {}
    for file in sorted((shipped / PHRASES).glob("*.toml")):  # a table may be needed in some languages only
        for table, words in _tables(file).items():
            known.setdefault(table, {}).update(words)
    for file in sorted((own / PHRASES).glob("*.toml")):
        path = file.relative_to(own).as_posix()
        if path in SINGLE:
            continue
        for table, words in _tables(file).items():
            if table not in known:
                yield TemplateFault(path, f"[{table}] is used by nothing", mend=nearest(table, known))
                continue
            for word in words if table not in FREE else ():
                if word not in known[table]:
                    message = f"{word!r} in [{table}] is used by nothing"
                    yield TemplateFault(path, message, mend=nearest(word, known[table]))


def _tables(file: Path) -> dict[str, dict[str, object]]:
    """The tables of a file; none of a broken one, of which rendering tells."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    return {table: words for table, words in document.items() if isinstance(words, dict)}


def _referred(templates: Templates, paths: Collection[str]) -> set[str]:
    """Files that templates which are looked up import, include or extend. Rendering tells of a broken one."""
    found = set[str]()
    for path in paths:
        if path.startswith("mail/") or is_looked_up(path):
            with suppress(Unrenderable):
                found |= templates.reached([path]) - {path}
    return found


def paths_of(folder: Path) -> set[str]:
    """The files of a template folder, but for hidden ones."""
    found = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return {path.as_posix() for path in found if not any(part.startswith(".") for part in path.parts)}


def is_looked_up(path: str) -> bool:
    """Whether the product looks for a file of this path, in whatever language."""
    if path in SINGLE:
        return True
    parts = path.split("/")
    if len(parts) == 4:
        root, kind, locale, name = parts
        return kind in FOLDERS.get(root, ()) and name in PARTS and is_language(locale)
    if len(parts) == 3 and parts[0] in FOLDERS:
        locale, _, suffix = parts[2].partition(".")
        return OF_A_LANGUAGE.get(parts[1]) == suffix and is_language(locale)
    page = LIST_PAGE.fullmatch(path)
    return page is not None and is_language(page[1])


def is_language(locale: str) -> bool:
    """Whether this is a language as folders are named: de, pt-BR, zh-Hant."""
    if not LOCALE.fullmatch(locale):
        return False
    try:
        Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _meant(path: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(path, known, n=1, cutoff=0.7)
    return f"did you mean {close[0]}?" if close else "remove it, or import it where it is to be used"
