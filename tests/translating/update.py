"""`make messages`: lists what the console says anew in every language's file, and counts what is not translated yet.

python -m tests.translating.update [--also FILE.po …]: what is not translated here is taken from these files.
"""

import argparse
import sys
from pathlib import Path

from babel.messages.catalog import Catalog

from incident.web.languages import file_of
from tests.translating.messages import TRANSLATED, listed, read, said, write


def renewed(language: str, also: list[Path]) -> tuple[Catalog, int]:
    """The catalogue of a language as it has to be, and how many messages of it are not translated."""
    known = [listed(read(file, language)) for file in (file_of(language), *also)]
    found = Catalog(locale=language, project="seventytwo", charset="utf-8", fuzzy=False)
    missing = 0
    for message in said():
        if not message.id:
            continue
        kept = (one[message.id].string for one in known if message.id in one)
        words = next(filter(done, kept), "")
        missing += not words
        found.add(message.id, words, message.locations, auto_comments=message.auto_comments)
    return found, missing


def done(words: object) -> bool:
    """Whether a message is translated, in all its numbers."""
    return all(words) if isinstance(words, tuple | list) else bool(words)


def main() -> None:
    """Writes the files and says what is missing."""
    reads = argparse.ArgumentParser(description=__doc__)
    reads.add_argument("--also", type=Path, nargs="*", default=[])
    for language in TRANSLATED:
        catalogue, missing = renewed(language, reads.parse_args().also)
        write(catalogue, file_of(language))
        sys.stdout.write(f"{language}: {len(listed(catalogue))} messages, {missing} not translated\n")


if __name__ == "__main__":
    main()
