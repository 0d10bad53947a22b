"""The breach register: its page, and its download as CSV."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from incident.auth.dependencies import acting
from incident.organisation import organisation_of
from incident.queries.breach_entry import State
from incident.queries.breach_register import Chosen, Register, Standpoint, read_register
from incident.queries.breach_sealed import delay_headings
from incident.roles import Action, Actor
from incident.verbs.breach_register import record_export
from incident.web import breach_words as said
from incident.web.breach_csv import register_csv
from incident.web.breach_view import breach_line
from incident.web.entity_choices import named_entity
from incident.web.frame import Desk, Seated
from incident.web.views import Choice
from incident.web.views.breach_register import RegisterView
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Reader = Annotated[Actor, Depends(acting(Action.READ, programs=False))]
Year = Annotated[str, Query(pattern=r"^((19|20|21)\d\d)?$")]  # a form sends what is not chosen as ""
Regime = Annotated[str, Query(max_length=64)]
Wanted = Annotated[Literal["", "notified", "not_notified", "open"], Query()]


@router.get("/register")
def show_register(desk: Seated, by: Reader, year: Year = "", regime: Regime = "", state: Wanted = "") -> Response:
    """Every personal-data breach one may see, notified or not, the newest first."""
    chosen = _chosen(year, regime, state)
    with desk.edge.read() as session:
        register = read_register(session, desk.edge.keys, by, _standpoint(desk), chosen)
        return desk.page(
            "breach_register.html", session, {"view": _view(register, chosen, named_entity(desk.edge.settings))}
        )


@router.get("/register.csv")
def download_register(desk: Seated, by: Reader, year: Year = "", regime: Regime = "", state: Wanted = "") -> Response:
    """The same as a file for a spreadsheet; that it was taken is written down first."""
    chosen = _chosen(year, regime, state)
    with desk.edge.read() as session:
        register = read_register(session, desk.edge.keys, by, _standpoint(desk), chosen)
    desk.edge.write(by, lambda act: record_export(act, "CSV", len(register.entries), _in_words(chosen)))
    name = f"breach-register-{desk.edge.clock.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(
        register_csv(register.entries), media_type="text/csv; charset=utf-8; header=present", headers=headers
    )


def _standpoint(desk: Desk) -> Standpoint:
    settings = desk.edge.settings
    return Standpoint(organisation_of(settings), desk.edge.clock.now(), delay_headings(settings.template_folders))


def _chosen(year: str, regime: str, state: str) -> Chosen:
    return Chosen(int(year) if year else None, regime, State(state) if state else None)


def _view(register: Register, chosen: Chosen, called: Mapping[str, str]) -> RegisterView:
    asked = {"year": str(chosen.year or ""), "regime": chosen.regime, "state": str(chosen.state or "")}
    query = urlencode({name: value for name, value in asked.items() if value})
    return RegisterView(
        lines=tuple(breach_line(entry, called) for entry in register.entries),
        years=_choices(worded("Every year"), ((str(year), str(year)) for year in register.years), asked["year"]),
        regimes=_choices(
            worded("Every law"), ((one, said.regime_name(one)) for one in register.regimes), asked["regime"]
        ),
        states=_choices(
            worded("Notified or not"), ((one.value, words) for one, words in said.FILTERS.items()), asked["state"]
        ),
        counts=tuple((state.value, words, register.counts[state]) for state, words in said.FILTERS.items()),
        in_all=register.in_all,
        query=f"?{query}" if query else "",
        chosen=_in_words(chosen),
    )


def _choices(every: str, found: Iterable[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    """All of it first; what was asked for and is not there stays chosen, so that nobody takes it for all."""
    known = dict(found)
    known |= {chosen: chosen} if chosen and chosen not in known else {}
    return (Choice("", every, not chosen), *(Choice(value, label, value == chosen) for value, label in known.items()))


def _in_words(chosen: Chosen) -> str:
    """What the register was narrowed down to, "" for all of it."""
    regime = said.regime_name(chosen.regime) if chosen.regime else ""
    state = said.FILTERS[chosen.state].lower() if chosen.state else ""
    return ", ".join(part for part in (str(chosen.year or ""), regime, state) if part)
