"""In-app notices read at an edge: receipts it brings back, kept once each."""

from collections.abc import Sequence

from incident.roles import Action
from incident.verbs.act import Act
from notifications.in_app_feed import Mark, keep_marks


def keep_receipts(act: Act, marks: Sequence[Mark]) -> int:
    """Keep what was read; returns how many receipts were new. Told again, nothing changes."""
    act.require(Action.SHOW_IN_APP, None)
    return keep_marks(act.session, marks, act.now)
