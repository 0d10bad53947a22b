"""Closed out by its page: counts, the file for those who may, a hold set and lifted, and what stays after a purge."""

import gzip
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session

from incident.models.incidents import Incident
from incident.phases import Phase
from incident.queries.timeline import read_timeline
from notifications.clock import MovableClock
from notifications.models import Release
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.sending import looked, sent_release
from tests.web.stage import Stage, session_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def page_of(release: UUID) -> str:
    return f"/releases/{release}/close-out"


def test_a_release_is_closed_out_by_its_page_and_the_file_is_taken_by_those_who_may(
    played: Stage, enter: Enter
) -> None:
    release = sent_release(played)
    mara, ines, lea = enter("mara"), enter("ines"), enter("lea")
    assert page_of(release) in links(mara.get(f"/releases/{release}").text, "/releases/")
    html = mara.get(page_of(release)).text
    assert "Not closed out yet" in html
    assert "Close out as of now" in html
    assert "Close out as of now" not in ines.get(page_of(release)).text
    assert send(mara, page_of(release)).status_code == 303
    assert "0 of 40 rows" in mara.get(page_of(release)).text
    assert looked(played).closed_out == 1
    html = ines.get(page_of(release)).text
    for said in ("37", "of 40 rows", "550 5.1.1", "3 rejected", "Accepted by the relay", "Entry 1"):
        assert said in html
    assert ".jsonl.gz" not in html
    assert ines.get(f"{page_of(release)}/1.jsonl.gz").status_code == 403
    (file,) = links(lea.get(page_of(release)).text, f"{page_of(release)}/")
    answer = lea.get(file)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith('-1.jsonl.gz"')
    assert len(gzip.decompress(answer.content).splitlines()) == 41
    with session_of(played) as session:
        lines = read_timeline(session, played.installation.keys, played.people["mara"], played.incident_id, limit=1)
    assert lines[0].text == "The file of close-out report 1 was downloaded: 40 rows, each with its person."
    assert lea.get(f"{page_of(release)}/2.jsonl.gz").status_code == 404


def test_a_hold_is_set_and_lifted_with_a_reason_and_keeps_what_would_go(
    played: Stage, enter: Enter, clock: MovableClock
) -> None:
    sent_release(played)
    looked(played)
    ines, lea = enter("ines"), enter("lea")
    here = f"{played.path}/retention"
    html = ines.get(here).text
    assert "the incident is open" in html
    assert "Set a hold" not in html
    assert send(ines, f"{played.path}/legal-hold", reason="x").status_code == 403
    assert send(lea, f"{played.path}/legal-hold", reason=" ").status_code == 422
    assert send(lea, f"{played.path}/legal-hold", reason="Proceedings <b>72</b>").status_code == 303
    html = lea.get(here).text
    assert "Proceedings &lt;b&gt;72&lt;/b&gt;" in html
    assert "Legal hold since" in html
    assert "a legal hold since" in html
    assert send(lea, f"{played.path}/legal-hold", reason="again").status_code == 409
    assert send(lea, f"{played.path}/legal-hold/lift", reason="over").status_code == 303
    html = lea.get(here).text
    assert "by Lea Brandt: over" in html
    assert "Set a hold" in html


def test_after_the_purge_pages_say_so_and_show_what_stays(played: Stage, enter: Enter, clock: MovableClock) -> None:
    release = sent_release(played)
    parts = played.installation

    def close(session: Session) -> None:
        row = session.get_one(Incident, played.incident_id)
        row.phase, row.closed_at = Phase.CLOSED, clock.now()

    parts.store.write(close)
    clock.move(timedelta(days=6))
    assert looked(played).closed_out == 1
    clock.move(timedelta(days=91))
    assert looked(played).audiences == 1
    mara = enter("mara")
    html = mara.get(page_of(release)).text
    assert "was purged" in html
    assert "of 40 rows" in html
    assert "Close out as of now" not in html
    with session_of(played) as session:
        audience = f"/audiences/{session.get_one(Release, release).audience_id}"
    html = mara.get(audience).text
    assert "Nobody of this audience is kept any more" in html
    assert "Import" not in html
    assert send(mara, f"{audience}/sample").status_code == 409
    assert mara.get(f"/releases/{release}").status_code == 200
    clock.move(timedelta(days=1100))
    assert looked(played).files == 1
    mara = enter("mara")
    html = mara.get(page_of(release)).text
    assert "Its file was purged" in html
    assert mara.get(f"{page_of(release)}/1.jsonl.gz").status_code == 409
