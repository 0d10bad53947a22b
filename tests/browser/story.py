"""A breach told with the real verbs and the real pages, for pictures: every page has something to show."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.anchors import Clue
from incident.assessment import Risk
from incident.models.incidents import Severity, Task
from incident.models.people import Customer
from incident.organisation import organisation_of
from incident.phases import Guard, Move, Phase
from incident.runbooks import usable
from incident.senders import engine_of
from incident.sweep import tick
from incident.verbs.advising import advise
from incident.verbs.anchors import Moment, decide_awareness, propose_awareness, record_moment
from incident.verbs.decisions import Ruling, decide
from incident.verbs.entries import note
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.facts import save_facts
from incident.verbs.incidents import Report, open_incident, take_command
from incident.verbs.moves import move
from incident.verbs.tasks import Settled, settle_task
from incident.verbs.telling import Told, tell_customer
from notifications.clock import MovableClock
from notifications.engine import Engine
from notifications.smtp import Relay
from notifications.store import Store
from tests.databases import build_schema
from tests.smtp_sink import Script, Sink, Taken
from tests.web.reading import token
from tests.web.stage import PASSWORD, Stage, facts, fill_registers, open_stage

BEGINS = datetime(2026, 11, 23, 8, 12, tzinfo=UTC)
TITLE = "Export bucket is readable by everybody"
LONG = (
    "Payroll export of the Donaudampfschifffahrtsgesellschaft subsidiary, with tax numbers and bank details of 2,300 "
    "employees, sent to a distribution list outside the company"
)
LATER, REFUSED = "451 4.2.0 greylisted, come back later", "550 5.1.1 no such mailbox"
TROUBLED = {3: REFUSED, 7: LATER, 12: LATER}  # people by number; the contacts of these customers are refused


class Story:
    """An installation of its own in a folder, a clock that is moved, and the steps people take."""

    def __init__(self, home: Path, port: int, **settings: Any) -> None:
        home.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{home / 'seventytwo.db'}"
        build_schema(url)
        self.clock, self.mailbox = MovableClock(BEGINS), home / "mailbox"
        self.mailbox.mkdir()
        self.stage: Stage = open_stage(
            Store(url), self.clock, home, port=port, mailbox_folder=self.mailbox,
            security_addresses="security@nimbus.example", incident_address="incident@reply.nimbus.example",
            contact_phone="+49 30 5550 1234",
            postal_address="Lindenstraße 12, 10969 Berlin", contact_name="Lea Brandt, data protection officer",
            contact_words={"de": {"name": "Lea Brandt, Datenschutzbeauftragte"}}, **settings,
        )  # fmt: skip
        fill_registers(self.stage)

    @property
    def here(self) -> UUID:
        return self.stage.incident_id

    def after(self, minutes: int) -> datetime:
        return self.clock.move(timedelta(minutes=minutes))

    def report(self, who: str, title: str, kind: str, severity: Severity) -> None:
        book = usable(self.stage.installation.settings.runbook_folders).get(kind)
        self.stage.incident = self.stage.act(who, open_incident, Report(title, kind, severity), book)

    def command(self, who: str = "mara") -> None:
        self.stage.act("mara", take_command, self.here, self.stage.people[who].id)

    def go(self, name: Move, *passing: Guard, reason: str = "") -> None:
        self.stage.act("mara", move, self.here, self.stage.version(), name, reason=reason, passing=passing)

    def save(self, document: dict[str, Any]) -> None:
        self.stage.act("mara", save_facts, self.here, organisation_of(self.stage.installation.settings), document)

    def moment(self, name: str, at: datetime, why: str) -> None:
        organisation = organisation_of(self.stage.installation.settings)
        self.stage.act("mara", record_moment, self.here, organisation, Moment(at, why, name))

    def aware(self, at: datetime, why: str) -> None:
        organisation, said = organisation_of(self.stage.installation.settings), Moment(at, why, clue=Clue.VERIFIED)
        self.stage.act("mara", decide_awareness, self.here, self.stage.version(), organisation, said)

    def propose(self, at: datetime, why: str, clue: Clue) -> None:
        organisation = organisation_of(self.stage.installation.settings)
        self.stage.act("mara", propose_awareness, self.here, organisation, Moment(at, why, clue=clue))

    def rule(self, who: str, subject: str, outcome: str, reason: str) -> None:
        organisation = organisation_of(self.stage.installation.settings)
        ruling = Ruling(subject, outcome, reason)
        self.stage.act(who, decide, self.here, self.stage.version(), organisation, ruling)

    def advise(self, risk: Risk, text: str) -> None:
        self.stage.act("mara", advise, self.here, risk, text)

    def settle_tasks(self, phase: Phase, said: str, leave: int = 0) -> None:
        with self.stage.installation.store.read() as session:
            mine = (col(Task.incident_id) == self.here, col(Task.phase) == phase, col(Task.state) == "open")
            tasks = session.exec(select(Task.id).where(*mine).order_by(col(Task.position))).all()
        for task in tasks[: len(tasks) - leave]:
            self.after(4)
            self.stage.act("mara", settle_task, self.here, task, Settled.DONE, said)

    def telephone(self, number: int) -> None:
        with self.stage.installation.store.read() as session:
            ids = session.exec(select(Customer.id).order_by(col(Customer.host_id)).limit(number)).all()
        for at, customer in enumerate(ids):
            told = Told(f"telephone:{at}", "telephone", f"Ms Roth, {self.after(3):%H:%M} UTC")
            self.stage.act("mara", tell_customer, self.here, customer, told)

    def say(self, text: str, ago: int = 0) -> None:
        at = self.clock.now() - timedelta(minutes=ago) if ago else None
        self.stage.act("mara", note, self.here, text, at=at)

    def keep(self, name: str, content: bytes, media_type: str = "text/plain") -> None:
        self.stage.act("mara", keep_evidence, self.here, Finding(name, content, media_type))

    @contextmanager
    def signed_in(self, who: str) -> Iterator[TestClient]:
        """A browser without a window, for the steps that pages do best."""
        with TestClient(self.stage.app(), headers={"Accept": "text/html"}, follow_redirects=False) as browser:
            answer = browser.post("/login", data={"email": f"{who}@example.org", "password": PASSWORD})
            assert answer.status_code == 303, answer.text
            yield browser

    def sent(self, who: str, path: str, **fields: Any) -> str:
        """Send a form as the page would; returns where it leads."""
        with self.signed_in(who) as browser:
            answer = browser.post(path, data={"csrf_token": token(browser), **fields})
            assert answer.status_code == 303, (path, answer.status_code, answer.text[-3000:])
            return str(answer.headers["location"])

    def notice(self, kind: str) -> str:
        """Draft a notice from the facts; returns its address."""
        self.after(5)
        measures = {
            "taken": ["access_closed", "logs_secured"],
            "planned": ["configuration_checks"],
            "locales": ["en", "de"],
        }
        return self.sent("mara", f"{self.stage.path}/notices", kind=kind, next_update="2026-11-27T16:00", **measures)

    def ask(self, notice: str) -> str:
        """Ask for the release of a notice; returns the address of the release or the edition."""
        self.after(3)
        if "announcement" not in self.kind_of(notice):
            self.sent("mara", f"{notice}/audience")
        with self.signed_in("mara") as browser:
            version = version_in(browser.get(notice).text)
        return self.sent("mara", f"{notice}/releases", version=version)

    def kind_of(self, notice: str) -> str:
        with self.signed_in("mara") as browser:
            return "announcement" if "Publish" in browser.get(notice).text else "addressed"

    def approve(self, release: str, **more: str) -> str:
        self.after(6)
        with self.signed_in("ines") as browser:
            html = browser.get(release).text
        names = [name for name in ("edition_digest", "audience_digest", "facts_digest") if f'name="{name}"' in html]
        seen = {name: html.split(f'name="{name}" value="')[1].split('"')[0] for name in names}
        count = html.split('data-must-equal="')[1].split('"')[0] if "data-must-equal" in html else ""
        return self.sent("ines", f"{release}/approval", count=count, **seen, **more)

    def post(self, *, troubled: bool = False) -> None:
        """Send what is due to a mail server of this process; `troubled`: it refuses one and defers another."""
        self.after(1)
        asyncio.run(self._post(troubled))
        self.sweep()

    def sweep(self) -> None:
        """What the worker does again and again: tend the sender, and one tick."""
        parts = self.stage.installation
        asyncio.run(self._engine(0).tend())
        found = tick(parts.store, parts.keys, organisation_of(parts.settings), self.clock.now())
        assert found.checked, found.troubles

    async def _post(self, troubled: bool) -> None:
        async with Sink(self._keep) as sink:
            if troubled:
                for number, reply in TROUBLED.items():
                    sink.scripts[f"person{number}@example.net"] = Script({"rcpt": reply})
                    sink.scripts[f"privacy{number}@customer{number}.example"] = Script({"rcpt": REFUSED})
            engine = self._engine(sink.port)
            await engine.tend()
            await engine.deliver(asyncio.Event())

    def _engine(self, port: int) -> Engine:
        return engine_of(self.stage.installation, [Relay("127.0.0.1", port, "clear")], "pictures", lambda: None)

    def _keep(self, mail: Taken) -> None:
        number = len(list(self.mailbox.glob("*.eml"))) + 1
        head = f"X-Envelope-To: {mail.recipient}\r\n".encode()
        (self.mailbox / f"{number:06d}.eml").write_bytes(head + mail.message)

    def draft_filing(self) -> str:
        """Draft the filing for the authority from the facts; returns its address."""
        with self.signed_in("mara") as browser:
            page = browser.get(f"{self.stage.path}/notices").text
        obligation = page.split('id="obligation"')[1].split('value="')[1].split('"')[0]
        return self.sent("mara", f"{self.stage.path}/filings", obligation=obligation, taken=["access_closed"])

    def read_in_app(self, reader: str) -> None:
        """A reader opens the notice in the product and confirms it."""
        with self.signed_in("mara") as browser:
            token = browser.get(f"/in-app-demo/token?reader={reader}").json()["token"]
            mine, there = {"Authorization": f"Bearer {token}"}, "/api/in-app/notices"
            notice = browser.get(there, headers=mine).json()["notices"][0]["id"]
            assert browser.post(f"{there}/{notice}/receipts", headers=mine).status_code == 201

    def edit(self, notice: str, change: Callable[[str], str]) -> None:
        """Change the English text of a notice."""
        with self.signed_in("mara") as browser:
            page = browser.get(notice).text
        text = unescape(page.split('name="text"')[1].split(">", 1)[1].split("</textarea>")[0])
        subject = unescape(page.split('name="subject"')[1].split('value="')[1].split('"')[0])
        self.sent("mara", notice, version=version_in(page), locale="en", subject=subject, text=change(text))


def version_in(page: str) -> str:
    """The version of the notice a page shows."""
    return page.split('name="version" value="')[1].split('"')[0]


def into_investigation(story: Story) -> None:
    """From the report to saved facts, decided awareness and the first customers told."""
    began = story.clock.now()
    story.report("mara", TITLE, "public_bucket", Severity.CRITICAL)
    story.after(4)
    story.command()
    story.after(2)
    story.keep("access.log of the bucket, 14 to 24 November", b"203.0.113.9 GET /exports/2026-11-20.csv 200\n" * 900)
    story.keep("Policy and ACL of the bucket as they were", b'{"Grantee": "AllUsers"}', "application/json")
    story.settle_tasks(Phase.DETECTION, "Done as written; the answers are kept as evidence.")
    story.go(Move.CONTAIN)
    story.say("Block Public Access is on for the whole account. Checked from outside: 403.", ago=3)
    story.settle_tasks(Phase.CONTAINMENT, "Done; checked from outside.", leave=1)
    story.after(20)
    story.go(Move.INVESTIGATE, Guard.CONTAINED, reason="The provider keeps its own logs; a copy is asked for.")
    story.moment("occurred_from", began - timedelta(days=10), "The change of the policy in the provider's audit log.")
    story.moment("occurred_until", began + timedelta(minutes=15), "The bucket was closed.")
    story.moment("discovered", began, "The alert.")
    story.propose(
        began - timedelta(days=1, hours=3), "A customer asked whether exports are public.", Clue.IGNORED_SIGNAL
    )
    story.save(without_numbers())
    story.after(55)
    story.say("Search of public bucket indexes: listed since 19 November.")
    story.save(facts())
    story.aware(began + timedelta(minutes=50), "Jonas listed the bucket from outside: personal data are readable.")
    story.advise(
        Risk.HIGH, "Bank details of our own users were readable; the logs do not exclude that they were copied."
    )
    story.rule("ines", "risk:accounts", "high", "Bank details with names, readable for ten days: as advised.")
    story.telephone(5)


def without_numbers() -> dict[str, Any]:
    """The first saved version: what is lost is known, how many is not."""
    first = facts()
    for dataset in first["datasets"]:
        dataset["people"].pop("count")
        dataset.pop("reach", None)
    return first
