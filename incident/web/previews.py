"""Notices and releases as one recipient after another sees them, and a test of them to whoever is signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.customer_figures import Wording
from incident.errors import Conflict, NotFound
from incident.models.people import Notice
from incident.phrases import load_phrases
from incident.queries.audiences import find_audience
from incident.queries.notices import read_notice, read_release
from incident.queries.previews import Sample, in_words, invented, looked_lately, recipients
from incident.roles import Action, Actor
from incident.verbs.previewing import look_at_recipients
from incident.verbs.test_sends import TestMail, send_test
from incident.web import words
from incident.web.audiences import chosen_audience, name_of
from incident.web.forms import STORABLE, Sent
from incident.web.frame import Desk, Seated, see
from incident.web.notice_views import case_of_notice
from incident.web.outgoing import edition_texts, preview, seen_by
from incident.web.views import Choice
from incident.web.views.previews import PreviewView
from notifications.addresses import domain_of
from notifications.message import Text, locale_of
from notifications.models import Audience
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Writer = Annotated[Actor, Depends(acting(Action.WRITE_NOTICE, programs=False))]
Looker = Annotated[Actor, Depends(acting(Action.READ_AUDIENCE, programs=False))]


class Shown(BaseModel):
    """What is chosen: the text by its key, the reader, how it is framed, invented readers or real ones."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    text: str = Field(default="", max_length=96, pattern=STORABLE)
    seen: str = Field(default="", max_length=32, pattern=STORABLE)
    view: Literal["html", "text", "phone"] = "html"
    who: Literal["invented", "real"] = "invented"
    sent: bool = False


class TestForm(Sent):
    """Which text to send, with which invented reader's values. It goes to whoever is signed in."""

    __test__ = False
    text: str = Field(max_length=96, pattern=STORABLE)
    seen: str = Field(default="", max_length=32, pattern=STORABLE)


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """What is previewed: a draft or an edition with its texts and the audience it has."""

    href: str
    notice: Notice
    about: str
    texts: Mapping[str, Text]
    audience: Audience | None


def _of_notice(desk: Desk, session: Session, notice_id: UUID) -> _Outgoing:
    found = read_notice(session, desk.edge.keys, desk.actor, notice_id)
    about = worded("Draft, version {number}", number=found.notice.version)
    audience = chosen_audience(session, found.notice)
    return _Outgoing(f"/notices/{notice_id}", found.notice, about, found.draft.texts, audience)


def _of_release(desk: Desk, session: Session, release_id: UUID) -> _Outgoing:
    found = read_release(session, desk.edge.keys, desk.actor, release_id)
    about = worded("Edition {number}", number=found.edition.number)
    return _Outgoing(f"/releases/{release_id}", found.notice, about, found.texts, found.audience)


def _opened(desk: Desk, session: Session, identity: UUID) -> _Outgoing:
    """A draft or an edition, as the address says. Raises NotFound and Forbidden."""
    read = _of_notice if desk.request.url.path.startswith("/notices/") else _of_release
    return read(desk, session, identity)


Chosen = Annotated[Shown, Query()]


@router.get("/notices/{identity}/preview")
@router.get("/releases/{identity}/preview")
def show_preview(desk: Seated, identity: UUID, chosen: Chosen) -> Response:
    """The text as one reader gets it, with everybody else there is to choose from."""
    with desk.edge.read() as session:
        shown = _opened(desk, session, identity)
        readers = _readers(desk, session, shown, chosen)
        view = _view(desk, shown, readers, chosen)
        href, codename = case_of_notice(session, shown.notice)
        values = {"view": view, "case_href": href, "codename": codename, "sent": chosen.sent}
        return desk.page("preview.html", session, values)


@router.get("/notices/{identity}/preview/frame")
@router.get("/releases/{identity}/preview/frame")
def show_frame(desk: Seated, identity: UUID, chosen: Chosen) -> Response:
    """The HTML alone, for the frame on that page."""
    with desk.edge.read() as session:
        shown = _opened(desk, session, identity)
        sample = _reader(_readers(desk, session, shown, chosen), chosen.seen)
    key = _key(shown, sample, chosen)
    return preview(shown.texts[key], key, _in_words(desk, sample, key))


