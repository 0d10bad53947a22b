"""Replies, the bank and support on their pages: opened on record, sorted anew, answered once, nothing said besides."""

import re
from functools import partial
from html import unescape

import pytest
from sqlmodel import Session, col, select

from incident.incoming_mail import IncomingRules, look_at_incoming
from incident.models.incidents import Incident
from incident.models.replies import AnswerVersion, Reply, ReplyAnswer, ReplyReading
from incident.phases import Phase
from incident.reply_rules import ReplyRules
from incident.roles import Role, system
from incident.verbs.act import Act
from incident.verbs.people import NewUser, add_user
from incident.verbs.received_mail import receive_mail
from notifications.models import Delivery
from notifications.received import Incoming
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import HASHED, Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def come_in(stage: Stage, text: str, *headers: str) -> str:
    """A mail of a stranger, sorted; the address of its page."""
    head = ["From: Zoe Zander <zoe@stranger.example>", "Subject: Re: Your data", *headers]
    raw = "\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", text]).encode()
    parts = stage.installation

    def keep(mail: Incoming, session: Session) -> None:
        receive_mail(Act(session, parts.keys, system("tests"), parts.clock.now()), mail)

    parts.store.write(partial(keep, Incoming(raw, "lmtp", "notices@nimbus.example", "zoe@stranger.example")))
    rules = IncomingRules(frozenset(), replies=ReplyRules())
    assert look_at_incoming(parts.store, parts.keys, rules, parts.clock.now()).troubles == ()
    with parts.store.read() as session:
        newest = select(Reply.id).order_by(col(Reply.id).desc())
        return f"/replies/{session.exec(newest).first()}"


def one(stage: Stage, model: type[object]) -> object:
    with stage.installation.store.read() as session:
        found = session.exec(select(model)).first()
        assert found is not None
        return found


def test_a_stray_reply_is_assigned_opened_and_answered(stage: Stage, enter: Enter) -> None:
    path, mara, ines = come_in(stage, "Which of <my> data was it?"), enter("mara"), enter("ines")
    assert "nobody knows to what" in mara.get("/replies").text.lower()
    assert "Which of" not in mara.get(path).text
    drafted = send(
        mara,
        "/answers",
        key="which-data",
        question="Which data?",
        incident=stage.path.rsplit("/", 1)[1],
        locale=["en", "de"],
        text=["Your name. Write to {{ contact_email }}.", ""],
    )
    page = drafted.headers["location"]
    assert "You wrote a version of it" in mara.get(page).text
    version = one(stage, AnswerVersion)
    assert isinstance(version, AnswerVersion)
    approval = f"/answer-versions/{version.id}/approvals"
    assert send(mara, approval, digest=version.digest).status_code == 403
    assert send(ines, approval, digest=version.digest, reason="Read.").headers["location"] == page
    assert send(mara, f"{path}/incident", incident=str(stage.incident_id), reason="Names us.").status_code == 303
    opened = send(mara, f"{path}/views", version=str(version.id), locale="en").text
    assert "Which of &lt;my&gt; data was it?" in opened
    assert "zoe@stranger.example" in opened
    assert "Your name. Write to " in opened
    assert "does not come from the address the mail went to" in opened
    answer = {"version": str(version.id), "locale": "en"}
    assert send(mara, f"{path}/answers", **answer).headers["location"] == f"{path}#answers"
    assert send(mara, f"{path}/answers", **answer).status_code == 409
    assert "Dealt with" in mara.get(f"{stage.path}/replies").text
    assert isinstance(one(stage, ReplyReading), ReplyReading)
    with stage.installation.store.read() as session:
        mails = session.exec(select(Delivery).where(col(Delivery.occasion).startswith("reply:"))).all()
    assert len(mails) == 1


def test_free_words_wait_for_a_second_person(stage: Stage, enter: Enter) -> None:
    path, mara, lea = come_in(stage, "Which data?"), enter("mara"), enter("lea")
    opened = send(mara, f"{path}/views").text
    assert "They are: " in opened
    assert "Lea" in opened.partition("They are: ")[2][:120]  # by name, and not oneself
    assert "Mara" not in opened.partition("They are: ")[2][:120]
    assert send(mara, f"{path}/drafts", text="Your name.", locale="en").status_code == 303
    given = one(stage, ReplyAnswer)
    assert isinstance(given, ReplyAnswer)
    assert "You wrote it" in mara.get(path).text
    assert f'href="{path}#answers"' in lea.get("/").text  # on the board of whoever may send it, and not its writer's
    assert f'href="{path}#answers"' not in mara.get("/").text
    assert send(mara, f"/reply-answers/{given.id}/approvals", digest=given.digest).status_code == 403
    assert "Read it, send it" in lea.get(path).text
    assert "Re: Your data" not in lea.get(path).text  # the writer's words: who opens them is written down
    assert "Re: Your data" in send(lea, f"{path}/views").text
    assert send(lea, f"/reply-answers/{given.id}/approvals", digest=given.digest).status_code == 303
    assert "Sent" in lea.get(path).text
    again = send(mara, f"{path}/drafts", text="And more.", locale="en", again="They asked again.")
    assert again.status_code == 303


