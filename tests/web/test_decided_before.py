"""A decision that was reopened: the assessment says what was decided before, and who was told on it."""

import re
from html import unescape

import pytest
from sqlalchemy import update
from sqlmodel import col

from incident.models.law import Obligation
from incident.organisation import organisation_of
from incident.verbs.decisions import Ruling, decide
from incident.verbs.facts import save_facts
from tests.web.conftest import Enter
from tests.web.sending import going_release
from tests.web.stage import USERS, Stage, facts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def told(stage: Stage, kind: str, by: str) -> None:
    mine = (col(Obligation.incident_id) == stage.incident_id, col(Obligation.addressee_kind) == kind)
    change = update(Obligation).where(*mine).values(met_at=stage.installation.clock.now(), met_by=by)
    stage.installation.store.write(lambda session: session.connection().execute(change))


def verdict(stage: Stage, enter: Enter) -> str:
    """What the assessment says of the data set we are the controller of, before the reasons."""
    html = unescape(enter("mara").get(f"{stage.path}/assessment").text)
    part = html.partition('id="dataset-accounts"')[2].partition('<div class="rows">')[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def test_what_was_decided_and_who_was_told_stands_beside_the_new_assessment(played: Stage, enter: Enter) -> None:
    organisation = organisation_of(played.installation.settings)
    before = verdict(played, enter)
    assert "nobody has decided." in before
    assert "Decided before" not in before
    ruling = Ruling("risk:accounts", "high", "Bank data.")
    played.act("ines", decide, played.incident_id, played.version(), organisation, ruling)
    told(played, "data_subjects", f"release:{going_release(played)}")
    told(played, "supervisory_authority", "by hand")
    assert "as assessed now" not in verdict(played, enter)  # the decision stands, and says it
    document = facts()
    document["datasets"][1]["people"]["count"] = USERS + 1
    played.act("mara", save_facts, played.incident_id, organisation, document)
    said = verdict(played, enter)
    assert "nobody has decided again." in said
    assert re.search(r"Decided before: High risk likely, by Ines Moreau, .*? A fact it rests on changed ", said)
    assert re.search(rf"Tell the people\? {USERS} told \d.*? as assessed now: ", said)
    assert re.search(r"Tell the authority\? Told \d.*? as assessed now: ", said)
    played.act("ines", decide, played.incident_id, played.version(), organisation, ruling)
    assert "Decided before" not in verdict(played, enter)
