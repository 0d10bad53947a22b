"""Where a page waits for a decision it says who may take it."""

from sqlmodel import Session, select

from incident.models.people import UserAccount
from incident.organisation import organisation_of
from incident.verbs.decisions import Ruling, decide
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage


def test_who_may_not_decide_is_told_who_may_and_where_nobody_may_who_gives_the_role(
    played: Stage, enter: Enter
) -> None:
    ines, mara, where = played.people["ines"], enter("mara"), f"{played.path}/assessment"
    assert f"May decide: {ines.name}" in mara.get(where).text
    assert "May decide" not in enter("ines").get(where).text
    with played.installation.store.read() as session:
        deciders = [one.id for one in session.exec(select(UserAccount)).all() if "decider" in one.roles]

    def take(session: Session) -> None:
        for one in deciders:
            session.get_one(UserAccount, one).disabled_at = played.installation.clock.now()

    played.installation.store.write(take)
    html = mara.get(where).text
    assert "Nobody who may read this incident has the role decider." in html
    assert '<a href="/admin/people">Give it to somebody</a>' in html  # she administers as well
    assert mara.get("/admin/people").status_code == 200


def test_who_saves_facts_that_a_decision_rested_on_is_told_that_it_is_open_again(played: Stage, enter: Enter) -> None:
    mara, organisation = enter("mara"), organisation_of(played.installation.settings)
    ruling = Ruling("risk:accounts", "high", "As assessed.")
    played.act("ines", decide, played.incident_id, played.version(), organisation, ruling)
    where = f"{played.path}/facts"
    other = {"breach.kinds": "confidentiality", "datasets.0.id": "accounts", "datasets.0.people.count": "41"}
    saved = send(mara, where, act="save", **other)
    assert saved.status_code == 303, saved.text[:2000]
    assert "A decision rested on what changed: it is open again." in mara.get(where).text
