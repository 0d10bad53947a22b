"""From replies and answers to what their pages show."""

from uuid import UUID

from sqlmodel import Session, col, select

from incident.answer_texts import as_mail
from incident.errors import Invalid
from incident.models.incidents import Incident
from incident.models.replies import ENDED, AnswerState, Match, Reply
from incident.organisation import profile_of
from incident.phases import FINAL
from incident.phrases import load_phrases
from incident.queries.access import visible_incidents
from incident.queries.answers import BankAnswer, bank_of
from incident.queries.people import people_named
from incident.queries.replies import Given, Listed, Wanted, answers_given, find_reply
from incident.reply_rules import WORDS
from incident.web.frame import Desk
from incident.web.outgoing import LANGUAGES, languages
from incident.web.reply_grounds import ground_said
from incident.web.role_words import role_within
from incident.web.views import Choice
from incident.web.views.replies import (
    BankLine,
    GivenLine,
    PickLine,
    RepliesView,
    ReplyLine,
    ReplyView,
    VersionLine,
    Words,
)
from notifications.differences import Line, differences
from notifications.replies import ReplyClass
from notifications.wording import worded

LABELS = {
    ReplyClass.QUESTION: worded("Question"),
    ReplyClass.COMPLAINT: worded("Complaint"),
    ReplyClass.LEFT: worded("Address no longer used"),
    ReplyClass.OUT_OF_OFFICE: worded("Automatic answer"),
    ReplyClass.ACKNOWLEDGEMENT: worded("Acknowledgement"),
}
MATCHED = {
    Match.MESSAGE: worded("names our mail"),
    Match.ADDRESS: worded("by its sender"),
    Match.PERSON: worded("a person said so"),
    Match.NONE: worded("nobody knows to what"),
}


def reply_line(row: Reply, owners: dict[UUID, str]) -> ReplyLine:
    """One reply of a list."""
    owner = owners.get(row.owner_id, "") if row.owner_id else role_within(row.owner_role)
    return ReplyLine(
        href=f"/replies/{row.id}",
        kind=row.kind.value,
        label=LABELS[row.kind],
        ground=ground_said(row.ground),
        received_at=row.received_at,
        due_at=row.due_at,
        settled=row.settled_at is not None,
        owner=owner,
        automatic=row.automatic,
        matched=MATCHED[row.matched_by],
        corrected=row.kind is not row.read_as,
    )


def replies_view(found: Listed, wanted: Wanted, here: str) -> RepliesView:
    """A page of replies with its filters."""
    classes = []
    for kind in WORDS:
        left, number = found.counts.get(kind, (0, 0))
        classes.append((kind.value, LABELS[kind], left, number, f"{here}?kind={kind.value}", wanted.kind is kind))
    kept = [f"kind={wanted.kind.value}"] if wanted.kind else []
    kept += ["open=true"] if wanted.open_only else []
    return RepliesView(
        rows=tuple(reply_line(row, dict(found.owners)) for row in found.rows),
        classes=tuple(classes),
        open=sum(left for left, _ in found.counts.values()),
        all=sum(number for _, number in found.counts.values()),
        next=_addressed(here, [*kept, f"after={found.rows[-1].id}"]) if found.more else "",
        here=here,
        shown=_addressed(here, [*kept, f"after={wanted.after}"] if wanted.after else kept),
        open_only=wanted.open_only,
    )


def _addressed(here: str, query: list[str]) -> str:
    return f"{here}?{'&'.join(query)}" if query else here


def reply_view(
    desk: Desk, session: Session, reply_id: UUID, words: Words | None = None, picked: str = "", locale: str = ""
) -> ReplyView:
    """One reply; with `words` the answers that fit, and a preview of the picked one."""
    row = find_reply(session, desk.actor, reply_id)
    incident = session.get(Incident, row.incident_id) if row.incident_id else None
    owners = people_named(session, {row.owner_id} if row.owner_id else set())
    given = tuple(_given(one, desk, opened=words is not None) for one in answers_given(session, desk.edge.keys, row.id))
    picks, preview, shown = _picks(desk, session, row, picked, locale) if words else ((), "", "")
    live = (visible_incidents(desk.actor), col(Incident.phase).not_in(FINAL))
    choices = session.exec(select(Incident.id, Incident.codename).where(*live)).all() if incident is None else ()
    return ReplyView(
        id=str(row.id),
        line=reply_line(row, owners),
        codename=incident.codename if incident else "",
        person=row.person,
        account=row.account,
        same_address=row.same_address,
        locale=LANGUAGES.get(row.locale, row.locale),
        version=row.version,
        purged=row.purged_at is not None,
        read_as=LABELS[row.read_as],
        classes=tuple(Choice(kind.value, LABELS[kind], kind is row.kind) for kind in WORDS),
        incidents=tuple(Choice(str(identity), name) for identity, name in choices),
        given=given,
        words=words,
        picks=picks,
        picked=picked,
        preview=preview,
        preview_locale=shown,
        locales=languages(row.locale),
        answered=any(one.state not in ENDED for one in given),
        may_open_next=row.kind is ReplyClass.LEFT and row.delivery_id is not None and row.settled_at is None,
    )