@router.post("/notices/{identity}/preview/recipients")
@router.post("/releases/{identity}/preview/recipients")
def look(desk: Seated, by: Looker, identity: UUID) -> Response:
    """Write down that this person looks at real recipients, then show them."""
    with desk.edge.read() as session:
        shown = _opened(desk, session, identity)
    if shown.audience is None:
        raise NotFound(worded("There is no audience yet."))
    audience_id = shown.audience.id
    desk.edge.write(by, lambda act: look_at_recipients(act, audience_id))
    return see(f"{shown.href}/preview?who=real")


@router.post("/notices/{identity}/tests")
@router.post("/releases/{identity}/tests")
def send(desk: Seated, by: Writer, identity: UUID, form: Annotated[TestForm, Form()]) -> Response:
    """Send this text to the address the person signed in is registered under, and to no other."""
    settings = desk.edge.settings
    with desk.edge.read() as session:
        shown = _opened(desk, session, identity)
    if form.text not in shown.texts:
        raise NotFound(worded("The notice is not written in {text}.", text=repr(form.text)))
    text = shown.texts[form.text]
    if not _is_mail(text):
        raise Conflict(
            worded("This text is no mail: it is shown by something else, and the preview shows it as it is.")
        )
    sample = _reader(invented(shown.texts), form.seen)
    about = f"“{words.NOTICES[shown.notice.kind][0]}”, {shown.about.lower()}"
    rendered = seen_by(_in_words(desk, sample, form.text), text, form.text)
    mail = TestMail(shown.notice.incident_id, about, rendered, locale_of(form.text), text.logo)
    desk.edge.write(by, lambda act: send_test(act, mail, domain_of(settings.mail_from)))
    return see(f"{shown.href}/preview?" + urlencode({"text": form.text, "seen": sample.key, "sent": 1}))


def _readers(desk: Desk, session: Session, shown: _Outgoing, chosen: Shown) -> tuple[Sample, ...]:
    """Who there is to choose from: real people only while the timeline says that they are looked at."""
    if chosen.who == "invented" or shown.audience is None:
        return invented(shown.texts)
    keys, actor, audience = desk.edge.keys, desk.actor, shown.audience
    find_audience(session, actor, audience.id, Action.READ_AUDIENCE)
    looking = looked_lately(session, keys, actor, audience, desk.edge.clock.now())
    found = recipients(session, keys, actor, audience.id, shown.texts) if looking else ()
    return found or invented(shown.texts)


def _reader(readers: tuple[Sample, ...], key: str) -> Sample:
    return next((sample for sample in readers if sample.key == key), readers[0])


def _key(shown: _Outgoing, sample: Sample, chosen: Shown) -> str:
    """Which text: a real recipient's own, else the one chosen, else the first."""
    wanted = sample.text or chosen.text
    return wanted if wanted in shown.texts else min(shown.texts, key=lambda key: (locale_of(key) != "en", key))


def _view(desk: Desk, shown: _Outgoing, readers: tuple[Sample, ...], chosen: Shown) -> PreviewView:
    sample = _reader(readers, chosen.seen)
    key = _key(shown, sample, chosen)
    shown_texts = {key: shown.texts[key]} if sample.real else shown.texts
    texts = edition_texts(shown_texts, shown.href, _in_words(desk, sample, key))
    query = {"text": key, "seen": sample.key, "who": "real" if sample.real else "invented"}
    return PreviewView(
        href=shown.href,
        back=worded("Draft") if shown.href.startswith("/notices/") else worded("Release"),
        title=words.NOTICES[shown.notice.kind][0],
        about=shown.about,
        text=next(text for text in texts if text.locale == key),
        texts=texts,
        readers=tuple(Choice(one.key, one.label, one.key == sample.key) for one in readers),
        reader=sample.key,
        mode=chosen.view if shown.texts[key].html else "text",
        real=sample.real,
        audience=name_of(shown.audience) if shown.audience else "",
        can_look=desk.may(Action.READ_AUDIENCE),
        may_test=_is_mail(shown.texts[key]) and desk.may(Action.WRITE_NOTICE),
        address=desk.person.email,
        frame=f"{shown.href}/preview/frame?{urlencode(query)}",
    )


def _in_words(desk: Desk, sample: Sample, key: str) -> Sample:
    """The reader as this text tells them of their own figures."""
    settings, locale = desk.edge.settings, locale_of(key)
    return in_words(sample, locale, Wording(settings.zone, {locale: load_phrases(settings.template_folders, locale)}))


def _is_mail(text: Text) -> bool:
    return "<html" in text.html
