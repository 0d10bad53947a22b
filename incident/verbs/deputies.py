"""Deputies: somebody who may approve in another's place for a time, named by that person or by an administrator."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from incident.approval_rules import SEATED
from incident.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.people import UserAccount
from incident.models.releasing import Deputy
from incident.queries.seats import roles_of
from incident.roles import ROLE_WORDS, Action, Role
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.ids import new_id
from notifications.wording import worded, worded_list

LONGEST = timedelta(days=366)


def name_deputy(
    act: Act, deputy_id: UUID, begins_at: datetime, ends_at: datetime, principal_id: UUID | None = None
) -> Deputy:
    """Let somebody approve in one's place from a moment to another.

    `principal_id` is another person's, for administrators; None: one's own. Raises Invalid for a time that is over,
    turned round or longer than a year, and for a person who cannot be a deputy; Forbidden for another's deputy;
    Conflict for one who is named for a time that overlaps.
    """
    act.require(Action.DEPUTE)
    principal = _account(act, principal_id or act.actor.id, "principal")
    if principal.id != act.actor.id and Role.ADMINISTRATOR not in act.actor.roles:
        raise Forbidden(worded("One names a deputy for oneself; an administrator names another person's."))
    deputy = _account(act, deputy_id, "deputy")
    _check(act, principal, deputy, (begins_at, ends_at))
    row = Deputy(
        id=new_id(),
        principal_id=principal.id,
        deputy_id=deputy.id,
        begins_at=begins_at,
        ends_at=ends_at,
        named_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    span = f"from {begins_at:%Y-%m-%d %H:%M} to {ends_at:%Y-%m-%d %H:%M} UTC"
    _write_down(act, row, "deputy.named", f"{deputy.name} may approve in the place of {principal.name} {span}.")
    return row


def revoke_deputy(act: Act, deputy_row_id: UUID) -> Deputy:
    """End it at once: by the person stood in for, the deputy, or an administrator. What was approved stays approved."""
    act.require(Action.DEPUTE)
    row = act.session.get(Deputy, deputy_row_id)
    if row is None:
        raise NotFound(worded("There is no such deputy."))
    if act.actor.id not in (row.principal_id, row.deputy_id) and Role.ADMINISTRATOR not in act.actor.roles:
        raise Forbidden(worded("Only the two themselves, or an administrator, end this."))
    if row.revoked_at is not None or row.ends_at <= act.now:
        raise Conflict(worded("This is over already."))
    row.revoked_at = act.now
    act.session.add(row)
    principal, deputy = (act.session.get_one(UserAccount, one) for one in (row.principal_id, row.deputy_id))
    text = f"{deputy.name} no longer approves in the place of {principal.name}."
    _write_down(act, row, "deputy.revoked", text)
    return row


def _account(act: Act, user_id: UUID, field: str) -> UserAccount:
    account = act.session.get(UserAccount, user_id)
    if account is None or account.disabled_at is not None:
        raise Invalid(Fault(field, worded("is nobody who signs in"), worded("choose one of the people listed")))
    return account


def _check(act: Act, principal: UserAccount, deputy: UserAccount, span: tuple[datetime, datetime]) -> None:
    begins, ends = span
    roles = worded_list(ROLE_WORDS[role] for role in sorted(SEATED))
    faults = []
    if roles_of(principal).isdisjoint(SEATED):
        faults.append(
            Fault(
                "principal", worded("approves nothing"), worded("somebody with one of the roles {roles}", roles=roles)
            )
        )
    if deputy.id == principal.id or roles_of(deputy).isdisjoint(SEATED):
        faults.append(
            Fault(
                "deputy", worded("cannot stand in"), worded("another person with one of the roles {roles}", roles=roles)
            )
        )
    if ends <= begins or ends <= act.now:
        faults.append(
            Fault(
                "ends_at", worded("is over, or before the beginning"), worded("a moment to come, after the beginning")
            )
        )
    elif ends - begins > LONGEST:
        faults.append(
            Fault(
                "ends_at", worded("is more than a year after the beginning"), worded("name a deputy for a shorter time")
            )
        )
    if faults:
        raise Invalid(*faults)
    same = (
        col(Deputy.principal_id) == principal.id,
        col(Deputy.deputy_id) == deputy.id,
        col(Deputy.begins_at) < ends,
        col(Deputy.ends_at) > begins,
        col(Deputy.revoked_at).is_(None),
    )
    if act.session.exec(select(Deputy.id).where(*same)).first() is not None:
        raise Conflict(worded("{deputy} is named for a part of this time already.", deputy=deputy.name))


def _write_down(act: Act, row: Deputy, action: str, text: str) -> None:
    body = {"text": text, "about": str(row.principal_id), "deputy": str(row.deputy_id)}
    record(act, ADMINISTRATION, action, body)
