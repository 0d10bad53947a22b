"""What nobody knows yet in the assessment: passed, listed, not asked again; what is said too loosely is asked last."""

from incident.queries.facts import PASSED
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage
from tests.web.test_assessment import answer, asked, draft, page


def test_i_do_not_know_moves_on_and_is_listed_and_can_be_answered_later(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    first = asked(page(browser, stage))
    assert answer(browser, stage, first[0], dataset=first[1], act="unknown").status_code == 303
    html = page(browser, stage)
    assert asked(html) != first
    assert "Nobody knows yet" in html
    assert draft(stage)[PASSED] == ["/breach.kinds"]
    assert "Save as version" not in html  # nothing is answered that a version could hold
    again = page(browser, stage, "?ask=breach.kinds")
    assert asked(again) == first
    answer(browser, stage, "breach.kinds", "integrity")
    assert PASSED not in draft(stage)


def test_what_nobody_knew_is_not_asked_again_once_a_version_is_saved(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    answer(browser, stage, "breach.kinds", act="unknown")
    answer(browser, stage, "data.categories", "name", dataset="data")
    assert send(browser, f"{stage.path}/assessment/version", based_on="0").status_code == 303
    html = page(browser, stage)
    assert asked(html) != ("breach.kinds", "")
    assert "Nobody knows yet" in html
    assert "nothing differs from version 1." in html
    fact_sheet = browser.get(f"{stage.path}/facts").text
    assert "A draft is kept" not in fact_sheet
    sent = {"based_on": "1", "act": "draft", "datasets.0.id": "data", "datasets.0.data.categories": "contact"}
    assert send(browser, f"{stage.path}/facts", **sent).status_code == 303
    assert draft(stage)[PASSED] == ["/breach.kinds"]
    sent |= {"act": "save", "breach.kinds": "integrity"}
    assert send(browser, f"{stage.path}/facts", **sent).status_code == 303
    assert draft(stage) == {}


def test_what_is_answered_but_not_closely_enough_is_asked_last(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    first = asked(page(browser, played))
    answer(browser, played, "exposure.recipients", "unknown", dataset="accounts")
    html = page(browser, played)
    assert asked(html)[0] != "exposure.recipients"
    assert asked(html) == first or first[0] == "exposure.recipients"
