"""What a derivation changed, gathered and said in few words: 140 customers are one line, not 140."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from incident.law.counting import stamp
from incident.models.law import Obligation

Before = tuple[str, datetime | None, bool, tuple[str, ...], bool]


@dataclass(slots=True)
class Changes:
    """Obligations by what became of them."""

    added: list[Obligation] = field(default_factory=list)
    withdrawn: list[Obligation] = field(default_factory=list)
    restored: list[Obligation] = field(default_factory=list)
    answered: list[Obligation] = field(default_factory=list)
    moved: list[Obligation] = field(default_factory=list)
    rested: list[Obligation] = field(default_factory=list)
    reopened: list[Obligation] = field(default_factory=list)
    unmet: list[Obligation] = field(default_factory=list)

    def rows(self) -> list[Obligation]:
        """Every obligation whose deadline may have changed, once."""
        lists = (self.added, self.withdrawn, self.restored, self.answered, self.moved, self.reopened, self.unmet)
        return list({row.id: row for rows in lists for row in rows}.values())

    def compare(self, row: Obligation, before: Before) -> None:
        """Sort a row by how it differs from what it was."""
        applies, moment, provisional, datasets, standing = before
        if standing and row.withdrawn_at is not None:
            self.withdrawn.append(row)
        elif not standing and row.withdrawn_at is None:
            self.restored.append(row)
        elif row.withdrawn_at is not None:
            return
        elif applies != row.applies:
            self.answered.append(row)
        elif (moment, provisional) != (row.due_at or row.target_at, row.provisional):
            self.moved.append(row)
        elif datasets != tuple(row.datasets):
            self.rested.append(row)


def summary(changes: Changes) -> list[str]:
    """One line for each kind of change and rule, in a fixed order."""
    kinds = (
        ("new", changes.added),
        ("again", changes.restored),
        ("withdrawn", changes.withdrawn),
        ("answered", changes.answered),
        ("moved", changes.moved),
        ("rests on other data sets", changes.rested),
        ("decision reopened", changes.reopened),
        ("not everybody was told, open again", changes.unmet),
    )
    return [f"{word}: {line}" for word, rows in kinds for line in _grouped(rows)]


def said(row: Obligation) -> str:
    """An obligation in a line of the timeline: rule, article, moment, whether it is certain."""
    moment = row.due_at or row.target_at
    due = f", {'due' if row.due_at else 'own target'} {stamp(moment)}" if moment and row.applies != "no" else ""
    provisional = " (provisional)" if due and row.provisional else ""
    open_question = ", not known whether it applies" if row.applies == "unknown" else ""
    return f"{_rule(row)}{due}{provisional}{open_question}"


def _grouped(rows: Iterable[Obligation]) -> list[str]:
    groups: dict[tuple[str, str, str], list[Obligation]] = {}
    for row in rows:
        rule = "contracts" if row.kind == "contract" else row.duty
        groups.setdefault((row.entity, rule, row.applies), []).append(row)
    return [_one_line(members) for _, members in sorted(groups.items())]


def _one_line(rows: list[Obligation]) -> str:
    first = min(rows, key=lambda row: (row.due_at or row.target_at or row.updated_at, row.addressee))
    if len(rows) == 1:
        return said(first)
    what = "contract duties" if first.kind == "contract" else _rule(first)
    moment = first.due_at or first.target_at
    earliest = f", the earliest {stamp(moment)}" if moment and first.applies != "no" else ""
    return f"{what}, {len(rows)} addressees{earliest}"


def _rule(row: Obligation) -> str:
    rule = row.rule
    if row.kind == "statute":
        return f"{rule['title']} ({rule['law']} {rule['article']})"
    return f"{rule['title']} ({row.kind})"
