"""The audit log shows who did what to whom it may show it, is proven and taken away on record."""

import pytest
from sqlmodel import col, select

from incident.keys import make_key_file
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.verbs.checkpoints import sign_heads
from incident.verbs.people import add_api_token
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage, session_of

PAGE = "/admin/audit"


def recorded(stage: Stage, action: str) -> int:
    with session_of(stage) as session:
        here = (col(EntryHeader.subject) == ADMINISTRATION, col(EntryHeader.action) == action)
        return len(session.exec(select(EntryHeader).where(*here)).all())


def test_acts_of_administration_stand_there_and_are_filtered(stage: Stage, enter: Enter) -> None:
    stage.act("mara", add_api_token, "host-platform", ("host",))
    browser = enter("lea")
    assert "Token host-platform made" in browser.get(PAGE).text
    mara = stage.people["mara"].id
    assert "Token host-platform made" in browser.get(f"{PAGE}?part=administration&person={mara}").text
    for narrower in ("part=sign-ins", "part=looks", "act=user.added", "day=1999-01-01"):
        assert "Token host-platform made" not in browser.get(f"{PAGE}?{narrower}").text
    assert "Nothing fits" in browser.get(f"{PAGE}?day=1999-01-01").text


@pytest.mark.parametrize("odd", ["part=x", "person=x", "day=yesterday", "day=0001-01-01"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_address_cannot_mean_is_left_out(stage: Stage, enter: Enter, odd: str) -> None:
    assert "Ines Moreau" in enter("lea").get(f"{PAGE}?{odd}").text


def test_a_proof_says_what_was_found_and_is_on_record(stage: Stage, enter: Enter) -> None:
    answer = send(enter("lea"), f"{PAGE}/proofs")
    assert "The timeline holds" in answer.text
    assert recorded(stage, "audit.verified") == 1
    assert "It held" in enter("mara").get(PAGE).text


def test_the_file_holds_no_formula_and_is_on_record(stage: Stage, enter: Enter) -> None:
    stage.act("mara", add_api_token, "host-platform", ("host",))
    answer = send(enter("lea"), f"{PAGE}/downloads?part=administration")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("at,who,act,incident,text")
    assert "Token host-platform made" in answer.text
    assert recorded(stage, "audit.exported") == 1


def test_the_key_an_outsider_compares_stands_on_the_page_before_anything_is_proven(stage: Stage, enter: Enter) -> None:
    lea, folder = enter("lea"), stage.installation.settings.checkpoints
    assert "Signed by" not in lea.get(PAGE).text
    key = folder.parent / "a-checkpoint-key"
    make_key_file(key)
    signed = sign_heads(stage.installation.store, key, folder, stage.installation.clock.now())
    assert signed is not None
    html = lea.get(PAGE).text
    assert f'<span class="mono wrap">{signed.key}</span>' in html
