"""Legal entities offered where a data set asks whose it is: the first by its name, and those said elsewhere."""

from collections.abc import Iterable
from dataclasses import replace

from sqlmodel import Session

from incident.organisation import profile_of
from incident.queries.duties import known_entities
from incident.web.frame import Desk
from incident.web.views import DatasetForm, FactField

Entities = tuple[tuple[str, str], ...]


def entities_for(desk: Desk, session: Session) -> Entities:
    """Short ids with what each is called; of all but the first the installation knows the id alone."""
    first = desk.edge.settings.entity
    others = sorted(set(known_entities(session, desk.actor)) - {first})
    return ((first, profile_of(desk.edge.settings).entity), *((one, one) for one in others))


def with_entities(forms: Iterable[DatasetForm], known: Entities) -> list[DatasetForm]:
    """The forms with the entities to choose from."""
    return [form.with_fields(lambda field: _known(field, known)) for form in forms]


def _known(field: FactField, known: Entities) -> FactField:
    return replace(field, known=known) if field.path == "entity" else field
