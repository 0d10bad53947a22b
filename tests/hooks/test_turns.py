"""Deliveries of one source take turns without waiting; those of another source do not stand in their line."""

import threading
from uuid import UUID

import pytest

from incident.hooks.turns import Turns

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_what_comes_meanwhile_is_done_by_who_is_at_it_and_in_order() -> None:
    turns, done = Turns(), []
    here = threading.get_ident()

    def note(name: str) -> None:
        done.append((name, threading.get_ident()))

    def first() -> None:
        for name in ("second", "third"):
            waits = threading.Thread(target=turns.take, args=(ONE, lambda name=name: note(name)))
            waits.start()
            waits.join()  # it returns at once: its work is not done by then
        note("first")

    turns.take(ONE, first)
    assert done == [("first", here), ("second", here), ("third", here)]


def test_another_source_has_a_line_of_its_own() -> None:
    turns, done = Turns(), []
    turns.take(ONE, lambda: turns.take(OTHER, lambda: done.append("other")) or done.append("one"))  # type: ignore[func-returns-value]
    assert done == ["other", "one"]


def test_work_that_breaks_does_not_close_the_line() -> None:
    turns, done = Turns(), []

    def breaks() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        turns.take(ONE, breaks)
    turns.take(ONE, lambda: done.append("next"))
    assert done == ["next"]


def test_whoever_finds_somebody_at_it_leaves_the_work_there_and_a_pause_comes_before_each() -> None:
    done: list[str] = []
    turns = Turns(pause=lambda: done.append("pause"))
    assert not turns.joined(ONE, lambda: done.append("nobody does this"))

    def first() -> None:
        done.append("first")
        assert turns.joined(ONE, lambda: done.append("second"))

    turns.take(ONE, first)
    assert done == ["pause", "first", "pause", "second"]
