"""The page on which people change their own password."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import Field

from incident.auth.own_password import change_password_of
from incident.auth.passwords import SHORTEST, HashingBusy
from incident.auth.sessions import TooSoon
from incident.errors import Fault, Invalid
from incident.web.forms import STORABLE, Sent
from incident.web.frame import Desk, Seated, see
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = "/account/password"
Typed = Annotated[str, Field(max_length=1000, pattern=STORABLE)]


class PasswordForm(Sent):
    """The password so far, and the new one, twice."""

    old: Typed
    password: Typed
    again: Typed


@router.get(PAGE)
def show(desk: Seated) -> Response:
    """The form."""
    return _page(desk)


@router.post(PAGE)
def change(desk: Seated, form: Annotated[PasswordForm, Form()]) -> Response:
    """Change it; what was typed is given back to nobody."""
    address = desk.request.client.host if desk.request.client else ""
    if form.password != form.again:
        said = Fault("again", worded("is not the same"), worded("type the new password twice"))
        return _page(desk, (said,), 422)
    try:
        change_password_of(desk.edge, desk.person, form.old, form.password, address)
    except Invalid as error:
        return _page(desk, error.faults, 422)
    except TooSoon as error:
        response = _page(desk, status=429, busy=error.args[0])
        response.headers["Retry-After"] = str(error.seconds)
        return response
    except HashingBusy as error:
        return _page(desk, status=503, busy=error.args[0])
    return see(PAGE)


def _page(desk: Desk, problems: Sequence[Fault] = (), status: int = 200, busy: str = "") -> Response:
    values = {"problems": problems, "busy": busy, "email": desk.person.email, "shortest": SHORTEST}
    with desk.edge.read() as session:
        return desk.page("own_password.html", session, values, status)
