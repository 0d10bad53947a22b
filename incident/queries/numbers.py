"""Several numbers of the database in one question: what every page and every look at health asks costs one round."""

from collections.abc import Mapping

import sqlalchemy as sql
from sqlalchemy import Executable, ScalarSelect, func
from sqlmodel import select


def number_of(model: type, *conditions: object) -> ScalarSelect[int]:
    """How many rows of a table hold, as a part of a question."""
    return select(func.count()).select_from(model).where(*conditions).scalar_subquery()  # type: ignore[arg-type]


def together(numbers: Mapping[str, ScalarSelect[int]]) -> Executable:
    """One question for all of them; its row has each by its name."""
    return sql.select(*(number.label(name) for name, number in numbers.items()))
