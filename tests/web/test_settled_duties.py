"""Settled duties say why as it is: what carried one that is withdrawn, and that a met one left somebody out."""

import re
from html import unescape

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from incident.models.law import Obligation
from incident.organisation import organisation_of
from incident.verbs.facts import save_facts
from tests.web.conftest import Enter
from tests.web.sending import sent_release
from tests.web.stage import USERS, Stage, facts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def reasons(stage: Stage, enter: Enter, duty: str, addressee: str = "data_subjects") -> str:
    """The heading and the reasons on the page of one duty."""
    mine = (col(Obligation.incident_id) == stage.incident_id, col(Obligation.duty) == duty)
    with stage.installation.store.read() as session:
        found = session.exec(select(Obligation).where(*mine)).all()
    row = next(one for one in found if one.addressee == addressee or one.addressee_kind == addressee)
    html = unescape(enter("mara").get(f"{stage.path}/duties/{row.id}").text)
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition('class="kv"')[2].partition("</dd>")[0]).split())


def test_a_withdrawn_duty_says_why_it_does_not_apply_or_else_why_it_did(played: Stage, enter: Enter) -> None:
    organisation, document = organisation_of(played.installation.settings), facts()
    document["datasets"][1]["reach"] = {"US-CA": 600, "DE": 12}
    played.act("mara", save_facts, played.incident_id, organisation, document)
    assert "Applies because We hold" not in reasons(played, enter, "us-ca-residents")
    document["datasets"] = document["datasets"][1:]  # of the customers' data nothing is stated any more
    document["datasets"][0]["reach"] = {"DE": 12}
    played.act("mara", save_facts, played.incident_id, organisation, document)
    said = reasons(played, enter, "us-ca-residents")
    assert "Does not apply any more because People who live in" in said
    assert ": 0; the rule asks for at least 1" in said
    said = reasons(played, enter, "eu-gdpr-33-2-processor", "customer-001")
    assert "Applied because Our role: Processor" in said
    assert "Does not apply any more because" not in said


def test_a_met_duty_whose_facts_speak_against_it_by_now_says_that_it_does_not_apply(
    played: Stage, enter: Enter
) -> None:
    organisation, document = organisation_of(played.installation.settings), facts()
    document["datasets"][1]["reach"] = {"US-CA": 600, "DE": 12}
    played.act("mara", save_facts, played.incident_id, organisation, document)
    change = update(Obligation).where(col(Obligation.duty) == "us-ca-residents")
    met = change.values(met_at=played.installation.clock.now(), met_by="letter")
    played.installation.store.write(lambda session: session.connection().execute(met))
    document["datasets"][1]["reach"] = {"DE": 12}
    played.act("mara", save_facts, played.incident_id, organisation, document)
    assert "Does not apply any more because" in reasons(played, enter, "us-ca-residents")


def test_who_was_left_out_is_said_where_the_duty_and_its_notice_are_done(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    release = sent_release(played)
    mine = (col(Obligation.incident_id) == played.incident_id, col(Obligation.addressee_kind) == "data_subjects")
    met = update(Obligation).where(*mine)
    met = met.values(met_at=played.installation.clock.now(), met_by=f"release:{release}", applies="yes")
    played.installation.store.write(lambda session: session.connection().execute(met))
    left_out = "met with somebody left out"
    assert "Somebody was left out" not in mara.get(played.path).text
    assert left_out not in mara.get(f"{played.path}/duties").text
    document = facts()
    document["datasets"][1]["people"]["count"] = USERS + 5
    organisation = organisation_of(played.installation.settings)
    played.act("mara", save_facts, played.incident_id, organisation, document)
    overview = mara.get(played.path).text
    notices = overview.partition('id="notices-head"')[2].partition("</section>")[0]
    assert notices.count("Somebody was left out") == 1
    duties = unescape(mara.get(f"{played.path}/duties").text)
    (head,) = re.findall(r'id="met"[^>]*><summary.*?</summary>', duties, re.DOTALL)
    assert re.search(rf"\d of \d+ {left_out}", head)
