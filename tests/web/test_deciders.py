"""Where a page waits for a decision it says who may take it."""

from sqlmodel import Session, select

from incident.models.people import UserAccount
from tests.web.conftest import Enter
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
