"""Legal entities offered where a data set asks whose it is: the first by its name, and those said elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session

from incident.organisation import profile_of
from incident.queries.duties import known_entities
from incident.settings import Settings
from incident.web.frame import Desk
from incident.web.views import DatasetForm, FactField

Entities = tuple[tuple[str, str], ...]


def named_entity(settings: Settings) -> Mapping[str, str]:
    """The first legal entity by its short id, with its name: the settings name no other."""
    return {settings.entity: profile_of(settings).entity}


def entities_for(desk: Desk, session: Session) -> Entities:
    """Short ids with what each is called; of all but the first the installation knows the id alone."""
    first = named_entity(desk.edge.settings)
    others = sorted(set(known_entities(session, desk.actor)) - set(first))
    return (*first.items(), *((one, one) for one in others))


def with_entities(forms: Iterable[DatasetForm], known: Entities) -> list[DatasetForm]:
    """The forms with the entities to choose from."""
    return [form.with_fields(lambda field: _known(field, known)) for form in forms]


def _known(field: FactField, known: Entities) -> FactField:
    return replace(field, known=known) if field.path == "entity" else field
