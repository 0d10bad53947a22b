"""Which alerts read alike: the same words once names of assets and numbers are left out; pure."""

import re

from incident.adapters.signals import Signal

ALERT_NAME = "alertname"
"""Where a monitor names its rule so, alerts of one rule are alike whatever their summaries say."""
_EDGES = ".,:;!?()[]{}<>\"'`“”"
_SERIAL = re.compile(r"[0-9a-f][0-9a-f_-]{7,}")
_DIGIT = re.compile(r"\d")


def reads_as(signal: Signal) -> str:
    """What alerts of one sort have in common: "Host web-0001 is down" and "Host web-0002 is down" are alike."""
    asset = signal.asset.name.lower() if signal.asset else ""
    text = (signal.labels.get(ALERT_NAME) or signal.title).lower()
    if " " in asset:  # one that is several words
        text = text.replace(asset, "@")
    return " ".join(_plain(word.strip(_EDGES), asset) for word in text.split())


def _plain(word: str, asset: str) -> str:
    if word and word == asset:
        return "@"
    digit = _DIGIT.search(word)
    if digit is None:
        return word
    return "#" if _SERIAL.fullmatch(word) else f"{word[: digit.start()]}#"
