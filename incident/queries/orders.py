"""The order between audiences, where a law fixes one: who is still to be told before the people are."""

from sqlmodel import Session, col, select

from incident.models.law import Obligation
from incident.models.people import Notice
from incident.notice_kinds import KINDS, NoticeKind
from incident.queries.case import open_obligation

PEOPLE = "data_subjects"


def owed_before(session: Session, notice: Notice) -> list[Obligation]:
    """Open obligations of this legal entity and data set whose law wants them met before people are told.

    None for a notice that goes to nobody concerned.
    """
    if not KINDS[NoticeKind(notice.kind)].to_people:
        return []
    mine = (col(Obligation.incident_id) == notice.incident_id, col(Obligation.entity) == notice.entity)
    query = select(Obligation).where(*mine, *open_obligation()).order_by(col(Obligation.due_at), col(Obligation.id))  # type: ignore[arg-type]
    return [
        row
        for row in session.exec(query).all()
        if PEOPLE in _listed(row.rule.get("before")) and (not notice.dataset or notice.dataset in row.datasets)
    ]


def named(row: Obligation) -> str:
    """The obligation by its title, law and article."""
    return f"{row.rule['title']} ({row.rule['law']}, {row.rule['article']})"


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
