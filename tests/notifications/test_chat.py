"""What an attacker writes into an alert calls nobody, links nowhere and formats nothing in any chat."""

import json
import re

import pytest

from notifications.chat import JOINER, OPEN, SHAPES, Said

LINK = "https://incident.example.org/incidents/amber-heron"
HOSTILE = (
    "@channel @here @all <!channel> <!everyone> <@U024BE7LH> <!subteam^S1|x> ~town-square #general "
    "[click](https://evil.example) <https://evil.example|click> https://evil.example www.evil.example "
    "![x](https://evil.example/x.png) *b* _i_ ~s~ `c` > q | a | b | {{DATE(2026-01-01,SHORT)}} mailto:a@b.example "
    "javascript:alert(1) \u202egnp.exe \u200b line\nbreak\r\n# head &lt; &amp; $x^2$ :tada: <at>all</at>"
)
CALLS = re.compile(r"@\w|<[!@#]|~\w|(?<!&)#\w|://|(?i:www\.\w|mailto:|javascript:)|\{\{|\n|\r|\u202e|\u200b")


def texts(shape: object) -> list[str]:
    """Every text of a message that a product reads, without the addresses of its link."""
    if isinstance(shape, dict):
        named = [(name, value) for name, value in shape.items() if name not in ("url", "$schema")]
        return [text for _, value in named for text in texts(value)]
    if isinstance(shape, list):
        return [text for value in shape for text in texts(value)]
    return [shape] if isinstance(shape, str) else []


@pytest.mark.parametrize("kind", SHAPES)
def test_nothing_of_a_hostile_text_is_markup(kind: str) -> None:
    shape = SHAPES[kind](Said(HOSTILE, {"title": HOSTILE, HOSTILE[:40]: "x"}, LINK))
    for text in texts(shape):
        for line in text.split("\n"):
            said = line.replace(f"[{OPEN}](<{LINK}>)", "")
            assert not CALLS.search(said), (kind, CALLS.search(said))


def test_every_sign_of_markdown_is_escaped_for_mattermost() -> None:
    (line,) = [
        one for one in str(SHAPES["mattermost"](Said("x", {"title": HOSTILE}))["text"]).split("\n") if "title" in one
    ]
    said = line.removeprefix("- title: ")
    assert not re.search(r"(?<!\\)[*_`\[\]()<>|!#]", said)


def test_slack_gets_entities_in_fields_that_know_no_markup() -> None:
    shape = SHAPES["slack"](Said("A & B <c>", {"incident": "amber-heron", "severity": "high"}, LINK))
    assert shape == {
        "text": "A &amp; B &lt;c&gt;",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "A &amp; B &lt;c&gt;", "emoji": False}},
            {
                "type": "section",
                "text": {"type": "plain_text", "text": "incident: amber-heron\nseverity: high", "emoji": False},
            },
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "text": {"type": "plain_text", "text": OPEN, "emoji": False}, "url": LINK}
                ],
            },
        ],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_teams_gets_a_card_without_a_field_that_reads_markdown() -> None:
    shape = SHAPES["teams"](Said("Released", {"incident": "amber-heron"}, LINK))
    (attachment,) = json.loads(json.dumps(shape))["attachments"]
    assert shape["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": OPEN, "url": LINK}]
    assert card["body"][1]["inlines"][1]["text"] == "amber-heron"


def test_mattermost_gets_one_link_and_text() -> None:
    shape = SHAPES["mattermost"](Said("Released", {"severity": "high"}, LINK))
    assert shape == {"text": f"**Released**\n\n- severity: high\n\n[{OPEN}](<{LINK}>)"}


@pytest.mark.parametrize("kind", SHAPES)
def test_an_endless_text_is_cut_and_one_without_a_link_has_none(kind: str) -> None:
    shape = SHAPES[kind](Said("h" * 5000, {"title": "&" * 50_000}))
    assert len(json.dumps(shape)) < 6000
    assert OPEN not in json.dumps(shape)
    assert JOINER not in json.dumps(shape)
