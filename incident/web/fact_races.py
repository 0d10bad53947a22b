"""Two who answer the fact sheet at once: where what the second sent differs from what stands by now."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from uuid import UUID

from sqlmodel import Session

from incident.errors import Fault, Overtaken
from incident.queries.customers import customer_names
from incident.queries.facts import draft_of
from incident.roles import Actor
from incident.verbs.act import Act
from incident.web.assessment_draft import answer_at
from incident.web.entity_choices import named_entity
from incident.web.fact_form import rows_of
from incident.web.fact_questions import OF_DATASET, OWN, SHARED, Asked, said
from incident.web.frame import Desk
from incident.web.views.facts import AnswerChange, SaidAnswer
from notifications.wording import worded, worded_list

Document = Mapping[str, object]
Called = Mapping[str, str]
UNNAMED: Called = MappingProxyType({})
NAMES = (Asked("title", worded("Name")), Asked("entity", worded("Legal entity")))


def keep_or_tell_apart(
    desk: Desk, by: Actor, incident_id: UUID, document: Document, keep: Callable[[Act], object]
) -> None:
    """Write; where others were faster, raise Overtaken with both answers to each question that has two."""
    try:
        desk.edge.write(by, keep)
    except Overtaken as error:
        with desk.edge.read() as session:
            stands = draft_of(session, desk.edge.keys, by, incident_id)
            called = called_in(desk, session, stands, document)
        raise Overtaken(str(error), tuple(differing(stands, document, called))) from None


def called_in(desk: Desk, session: Session, *documents: Document) -> Called:
    """What the customers and the legal entity of sheets are called, by their ids, as far as the reader may know."""
    named = (row.get("controllers") for document in documents for row in rows_of(document))
    ids = {str(one) for several in named if isinstance(several, list | tuple) for one in several}
    return {**customer_names(session, desk.actor, ids), **named_entity(desk.edge.settings)}


def differing(stands: Document, sent: Document, called: Called = UNNAMED) -> Iterator[Fault]:
    """Each question that was answered two ways: what stands, and what was sent."""
    for one in apart(stands, sent, called):
        label = worded_list((one.dataset, one.ask), ": ") if one.dataset else one.ask
        yield Fault(
            label,
            worded("it now says “{answer}”", answer=one.before.whole),
            worded("you wrote “{answer}”", answer=one.after.whole),
        )


def apart(before: Document, after: Document, called: Called = UNNAMED) -> Iterator[AnswerChange]:
    """Each question two sheets answer differently, with both answers in words."""
    for title, asked, dataset in _questions(before, after):
        there, here = (answer_at(document, asked.path, dataset) for document in (before, after))
        if _plain(there) != _plain(here):
            said_there, said_here = (_words(asked.path, value, called) for value in (there, here))
            yield AnswerChange(asked.ask, title, said_there, said_here)


def answers_by_part(
    document: Document, called: Called = UNNAMED
) -> tuple[tuple[str, tuple[tuple[str, SaidAnswer], ...]], ...]:
    """Every answer of a sheet under the breach or the data set it is of: (question, answer)."""
    groups: dict[str, list[tuple[str, SaidAnswer]]] = {}
    for title, asked, dataset in _questions(document):
        value = answer_at(document, asked.path, dataset)
        if value not in (None, "", []):
            line = asked.ask, _words(asked.path, value, called)
            groups.setdefault(title or worded("The breach"), []).append(line)
    return tuple((part, tuple(lines)) for part, lines in groups.items())


def answered_meanwhile(path: str, stands: object, sent: object) -> Fault:
    """What is said at a question somebody else answered since it was read; the field holds what was sent."""
    keep = (
        worded("keep yours, or change it to that")
        if sent is not None
        else worded("keep that, or say again that you do not know")
    )
    said_now = worded("somebody else answered in the meantime, “{answer}”", answer=_words(path, stands).whole)
    return Fault("answer", said_now, keep)


def named(path: str, value: object, called: Called) -> object:
    """An answer with customers and the legal entity by their names; another as it is."""
    if path == "controllers" and isinstance(value, list | tuple):
        return [called.get(str(one), one) for one in value]
    return called.get(str(value), value) if path == "entity" else value


def _questions(*documents: Document) -> Iterator[tuple[str, Asked, str]]:
    """Every question of the documents: the data set's name, "" for what all share, what is asked, the data set's id."""
    for section in SHARED:
        yield from (("", one, "") for one in section.facts)
    rows = {str(row.get("id", "")): row for document in documents for row in rows_of(document)}
    for identity, row in rows.items():
        title = str(row.get("title") or identity)
        for one in (*NAMES, *OF_DATASET, *(one for section in OWN for one in section.facts)):
            yield title, one, identity


def _plain(value: object) -> object:
    """An answer without what does not tell two apart: the order of words, and whether nothing was said."""
    return sorted(map(str, value)) if isinstance(value, list | tuple) else value


def _words(path: str, value: object, called: Called = UNNAMED) -> SaidAnswer:
    """An answer with every word of it: two long ones often differ in the last."""
    if value is None or value == "":
        return SaidAnswer(worded("nothing"))
    value = named(path, value, called)
    few, whole = said(path, value), said(path, value, most=None)
    return SaidAnswer(whole, few if few != whole else "")