def test_a_reply_is_sorted_anew_taken_shown_and_dealt_with(stage: Stage, enter: Enter) -> None:
    path, mara = come_in(stage, "Thanks, got it."), enter("mara")
    assert send(mara, f"{path}/class", kind="complaint", reason="Irony.").status_code == 303
    assert "Complaint" in mara.get(path).text
    assert send(mara, f"{path}/owner").status_code == 303
    assert "Mara Lindqvist" in mara.get(path).text
    assert "Subject: Re: Your data" in unescape(send(mara, f"{path}/original").text)
    assert send(mara, f"{path}/settlement", reason="Called.").status_code == 303
    assert send(mara, f"{path}/next-channel").status_code == 409
    assert send(mara, f"{path}/settlement", reason="Called.").status_code == 409


def test_an_automatic_reply_offers_no_answer(stage: Stage, enter: Enter) -> None:
    path, mara = come_in(stage, "Away.", "Auto-Submitted: auto-replied"), enter("mara")
    page = send(mara, f"{path}/views").text
    assert "It is never answered" in page
    assert f"{path}/drafts" not in page


def test_filters_keep_to_a_class(stage: Stage, enter: Enter) -> None:
    path, mara = come_in(stage, "Which data?"), enter("mara")
    send(mara, f"{path}/incident", incident=str(stage.incident_id), reason="Names us.")
    assert path in mara.get(f"{stage.path}/replies?kind=question").text
    assert "None of this class" in mara.get(f"{stage.path}/replies?kind=complaint").text
    assert path in mara.get(f"{stage.path}/replies?open=true").text
    assert mara.get(f"{stage.path}/replies?kind=colour").status_code == 422


def test_filters_keep_to_a_class_among_those_of_no_incident(stage: Stage, enter: Enter) -> None:
    path, mara = come_in(stage, "Which data?"), enter("mara")
    for query in ("?kind=question", "?open=true"):
        html = mara.get(f"/replies{query}").text
        assert path in html
        assert f'hx-get="/replies{query}"' in html  # what comes in is shown by the same choice
    html = mara.get("/replies?kind=complaint").text
    assert path not in html
    assert "None of this class" in html


def test_versions_are_compared_and_a_draft_refused(stage: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    form: dict[str, str | list[str]] = {"key": "support-yes", "question": "Am I affected?", "locale": ["en"]}
    page = send(mara, "/answers", **form, text=["You are affected."]).headers["location"]
    send(mara, "/answers", **form, text=["You are affected, sadly."])
    text = ines.get(page).text
    assert re.search(r"<ins>[^<]*sadly", text)
    assert "Version 2 waits" in mara.get("/answers").text
    assert f'href="{page}"' in enter("ines").get("/").text  # on the board of whoever may approve it
    assert f'href="{page}"' not in mara.get("/").text
    refusal = re.search(r"/answer-versions/[0-9a-f-]+/refusal", text)
    assert refusal is not None
    assert send(ines, refusal[0], reason="No pity.").status_code == 303
    assert "No pity." in ines.get(page).text
    assert send(ines, page + "/retirement").headers["location"] == "/answers"
    assert "No answer yet" in mara.get("/answers").text


def test_support_sees_the_answer_and_nothing_else(stage: Stage, enter: Enter) -> None:
    new = NewUser("sue@example.org", "Sue Sutter", (Role.SUPPORT.value,), HASHED)
    stage.act("operator", add_user, new)
    mara, ines, sue, lea = enter("mara"), enter("ines"), enter("sue"), enter("lea")
    form: dict[str, str | list[str]] = {"key": "support-unknown", "question": "Am I affected?", "locale": ["en", "de"]}
    send(mara, "/answers", **form, text=["We do not know yet.", "Das wissen wir noch nicht."])
    version = one(stage, AnswerVersion)
    assert isinstance(version, AnswerVersion)
    send(ines, f"/answer-versions/{version.id}/approvals", digest=version.digest, reason="Read.")
    answers = {
        send(sue, "/support/questions", asked="person", value=value, locale="de").text.replace(value, "…")
        for value in ("person-0001", "nobody-9999")
    }
    (page,) = {re.sub(r'value="[^"]*"', "", text) for text in answers}
    assert "Das wissen wir noch nicht." in page
    assert "Affected: not yet known" in page
    assert stage.path not in page
    assert sue.get(f"{stage.path}/replies").status_code == 403
    assert sue.get("/support/lookups").status_code == 403
    log = lea.get("/support/lookups").text
    assert log.count("Sue Sutter") == 2
    assert "person-0001" not in log


def test_only_the_decider_allows_a_no(stage: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    assert "Decide it" not in mara.get(f"{stage.path}/answers").text
    assert "Decide it" in ines.get(f"{stage.path}/answers").text
    assert send(ines, f"{stage.path}/completeness", reason="Compared.").status_code == 409
    assert send(ines, f"{stage.path}/completeness/withdrawal", reason="Again.").status_code == 303


def test_closing_says_which_replies_it_would_leave_unanswered(stage: Stage, enter: Enter) -> None:
    path, mara = come_in(stage, "What of my data?"), enter("mara")
    assert send(mara, f"{path}/incident", incident=str(stage.incident_id), reason="By its text.").status_code == 303
    assert "is unanswered" not in mara.get(stage.path).text

    def review(session: Session) -> None:
        session.get_one(Incident, stage.incident_id).phase = Phase.REVIEW

    stage.installation.store.write(review)
    assert f'<a href="{stage.path}/replies">1 reply is unanswered</a>' in mara.get(stage.path).text
    assert send(mara, f"{path}/settlement", reason="Answered by telephone.").status_code == 303
    assert "is unanswered" not in mara.get(stage.path).text
