"""The demo's notices: written from the facts, released by a second person, sent, read, published, filed."""

from dataclasses import replace
from datetime import timedelta
from email.parser import BytesHeaderParser
from email.policy import default
from uuid import UUID

from sqlmodel import Session, col, func, select

from incident.demo import cast
from incident.demo.narrator import Step, expect
from incident.demo.theatre import Theatre
from incident.drafting import Account, Authoring
from incident.errors import Forbidden
from incident.models.law import Filing, Obligation
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.notice_texts import FILING, write_filing, write_notice
from incident.organisation import approval_rules_of, profile_of, sending_rules_of
from incident.queries.briefs import Wanted, brief_for, filing_brief
from incident.queries.duties import customers_told
from incident.queries.notice_checks import Checker
from incident.queries.notices import read_release, states_of
from incident.queries.to_follow import LAST, to_follow
from incident.sending_rules import Sending
from incident.verbs.announcing import ToPublish, publish_announcement
from incident.verbs.approvals import approve_release
from incident.verbs.confirming import confirm_release
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.filings import Submission, keep_filing, record_submission
from incident.verbs.notices import freeze_notice, start_notice, tick_warning
from incident.verbs.releases import Request, request_release
from incident.web.audiences import build_audience
from incident.writing import usual_locales
from notifications.findings import Level
from notifications.members import ACCOUNT
from notifications.models import Delivery, Edition, Receipt, Release, ReleaseState
from notifications.ramp import Stage
from notifications.rendering import Templates

MEASURES = ("access_closed", "logs_secured")
PLANNED = ("configuration_checks",)
LAST_WORDS = {
    "root_cause": "Eine Bereitstellung hat den Export-Speicher für alle lesbar gemacht.",
    "lasting": "Richtlinien von Speichern werden vor jeder Bereitstellung und stündlich geprüft.",
}
ACCEPTED = ("accepted", "delivered")


def tell_customers(theatre: Theatre, step: Step) -> None:
    """Each affected customer is told its own figures, and nobody else's (Art. 33(2))."""
    release = _release(theatre, step, NoticeKind.CUSTOMER)
    _sent(theatre, release, "Mails to customers")
    told = theatre.look(lambda session: customers_told(session, theatre.mara, theatre.incident_id))
    expect(len(told.told) == len(told.affected) == cast.AFFECTED, "every affected customer was told, and no other")
    mails = _captured(theatre, release)
    expect(len(mails) == len(set(mails)) == cast.AFFECTED, f"one mail for each, not {len(mails)}")
    step.say(
        f"{len(told.told)} of {len(told.affected)} affected customers told; one recipient a mail, with its own figures."
    )
    step.say("One record of telling meets the statute's obligation and the contract's; the last one meets our promise.")
    step.see(theatre.page("/customers"))
    step.see(f"{theatre.settings.base_url}/mailbox")


def file_with_authority(theatre: Theatre, step: Step) -> None:
    """The notification to the authority: drafted from the same facts, submitted by a person, recorded with receipt."""
    obligation = _owed_to_authority(theatre).id
    filing = _filing(theatre, obligation, FILING, _authoring(theatre))
    receipt = Finding("Receipt of the authority", b"Eingang bestaetigt, Az. 531.4711", "text/plain")
    kept = theatre.act(theatre.mara, keep_evidence, theatre.incident_id, receipt)
    submission = Submission(cast.AUTHORITY, "portal", theatre.edge.clock.now(), "531.4711", kept.id)
    theatre.act(theatre.mara, record_submission, filing.id, submission, theatre.organisation)
    met = theatre.look(lambda session: session.get_one(Obligation, obligation).met_at)
    expect(met is not None, "the filing meets Art. 33(1)")
    step.say(f"Art. 33(3) draft in German, submitted by portal to: {cast.AUTHORITY}.")
    step.say("Where, when, reference 531.4711 and the receipt are kept; the obligation is met at that moment.")
    step.see(theatre.page("/notices"))


def file_the_rest(theatre: Theatre, step: Step) -> None:
    """What the notification said is to follow is filed before the incident is closed (Art. 33(4))."""
    waits = theatre.look(lambda session: to_follow(session, [_owed_to_authority(theatre)]))
    told = replace(_authoring(theatre), account=Account(MEASURES + PLANNED, own=LAST_WORDS))
    for one in waits:
        filing = _filing(theatre, one.duty, LAST, told)
        submission = Submission(cast.AUTHORITY, "portal", theatre.edge.clock.now(), "531.4711")
        theatre.act(theatre.mara, record_submission, filing.id, submission, theatre.organisation)
        step.say(f"Points announced to the authority to follow: {len(one.points)}. Final information filed.")
    left = theatre.look(lambda session: to_follow(session, [_owed_to_authority(theatre)]))
    expect(left == (), "the authority waits for nothing that it was told is to follow")


