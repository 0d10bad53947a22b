"""A hand-over note begins with what is open and is never empty."""

from datetime import UTC, datetime, timedelta

import pytest

from incident.errors import Invalid
from incident.shift_notes import LONGEST, Coming, OpenStep, ShiftNote, Unfinished, begun

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def said(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def test_with_nothing_open_the_note_begins_empty() -> None:
    assert begun(Unfinished(NOW), said) == ShiftNote()


def test_what_is_open_stands_under_what_it_means() -> None:
    found = Unfinished(
        NOW,
        steps=[OpenStep("Close the bucket", "responder", NOW - HOUR), OpenStep("Search copies", "", None)],
        coming=[
            Coming("Notify the authority", NOW - HOUR),
            Coming("Tell customers", NOW + 2 * HOUR, 14),
            Coming("Due at the end of the shift", NOW + 12 * HOUR, provisional=True),
            Coming("Far away", NOW + 12 * HOUR + timedelta(seconds=1)),
        ],
        paged_at=NOW - HOUR,
        notices=["Waits for approval: E-mail to the people"],
        decisions=["High risk (Ines, 08:00)"],
        worries=["Nobody commands this incident."],
    )
    assert begun(found, said) == ShiftNote(
        runs="- Close the bucket (responder, by 08:00)\n- Search copies\n- High risk (Ines, 08:00)",
        awaited="- Due 11:00: Tell customers (14 of them)\n- Due 21:00: Due at the end of the shift, provisional\n"
        "- Waits for approval: E-mail to the people\n- A page waits for an answer since 08:00.",
        worries="- Late since 08:00: Notify the authority\n- Late task: Close the bucket, due 08:00\n"
        "- Nobody commands this incident.",
    )


def test_a_deadline_at_this_moment_is_late() -> None:
    assert begun(Unfinished(NOW, coming=[Coming("x", NOW)]), said).awaited == ""


def test_the_timeline_says_of_an_empty_part_that_it_is() -> None:
    note = ShiftNote("  The logs are copied.\n", " ", "").checked()
    assert note == ShiftNote("The logs are copied.")
    assert note.text == (
        "Handed over.\nWhat runs: The logs are copied.\nWhat is awaited: nothing was written.\n"
        "What worries: nothing was written."
    )


@pytest.mark.parametrize(
    ("note", "fields"),
    [
        (ShiftNote(" ", "\n", ""), ["runs"]),
        (ShiftNote("x", "y" * (LONGEST + 1)), ["awaited"]),
    ],
)
def test_a_note_that_says_nothing_or_too_much_is_refused(note: ShiftNote, fields: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        note.checked()
    assert [fault.field for fault in refused.value.faults] == fields
