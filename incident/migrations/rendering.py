"""How a drafted revision spells our column types: by what the database sees, so that it outlives our classes."""

from typing import Any, Literal

from sqlmodel.sql.sqltypes import AutoString

from notifications.columns import UtcDateTime, Word


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Alembic's hook; False leaves the spelling to Alembic."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Word):
        return "sa.String(length=64)"
    if isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False
