"""The file of a close-out report: its form is read strictly, and small groups and rare answers are not named."""

import gzip
import io
from collections import Counter
from pathlib import Path

import pytest

from notifications.ledger_file import (
    LONGEST_LINE,
    BadFile,
    Counts,
    Head,
    canonical_line,
    compressed,
    examine,
    head_line,
    lines_in,
)

HEAD = Head("01a214a3-a741-7000-aca2-b1a859368e47", 1, "e" * 64, "a" * 64, "2026-11-24T09:00:00.000000+00:00")


def row(**said: object) -> dict[str, object]:
    return {
        "state": "accepted",
        "first_at": "",
        "settled_at": "",
        "possible_duplicate": False,
        "channel": "email",
        "locale": "en",
        "region": "",
        "domain": "mail.example",
        "reply_code": 250,
        "reply_enhanced": "2.0.0",
        **said,
    }


def test_a_line_is_the_same_however_its_values_come() -> None:
    assert (
        canonical_line({"b": 1, "a": "Zoë"}) == canonical_line({"a": "Zoë", "b": 1}) == '{"a":"Zoë","b":1}\n'.encode()
    )


def test_members_one_after_the_other_are_one_file_packed_or_not(tmp_path: Path) -> None:
    lines = [head_line(HEAD), *(canonical_line(row(region=region)) for region in ("DE", "AT", "FR"))]
    file = tmp_path / "proof"
    seen = set()
    for content in (compressed(lines[:2]) + compressed(lines[2:]), b"".join(lines), gzip.compress(b"".join(lines))):
        file.write_bytes(content)
        with file.open("rb") as stream:
            seen.add(examine(lines_in(stream)).digest)
    assert len(seen) == 1
    assert compressed(lines) == compressed(lines)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty"),
        (b"{}\n", "no head"),
        (b"[]\n", "no head"),
        (b"not json\n", "no head"),
        (head_line(HEAD).replace(b"close-out 1", b"close-out 2"), "its form is not"),
        (head_line(HEAD)[:-1], "no end"),
        (head_line(HEAD) + b'{"state":"accepted"}\n', "line 2 is no row"),
        (head_line(HEAD) + b"7\n", "line 2 is no row"),
        (head_line(HEAD) + b"x" * (LONGEST_LINE + 1) + b"\n", "no end"),
        (compressed([head_line(HEAD)])[:-4], "cannot be unpacked"),
        (b"\x1f\x8b nonsense", "cannot be unpacked"),
    ],
)
def test_what_is_no_such_file_is_refused_without_repeating_it(content: bytes, fault: str) -> None:
    with pytest.raises(BadFile, match=fault):
        examine(lines_in(io.BufferedReader(io.BytesIO(content))))


def test_domains_of_few_people_and_rare_answers_are_counted_together() -> None:
    counts = Counts()
    for number in range(70):
        for _ in range(5 if number < 60 else 4):
            counts.take(row(domain=f"d{number:02}.example", reply_code=500 + number, reply_enhanced=""))
    said = counts.document()
    domains, answers = said["domains"], said["answers"]
    assert isinstance(domains, dict)
    assert isinstance(answers, dict)
    assert len(domains) == len(answers) == 51
    assert domains["others"] == Counter({"accepted": 10 * 5 + 10 * 4})
    assert answers["others"] == 10 * 5 + 10 * 4
    assert "d65.example" not in domains
