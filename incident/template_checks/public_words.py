"""The operator's words of the public pages over the shipped ones: each has to be a sentence that a page says."""

import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from incident.facts.vocabulary import nearest
from incident.template_checks.faults import TemplateFault

FOLDER = "announcements"


def bad_words(own: Path, shipped: Path) -> Iterator[TemplateFault]:
    """A fault for a file that is no TOML, a sentence no page says, and other braces than the shipped one has."""
    for file in sorted((own / FOLDER).glob("*.toml")):
        path, model = f"{FOLDER}/{file.name}", shipped / FOLDER / file.name
        if not model.is_file():
            continue  # a language the public pages do not have: told of as used by nothing
        try:
            said = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            yield TemplateFault(path, f"cannot be read: {error}", mend="mend it, or remove it")
            continue
        yield from _compared(path, said, tomllib.loads(model.read_text(encoding="utf-8")))


def _compared(path: str, said: Mapping[str, object], known: Mapping[str, object]) -> Iterator[TemplateFault]:
    for name, text in said.items():
        if name not in known:
            yield TemplateFault(path, f"{name!r} is used by nothing", mend=nearest(name, known))
        elif not isinstance(text, str) or not text.strip():
            yield TemplateFault(path, f"{name!r} is empty, or no text", mend="write the sentence, or leave it out")
        elif _braces(text) != _braces(str(known[name])):
            wanted = ", ".join(f"{{{one}}}" for one in sorted(_braces(str(known[name])) or ()))
            mend = f"it has {wanted}" if wanted else "it has none"
            yield TemplateFault(path, f"{name!r} has other places to fill than it can", mend=mend)


def _braces(text: str) -> frozenset[str] | None:
    """What stands in single braces; None where they do not close."""
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    except ValueError:
        return None
