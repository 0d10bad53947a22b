"""The check that no text to business customers names one of them: every other would read it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sqlmodel import Session

from incident.notice_kinds import KINDS, NoticeKind, Readers
from incident.queries.recipients import names_of_others
from notifications.findings import Finding
from notifications.message import Text

SHARED = ("notices/phrases/{locale}.toml", "notices/sentences/{locale}.txt")


def check_pack(
    session: Session, folders: Sequence[Path], kind: NoticeKind, texts: Mapping[str, Text], own: Sequence[str] = ()
) -> list[Finding]:
    """Errors for every registered customer that a notice to customers names; none for other kinds.

    `folders` are the template folders, the shipped one last; `own` are names of the organisation itself, which may be
    its own customer.
    """
    if KINDS[kind].readers is not Readers.CUSTOMERS:
        return []
    locales = dict.fromkeys(key.partition("@")[0] for key in texts)
    return names_of_others(session, texts, own, "\n".join(_shipped_words(folders[-1], kind, locales)))


def _shipped_words(folder: Path, kind: NoticeKind, locales: Iterable[str]) -> Iterable[str]:
    """The words of the shipped templates, which name nobody: a customer called Contact Ltd is not every heading."""
    for locale in locales:
        files = sorted((folder / f"notices/{kind}/{locale}").glob("*"))
        files += [folder / path.format(locale=locale) for path in SHARED]
        yield from (file.read_text(encoding="utf-8") for file in files if file.is_file())
