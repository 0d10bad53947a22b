"""Two texts compared: nothing is lost, nothing is invented, and what stayed is not shown as changed."""

from hypothesis import given
from hypothesis import strategies as st

from notifications.differences import Change, Line, Piece, counts, differences

TEXTS = st.lists(
    st.lists(st.sampled_from(["your", "name", "and", "mail", "were", "read"]), max_size=5), max_size=6
).map(lambda lines: "\n".join(" ".join(words) for words in lines))


def words(lines: tuple[Line, ...], *kept: Change) -> list[str]:
    return [word for line in lines for piece in line.pieces if piece.change in kept for word in piece.text.split()]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_their_difference(before: str, after: str) -> None:
    lines = differences(before, after)
    assert words(lines, Change.SAME, Change.ADDED) == after.split()
    assert words(lines, Change.SAME, Change.REMOVED) == before.split()
    assert counts(lines) == (len(words(lines, Change.ADDED)), len(words(lines, Change.REMOVED)))


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert not any(line.changed for line in differences(text, text.replace(" ", "  ")))


def test_words_are_compared_within_their_line() -> None:
    lines = differences("Your name was read.\nCall us.\n", "Your name and address were read.\nCall us.\n")
    assert lines == (
        Line(
            (
                Piece(Change.SAME, "Your name"),
                Piece(Change.REMOVED, "was"),
                Piece(Change.ADDED, "and address were"),
                Piece(Change.SAME, "read."),
            )
        ),
        Line((Piece(Change.SAME, "Call us."),)),
    )
    assert counts(lines) == (3, 1)


def test_a_line_that_is_gone_and_one_that_is_new_stand_by_themselves() -> None:
    gone = differences("One.\nTwo.\nThree.", "One.\nThree.")
    assert gone[1] == Line((Piece(Change.REMOVED, "Two."),))
    new = differences("One.\nThree.", "One.\n\nTwo.\nThree.")
    assert [line.pieces for line in new] == [
        (Piece(Change.SAME, "One."),),
        (),
        (Piece(Change.ADDED, "Two."),),
        (Piece(Change.SAME, "Three."),),
    ]