def _owed_to_authority(theatre: Theatre) -> Obligation:
    first = (col(Obligation.incident_id) == theatre.incident_id, col(Obligation.duty) == "eu-gdpr-33-1-sa")
    return theatre.look(lambda session: session.exec(select(Obligation).where(*first)).one())


def _filing(theatre: Theatre, obligation: UUID, form: str, told: Authoring) -> Filing:
    keys, mara = theatre.edge.keys, theatre.mara
    brief = theatre.look(lambda session: filing_brief(session, keys, mara, obligation, told, form))
    written = write_filing(_templates(theatre), form, brief, "de")
    return theatre.act(mara, keep_filing, obligation, form, brief, written)


def tell_people(theatre: Theatre, step: Step) -> None:
    """Thousands of people, one row and one mail each (Art. 34(2))."""
    release = _release(theatre, step, NoticeKind.PEOPLE)
    _confirm_canary(theatre, step, release)
    _sent(theatre, release, "Mails to people")
    row = theatre.look(lambda session: session.get_one(Release, release))
    expect(row.recipients == theatre.people, "everybody in the register is written to")
    mails = _captured(theatre, release)
    expect(len(mails) == len(set(mails)) == theatre.people, f"one mail for each person, not {len(mails)}")
    step.say(f"{row.recipients:,} people, as many rows, as many mails accepted by the relay; none twice.")
    step.see(f"{theatre.settings.base_url}/releases/{release}")


def _confirm_canary(theatre: Theatre, step: Step, release: UUID) -> None:
    """A large release goes to a few first; a person looks at what came of them, and lets everybody have it."""

    def look() -> Release:
        return theatre.look(lambda session: session.get_one(Release, release))

    if look().stage is Stage.WHOLE:
        return
    theatre.narrator.wait("the canary's answers", lambda: look().stage is Stage.CONFIRM)
    first = theatre.look(lambda session: sum(states_of(session, release).values()))
    reason = "The first mails arrived as they should; passwords have to be changed today."
    theatre.act(theatre.ines, confirm_release, release, reason, all_at_once=True)
    step.say(f"First to {first} people of every language; Ines looks at what came of it and confirms, to all at once.")


def show_in_app(theatre: Theatre, step: Step) -> None:
    """The same notice in the product: the host asks for a short-lived token, the browser reads, a receipt stays."""
    release = _release(theatre, step, NoticeKind.IN_APP)
    _sent(theatre, release, "In-app notices")
    person = theatre.look(lambda session: _readers(session, release))[0]
    token = _token(theatre, person)
    mine = {"Authorization": f"Bearer {token}"}
    shown = theatre.web.get("/api/in-app/notices", headers=mine)
    expect(shown.status_code == 200, f"the notices are read with the token, not {shown.status_code}")
    notices = shown.json()["notices"]
    expect(len(notices) == 1 and notices[0]["read_at"] is None, "one unread notice is shown")
    read = theatre.web.post(f"/api/in-app/notices/{notices[0]['id']}/receipts", headers=mine)
    expect(read.is_success, f"reading leaves a receipt, not {read.status_code}")
    forged = theatre.web.get("/api/in-app/notices", headers={"Authorization": f"Bearer {token[:-4]}AAAA"})
    expect(forged.status_code == 401, f"a forged token is refused with 401, not {forged.status_code}")
    receipts = theatre.look(lambda session: session.exec(select(func.count()).select_from(Receipt)).one())
    expect(receipts == 1, "one receipt is kept")
    step.say(
        f"{person} reads “{notices[0]['subject']}” by API with a signed token of minutes; one receipt. Forged: 401."
    )
    step.see(f"{theatre.settings.base_url}/in-app-demo")


def announce(theatre: Theatre, step: Step) -> None:
    """The public page: published by a second person, with a feed; never edited silently."""
    notice = _written(theatre, NoticeKind.ANNOUNCEMENT)
    edition = _frozen(theatre, notice)
    asked, rules = ToPublish(edition.id, edition.digest), approval_rules_of(theatre.settings)
    try:
        theatre.act(theatre.mara, publish_announcement, asked, rules=rules)
    except Forbidden as refusal:
        step.say(f"Refused: {refusal}")
    else:
        expect(False, "who wrote it may not publish it")
    public = theatre.act(theatre.ines, publish_announcement, asked, rules=rules)
    address = f"/announcements/{public.public_id}"
    page = httpx_get(theatre, address)
    expect(cast.ORGANISATION in page, "the page can be read without signing in")
    feed = httpx_get(theatre, "/announcements/feed.atom")
    expect(public.public_id in feed, "the feed names it")
    step.say("Published by Ines; read back without a session; the Atom feed names it.")
    step.see(f"{theatre.settings.base_url}{address}")


