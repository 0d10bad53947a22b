"""Reports by form, the rules alone: tokens that open their own report only, titles, addresses, what is too much."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from incident.finder_rules import LETTERS, new_reference
from incident.report_rules import (
    GROUP,
    LONGEST_TITLE,
    TOKEN_LETTERS,
    VISIBLE,
    Detail,
    Message,
    Told,
    as_kept,
    token_digest,
    token_from,
)

seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)
references = st.text(LETTERS, min_size=10, max_size=10).map(lambda letters: f"{letters[:5]}-{letters[5:]}")


@given(seeds)
@example("00" * 32)
@example("ff" * 32)
def test_a_token_is_letters_that_are_read_aloud_without_doubt(seed: str) -> None:
    token = token_from(seed)
    groups = token.split("-")
    assert {len(group) for group in groups} == {GROUP}
    assert sum(map(len, groups)) == TOKEN_LETTERS
    assert set("".join(groups)) <= set(LETTERS)


@given(references, references, seeds, seeds)
def test_a_token_opens_its_own_report_and_no_other(first: str, second: str, one: str, other: str) -> None:
    assume((first, one) != (second, other))
    kept = token_digest(first, token_from(one))
    assert kept == token_digest(first.lower(), token_from(one).replace("-", " ").lower())
    assert kept == token_digest(f"[{first}]", f" {token_from(one).replace('-', '')}\n")
    assert kept != token_digest(second, token_from(other))
    if first != second:
        assert kept != token_digest(second, token_from(one))
    if one != other:
        assert kept != token_digest(first, token_from(other))


@given(references, seeds, st.text(max_size=120))
@example("22222-22222", "00" * 32, "")
def test_nothing_else_that_is_typed_opens_it(reference: str, seed: str, typed: str) -> None:
    token = token_from(seed)
    assume(
        "".join(letter for letter in typed[:100].upper() if letter.isascii() and letter.isalnum())
        != token.replace("-", "")
    )
    assert token_digest(reference, typed) != token_digest(reference, token)


def test_letters_do_not_move_from_the_reference_to_the_token() -> None:
    reference = new_reference()
    assert token_digest(reference, "ABCDE") != token_digest(f"{reference}A", "BCDE")


@given(st.text())
@example("\u202e\u200b\n\nBucket\topen\u202e\nmore")
@example("x" * 500)
def test_a_title_is_one_line_without_what_is_hidden(what: str) -> None:
    title = Told(what).title
    assert len(title) <= LONGEST_TITLE + 2
    assert "\n" not in title
    assert not title or VISIBLE.fullmatch(title)


@pytest.mark.parametrize(
    ("what", "title"),
    [
        ("Guten Tag, der Bucket „exports“ ist offen. Ich las eine Datei.", "Der Bucket „exports“ ist offen."),
        ("Dear Sir or Madam,\n\nYour list of members is public! I told nobody.", "Your list of members is public!"),
        ("Hi there is a leak, please look.", "Hi there is a leak, please look."),
        ("Security, all users are shown", "Security, all users are shown"),
        ("Hello!", "Hello!"),
        ("Open. Look at it now", "Open. Look at it now"),
    ],
)
def test_a_title_is_the_first_sentence_after_a_greeting(what: str, title: str) -> None:
    assert Told(what).title == title


def test_a_title_is_short_and_ends_with_a_whole_word() -> None:
    title = Told("I found that under the address of your exports " + "a list of names and accounts, " * 9).title
    assert title == "I found that under the address of your exports a list of names and accounts, a …"


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_written_is_taken_or_told_what_is_wrong(what: str, reach: str) -> None:
    told = Told(what, reach)
    fields = {fault.field for fault in told.faults(anonymous=True)}
    assert fields <= {"what", "reach"}
    assert ("what" in fields) is not bool(told.title)
    assert as_kept({"text": what}).decode()
    assert told.key == Told(what, reach).key
    assert told.key != Told(what, reach, once="other").key


@pytest.mark.parametrize(
    ("reach", "address"),
    [
        ("ann@Finder.Example", "ann@finder.example"),
        ("  ann@finder.example ", "ann@finder.example"),
        ("+49 30 1234", ""),
        ("ann@finder.example, or by day +49 30 1", ""),
        ("ann@finder.example\nBcc: all@x.example", ""),
        ("", ""),
    ],
)
def test_an_address_is_found_only_where_nothing_else_stands(reach: str, address: str) -> None:
    assert Told("x", reach).address == address


def test_who_may_not_stay_anonymous_is_asked_how_they_are_reached() -> None:
    assert [fault.field for fault in Told("x", " ").faults(anonymous=False)] == ["reach"]
    assert not Told("x", "+49 30 1").faults(anonymous=False)


def test_an_empty_message_and_an_unknown_answer_are_faults() -> None:
    assert [fault.field for fault in Message(" ", {Detail.DATA: " "}).faults()] == ["text"]
    assert [fault.field for fault in Message("", {Detail.NAMING: "perhaps"}).faults()] == ["naming"]
    assert [fault.field for fault in Message("x", {Detail.WHOSE: "x" * 2001}).faults()] == ["whose"]
    assert not Message("", {Detail.NOTICED: "Today"}).faults()
    assert not Message("", {}, (("a", "", b"x"),)).faults()
