"""A colour stays legible on every ground of a mail; a logo is a small PNG or JPEG that says its size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.branding import (
    DARK_GROUNDS,
    LARGEST_LOGO,
    LIGHT_GROUNDS,
    OWN_COLOUR,
    BadLogo,
    brand,
    contrast,
    logo_of,
    read_logo,
)
from tests.pictures import jpeg_head, png

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_links_and_rules_stand_out_on_every_ground_whatever_the_colour(colour: str) -> None:
    found = brand(colour)
    assert min(contrast(found.link, ground) for ground in LIGHT_GROUNDS) >= 4.5
    assert min(contrast(found.dark_link, ground) for ground in DARK_GROUNDS) >= 4.5
    assert min(contrast(found.accent, ground) for ground in LIGHT_GROUNDS) >= 3
    assert min(contrast(found.dark_accent, ground) for ground in DARK_GROUNDS) >= 3


@given(COLOURS, COLOURS)
def test_contrast_is_the_same_from_both_sides_and_between_1_and_21(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.000001


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the best known near miss
    assert contrast("#ff0000", "#ffffff") == pytest.approx(4.0, abs=0.005)


def test_a_colour_that_is_legible_is_left_as_it_is() -> None:
    assert brand("#0B3D5C").accent == brand("#0b3d5c").link == "#0b3d5c"
    assert brand("") == brand(OWN_COLOUR)


@pytest.mark.parametrize("bad", ["blue", "#fff", "1f5f8b", "#1f5f8g", "#1f5f8b;x:url(//a.example)"])
def test_what_is_no_colour_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        brand(bad)


@pytest.mark.parametrize(
    ("content", "subtype", "size"),
    [
        (png(480, 96), "png", (240, 48)),
        (png(40, 40), "png", (40, 40)),
        (jpeg_head(100, 400), "jpeg", (12, 48)),
        (jpeg_head(3000, 30), "jpeg", (240, 2)),
    ],
)
def test_a_logo_is_shown_within_its_room_and_never_enlarged(
    content: bytes, subtype: str, size: tuple[int, int]
) -> None:
    found = read_logo(content)
    assert (found.subtype, found.width, found.height) == (subtype, *size)
    assert logo_of(found.uri) == found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'<?xml version="1.0"?><svg onload="x()"/>', "SVG may carry script"),
        (b"GIF89a" + b"\0" * 40, "neither PNG nor JPEG"),
        (b"", "neither PNG nor JPEG"),
        (png() + b"\0" * LARGEST_LOGO, f"more than {LARGEST_LOGO}"),
        (png()[:20], "does not say its size"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "does not say its size"),
        (jpeg_head(0, 10), "does not say its size"),
    ],
)
def test_a_picture_that_mails_cannot_carry_is_refused_with_the_reason(content: bytes, message: str) -> None:
    with pytest.raises(BadLogo, match=message):
        read_logo(content)


@pytest.mark.parametrize("uri", ["https://tracker.example/p.png", "data:image/svg+xml;base64,AAAA", "data:image/png,x"])
def test_a_logo_is_never_fetched(uri: str) -> None:
    with pytest.raises(BadLogo, match="data: URI"):
        logo_of(uri)
