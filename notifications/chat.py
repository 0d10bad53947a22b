"""Messages to chat rooms: what Slack, Microsoft Teams and Mattermost take at an incoming webhook.

What stands in them may come from an alert, and thus from an attacker. Each shape uses the fields in which its product
reads no markup where it has any; else every sign of its markup is made harmless. Nothing in a text calls people
(`@channel`), is a link, or looks like one; the one link is the console's, under a button or a fixed word.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

JOINER = "\u2060"  # shows nothing, and ends what would be a mention or a link
LONGEST_TEXT = 300  # characters of one value: all of them have room in a section of Slack, which takes 3,000
LONGEST_HEADLINE = 140  # of a header it takes 150
OPEN = "Open in the console"
MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>&<^$:])")
# Begins of what a product calls, links or computes: @name, ~channel, #tag, scheme://, www., {{DATE(…)}}, mailto:
BEGINS = re.compile(
    r"@|:(?=//)|~(?=\w)|#(?=\w)|(?i:www)(?=\.)|\{(?=\{)|(?i:mailto|tel|javascript|data)(?=:)|<(?=[!@#])"
)
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
Shape = dict[str, object]


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says: a headline, facts by label, and the address of the page about it ("" for none)."""

    headline: str
    facts: Mapping[str, str] = field(default_factory=dict)
    link: str = ""


def slack(said: Said) -> Shape:
    """Blocks of `plain_text`, in which nothing is markup; `text` is what a notification shows."""
    headline = _slack(said.headline, LONGEST_HEADLINE)
    blocks: list[Shape] = [{"type": "header", "text": _plain(headline)}]
    if said.facts:
        lines = "\n".join(f"{label}: {value}" for label, value in _facts(said, _slack))
        blocks.append({"type": "section", "text": _plain(lines)})
    if said.link:
        button = {"type": "button", "text": _plain(OPEN), "url": said.link}
        blocks.append({"type": "actions", "elements": [button]})
    return {"text": headline, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def teams(said: Said) -> Shape:
    """An Adaptive Card 1.4 for a Workflows webhook; a `TextRun` knows no Markdown, unlike `TextBlock` and `FactSet`."""
    body = [_runs((_quiet(said.headline, LONGEST_HEADLINE), True))]
    body += [_runs((f"{label}: ", True), (value, False)) for label, value in _facts(said, _quiet)]
    card: Shape = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if said.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": OPEN, "url": said.link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def mattermost(said: Said) -> Shape:
    """Markdown, the only thing it takes, with every sign of it escaped."""
    lines = [f"**{_marked(said.headline, LONGEST_HEADLINE)}**", ""]
    lines += [f"- {label}: {value}" for label, value in _facts(said, _marked)]
    if said.link:
        lines += ["", f"[{OPEN}](<{said.link}>)"]
    return {"text": "\n".join(lines)}


SHAPES: Mapping[str, Callable[[Said], Shape]] = {"slack": slack, "teams": teams, "mattermost": mattermost}


def _facts(said: Said, escape: Callable[[str, int], str]) -> list[tuple[str, str]]:
    return [(escape(label, LONGEST_HEADLINE), escape(value, LONGEST_TEXT)) for label, value in said.facts.items()]


def _quiet(text: str, longest: int) -> str:
    """One line that calls nobody and leads nowhere; hidden characters are gone."""
    line = HIDDEN.sub(" ", text).strip()
    return BEGINS.sub(lambda match: match[0] + JOINER, line if len(line) <= longest else line[: longest - 1] + "…")


def _slack(text: str, longest: int) -> str:
    """Slack reads three signs in every text, and wants them as entities."""
    return _quiet(text, longest).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _marked(text: str, longest: int) -> str:
    return MARKS.sub(r"\\\1", _quiet(text, longest))


def _plain(text: str) -> Shape:
    return {"type": "plain_text", "text": text, "emoji": False}


def _runs(*runs: tuple[str, bool]) -> Shape:
    inlines = [{"type": "TextRun", "text": text, **({"weight": "Bolder"} if strong else {})} for text, strong in runs]
    return {"type": "RichTextBlock", "inlines": inlines}
