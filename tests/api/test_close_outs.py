"""Close-out reports and retention over the API: asked for, read in counts; holds set and lifted by programs too."""

from uuid import uuid4

import pytest

from incident.roles import Role
from tests.api.conftest import Front
from tests.web.sending import looked, sent_release

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_report_is_asked_for_and_read_in_counts(played: Front) -> None:
    release = sent_release(played.stage)
    officer, where = played.program(Role.PRIVACY_OFFICER), f"/api/releases/{release}/close-outs"
    assert officer.get(where).json() == {"reports": []}
    asked = officer.post(where)
    assert asked.status_code == 201, asked.text
    (running,) = asked.json()["reports"]
    assert (running["expected"], running["finished_at"], running["counts"]) == (40, None, None)
    looked(played.stage)
    (report,) = played.program(Role.AUDITOR).get(where).json()["reports"]
    assert (report["number"], report["rows"], report["entry"]) == (1, 40, 1)
    assert len(report["digest"]) == 64
    counts = report["counts"]
    assert (counts["rows"], counts["told"]) == (40, 37)
    assert counts["answers"] == {"250 2.0.0": 37, "550 5.1.1": 3}
    assert counts["channels"] == {"email": {"accepted": 37, "rejected": 3}}
    assert played.program(Role.AUDITOR).post(where).status_code == 403
    assert officer.get(f"/api/releases/{uuid4()}/close-outs").status_code == 404


def test_what_goes_when_and_a_hold_that_keeps_it(played: Front) -> None:
    sent_release(played.stage)
    looked(played.stage)
    assert played.stage.incident is not None
    where = f"/api/incidents/{played.stage.incident.codename}"
    found = played.program(Role.AUDITOR).get(f"{where}/retention").json()
    sent = [one for one in found["planned"] if one["what"] == "audience" and one["people"] == 40]
    assert sent
    assert "the incident is open" in sent[0]["kept_by"]
    legal = played.program(Role.LEGAL)
    assert legal.post(f"{where}/legal-hold", json={"reason": ""}).status_code == 422
    held = legal.post(f"{where}/legal-hold", json={"reason": "Proceedings"})
    assert held.status_code == 201, held.text
    assert [one["reason"] for one in held.json()["holds"]] == ["Proceedings"]
    assert all("a legal hold since 2026-11-24" in one["kept_by"] for one in held.json()["planned"])
    lifted = legal.post(f"{where}/legal-hold/lift", json={"reason": "over"}).json()
    assert lifted["holds"][0]["lift_reason"] == "over"
    assert lifted["holds"][0]["lifted_by"] == f"program {Role.LEGAL}"
