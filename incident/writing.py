"""Writing a notice from end to end, for pages and programs alike: read, render, check outside the transaction, keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from uuid import UUID

from incident.auth.edge import Edge
from incident.drafting import Account, Authoring, Brief, Profile
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.people import Notice
from incident.notice_kinds import KINDS, NoticeKind
from incident.notice_lint import Checked
from incident.notice_texts import Written, dress, write_notice
from incident.organisation import profile_of
from incident.queries.access import access_to
from incident.queries.briefs import Wanted, brief_for
from incident.queries.instructions import brand_of, find_instruction, profile_of_controller
from incident.queries.notice_checks import Checker
from incident.queries.notices import NoticeView, read_notice
from incident.roles import Action, Actor, require
from incident.settings import Settings
from incident.verbs.act import Act
from incident.verbs.announcing import ask_for_publication
from incident.verbs.notices import (
    Origin,
    discard_notice,
    edit_notice,
    freeze_notice,
    redraft_notice,
    start_notice,
    tick_warning,
)
from notifications.addresses import domain_of
from notifications.message import Text
from notifications.models import Edition
from notifications.rendering import Templates
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Order:
    """Which notice is wanted: kind, data set, languages (none: the usual ones), segments, what it follows, for whom.

    `controller` is the host id of the customer in whose name it speaks, "" for our own.
    """

    incident_id: UUID
    kind: NoticeKind
    dataset: str = ""
    locales: Sequence[str] = ()
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    follows: UUID | None = None
    controller: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """One text as a person changed it, of the version they had before them. `key` is its language and segment."""

    version: int
    key: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Tried:
    """The texts of a notice with one of them as somebody types it, and what the checks say; nothing of it is kept."""

    texts: Mapping[str, Text]
    checked: Checked


@cache
def _templates(folders: tuple[Path, ...]) -> Templates:
    return Templates(folders)


def templates_of(settings: Settings) -> Templates:
    """The template folders notices are written with."""
    return _templates(settings.template_folders)


def usual_locales(settings: Settings, kind: NoticeKind, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """The languages to write in: those wanted, else those of the settings that this kind has, else its first."""
    known = KINDS[kind].locales
    usual = tuple(locale for locale in settings.notice_locales if locale in known)
    return tuple(dict.fromkeys(wanted)) or usual or known[:1]


def draft(edge: Edge, by: Actor, order: Order, account: Account) -> Notice:
    """Write a notice from the facts in every language and keep it. Raises Invalid, Forbidden, NotFound."""
    _check_speaker(order)
    brief, written = _written(edge, by, order, account)
    origin = Origin(order.controller, order.follows)
    return edge.write(by, lambda act: start_notice(act, order.incident_id, order.kind, brief, written, origin))


def draft_again(edge: Edge, by: Actor, notice_id: UUID, version: int, account: Account) -> Notice:
    """Write a notice anew from the facts as they are now; edits made by hand are lost, editions stay."""
    found = opened(edge, by, notice_id)
    notice, kind = found.notice, NoticeKind(found.notice.kind)
    locales, segments = found.draft.locales, found.draft.segments
    order = Order(notice.incident_id, kind, notice.dataset, locales, segments, notice.follows, notice.controller)
    brief, written = _written(edge, by, order, account)
    return edge.write(by, lambda act: redraft_notice(act, notice_id, version, brief, written))


def edit(edge: Edge, by: Actor, notice_id: UUID, edited: Edited) -> Notice:
    """Keep an edited text; its writer can no longer approve it. Raises Invalid for a bad placeholder, Conflict."""
    text = _dressed(edge, opened(edge, by, notice_id).notice, edited)
    return edge.write(by, lambda act: edit_notice(act, notice_id, edited.version, edited.key, text))


def check(edge: Edge, by: Actor, notice_id: UUID) -> Checked:
    """What stands in the way of freezing a notice as it is now."""
    checker = _checker(edge, opened(edge, by, notice_id).notice)
    with edge.read() as session:
        return checker.check(session, edge.keys, by, notice_id)


def try_text(edge: Edge, by: Actor, notice_id: UUID, edited: Edited) -> Tried:
    """A notice as it would be with a text that is being typed; nothing is kept. Raises NotFound and Forbidden.

    A text that could not be saved has no HTML; its faults are among the findings. Lines are those of the text as typed.
    """
    found = opened(edge, by, notice_id)
    if edited.key not in found.draft.texts:
        raise NotFound(worded("The notice is not written in {locale}.", locale=repr(edited.key)))
    try:
        text = _dressed(edge, found.notice, edited)
    except Invalid:
        said = edited.text.replace("\r\n", "\n").strip()
        text = replace(found.draft.texts[edited.key], subject=edited.subject, text=said, html="")
    view = replace(found, draft=found.draft.with_text(edited.key, text))
    with edge.read() as session:
        checked = _checker(edge, found.notice).check_view(session, edge.keys, view)
    above = edited.text[: len(edited.text) - len(edited.text.lstrip())].count("\n")
    moved = [
        replace(one, line=one.line + above) if one.line and one.locale == edited.key else one
        for one in checked.findings
    ]
    return Tried(view.draft.texts, replace(checked, findings=moved))


def tick(edge: Edge, by: Actor, notice_id: UUID, version: int, key: str, reason: str) -> Notice:
    """Let a warning stand, with a reason. Raises NotFound for one that is gone."""
    finding = next((item for item in check(edge, by, notice_id).findings if item.key == key), None)
    if finding is None:
        raise NotFound(worded("This warning is gone: the text or the facts have changed."))
    return edge.write(by, lambda act: tick_warning(act, notice_id, version, finding, reason))


def discard(edge: Edge, by: Actor, notice_id: UUID, version: int, reason: str) -> Notice:
    """Throw a draft away, with a reason. Raises Refused once a release was asked for, Conflict, Invalid."""
    return edge.write(by, lambda act: discard_notice(act, notice_id, version, reason))


def freeze(edge: Edge, by: Actor, notice_id: UUID, version: int) -> Edition:
    """Freeze the text as an edition; one for everybody is told to who may publish it.

    Raises Refused with everything that stands in the way, Conflict.
    """
    checked = check(edge, by, notice_id)
    if checked.version != version:
        raise Conflict(
            worded(
                "The notice is at version {version}, you saw version {version2}. Read it again.",
                version=checked.version,
                version2=version,
            )
        )

    def work(act: Act) -> Edition:
        edition = freeze_notice(act, notice_id, checked)
        page = f"{edge.settings.base_url}/editions/{{edition}}"
        ask_for_publication(act, edition, domain_of(edge.settings.mail_from), page)
        return edition

    return edge.write(by, work)


def opened(edge: Edge, by: Actor, notice_id: UUID) -> NoticeView:
    """One notice with its draft. Raises NotFound and Forbidden."""
    with edge.read() as session:
        return read_notice(session, edge.keys, by, notice_id)


def _written(edge: Edge, by: Actor, order: Order, account: Account) -> tuple[Brief, Written]:
    """The notice that is wanted, rendered in its languages from the facts as they are now, and its brief."""
    authoring = Authoring(_speaker(edge, by, order), account, edge.clock.now())
    wanted = Wanted(order.incident_id, order.kind, order.dataset, order.segments, order.follows)
    with edge.read() as session:
        brief = brief_for(session, edge.keys, by, wanted, authoring)
    locales = usual_locales(edge.settings, order.kind, order.locales)
    written = write_notice(templates_of(edge.settings), order.kind, brief, locales)
    return brief, _in_its_name(written, order, authoring)


def _speaker(edge: Edge, by: Actor, order: Order) -> Profile:
    """Who a draft speaks as: ourselves, or the controller with the brand of its instruction. Raises Invalid without."""
    if not order.controller:
        return profile_of(edge.settings)
    with edge.read() as session:
        require(by, Action.WRITE_NOTICE, access_to(session, order.incident_id))
        found = find_instruction(session, edge.keys, order.incident_id, order.dataset, order.controller)
    if found is None:
        mend = "record it on the customer's page, with the name and contact to write under"
        raise Invalid(
            Fault("controller", worded("has no recorded instruction to write to its people of these data"), mend)
        )
    return profile_of_controller(found, edge.settings.zone)


def _in_its_name(written: Written, order: Order, authoring: Authoring) -> Written:
    """What was written, with the controller's name and address for answers in the head of its mails."""
    if not order.controller:
        return written
    texts = {key: _signed(text, authoring.profile) for key, text in written.texts.items()}
    return replace(written, texts=texts)


