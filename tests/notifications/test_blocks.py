"""A written text is read into blocks; HTML is made from these and from nothing a person typed."""

from hypothesis import given
from hypothesis import strategies as st

from notifications.blocks import Block, Span, read_blocks, sections, spans

TEXT = """Title
=====

Dear reader,
second line.

What happened
-------------
Something. See https://example.org/a?b=1.

- one
- two
  goes on

1. first
2. second

People: 57
Countries: Germany
"""


def test_a_text_is_read_into_its_blocks() -> None:
    assert read_blocks(TEXT) == (
        Block("title", ("Title",)),
        Block("paragraph", ("Dear reader,", "second line.")),
        Block("heading", ("What happened",)),
        Block("paragraph", ("Something. See https://example.org/a?b=1.",)),
        Block("bullets", ("one", "two goes on")),
        Block("numbers", ("first", "second")),
        Block("facts", pairs=(("People", "57"), ("Countries", "Germany"))),
    )


def test_sections_are_found_by_their_headings() -> None:
    found = {section.heading: section.text for section in sections(read_blocks(TEXT))}
    assert list(found) == ["", "What happened"]
    assert found["What happened"].endswith("People: 57\nCountries: Germany")


def test_only_https_and_mail_addresses_become_links() -> None:
    assert spans("Write to a@example.org or see https://example.org/x.") == (
        Span("Write to "),
        Span("a@example.org", "mailto:a@example.org"),
        Span(" or see "),
        Span("https://example.org/x", "https://example.org/x"),
        Span("."),
    )
    assert spans("javascript:alert(1) http://example.org") == (Span("javascript:alert(1) http://example.org"),)
    assert spans("") == ()


@given(st.text(max_size=300))
def test_every_text_has_a_reading_and_no_word_is_lost(text: str) -> None:
    read = "".join("".join(span.text for span in spans(block.text)) for block in read_blocks(text))
    assert {char for char in read if char.isalnum()} == {char for char in text if char.isalnum()} - (
        {char for char in text if char.isdigit()} - {char for char in read if char.isdigit()}
    )
