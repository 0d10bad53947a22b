"""What stands against asking for a release: an old text, nobody left to tell, a segment without a text, an order."""

from uuid import UUID

from incident.errors import Conflict, Missing, NotFound, Refused
from incident.grounds import grounds_digest
from incident.models.incidents import Incident
from incident.models.people import Notice
from incident.queries.briefs import case_for
from incident.queries.orders import named, owed_before
from incident.roles import Role
from incident.verbs.act import Act
from incident.verbs.notices import open_draft
from incident.verbs.release_steps import require_reason
from notifications.already_told import all_told
from notifications.audience import relatives, segments_of
from notifications.audience_counts import counted
from notifications.message import other_language, segment_of, texts_digest
from notifications.models import Audience, Edition, Release
from notifications.release import open_texts
from notifications.release_states import WENT_OUT
from notifications.wording import Counted, Language, worded, worded_list, worded_number


def check_facts(act: Act, notice: Notice, edition: Edition) -> None:
    """Raise Refused when a fact the edition rests on says something else than when it was frozen."""
    case = case_for(act.session, act.keys, notice.incident_id)
    if grounds_digest(case, edition.rests_on) != edition.facts_digest:
        raise Refused(worded("Facts this edition rests on have changed: draft the notice anew and freeze it again."))


def check_current(act: Act, notice: Notice, edition: Edition) -> None:
    """Raise Refused when the notice's text is another by now than the edition that is asked for.

    The notice is held: who edits it at the same time finds the release, and voids it.
    """
    act.session.refresh(notice, with_for_update={"key_share": True})
    if texts_digest(notice.kind, open_draft(act, notice).texts) != edition.digest:
        raise Refused(
            worded(
                "The text of the notice was changed since edition {edition} was frozen: freeze it as it is now.",
                edition=edition.number,
            )
        )


def check_reaches_somebody(act: Act, notice: Notice, edition: Edition, audience: Audience) -> None:
    """Raise Refused on a closed incident, and where everybody of the audience has had this edition."""
    incident = act.session.get_one(Incident, notice.incident_id)
    if incident.closed_at is not None:
        raise Refused(worded("The incident is closed: reopen it to tell people more."))
    if all_told(act.session, edition.id, audience):
        raise Refused(
            worded(
                "Everybody in “{audience}” has had this edition: nothing would be sent to anybody.",
                audience=audience.name,
            )
        )


def check_segments(act: Act, edition: Edition, audience: Audience) -> None:
    """Raise Refused when the audience has people of a segment the edition has no text for."""
    written = set(map(segment_of, open_texts(act.session, act.keys, edition)))
    without = {name: number for name, number in segments_of(act.session, audience.id).items() if name not in written}
    if without:
        said = ", ".join(f"“{name or 'none'}” ({number:,} people)" for name, number in sorted(without.items()))
        raise Refused(
            worded(
                "The audience has segments this text is not written for: {said}. Write it for them, or take them out.",
                said=said,
            )
        )


def check_languages(act: Act, edition: Edition, audience: Audience, reason: str = "") -> str:
    """Raise Refused while people get another language than theirs and nobody has said why that may be.

    Whose language nobody said gets no other one than theirs; pages say how many they are, and what they get.

    With a reason it passes; that is returned as it goes on the timeline, "" where everybody gets their own language.
    """
    texts, readers = open_texts(act.session, act.keys, edition), counted(act.session, audience.id)
    other = {name: found for name in readers if name and (found := other_language(name, texts))}
    if not other:
        return ""
    number = sum(readers[name] for name in other)
    each = worded_list(
        worded(
            "{language} ({number}) get {other}",
            language=Language(name),
            number=Counted(readers[name]),
            other=Language(found),
        )
        for name, found in sorted(other.items())
    )
    said = worded_number(
        "{number} person gets another language than theirs: {each}.",
        "{number} people get another language than theirs: {each}.",
        number,
        each=each,
    )
    if not reason.strip():
        raise Refused(worded("{said} Write the notice in theirs, or say why it may go out like this.", said=said))
    return f"{said} {require_reason(reason, 'language_reason')}"


def check_order(act: Act, notice: Notice, reason: str = "") -> str:
    """Raise Refused while a law wants somebody told before the people, and that has not been done.

    The privacy officer may let it pass with a reason, which is returned as it goes on the timeline.
    """
    open_first = owed_before(act.session, notice)
    if not open_first:
        return ""
    names = "; ".join(named(row) for row in open_first)
    if reason.strip() and Role.PRIVACY_OFFICER in act.actor.roles:
        return (
            f"People are told first, although a law wants otherwise: {names}. {require_reason(reason, 'order_reason')}"
        )
    duties = f"/incidents/{act.session.get_one(Incident, notice.incident_id).codename}/duties"
    missing = [Missing("order", f"{row.rule['title']}.", f"{duties}/{row.id}") for row in open_first]
    raise Refused(
        worded(
            "A law wants somebody told before the people. Record that it was done, or let the privacy officer ask "
            "for the release with a reason."
        ),
        missing,
    )


def check_addition(act: Act, release_id: UUID, edition: Edition, audience: Audience) -> None:
    """Raise Conflict unless the audience holds newly found people of a release of the same text that went out."""
    first = act.session.get(Release, release_id)
    if first is None or first.subject != edition.subject:
        raise NotFound(worded("There is no such release to add to."))
    if first.state not in WENT_OUT:
        raise Conflict(worded("The release this adds to is {state}: ask for one of its own.", state=first.state))
    if first.edition_digest != edition.digest:
        raise Conflict(worded("The release this adds to sent another text: newly found people get the same one."))
    told = act.session.get_one(Audience, first.audience_id)
    if audience.adds_to is None or audience.adds_to not in {told.id, *relatives(act.session, told)}:
        raise Conflict(
            worded(
                "The audience “{audience}” adds nobody to “{told}”: make one that does.",
                audience=audience.name,
                told=told.name,
            )
        )
