"""Sections, lines and sentences: where something stands is found as the eye finds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.blocks import read_blocks, sections
from notifications.passages import line_at, passages, section_named, sentences, title_of

TEXT = """Notice
===

Dear {{ name }},

First
---
One sentence. Another
one that goes on.

- an item
- a second one, of
two lines

Label: value
Other: value

Second
---

Ask privacy@example.org about this.
"""
GROUPS = st.sampled_from(
    [
        "Title\n===",
        "Heading\n---",
        "Heading\n---\nWords below.",
        "- a\n- b",
        "a: b\nc: d",
        "Words\n- item",
        "---",
        "Words.",
    ]
)


def test_sections_carry_the_lines_they_stand_on() -> None:
    found = passages(TEXT)
    assert [(part.heading, part.line) for part in found] == [("", 0), ("First", 6), ("Second", 18)]
    assert title_of(TEXT) == ("Notice", 1)
    assert title_of("No title\n") == ("", 0)
    second = section_named(found, "second")
    assert second is not None
    assert section_named(found, "third") is None
    assert line_at(TEXT, TEXT.index("Ask")) == 21
    assert line_at(second.text, second.text.index("Ask"), second.start) == 21


@given(st.lists(GROUPS, max_size=8), st.sampled_from(["\n\n", "\n\n\n", "\r\n \r\n"]))
def test_sections_are_those_of_the_blocks(groups: list[str], gap: str) -> None:
    text = gap.join(groups)
    found = [(part.heading, "\n\n".join(block.text for block in part.blocks)) for part in passages(text)]
    assert found == [(part.heading, part.text) for part in sections(read_blocks(text))]


def test_sentences_have_their_lines_and_neither_addresses_nor_placeholders() -> None:
    said = [sentence for part in passages(TEXT) for sentence in sentences(part)]
    assert [(sentence.line, sentence.text) for sentence in said] == [
        (4, "Dear ,"),
        (8, "One sentence."),
        (8, "Another one that goes on."),
        (11, "an item"),
        (12, "a second one, of two lines"),
        (21, "Ask about this."),
    ]
    assert [sentence.item for sentence in said] == [False, False, False, True, True, False]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("Art. 34 applies. It does.", 2),
        ("It was open from 3. November on. Then it was shut.", 2),
        ("It began in 2026. It ended.", 2),
        ("We wrote, e.g. to you. Was it clear? Yes!", 3),
        ("Dr. A. Novak is our officer.", 1),
        ("He said: “Stop.” Then it stopped.", 2),
        ("12.5 of 20.", 1),
        ("It was shut at 09:00 h. We saw it then.", 2),
        ("It was shut at 09:00 h. and opened again.", 1),
    ],
)
def test_a_full_stop_does_not_always_end_a_sentence(written: str, number: int) -> None:
    (part,) = passages(written)
    assert len(sentences(part, ["Art.", "e.g.", "Dr."])) == number


def test_words_are_counted_as_a_reader_counts_them() -> None:
    (part,) = passages("We don't know 2,400 e-mail addresses yet.")
    (sentence,) = sentences(part)
    assert sentence.words == ("We", "don't", "know", "2,400", "e-mail", "addresses", "yet")
