"""Column types: instants that are never naive, closed vocabularies as text, and the metadata every table belongs to."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String, TypeDecorator
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SQLModel.metadata.naming_convention = NAMING
METADATA: MetaData = SQLModel.metadata

BigId = BigInteger().with_variant(Integer(), "sqlite")
Document = JSON(none_as_null=True)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values on the way in, gives aware UTC on the way out, also from SQLite.

    It lives in `notifications` because that is the lower of the two packages.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} is naive: an instant needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """A word of a closed vocabulary, kept as text so that both databases show it and a migration can add one."""

    impl = String(64)
    cache_ok = True

    def __init__(self, vocabulary: type[StrEnum]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else str(self.vocabulary(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.vocabulary(value)


def instant(**options: Any) -> Any:
    """A column that holds an instant."""
    return Field(sa_type=UtcDateTime, **options)


def word(vocabulary: type[StrEnum], **options: Any) -> Any:
    """A column that holds one word of a closed vocabulary."""
    return Field(sa_type=Word(vocabulary), **options)


def document(**options: Any) -> Any:
    """A column that holds a JSON document."""
    factory = options.get("default_factory")
    return Field(sa_type=Document, **options | ({"default_factory": _EMPTY[factory]} if factory in _EMPTY else {}))


# Pydantic reads the signature of a factory for every row: of `list` itself that takes a tenth of a millisecond.
def _no_items() -> list[Any]:
    return []


def _no_members() -> dict[str, Any]:
    return {}


_EMPTY: dict[Any, Any] = {list: _no_items, dict: _no_members}


def number(**options: Any) -> Any:
    """A 64-bit whole number; as a primary key it counts up by itself."""
    return Field(sa_type=BigId, **options)
