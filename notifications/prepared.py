"""A statement compiled once for each database and run with plain values: what the ledger says a million times.

SQLAlchemy builds, keys and checks a statement whenever it is executed, which costs more than SQLite needs to run it.
Here the same Core statement is compiled once; its values still pass the types of its columns, in both directions.

SQLite's driver gives the interpreter's lock away at every row and every execution, and beside a busy event loop gets it
back late. So rows go to SQLite, and come from it, as one JSON value.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    String,
    UpdateBase,
    bindparam,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
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

    @property
    def makings(self) -> Sequence[tuple[str, Making]]:
        """The names of the values in the order of their places, and what makes each ready."""
        return [(name, self._making.get(name)) for name in self._places]

    def once(self, given: Mapping[str, object]) -> Any:
        """The values of one execution, as the driver takes them."""
        found = self._fixed | {name: self._made(name, value) for name, value in given.items()}
        return tuple(found[name] for name in self._places) if self._places else found

    def _made(self, name: str, value: Any) -> Any:
        make = self._making.get(name)
        return value if make is None or value is None else make(value)


class Prepared:
    """A Core statement with named `bindparam`s, and the columns that it returns: a change, or a question."""

    def __init__(self, statement: Any, *returning: ColumnElement[Any]) -> None:
        self._statement = statement.returning(*returning) if isinstance(statement, UpdateBase) else statement
        self._returning = returning
        self._asks = not isinstance(statement, UpdateBase)
        self._compiled: dict[str, tuple[_Compiled, list[Making], bool]] = {}

    def run(self, connection: Connection, **values: object) -> list[tuple[Any, ...]]:
        """Execute it. Returns its rows."""
        words, makings, packed = self._for(connection.dialect)
        found = _fetched(connection, words.sql, words.once(values))
        if packed:
            found = json.loads(found[0][0])
        if not found:
            return []
        columns = [_mapped(making, values) for making, values in zip(makings, zip(*found, strict=True), strict=True)]
        return list(zip(*columns, strict=True))

    def _for(self, dialect: Dialect) -> tuple[_Compiled, list[Making], bool]:
        if dialect.name not in self._compiled:
            packed = self._asks and dialect.name == "sqlite"
            makings = [_reading(one, dialect, packed=packed) for one in self._returning]
            statement = _packed(self._statement) if packed else self._statement
            self._compiled[dialect.name] = _Compiled(statement, dialect), makings, packed
        return self._compiled[dialect.name]


class Change:
    """A Core statement with named `bindparam`s that changes rows."""

    def __init__(self, statement: UpdateBase) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, **values: object) -> int:
        """Execute it. Returns how many rows it changed."""
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _Compiled(self._statement, connection.dialect)
        words = self._compiled[name]
        return _changed(connection, words.sql, words.once(values))


class Batch:
    """One change of many rows at once, each by values of its own.

    `build` makes the statement; what it is given names a value of the row at hand. The rows are one value: JSON on
    SQLite, arrays on PostgreSQL.
    """

    def __init__(self, build: Callable[[Callable[[str], Any]], Any], **types: TypeEngine[Any]) -> None:
        self._build = build
        self._types = types
        self._compiled: dict[str, tuple[_Compiled, list[Making]]] = {}

    def run(self, connection: Connection, rows: Sequence[Sequence[object]], **same: object) -> int:
        """Change what the rows say, their values in the order of the types. Returns how many rows of the table."""
        if not rows:
            return 0
        words, makings = self._for(connection.dialect)
        columns = list(zip(*rows, strict=True))
        if connection.dialect.name == "sqlite":
            made = [_mapped(making, values) for making, values in zip(makings, columns, strict=True)]
            lists: dict[str, Any] = {"given": json.dumps(list(zip(*made, strict=True)))}
        else:
            lists = {name: list(values) for name, values in zip(self._types, columns, strict=True)}
        return _changed(connection, words.sql, words.once({**same, **lists}))

    def _for(self, dialect: Dialect) -> tuple[_Compiled, list[Making]]:
        if dialect.name not in self._compiled:
            given = self._in_json() if dialect.name == "sqlite" else self._in_arrays()
            makings: list[Making] = [
                kind.dialect_impl(dialect).bind_processor(dialect) for kind in self._types.values()
            ]
            self._compiled[dialect.name] = _Compiled(self._build(given), dialect), makings
        return self._compiled[dialect.name]

    def _in_json(self) -> Callable[[str], Any]:
        given = func.json_each(bindparam("given", type_=String())).table_valued("value", name="given")
        places = {name: place for place, name in enumerate(self._types)}
        return lambda name: given.c.value.op("->>")(literal_column(str(places[name])))

    def _in_arrays(self) -> Callable[[str], Any]:
        lists = [bindparam(name, type_=ARRAY(kind)) for name, kind in self._types.items()]
        columns = [column(name, kind) for name, kind in self._types.items()]
        given = func.unnest(*lists).table_valued(*columns, name="given").render_derived()
        return lambda name: given.c[name]


class Addition:
    """An `INSERT` of one row as Core has it, run for many rows in one execution; for SQLite.

    The driver gives the interpreter's lock away at every execution, so that rows go there together.
    """

    def __init__(self, statement: Any, *columns: str) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: tuple[Sequence[tuple[str, Making]], str, str, str] | None = None

    def run(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> int:
        """Add the rows, each with a value for every column. Returns how many were added."""
        makings, head, one, tail = self._for(connection.dialect)
        columns = [_mapped(making, [row[name] for row in rows]) for name, making in makings]
        values = [value for row in zip(*columns, strict=True) for value in row]
        return _changed(connection, f"{head}{', '.join([one] * len(rows))}{tail}", values)

    def _for(self, dialect: Dialect) -> tuple[Sequence[tuple[str, Making]], str, str, str]:
        if self._compiled is None:
            words = _Compiled(self._statement.values({name: bindparam(name) for name in self._columns}), dialect)
            one = f"({', '.join('?' * len(self._columns))})"
            head, found, tail = words.sql.partition(one)
            assert found, words.sql
            self._compiled = words.makings, head, one, tail
        return self._compiled


def _fetched(connection: Connection, words: str, values: Any) -> list[tuple[Any, ...]]:
    """Plain rows, without the library's own."""
    if connection.dialect.name == "sqlite":
        return _by_driver(connection, words, values).fetchall()  # type: ignore[no-any-return]
    result = connection.exec_driver_sql(words, values)
    found = result.cursor.fetchall() if result.cursor is not None else ()
    result.close()
    return list(found)


def _changed(connection: Connection, words: str, values: Any) -> int:
    if connection.dialect.name == "sqlite":
        return int(_by_driver(connection, words, values).rowcount)
    return int(connection.exec_driver_sql(words, values).rowcount)


def _by_driver(connection: Connection, words: str, values: Any) -> Any:
    """The driver's cursor after these words, in the transaction that is open. Raises DBAPIError as the library does."""
    driver: Any = connection.connection.driver_connection
    try:
        return driver.execute(words, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(words, None, error, connection.dialect.loaded_dbapi.Error, True) from error


def _packed(question: Any) -> Any:
    """The same question, answered with all its rows as one JSON array of arrays; bytes in it are hexadecimal."""
    asked = question.subquery("asked")
    columns = [func.hex(one) if isinstance(one.type, LargeBinary) else one for one in asked.c]
    return select(func.json_group_array(func.json_array(*columns)))


def _reading(one: ColumnElement[Any], dialect: Dialect, *, packed: bool) -> Making:
    """What makes a value of what the driver gives."""
    if packed and isinstance(one.type, LargeBinary):
        return bytes.fromhex
    return one.type.dialect_impl(dialect).result_processor(dialect, None)


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
