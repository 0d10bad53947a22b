"""A statement compiled once for each database and run with plain values: what the ledger says a million times.

SQLAlchemy compiles, keys and checks a statement whenever it is executed, which costs more than SQLite needs to run it.
Here the same Core statement is compiled once; its values still pass the types of its columns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import ClauseElement


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The words for one database, which value stands where, and how each is made ready for the driver."""

    sql: str
    places: tuple[str, ...]  # names in the order of the question marks; () where values go by name
    fixed: Mapping[str, object]  # values that are part of the statement
    ready: Mapping[str, Callable[[Any], Any]]

    def values(self, given: Mapping[str, object]) -> Any:
        """As the driver takes them."""
        found = dict(self.fixed)
        for name, value in given.items():
            make = self.ready.get(name)
            found[name] = make(value) if make is not None and value is not None else value
        return tuple(found[name] for name in self.places) if self.places else found

    def rows(self, same: Mapping[str, object], names: Sequence[str], rows: Sequence[Sequence[object]]) -> list[Any]:
        """The same for many: `same` holds for all of them, `names` says what the values of a row are."""
        base = {name: _made(self.ready.get(name), value) for name, value in {**self.fixed, **same}.items()}
        base |= {name: self.fixed[name] for name in self.fixed if name not in same}
        makers = [self.ready.get(name) for name in names]
        columns = [
            values if make is None else [_made(make, value) for value in values]
            for make, values in zip(makers, zip(*rows, strict=True), strict=True)
        ]
        if not self.places:
            return [{**base, **dict(zip(names, row, strict=True))} for row in zip(*columns, strict=True)]
        at = {name: number for number, name in enumerate(names)}
        laid = [columns[at[name]] if name in at else [base[name]] * len(rows) for name in self.places]
        return list(zip(*laid, strict=True))


class Prepared:
    """A Core statement with named `bindparam`s. Results come as the driver gives them, without types."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, **values: object) -> CursorResult[Any]:
        """Execute it once."""
        compiled = self._for(connection.dialect)
        return connection.exec_driver_sql(compiled.sql, compiled.values(values))

    def run_many(
        self, connection: Connection, names: Sequence[str], rows: Sequence[Sequence[object]], **same: object
    ) -> int:
        """Execute it for each row. Returns how many rows of the table it changed in all."""
        if not rows:
            return 0
        compiled = self._for(connection.dialect)
        return int(connection.exec_driver_sql(compiled.sql, compiled.rows(same, names, rows)).rowcount)

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._statement, dialect)
        return found


def _compile(statement: ClauseElement, dialect: Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    ready = dict(compiled._bind_processors)  # the types of the columns
    fixed = {
        compiled.bind_names[bind]: _made(ready.get(compiled.bind_names[bind]), bind.value)
        for bind in compiled.bind_names
        if bind.value is not None
    }
    return _Compiled(str(compiled), tuple(compiled.positiontup or ()), fixed, ready)


def _made(make: Callable[[Any], Any] | None, value: Any) -> Any:
    return value if make is None or value is None else make(value)