def httpx_get(theatre: Theatre, path: str) -> str:
    """A public page as a stranger reads it."""
    answer = theatre.web.get(path, headers={"Accept": "text/html"})
    expect(answer.status_code == 200, f"{path} is answered 200, not {answer.status_code}")
    return answer.text


def _release(theatre: Theatre, step: Step, kind: NoticeKind) -> UUID:
    """Write, check, freeze, ask, be refused as the writer, and approve as a second person."""
    notice = _written(theatre, kind)
    audience = build_audience(theatre.edge, theatre.mara, notice)
    edition = _frozen(theatre, notice)
    sending = Sending(sending_rules_of(theatre.settings))
    asked = Request(edition.id, audience.id, theatre.settings.mail_from, sending=sending)
    release = theatre.act(theatre.mara, request_release, asked, approval_rules_of(theatre.settings))
    seen = theatre.look(lambda session: read_release(session, theatre.edge.keys, theatre.ines, release.id).seen)
    try:
        theatre.act(theatre.mara, approve_release, release.id, seen)
    except Forbidden:
        step.say(
            "Written in English and German from the facts, checked against the law; its writer may not release it."
        )
    else:
        expect(False, "who wrote a notice may not release it")
    theatre.act(theatre.ines, approve_release, release.id, seen)
    return release.id


def _written(theatre: Theatre, kind: NoticeKind) -> Notice:
    wanted, authoring = Wanted(theatre.incident_id, kind), _authoring(theatre)
    brief = theatre.look(lambda session: brief_for(session, theatre.edge.keys, theatre.mara, wanted, authoring))
    written = write_notice(_templates(theatre), kind, brief, usual_locales(theatre.settings, kind))
    return theatre.act(theatre.mara, start_notice, theatre.incident_id, kind, brief, written)


def _frozen(theatre: Theatre, notice: Notice) -> Edition:
    """Freeze the text; warnings are let stand with a reason, errors block."""
    settings = theatre.settings
    checker = Checker(_templates(theatre), profile_of(settings), theatre.edge.clock.now(), settings.own_hosts)
    keys, version = theatre.edge.keys, notice.version
    checked = theatre.look(lambda session: checker.check(session, keys, theatre.mara, notice.id))
    for finding in checked.findings:
        expect(finding.level is not Level.ERROR, f"the notice has no error; it has: {finding}")
        theatre.act(theatre.mara, tick_warning, notice.id, version, finding, "Read and meant so.")
        version += 1
    checked = theatre.look(lambda session: checker.check(session, keys, theatre.mara, notice.id))
    return theatre.act(theatre.mara, freeze_notice, notice.id, checked)


def _sent(theatre: Theatre, release: UUID, what: str) -> None:
    """Follow the ledger until every row has a result and the sweep has settled the release."""
    total = theatre.look(lambda session: session.get_one(Release, release).recipients)

    def done() -> int:
        states = theatre.look(lambda session: states_of(session, release))
        return sum(states.get(state, 0) for state in ACCEPTED)

    theatre.narrator.follow(what, total, done)
    settled = ReleaseState.FINISHED
    finished = lambda: theatre.look(lambda session: session.get_one(Release, release).state) is settled  # noqa: E731
    theatre.narrator.wait("the release to be settled", finished)


def _authoring(theatre: Theatre) -> Authoring:
    now = theatre.edge.clock.now()
    account = Account(MEASURES, PLANNED, next_update=now + timedelta(days=2))
    return Authoring(profile_of(theatre.settings), account, now)


def _templates(theatre: Theatre) -> Templates:
    return Templates(theatre.settings.template_folders)


def _token(theatre: Theatre, person: str) -> str:
    host = {"Authorization": f"Bearer {theatre.host}"}
    answer = theatre.web.post("/api/in-app/tokens", headers=host, json={"person": person})
    expect(answer.is_success, f"the host gets a token, not {answer.status_code}: {answer.text}")
    return str(answer.json()["token"])


def _readers(session: Session, release: UUID) -> list[str]:
    mine = select(Delivery.person).where(col(Delivery.release_id) == release, ~col(Delivery.person).startswith(ACCOUNT))
    return list(session.exec(mine.order_by(col(Delivery.id)).limit(1)).all())


def _captured(theatre: Theatre, release: UUID) -> list[str]:
    """Who the mails of this release reached, as the capture server wrote them down: one line for each mail."""
    mine = select(Delivery.message_id).where(col(Delivery.release_id) == release)
    ids = set(theatre.look(lambda session: session.exec(mine).all()))
    folder = theatre.settings.mailbox_folder
    assert folder is not None
    found = []
    for path in folder.glob("*.eml"):
        with path.open("rb") as file:
            head = BytesHeaderParser(policy=default).parse(file)
        if str(head["Message-ID"]).strip() in ids:
            found.append(str(head["X-Envelope-To"]))
    return found
