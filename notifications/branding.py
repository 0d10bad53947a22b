"""An organisation's colour and logo as mails need them: legible in light and dark, and a picture every program shows.

Contrast is that of WCAG 2.2 ("contrast ratio", "relative luminance"): text needs 4.5:1 (1.4.3), the parts that carry
no text 3:1 (1.4.11).
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
OWN_COLOUR = "#1f5f8b"
LIGHT_GROUNDS = ("#ffffff", "#f2f6f9", "#eef1f4")  # sheet, facts and page of mail/layout.html
DARK_GROUNDS = ("#1a2129", "#222c36", "#11161b")
TEXT, SHAPE = 4.5, 3.0
STEPS = 50

LARGEST_LOGO = 24 * 1024
ROOM = (240, 48)  # CSS pixels a logo may take
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
DATA = re.compile(r"data:image/(png|jpeg);base64,([A-Za-z0-9+/=]+)")

Rgb = tuple[int, int, int]


class BadLogo(ValueError):
    """A picture that mails cannot carry. The text says why and what would do."""


@dataclass(frozen=True, slots=True)
class Brand:
    """The colours of a mail: of its rules and of its links, on the light sheet and on the dark one."""

    accent: str
    link: str
    dark_accent: str
    dark_link: str


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, and the size in CSS pixels at which it is shown."""

    subtype: str
    content: bytes
    width: int
    height: int

    @property
    def uri(self) -> str:
        """As a data: URI."""
        return f"data:image/{self.subtype};base64,{base64.b64encode(self.content).decode()}"


def brand(colour: str = "") -> Brand:
    """What an organisation's colour, "#rrggbb", becomes; "" is ours. Raises ValueError for anything else."""
    chosen = (colour or OWN_COLOUR).lower()
    if not COLOUR.fullmatch(chosen):
        raise ValueError(f"this is no colour: write # and six hexadecimal digits, such as {OWN_COLOUR}")
    return Brand(
        accent=_legible(chosen, LIGHT_GROUNDS, SHAPE, "#000000"),
        link=_legible(chosen, LIGHT_GROUNDS, TEXT, "#000000"),
        dark_accent=_legible(chosen, DARK_GROUNDS, SHAPE, "#ffffff"),
        dark_link=_legible(chosen, DARK_GROUNDS, TEXT, "#ffffff"),
    )


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def read_logo(content: bytes) -> Logo:
    """A logo of its bytes, PNG or JPEG, told by what they begin with. Raises BadLogo."""
    if len(content) > LARGEST_LOGO:
        raise BadLogo(f"the logo has {len(content)} bytes, more than {LARGEST_LOGO}: it goes into every mail")
    subtype = next((name for begin, name in SIGNATURES.items() if content.startswith(begin)), "")
    if not subtype:
        vector = "; SVG may carry script and mail programs do not show it" if b"<svg" in content[:1024].lower() else ""
        raise BadLogo(f"the logo is neither PNG nor JPEG{vector}: save it as PNG")
    size = _png_size(content) if subtype == "png" else _jpeg_size(content)
    if size is None or 0 in size:
        raise BadLogo(f"the logo begins as {subtype.upper()} and does not say its size: save it again")
    return Logo(subtype, content, *_fitted(*size))


def logo_of(uri: str) -> Logo:
    """A logo of its data: URI. Raises BadLogo."""
    match = DATA.fullmatch(uri)
    if match is None:
        raise BadLogo("the logo is no data: URI of a PNG or JPEG picture")
    return read_logo(base64.b64decode(match[2]))


def _legible(colour: str, grounds: tuple[str, ...], ratio: float, towards: str) -> str:
    """The colour, moved towards black or white no further than it needs to stand out on every ground."""
    return next(shade for shade in _shades(colour, towards) if all(contrast(shade, on) >= ratio for on in grounds))


def _shades(colour: str, towards: str) -> Iterator[str]:
    begin, end = _rgb(colour), _rgb(towards)
    for step in range(STEPS + 1):
        mixed = (round(a + (b - a) * step / STEPS) for a, b in zip(begin, end, strict=True))
        yield "#" + "".join(f"{part:02x}" for part in mixed)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _rgb(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _fitted(width: int, height: int) -> tuple[int, int]:
    """The size within the room for it, never larger than the picture is."""
    scale = min(1.0, ROOM[0] / width, ROOM[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _png_size(content: bytes) -> tuple[int, int] | None:
    """Of the header chunk, which comes first (PNG, 11.2.1 IHDR)."""
    if content[12:16] != b"IHDR" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Of the frame header: the first marker SOF0 to SOF15 that is none of DHT, JPG, DAC (ITU-T T.81, B.2.2)."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
