"""What is grave is confirmed by a name or number typed, checked where no script runs, and said beside the field."""

import pytest

from incident.errors import Invalid
from incident.web.typed import NOT_A_MONITOR, require_name, require_number
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage
from tests.web.test_second_person import asked_to_publish, published

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ONE
def test_a_public_page_is_withdrawn_by_who_types_the_name_of_its_incident(played: Stage, enter: Enter) -> None:
    asked_to_publish(played, enter)
    edition, ines = published(played, enter), enter("ines")
    name, why = played.path.rpartition("/")[2], "It concerned another system."
    html = ines.get(edition).text
    assert f'data-must-equal="{name}" data-opens="withdraw"' in html
    assert 'id="withdraw-confirmation-wrong" role="alert" hidden' in html
    for typed in ("", "amber", name[:-1]):
        refused = send(ines, f"{edition}/withdrawal", reason=why, confirmation=typed)
        assert (refused.status_code, f"type {name}" in refused.text, why in refused.text) == (422, True, True)
    assert send(ines, f"{edition}/withdrawal", reason=why).status_code == 422
    assert why not in ines.get("/announcements?lang=en").text
    done = send(ines, f"{edition}/withdrawal", reason=why, confirmation=f" {name.upper()} ")
    assert why in ines.get(done.headers["location"]).text


@pytest.mark.parametrize("typed", ["prod-alerts", " PROD-ALERTS "])
def test_a_name_may_be_typed_in_letters_of_any_size(typed: str) -> None:
    require_name(typed, "prod-alerts", NOT_A_MONITOR)


@pytest.mark.parametrize("typed", ["", "prod", "prod-alerts-2", "prod alerts"])
def test_another_name_is_refused_with_the_one_to_type(typed: str) -> None:
    with pytest.raises(Invalid, match=r"is not the address of this monitor \(type prod-alerts\)"):
        require_name(typed, "prod-alerts", NOT_A_MONITOR)


@pytest.mark.parametrize("typed", ["1204", "1,204", "1.204", "1 204", "1\u202f204"])
def test_a_number_may_be_typed_with_its_thousands_parted(typed: str) -> None:
    require_number(typed, 1204)


@pytest.mark.parametrize("typed", ["", "1203", "-1204", "12O4", "all"])
def test_another_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match=r"type 1,204 to confirm"):
        require_number(typed, 1204)
