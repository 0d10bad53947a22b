"""One step of a page on its way: whom it tells, kept with the row of the ledger, and its line on the timeline."""

from datetime import timedelta
from uuid import UUID

from incident.models.paging import PageCall, PagedOne, PageStep, SourceWatch, Team
from incident.page_words import Called, page_mail
from incident.paging import LASTS, SCOPE, link_token
from incident.queries.teams import steps_of
from incident.rota.steps import wait_of
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import put_to
from incident.verbs.page_events import Roads, call_endpoint, call_number, scope_of
from incident.verbs.page_recipients import Recipients, Way, recipients_of
from notifications.endpoints import Endpoint
from notifications.ids import new_id

GIVE_UP = timedelta(hours=4)  # a mail of a page is worth nothing later: the next steps have gone long ago
NAMED = 12  # people a line names; the rest are counted


class StepCalls:
    """The calls of one step that was taken. A part of carrying a page on."""

    def __init__(self, act: Act, page: PageCall, row: PageStep, roads: Roads) -> None:
        self._act, self._page, self._row, self._roads = act, page, row, roads
        self._steps = steps_of(page.steps)
        self._mark = f"{row.round}.{row.position}"
        self._called = self._words()

    def send(self, skipped: int) -> None:
        """Tell everybody and write it down. `skipped`: earlier steps that had come and went unsent."""
        act, page = self._act, self._page
        found = recipients_of(act, page, self._steps[self._row.position])
        for way in found.ways:
            self._tell(way)
        for endpoint in found.endpoints:
            self._keep(new_id(), call_endpoint(act, page, self._called, self._mark, endpoint), endpoint=endpoint)
        act.session.flush()
        body = {"text": self._line(found, skipped), "page": str(page.id), "step": self._mark}
        record(act, scope_of(page), "paged", body)

    def _tell(self, way: Way) -> None:
        act, page, console = self._act, self._page, self._roads.console
        call_id, account = new_id(), way.account
        token = link_token(act.keys.for_scope(act.session, SCOPE), call_id, act.now + LASTS)
        link = f"{console}/page-answers/{token}"
        if way.provider is not None:
            self._keep(call_id, call_number(act, page, self._called, self._mark, way, link), way)
            return
        occasion = f"page:{page.id}:{self._mark}:{account.id}"
        place = f"incidents/{page.subject}" if page.incident_id else f"pages/{page.id}"
        message = page_mail(self._called, occasion, link, f"{console}/{place}")
        put_to(act, scope_of(page), message, {str(account.id): account.email}, self._roads.domain, GIVE_UP)
        self._keep(call_id, occasion, way)

    def _keep(self, call_id: UUID, occasion: str, way: Way | None = None, endpoint: Endpoint | None = None) -> None:
        told = endpoint or (way.provider if way else None)
        row = PagedOne(
            id=call_id,
            page_id=self._page.id,
            step_id=self._row.id,
            user_id=way.account.id if way else None,
            endpoint_id=told.id if told else None,
            way=told.name if told else "mail",
            occasion=occasion,
            at=self._act.now,
        )
        self._act.session.add(row)

    def _words(self) -> Called:
        page, session = self._page, self._act.session
        team = session.get(Team, page.team_id) if page.team_id else None
        watch = session.get(SourceWatch, page.source_id) if page.source_id else None
        wait = wait_of(self._steps[self._row.position], self._row.round)
        return Called(
            page.kind.value,
            page.subject,
            page.severity,
            team.name if team else "",
            self._row.position + 1,
            len(self._steps),
            int(wait / timedelta(minutes=1)),
            self._row.round,
            watch.minutes if watch else 0,
        )

    def _line(self, found: Recipients, skipped: int) -> str:
        """Who was paged, by what, as the timeline says it."""
        called = self._called
        ways: dict[str, list[str]] = {}
        for way in found.ways:
            ways.setdefault(way.account.name, []).append(way.name)
        people = [f"{name} ({', '.join(by)})" for name, by in ways.items()]
        named = people[:NAMED] + ([f"{len(people) - NAMED} more"] if len(people) > NAMED else [])
        whom = ", ".join([*named, *(f"endpoint {one.name}" for one in found.endpoints)]) or "nobody: nobody is there"
        of = f" of team {called.team}" if called.team else ""
        again = f", round {called.round + 1}" if called.round else ""
        test = "Test page" if called.kind == "test" else "Page"
        fell = " Nobody it names was there." if found.fell_back else ""
        late = f" Late: {skipped} earlier step{'s' if skipped > 1 else ''} went unsent." if skipped else ""
        return f"{test}, step {called.number} of {called.steps}{again}{of}, to {whom}.{fell}{late}"