def _signed(text: Text, profile: Profile) -> Text:
    return replace(text, speaker=profile.organisation, answers_to=profile.contact_email)


def _dressed(edge: Edge, notice: Notice, edited: Edited) -> Text:
    """A text as a person changed it, as the notice would have it. Raises Invalid for a bad placeholder."""
    profile = _profile(edge, notice)
    typed = Text(edited.subject, edited.text.replace("\r\n", "\n"))
    text = dress(templates_of(edge.settings), NoticeKind(notice.kind), edited.key, typed, profile)
    return _signed(text, profile) if notice.controller else text


def _checker(edge: Edge, notice: Notice) -> Checker:
    us = profile_of(edge.settings)
    ours, hosts = (us.organisation, us.entity), edge.settings.own_hosts
    return Checker(templates_of(edge.settings), _profile(edge, notice), edge.clock.now(), hosts, ours)


def _profile(edge: Edge, notice: Notice) -> Profile:
    """Who a notice speaks as that was drafted before."""
    ours = profile_of(edge.settings)
    if not notice.controller:
        return ours
    with edge.read() as session:
        return brand_of(session, edge.keys, notice, edge.settings.zone) or ours


def _check_speaker(order: Order) -> None:
    """A notice to a controller's people names the controller, and no notice to others speaks in its name."""
    if order.kind is NoticeKind.CONTROLLER_PEOPLE and not order.controller:
        raise Invalid(Fault("controller", worded("is missing"), worded("name the customer in whose name it speaks")))
    if order.controller and not KINDS[order.kind].to_people:
        raise Invalid(
            Fault("controller", worded("is named for a notice that goes to nobody's people"), worded("leave it out"))
        )
