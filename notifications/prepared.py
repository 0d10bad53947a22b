"""A statement compiled once for each database and run with plain values: what the ledger says a million times.

SQLAlchemy builds, keys and checks a statement whenever it is executed, which costs more than SQLite needs to run it.
Here the same Core statement is compiled once; its values still pass the types of its columns, in both directions.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, String, UpdateBase, bindparam, column, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine

Making = Callable[[Any], Any] | None


class Numbers(TypeDecorator[list[int]]):
    """A list of whole numbers as one value: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(BigInteger()))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" else value


class Among(ColumnElement[bool]):
    """SQL: this column is one of the numbers that are given under a name; their number does not change the words."""

    inherit_cache = False

    def __init__(self, one: Column[Any], name: str) -> None:
        self.one = one
        self.numbers = bindparam(name, type_=Numbers())


@compiles(Among, "sqlite")
def _in_json(element: Among, compiler: Any, **options: Any) -> str:
    one, numbers = compiler.process(element.one, **options), compiler.process(element.numbers, **options)
    return f"{one} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 (names and parameters only)


@compiles(Among, "postgresql")
def _in_array(element: Among, compiler: Any, **options: Any) -> str:
    one, numbers = compiler.process(element.one, **options), compiler.process(element.numbers, **options)
    return f"{one} = ANY ({numbers})"


class _Compiled:
    """The words for one database, which value stands where, and how each is made ready for the driver."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._places = tuple(compiled.positiontup or ())  # of the question marks; () where values go by name
        self._making: Mapping[str, Making] = dict(compiled._bind_processors)
        fixed = {name: bind.value for bind, name in compiled.bind_names.items() if bind.value is not None}
        self._fixed = {name: self._made(name, value) for name, value in fixed.items()}

    def once(self, given: Mapping[str, object]) -> Any:
        """The values of one execution, as the driver takes them."""
        found = self._fixed | {name: self._made(name, value) for name, value in given.items()}
        return tuple(found[name] for name in self._places) if self._places else found

    def many(self, same: Mapping[str, object], names: Sequence[str], rows: Sequence[Sequence[object]]) -> Any:
        """The values of as many executions as there are rows; `same` holds for all of them."""
        base = self._fixed | {name: self._made(name, value) for name, value in same.items()}
        columns = {
            name: _mapped(self._making.get(name), values)
            for name, values in zip(names, zip(*rows, strict=True), strict=True)
        }
        laid = [columns.get(name) or [base[name]] * len(rows) for name in self._places]
        return list(zip(*laid, strict=True))

    def _made(self, name: str, value: Any) -> Any:
        make = self._making.get(name)
        return value if make is None or value is None else make(value)


class Prepared:
    """A Core statement with named `bindparam`s, and the columns that it returns: a change, or a question."""

    def __init__(self, statement: Any, *returning: Column[Any]) -> None:
        self._statement = statement.returning(*returning) if isinstance(statement, UpdateBase) else statement
        self._returning = returning
        self._compiled: dict[str, tuple[_Compiled, list[Making]]] = {}

    def run(self, connection: Connection, **values: object) -> list[tuple[Any, ...]]:
        """Execute it. Returns its rows."""
        words, makings = self._for(connection.dialect)
        result = connection.exec_driver_sql(words.sql, words.once(values))
        found = result.cursor.fetchall() if result.cursor is not None else []  # plain rows, without the library's own
        result.close()
        if not found:
            return []
        columns = [_mapped(making, values) for making, values in zip(makings, zip(*found, strict=True), strict=True)]
        return list(zip(*columns, strict=True))

    def _for(self, dialect: Dialect) -> tuple[_Compiled, list[Making]]:
        if dialect.name not in self._compiled:
            makings: list[Making] = [
                one.type.dialect_impl(dialect).result_processor(dialect, None) for one in self._returning
            ]
            self._compiled[dialect.name] = _Compiled(self._statement, dialect), makings
        return self._compiled[dialect.name]


class Batch:
    """One change of many rows at once, each by values of its own.

    `build` makes the statement; what it is given names a value of the row at hand. SQLite runs it row by row in one
    call of the driver, PostgreSQL once over all of them as arrays.
    """

    def __init__(self, build: Callable[[Callable[[str], Any]], Any], **types: TypeEngine[Any]) -> None:
        self._build = build
        self._types = types
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, rows: Sequence[Sequence[object]], **same: object) -> int:
        """Change what the rows say, their values in the order of the types. Returns how many rows of the table."""
        if not rows:
            return 0
        words = self._for(connection.dialect)
        if connection.dialect.name == "sqlite":
            values = words.many(same, tuple(self._types), rows)
        else:
            lists = {name: list(values) for name, values in zip(self._types, zip(*rows, strict=True), strict=True)}
            values = words.once({**same, **lists})
        return int(connection.exec_driver_sql(words.sql, values).rowcount)

    def _for(self, dialect: Dialect) -> _Compiled:
        if dialect.name not in self._compiled:
            statement = self._build(self._by_name if dialect.name == "sqlite" else self._in_arrays())
            self._compiled[dialect.name] = _Compiled(statement, dialect)
        return self._compiled[dialect.name]

    def _by_name(self, name: str) -> Any:
        return bindparam(name, type_=self._types[name])

    def _in_arrays(self) -> Callable[[str], Any]:
        lists = [bindparam(name, type_=ARRAY(kind)) for name, kind in self._types.items()]
        columns = [column(name, kind) for name, kind in self._types.items()]
        given = func.unnest(*lists).table_valued(*columns, name="given").render_derived()
        return lambda name: given.c[name]


def _mapped(make: Making, values: Sequence[Any]) -> Sequence[Any]:
    """Each value made ready. Most of a batch are the same, often one object: each different one is made once."""
    if make is None:
        return values
    made: dict[Any, Any] = {None: None}
    last = ready = None
    found = []
    for value in values:
        if value is not last:
            if value not in made:
                made[value] = make(value)
            last, ready = value, made[value]
        found.append(ready)
    return found
