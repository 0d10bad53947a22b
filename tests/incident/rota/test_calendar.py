"""The calendar of a team: read back as other programs read it."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from incident.rota import Layer, Override, calendar, turns

ADA, BEA = uuid4(), uuid4()
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LAYER = Layer("first", (ADA, BEA), date(2026, 3, 2), time(9), "Europe/Berlin")
NAMES = {ADA: "Ada; Countess, of\\Lovelace", BEA: "Béa"}


def lines_of(text: str) -> list[str]:
    """Unfolded, as RFC 5545 3.1 says."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def events(text: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in lines_of(text):
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and ":" in line:
            name, _, value = line.partition(":")
            found[-1].setdefault(name, value)
    return found


def test_turns_stand_in_it_in_utc_with_their_names() -> None:
    over = Override("first", ADA, NOW, NOW + timedelta(days=1))
    text = calendar(
        "platform", turns([LAYER], [over], NOW - timedelta(1), NOW + timedelta(weeks=1)), NAMES, NOW, "x.example"
    )
    assert lines_of(text)[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines_of(text)[-1] == "END:VCALENDAR"
    seen = [(one["DTSTART"], one["DTEND"], one["SUMMARY"]) for one in events(text)]
    ada = "Ada\\; Countess\\, of\\\\Lovelace on call: platform\\, first"
    bea = "Béa on call: platform\\, first"
    assert seen == [
        ("20260309T080000Z", "20260310T120000Z", bea),
        ("20260310T120000Z", "20260311T120000Z", f"{ada} (stands in)"),
        ("20260311T120000Z", "20260316T080000Z", bea),
        ("20260316T080000Z", "20260323T080000Z", ada),
    ]


def test_an_event_keeps_its_uid_from_one_reading_to_the_next() -> None:
    def uids(now: datetime) -> set[str]:
        found = turns([LAYER], [], now, now + timedelta(weeks=3))
        return {one["UID"] for one in events(calendar("platform", found, NAMES, now, "x.example"))}

    first, later = uids(NOW), uids(NOW + timedelta(days=1, hours=3))
    assert first == later
    assert len(first) == 4


def test_who_is_not_known_any_more_is_left_out() -> None:
    text = calendar("platform", turns([LAYER], [], NOW, NOW + timedelta(weeks=3)), {ADA: "Ada"}, NOW, "x.example")
    assert len(events(text)) == 2


@given(st.text(max_size=200))
def test_no_name_breaks_a_line_or_makes_one_too_long(name: str) -> None:
    name = name.encode("utf-8", "replace").decode()
    text = calendar("platform", turns([LAYER], [], NOW, NOW + timedelta(days=1)), {BEA: name}, NOW, "x.example")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert len([line for line in lines_of(text) if line.startswith("SUMMARY:")]) == 1
    assert len(events(text)) == 1
