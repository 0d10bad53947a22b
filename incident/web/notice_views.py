"""From notices, filings and releases as they are read to what their pages show."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.incidents import Incident
from incident.models.people import Notice
from incident.notice_kinds import PUBLIC, NoticeKind
from incident.notice_lint import Checked
from incident.notice_texts import ALLOWED
from incident.queries.audience_fit import beside_facts, mended_at
from incident.queries.briefs import case_for
from incident.queries.customers import customer_names
from incident.queries.facts import read_facts
from incident.queries.notices import NoticeView as Opened
from incident.queries.notices import editions_of, notices_of, read_notice, releases_of, states_of
from incident.queries.open_questions import is_shared
from incident.queries.orders import named, owed_before
from incident.web import words
from incident.web.audiences import chosen_audience, fitting_audiences, name_of
from incident.web.duty_questions import question_href
from incident.web.fact_questions import first_fact, in_questions
from incident.web.frame import Desk
from incident.web.outdated import edition_told, outdated
from incident.web.outgoing import edition_texts, segments
from incident.web.publication_states import publication_state, publications
from incident.web.unheard import unheard
from incident.web.views import Choice, FindingLine, NoticeLine, NoticeView
from notifications.already_told import all_told
from notifications.audience_counts import counted
from notifications.message import texts_digest
from notifications.models import Audience, Delivery, Edition, Release, ReleaseState
from notifications.wording import Counted, worded

UNSENT = (ReleaseState.REQUESTED, ReleaseState.REFUSED)


def case_of_notice(session: Session, notice: Notice) -> tuple[str, str]:
    """Address and codename of the incident a notice belongs to."""
    codename = session.exec(select(Incident.codename).where(col(Incident.id) == notice.incident_id)).one()
    return f"/incidents/{codename}", codename


def notice_lists(desk: Desk, session: Session, incident_id: UUID, here: str) -> dict[str, tuple[NoticeLine, ...]]:
    """Every notice with its languages and the state of its newest release; discarded drafts apart.

    `here` is the address of the incident.
    """
    releases, titles = _releases_by_edition(desk, session, incident_id), _titles(desk, session, incident_id)
    notices: list[tuple[NoticeLine, Opened]] = []
    for notice in notices_of(session, desk.actor, incident_id):
        found = read_notice(session, desk.edge.keys, desk.actor, notice.id)
        line = _line(session, notice, found.editions, releases, tuple(sorted(found.draft.texts)))
        notices.append((replace(line, about=_about(notice, found.editions, titles)), found))
    live = [(line, found) for line, found in notices if not found.notice.discarded_at]
    told = ((found, edition_told(found, releases, published=line.state == "published")) for line, found in live)
    changed = outdated(case_for(session, desk.edge.keys, incident_id), told, here)
    return {
        "notices": tuple(replace(line, outdated=changed.get(found.notice.id)) for line, found in live),
        "discarded": tuple(line for line, found in notices if found.notice.discarded_at),
    }


def notices_in_short(desk: Desk, session: Session, incident_id: UUID) -> tuple[NoticeLine, ...]:
    """The same without languages: no text is opened."""
    releases, titles = _releases_by_edition(desk, session, incident_id), _titles(desk, session, incident_id)
    notices = (row for row in notices_of(session, desk.actor, incident_id) if row.discarded_at is None)
    found = []
    for row in notices:
        editions = editions_of(session, desk.actor, row.id)
        found.append(replace(_line(session, row, editions, releases), about=_about(row, editions, titles)))
    return tuple(found)


def _titles(desk: Desk, session: Session, incident_id: UUID) -> dict[str, str]:
    """What the data sets are called, and the customers in whose name notices speak."""
    sheet = read_facts(session, desk.edge.keys, desk.actor, incident_id).sheet
    speakers = {row.controller for row in notices_of(session, desk.actor, incident_id) if row.controller}
    return {one.id: one.name for one in sheet.datasets} | customer_names(session, desk.actor, speakers)


def _about(notice: Notice, editions: Sequence[Edition], titles: Mapping[str, str]) -> str:
    """Which data it speaks of, in whose name, and the newest of its frozen texts; a draft has none."""
    data = titles.get(notice.dataset, notice.dataset) or worded("every data set")
    if notice.controller:
        data = worded("{data}, in the name of {name}", data=data, name=titles.get(notice.controller, notice.controller))
    return worded("{data}, edition {number}", data=data, number=editions[0].number) if editions else data


def _releases_by_edition(desk: Desk, session: Session, incident_id: UUID) -> dict[UUID, list[Release]]:
    """The releases of each edition, the newest first; those people found later joined are among them."""
    found: dict[UUID, list[Release]] = {}
    for row in releases_of(session, desk.actor, incident_id):
        if not _sent_nothing(session, row):
            found.setdefault(row.edition_id, []).append(row)
    return found


def _sent_nothing(session: Session, release: Release) -> bool:
    """Whether it ended without a row: everybody had the edition by an earlier release, whose counts are told."""
    if release.state is not ReleaseState.FINISHED:
        return False
    return session.exec(select(Delivery.id).where(col(Delivery.release_id) == release.id).limit(1)).first() is None


def _line(
    session: Session,
    notice: Notice,
    editions: Sequence[Edition],
    releases: Mapping[UUID, Sequence[Release]],
    languages: tuple[str, ...] = (),
) -> NoticeLine:
    mine = next((releases[row.id] for row in editions if row.id in releases), ())
    state, label, going = _state(session, notice, editions, mine[0] if mine else None)
    begun = [row for row in mine if row.state not in UNSENT]
    sent = [row for row in begun if row.state is not ReleaseState.VOID] or begun[:1]
    states: Counter[str] = Counter()
    for row in begun:
        states.update(states_of(session, row.id))
    title, about = words.NOTICES[notice.kind]
    return NoticeLine(
        href=f"/notices/{notice.id}",
        kind=about,
        title=title,
        state=state,
        state_label=label,
        languages=languages,
        updated_at=notice.updated_at,
        reached=sum(number for name, number in states.items() if name in words.REACHED) if sent else None,
        failed=sum(number for name, number in states.items() if name in words.FAILED),
        recipients=sum(row.recipients for row in sent),
        going=going,
    )


def notice_view(desk: Desk, session: Session, found: Opened, checked: Checked, wanted: str = "") -> NoticeView:
    """A notice in work. `wanted` is the id of the audience it is shown with, "" the usual one."""
    notice = found.notice
    audience = chosen_audience(session, notice, wanted)
    locales = counted(session, audience.id) if audience else {}
    title, about = words.NOTICES[notice.kind]
    return NoticeView(
        id=str(notice.id),
        href=f"/notices/{notice.id}",
        kind=notice.kind,
        title=title,
        about=about,
        version=notice.version,
        texts=edition_texts(found.draft.texts, f"/notices/{notice.id}"),
        findings=finding_lines(found, checked, case_of_notice(session, notice)[0]),
        placeholders=tuple(sorted(ALLOWED[NoticeKind(notice.kind)])),
        fact_version=notice.fact_version,
        stale=found.newer_facts,
        segments=segments(locales, found.draft.texts),
        recipients=sum(locales.values()),
        releases=_releases(desk, session, found)
        or (publications(session, found.editions) if notice.kind in PUBLIC else ()),
        public=notice.kind in PUBLIC,
        audience=str(audience.id) if audience else "",
        audiences=tuple(
            Choice(str(row.id), _named(row), audience is not None and row.id == audience.id)
            for row in fitting_audiences(session, notice)
        ),
        nobody_left=_nobody_left(session, found, audience),
        counted_otherwise=beside_facts(session, desk.edge.keys, desk.actor, notice, audience),
        mended_at=mended_at(notice),
        first_told=tuple(named(row) for row in owed_before(session, notice)),
        discarded_at=notice.discarded_at,
        unheard="" if notice.discarded_at else unheard(desk.edge.settings, notice.kind),
    )


def _releases(desk: Desk, session: Session, found: Opened) -> tuple[tuple[str, str, datetime], ...]:
    """The releases of its editions: page, name, and when it was asked for."""
    numbers = {row.id: row.number for row in found.editions}
    return tuple(
        (f"/releases/{row.id}", _release_named(row, numbers[row.edition_id]), row.requested_at)
        for row in releases_of(session, desk.actor, found.notice.incident_id)
        if row.edition_id in numbers
    )


def _release_named(row: Release, edition: int) -> str:
    return worded("Edition {number}: {state}", number=edition, state=words.STATES[row.state])


def _named(row: Audience) -> str:
    """An audience among others: how many it has, and whether a release had it."""
    if row.frozen_at:
        return worded("{name} ({people}, frozen by a release)", name=name_of(row), people=Counted(row.members))
    return worded("{name} ({people})", name=name_of(row), people=Counted(row.members))


def _nobody_left(session: Session, found: Opened, audience: Audience | None) -> str:
    """Why there is nobody to ask a release for, "" where there is: the verb that asks refuses it then."""
    notice = found.notice
    if notice.kind in PUBLIC:
        return ""
    if session.get_one(Incident, notice.incident_id).closed_at is not None:
        return worded("The incident is closed: reopen it to tell people more.")
    digest = texts_digest(notice.kind, found.draft.texts)
    frozen = next((row for row in found.editions if row.digest == digest), None)
    if frozen is not None and audience is not None and all_told(session, frozen.id, audience):
        return worded("Everybody here has had this edition.")
    return ""


def finding_lines(found: Opened, checked: Checked, case_href: str) -> tuple[FindingLine, ...]:
    """What the checks found, with what was accepted of it and where to answer what is asked."""
    ticks = found.draft.ticks
    return tuple(
        FindingLine(
            item.level.value,
            item.locale,
            item.field,
            in_questions(item.message),
            in_questions(item.mend),
            item.law,
            item.key,
            ticks.get(item.key, ""),
            item.line,
            _question(case_href, f"{item.message} {item.mend}", found.notice.dataset),
            item.rule,
        )
        for item in checked.findings
    )


def _question(case_href: str, said: str, dataset: str) -> str:
    path = first_fact(said)
    return question_href(case_href, path, "" if is_shared(path) else dataset) if path else ""


def _state(
    session: Session, notice: Notice, editions: Sequence[Edition], release: Release | None
) -> tuple[str, str, str]:
    """State, its words, and the page where it is seen; "" for a mere draft."""
    if notice.kind in PUBLIC and editions:
        return *publication_state(session, editions[0]), f"/editions/{editions[0].id}"
    if release is None:
        return "draft", worded("Draft"), ""
    return release.state.value, words.STATES[release.state], f"/releases/{release.id}"
