"""Tables for the people who run an installation: every setting, and which role carries which action."""

from pydantic.fields import FieldInfo

from incident.roles import ALLOWED, SYSTEM_ACTIONS, Action, Role
from incident.settings import Settings


def settings() -> str:
    """Every setting as its environment variable, with default and meaning, in the order of `incident/settings.py`."""
    lines = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        meaning = (field.description or "").replace("<home>", "`<home>`").rstrip(".")
        lines.append(f"| `SEVENTYTWO_{name.upper()}` | {_default(field)} | {meaning} |")
    return "\n".join(lines) + "\n"


def roles() -> str:
    """Actions by roles, as `incident/roles.py` has them; the last column is the product itself."""
    names = [_words(role) for role in Role]
    lines = ["| action | " + " | ".join(names) + " | the system |", "| --- " * (len(names) + 2) + "|"]
    for action in Action:
        carried = [role in ALLOWED[action] for role in Role] + [action in SYSTEM_ACTIONS]
        lines.append(f"| {_words(action)} | " + " | ".join("yes" if may else "·" for may in carried) + " |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    return "not set" if field.default in (None, "") else f"`{field.default}`"


def _words(name: str) -> str:
    return name.replace("_", " ")
