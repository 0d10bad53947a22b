"""The page of one monitor: what became of its alerts, and rules that are tried on stored alerts and then saved."""

from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import select

from incident.models.intake import Source
from incident.verbs.sources import set_rules
from notifications.clock import MovableClock
from tests.hooks.gate import ALERTMANAGER, Gate
from tests.incident.monitor import alert, notification
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = f"/sources/{ALERTMANAGER}"
RULES = """
[[matches]]
name = "Mail is looked after elsewhere"
action = "record"
title = "mail*"
"""


@pytest.fixture
def gate(stage: Stage) -> Gate:
    made = Gate(stage)
    made.post(notification(alert("eu-1"), alert("us-1")))
    made.post(notification(alert("mx-1", name="MailStuck"), group="mail"))
    return made


def rules_of(gate: Gate) -> object:
    return gate.look(lambda session: session.exec(select(Source.rules).where(Source.slug == ALERTMANAGER)).one())


def test_what_became_of_alerts_stands_by_the_rule_that_did_it(stage: Stage, enter: Enter, clock: MovableClock) -> None:
    gate = Gate(stage)
    until = (clock.now() + timedelta(hours=1)).isoformat()
    quiet = {"action": "ignore", "title": "mail*", "expires": until, "name": "Quiet <hour>"}
    stage.act("operator", set_rules, ALERTMANAGER, {"matches": [quiet]})
    gate.post(notification(alert("eu-1"), alert("mx-1", name="MailStuck")))
    gate.post(notification(alert("eu-1"), alert("mx-1", name="MailStuck")) + b" ")
    page = enter("mara").get(PAGE).text
    table = page[page.index("What became of its alerts") :]
    assert "In incidents" in table
    assert "Ignored" in table
    assert "Quiet &lt;hour&gt;" in table
    assert table.count("2 times") == 2
    assert f'href="{PAGE}"' in enter("mara").get("/sources").text


def test_rules_are_tried_and_then_saved(gate: Gate, enter: Enter) -> None:
    before, browser = rules_of(gate), enter("mara")
    page = unescape(send(browser, f"{PAGE}/rules/trials", rules=RULES).text)
    assert "3 change" in page
    assert "3 of 3 stored alerts tried" in page
    assert "MailStuck on mx-1" in page
    assert "by “Mail is looked after elsewhere”" in page
    assert rules_of(gate) == before
    assert send(browser, f"{PAGE}/rules", rules=RULES).status_code == 303
    assert rules_of(gate) == {
        "matches": [{"name": "Mail is looked after elsewhere", "action": "record", "title": "mail*"}]
    }
    assert "Mail is looked after elsewhere" in browser.get(PAGE).text


def test_rules_that_change_nothing_say_so(gate: Gate, enter: Enter) -> None:
    browser = enter("mara")
    shown = browser.get(PAGE).text
    text = unescape(shown[shown.index("<textarea") :].partition(">")[2].partition("</textarea>")[0])
    assert "Nothing changes" in send(browser, f"{PAGE}/rules/trials", rules=text).text


@pytest.mark.parametrize("way", ["rules", "rules/trials"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[matches]]\naction = 'ignore'", "rules.matches[0].expires"),
        ("matches = [", "are no TOML"),
        ("[[matches]]\nkind = 'k'\npage = 'x@y.example'", "x@y.example reads no incidents here"),
        ('[[matches]]\nkind = "k"\ntitle = "\\u0000"', "hold a character that is no text"),
    ],
    ids=["no expiry", "no TOML", "nobody", "no text"],
)
def test_rules_that_cannot_be_used_are_shown_again_with_the_fault(
    gate: Gate, enter: Enter, way: str, text: str, said: str
) -> None:
    answer = send(enter("mara"), f"{PAGE}/{way}", rules=text)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert said in page
    assert text in page.replace("\r\n", "\n")


def test_what_is_entered_is_text_and_an_unknown_monitor_is_not_found(gate: Gate, enter: Enter) -> None:
    browser = enter("mara")
    text = "# </textarea><script>alert(1)</script>\ndefault_kind = 'x'"
    assert "<script>alert(1)" not in send(browser, f"{PAGE}/rules/trials", rules=text).text
    assert browser.get("/sources/nobody").status_code == 404
    assert send(browser, "/sources/nobody/rules/trials", rules="").status_code == 404
    assert enter("lea").get(PAGE).status_code == 403
