"""A picture of the head of a mail in an organisation's colour and with its logo, on light and on dark ground."""

from xml.sax.saxutils import escape, quoteattr

from notifications.branding import DATA, brand

WIDE, HIGH = 320, 150
FONT = 'font-family="system-ui, sans-serif"'
LONGEST = 34  # letters of the name that fit


def sample(name: str, colour: str, logo: str) -> str:
    """SVG. `logo` is a data: URI of ours or ""; nothing else is drawn from it."""
    found = brand(colour)
    light = _sheet(0, ("#ffffff", "#1b2733", "#d5dde4"), found.accent, found.link, name, logo)
    dark = _sheet(WIDE + 16, ("#1a2129", "#e8edf2", "#34414d"), found.dark_accent, found.dark_link, name, logo)
    width = 2 * WIDE + 16
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HIGH}" width="{width}" height="{HIGH}">'
        f"{light}{dark}</svg>"
    )


def _sheet(at: int, grounds: tuple[str, str, str], accent: str, link: str, name: str, logo: str) -> str:
    sheet, ink, line = grounds
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    if DATA.fullmatch(logo):
        box = f'x="{at + 20}" y="20" width="180" height="36" preserveAspectRatio="xMinYMid"'
        head = f"<image {box} href={quoteattr(logo)}/>"
    else:
        head = f'<text x="{at + 20}" y="45" {FONT} font-size="16" font-weight="700" fill="{ink}">{escape(short)}</text>'
    return (
        f'<rect x="{at + 0.5}" y="0.5" width="{WIDE - 1}" height="{HIGH - 1}" rx="8" fill="{sheet}" stroke="{line}"/>'
        f"{head}"
        f'<rect x="{at + 20}" y="68" width="{WIDE - 40}" height="3" fill="{accent}"/>'
        f'<rect x="{at + 20}" y="86" width="230" height="7" rx="3" fill="{ink}" opacity="0.55"/>'
        f'<rect x="{at + 20}" y="102" width="190" height="7" rx="3" fill="{ink}" opacity="0.55"/>'
        f'<rect x="{at + 20}" y="120" width="120" height="7" rx="3" fill="{link}"/>'
    )
