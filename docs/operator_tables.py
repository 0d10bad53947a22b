"""Tables for the people who run an installation: every setting, and which role carries which action."""

import json

from pydantic.fields import FieldInfo

from incident.adapters.registry import all_adapters
from incident.edge_settings import EdgeSettings
from incident.notice_kinds import FORMS, KINDS
from incident.roles import ALLOWED, SYSTEM_ACTIONS, Action, Role
from incident.settings import Settings
from incident.web import words


def settings() -> str:
    """Every setting as its environment variable, with default and meaning, in the order of `incident/settings.py`.

    Those it takes from elsewhere come last.
    """
    lines = ["| variable | default | meaning |", "| --- | --- | --- |"]
    elsewhere = EdgeSettings.model_fields
    for name, field in sorted(Settings.model_fields.items(), key=lambda item: item[0] in elsewhere):
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


def adapters() -> str:
    """Every monitor that can be read, and the ways it can prove itself, the preferred one first."""
    lines = ["| adapter | monitor | schemes |", "| --- | --- | --- |"]
    for name, adapter in all_adapters().items():
        schemes = ", ".join(f"`{scheme.value}`" for scheme in adapter.schemes)
        lines.append(f"| `{name}` | {adapter.label} | {schemes} |")
    return "\n".join(lines) + "\n"


def kinds() -> str:
    """Every kind of notice: who reads it, what it is, which contents list it is checked against."""
    lines = ["| kind | readers | what it is | contents list |", "| --- | --- | --- | --- |"]
    for kind, told in KINDS.items():
        title, about = words.NOTICES[kind]
        lines.append(f"| `{kind}` | {words.READERS[told.readers]} | {title}. {about} | `{told.contents}` |")
    return "\n".join(lines) + "\n"


def forms() -> str:
    """Every form of a filing, with its law and languages."""
    lines = ["| form | what it is | law | languages |", "| --- | --- | --- | --- |"]
    for name, form in FORMS.items():
        lines.append(f"| `{name}` | {words.FORMS[name]} | {form.law} | {', '.join(form.locales)} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    """As the variable would hold it."""
    value = field.get_default(call_default_factory=True)
    if value in (None, "", {}):
        return "not set"
    return f"`{json.dumps(value)}`" if isinstance(value, dict) else f"`{value}`"


def _words(name: str) -> str:
    return name.replace("_", " ")
