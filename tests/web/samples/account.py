"""Sample views: the pages of one's own account."""

from incident.auth.passwords import SHORTEST
from incident.errors import Fault
from tests.web.samples.board import shell

FORM = {"email": "mara@example.org", "shortest": SHORTEST, "problems": (), "busy": ""}
WRONG = (Fault("old", "is not your password", "the one you signed in with"),)
TOO_SHORT = (Fault("password", "has 5 characters", "at least 12; four unrelated words do well"),)
PAGES: dict[str, tuple[str, dict[str, object]]] = {
    "own-password": ("own_password.html", {**FORM, "shell": shell(here="/account/password")}),
    "own-password-refused": (
        "own_password.html",
        {**FORM, "shell": shell(here="/account/password"), "problems": (*WRONG, *TOO_SHORT)},
    ),
    "own-password-slowed": (
        "own_password.html",
        {**FORM, "shell": shell(here="/account/password"), "busy": "Too many failed sign-ins. Try again in 4 s."},
    ),
}