def bank_line(found: BankAnswer) -> BankLine:
    """One answer of the bank."""
    current, shown = found.current, found.current or found.versions[0]
    return BankLine(
        href=f"/answers/{found.row.id}",
        key=found.row.key,
        question=shown.text.question,
        approved=current.row.number if current else 0,
        locales=tuple(sorted(shown.text.texts)),
        stale=bool(current and current.stale),
        draft=found.draft.row.number if found.draft else 0,
    )


def version_lines(desk: Desk, session: Session, found: BankAnswer) -> tuple[VersionLine, ...]:
    """Every version with what differs from the one before it."""
    people = {one.row.drafted_by for one in found.versions} | {
        one.row.approved_by for one in found.versions if one.row.approved_by
    }
    names, writers = people_named(session, people), {one.row.drafted_by for one in found.versions}
    lines = []
    for one, before in zip(found.versions, (*found.versions[1:], None), strict=True):
        waits = one.row.state is AnswerState.DRAFT or one.stale
        earlier = dict(before.text.texts) if before else {}
        changes: list[tuple[str, tuple[Line, ...]]] = [
            (LANGUAGES[locale], differences(earlier.get(locale, ""), text))
            for locale, text in sorted(one.text.texts.items())
            if before and earlier.get(locale, "") != text
        ]
        lines.append(
            VersionLine(
                id=str(one.row.id),
                number=one.row.number,
                state=one.row.state.value,
                stale=one.stale,
                question=one.text.question,
                texts=tuple((locale, text) for locale, text in sorted(one.text.texts.items())),
                changes=tuple(changes),
                digest=one.row.digest,
                drafted_by=names.get(one.row.drafted_by, worded("a program")),
                drafted_at=one.row.drafted_at,
                approved_by=names.get(one.row.approved_by, "") if one.row.approved_by else "",
                approved_at=one.row.approved_at,
                reason=one.row.reason,
                waits=waits,
                mine=desk.actor.id in writers,
            )
        )
    return tuple(lines)


def _picks(desk: Desk, session: Session, row: Reply, picked: str, locale: str) -> tuple[tuple[PickLine, ...], str, str]:
    """The approved answers, those of the incident first, and the picked one as it would be sent."""
    lines, preview, shown = [], "", ""
    for one in bank_of(session, desk.edge.keys, row.incident_id, general=True):
        current = one.current
        if current is None:
            continue
        identity, texts = str(current.row.id), current.text.texts
        lines.append(
            PickLine(
                identity,
                one.row.key,
                current.text.question,
                tuple(sorted(texts)),
                one.row.incident_id is None,
                current.stale,
            )
        )
        if identity == picked and current.usable:
            shown = locale if locale in texts else current.text.locale_for(row.locale)
            try:
                phrases = load_phrases(desk.edge.settings.template_folders, shown)
                preview = as_mail(texts[shown], profile_of(desk.edge.settings), phrases)
            except Invalid as error:
                preview = str(error)
    return tuple(lines), preview, shown


def _given(one: Given, desk: Desk, *, opened: bool) -> GivenLine:
    """The subject is the writer's: shown with what they wrote, once somebody has opened that."""
    return GivenLine(
        id=str(one.row.id),
        number=one.row.number,
        state=one.row.state.value,
        subject=one.subject if opened else "",
        text=one.text,
        digest=one.row.digest,
        reason=one.row.reason,
        delivery=one.delivery,
        at=one.row.sent_at or one.row.drafted_at,
        mine=one.row.drafted_by == desk.actor.id,
        locale=LANGUAGES.get(one.row.locale, one.row.locale),
    )
