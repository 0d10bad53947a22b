"""When a mail first reached a server of ours: the line that server wrote, never one that came with the mail."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.received_chain import first_receipt

KEPT = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)
OURS = (
    b"Received: from mx.nimbus.example by store.nimbus.example with LMTP id 3;\r\n\tTue, 24 Nov 2026 10:00:20 +0100\r\n"
)
FIRST = b"Received: from mail.example ([192.0.2.1])\r\n by mx.nimbus.example; Tue, 24 Nov 2026 08:59:58 +0000\r\n"
FORGED = b"Received: from x by mx.nimbus.example; Mon, 23 Nov 2026 01:00:00 +0000\r\n"
REST = b"From: a@b.example\r\n\r\nReceived: by body; Sun, 22 Nov 2026 01:00:00 +0000\r\n"


@pytest.mark.parametrize(("hops", "at"), [(1, (9, 0, 20)), (2, (8, 59, 58))])
def test_the_line_at_the_place_the_settings_name_counts(hops: int, at: tuple[int, int, int]) -> None:
    found = first_receipt(OURS + FIRST + FORGED + REST, hops, KEPT)
    assert (found.at, found.by_header) == (datetime(2026, 11, 24, *at, tzinfo=UTC), True)
    assert f"line {hops} from the top" in found.how


def test_without_a_trusted_line_our_own_receipt_counts_and_says_so() -> None:
    for hops, raw in ((0, OURS + FIRST + REST), (1, REST), (3, OURS + FIRST + REST), (1, b"")):
        found = first_receipt(raw, hops, KEPT)
        assert (found.at, found.by_header) == (KEPT, False)
        assert found.how.startswith("our own receipt")


@pytest.mark.parametrize(
    "said",
    [
        b"never",
        b"Tue, 24 Nov 2026 10:00:00 +0000",  # to come
        b"Tue, 24 Nov 99999 08:00:00 +0000",
        b"Tue, 24 Nov 2026 08:00:00 +999999999999",
        b"\xff\xfe",
        b"",
        b"0" * 5000,
    ],
)
def test_a_line_that_names_no_usable_moment_falls_back(said: bytes) -> None:
    assert first_receipt(b"Received: by mx.nimbus.example; " + said + b"\r\n" + REST, 1, KEPT).at == KEPT


def test_clocks_may_differ_a_little_and_nothing_is_received_after_it_was_kept() -> None:
    ahead = (KEPT + timedelta(minutes=2)).strftime("%a, %d %b %Y %H:%M:%S +0000").encode()
    found = first_receipt(b"Received: by mx; " + ahead + b"\r\n" + REST, 1, KEPT)
    assert (found.at, found.by_header) == (KEPT, True)


def test_a_time_without_a_zone_is_utc() -> None:
    found = first_receipt(b"Received: by mx; 24 Nov 2026 08:00:00 -0000\n" + REST, 1, KEPT)
    assert found.at == datetime(2026, 11, 24, 8, tzinfo=UTC)
