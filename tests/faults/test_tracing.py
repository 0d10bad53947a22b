"""What the reader of a trace takes for a commit that was not synchronised, and what for a transaction under way."""

from tests.faults.tracing import unsynchronised

WRITES = '{} pwrite64(20</var/seventytwo.db-wal>, "\\0\\0\\1A", 24, 1178352) = 24'
SYNCS = "{} fsync(20</var/seventytwo.db-wal>) = 0"
WAKES = '{} write(14<anon_inode:[eventfd]>, "\\1", 8) = 8'
SAYS = '1 write(22<TCP:[127.0.0.1:1->127.0.0.1:2]>, "From: Example", 13) = 13'


def said_after(*lines: str) -> list[str] | None:
    return unsynchronised([*lines, SAYS], "From: Example")


def test_a_commit_on_disk_leaves_nothing_behind() -> None:
    assert said_after(WRITES.format(7), SYNCS.format(7), WAKES.format(7)) == []


def test_a_commit_that_was_told_before_it_was_on_disk_is_found() -> None:
    assert said_after(WRITES.format(7), WAKES.format(7), SYNCS.format(7)) == []
    assert said_after(WRITES.format(7), WAKES.format(7)) == [WRITES.format(7)]


def test_a_commit_is_over_when_another_thread_has_the_log() -> None:
    assert said_after(WRITES.format(7), WRITES.format(8), SYNCS.format(8)) == [WRITES.format(7)]


def test_a_transaction_under_way_in_another_thread_is_nothing_that_words_rest_on() -> None:
    assert said_after(WRITES.format(7)) == []
    assert said_after(WRITES.format(7), SYNCS.format(7).replace(") = 0", " <unfinished ...>")) == []


def test_what_the_speaking_thread_wrote_itself_must_be_on_disk() -> None:
    assert said_after(WRITES.format(1)) == [WRITES.format(1)]


def test_words_that_never_went_out_are_not_proven() -> None:
    assert unsynchronised([WRITES.format(7), SYNCS.format(7)], "From: Example") is None
