"""The situation report says what is recorded, and of the rest that it is not known."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incident.errors import Invalid
from incident.situation import (
    DataLine,
    DueLine,
    Rhythm,
    Situation,
    ToldLine,
    as_text,
    data_words,
    due_words,
    sentences,
    told_words,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def said(moment: datetime) -> str:
    return f"{moment:%d %b %H:%M}"


def situation(**changes: Any) -> Situation:
    usual: dict[str, Any] = {
        **{"codename": "amber-heron", "title": "Export bucket is readable", "kind": "Public bucket"},
        **{"severity": "critical", "phase": "Detection", "since": NOW, "opened_at": NOW, "opened_by": "Mara"},
    }
    return Situation(**{**usual, **changes})


def test_of_a_fresh_incident_everything_is_said_to_be_not_known() -> None:
    assert sentences(situation(opened_by=""), said) == (
        "“Export bucket is readable” (Public bucket, critical) was opened 24 Nov 09:00; when it began and whether it "
        "has ended is not known.",
        "No facts are saved yet: what data and how many people it concerns is not known.",
        "Phase: Detection, since 24 Nov 09:00, commanded by nobody; nobody outside was told, and nobody is known yet "
        "who must be.",
    )


def test_three_sentences_of_a_case_in_full_swing() -> None:
    found = situation(
        phase="Investigation",
        commander="Mara",
        began_at=NOW - 5 * HOUR,
        ended_at=NOW - HOUR,
        cause="Misconfiguration",
        fact_version=2,
        data=[DataLine("Lists", 3412, "unlikely"), DataLine("Accounts", 40, "high", True)],
        told=[ToldLine("Authorities", 0, 1), ToldLine("Business customers", 12, 14), ToldLine("Public pages", 0, 0)],
    )
    assert sentences(found, said) == (
        "“Export bucket is readable” (Public bucket, critical) was opened 24 Nov 09:00 by Mara; it began 24 Nov 04:00, "
        "ended 24 Nov 08:00.",
        "It concerns 2 bodies of data and 3,452 people; cause: Misconfiguration.",
        "Phase: Investigation, since 24 Nov 09:00, commanded by Mara; told so far: Authorities (none of 1), Business "
        "customers (12 of 14).",
    )


@pytest.mark.parametrize(
    ("began", "ended", "expected"),
    [
        (NOW, None, "it began 24 Nov 09:00, when it ended is not known."),
        (None, NOW, "when it began is not known, it ended 24 Nov 09:00."),
    ],
)
def test_half_a_span_is_said_as_half(began: datetime | None, ended: datetime | None, expected: str) -> None:
    assert sentences(situation(began_at=began, ended_at=ended), said)[0].endswith(expected)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([DataLine("A", None)], "1 body of data and how many people is not known; the cause is not known."),
        ([DataLine("A", 1)], "1 body of data and 1 person; the cause is not known."),
        ([DataLine("A", 0)], "1 body of data and 0 people; the cause is not known."),
        (
            [DataLine("A", 10), DataLine("B", None)],
            "2 bodies of data and at least 10 people (1 of 2 bodies of data not counted); the cause is not known.",
        ),
    ],
)
def test_people_that_nobody_counted_are_never_none(data: list[DataLine], expected: str) -> None:
    assert sentences(situation(fact_version=1, data=data), said)[1] == f"It concerns {expected}"


def test_what_is_over_has_no_commander_and_no_next_report() -> None:
    found = situation(phase="Closed", over=True, drill=True, told=[ToldLine("Authorities", 1, 1)])
    assert sentences(found, said)[2] == "Phase: Closed, since 24 Nov 09:00; told so far: Authorities (1 of 1)."
    text = as_text(found, said, NOW, None)
    assert "next report" not in text
    assert "This is a drill." in text


def test_words_of_single_lines() -> None:
    assert told_words(ToldLine("x", 1200, 1400)) == "1,200 of 1,400"
    assert told_words(ToldLine("x", 0, 3)) == "none of 3"
    assert told_words(ToldLine("x", 0, None)) == "none, of how many is not known"
    assert (
        data_words(DataLine("Lists", None, "unknown")) == "Lists: how many people is not known; the risk is not known"
    )
    assert data_words(DataLine("Lists", 2, "risk")) == "Lists: 2 people; a risk, not a high one, not decided"
    assert due_words(DueLine("Notify", NOW, "late"), said) == "Notify, late since 24 Nov 09:00"
    unsure = DueLine("Notify", NOW, "ahead", provisional=True, may_apply=True)
    assert due_words(unsure, said) == "Notify, due 24 Nov 09:00, may apply, provisional"
    assert told_words(ToldLine("People by mail", 2, 2, short=True)) == "2 of 2 recipients, but the facts name more"
    assert due_words(DueLine("Tell", NOW, "ahead", 2, True), said) == "Tell (2 of them), due 24 Nov 09:00, provisional"


def test_the_text_has_every_part_and_says_what_is_empty() -> None:
    text = as_text(situation(), said, NOW, NOW + HOUR)
    assert text.startswith(
        "Situation report: Export bucket is readable (amber-heron)\n"
        "=========================================================\n"
        "As of 24 Nov 09:00. The next report comes 24 Nov 10:00.\n"
    )
    for part in ("Known and unknown", "Next deadlines", "Told", "Decided", "Open risks", "What comes next"):
        assert f"\n{part}\n{'-' * len(part)}\n- " in text
    assert "When the next report comes is not set." in as_text(situation(), said, NOW, None)


@pytest.mark.parametrize(("hours", "expected"), [(-2, 0), (-0.01, 0), (0, 4), (3.99, 4), (4, 8), (4.01, 8), (400, 404)])
def test_the_next_report_is_the_first_that_is_still_to_come(hours: float, expected: int) -> None:
    assert Rhythm(NOW, 4 * HOUR).after(NOW + hours * HOUR) == NOW + expected * HOUR


@pytest.mark.parametrize("every", [timedelta(0), timedelta(minutes=14), timedelta(days=7, minutes=1), -HOUR])
def test_a_rhythm_too_short_or_too_long_is_none(every: timedelta) -> None:
    with pytest.raises(Invalid):
        Rhythm(NOW, every).checked()
