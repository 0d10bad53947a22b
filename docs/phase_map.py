"""The phases of an incident as the table in `incident/phases.py` has them: a drawing and what each move asks for."""

from docs.svg import box, path, picture, words
from incident.phases import ASKS, FINAL, MOVES, PRIMARY, UNPASSABLE, Guard, Move, Phase

WIDTH, HEIGHT, CHIP, STEP, LEFT = 1236, 420, (142, 46), 209, 24
LINE = 170  # the top of the boxes of the usual way
NAMES = {Phase.REVIEW: "post-incident review"}


def drawing() -> str:
    """The usual way from left to right; below it the ways back, above it what is dismissed."""
    spots = _spots()
    parts = [_way(here, move, there, spots) for (here, move), (there, _) in MOVES.items()]
    for phase, (x, y) in spots.items():
        parts += [box(x, y, *CHIP, "box final" if phase in FINAL else "box")]
        parts += [words(x + CHIP[0] / 2, y + 28, NAMES.get(phase, phase.value))]
    return picture(WIDTH, HEIGHT, "Phases of an incident and the moves between them", parts)


def table() -> str:
    """Every move with what it answers while something is missing."""
    lines = ["| from | move | to | what it answers while something is missing |", "| --- | --- | --- | --- |"]
    for (here, move), (there, guards) in MOVES.items():
        asked = " ".join(_asked(guard) for guard in guards) or "asks for nothing"
        lines.append(f"| {_named(here)} | {move.value} | {_named(there)} | {asked} |")
    return "\n".join(lines) + "\n"


def _asked(guard: Guard) -> str:
    return ASKS[guard].text + (" (cannot be passed)" if guard in UNPASSABLE else "")


def _named(phase: Phase) -> str:
    return NAMES.get(phase, phase.value)


def _spots() -> dict[Phase, tuple[float, float]]:
    spots = {phase: (float(LEFT + STEP * number), float(LINE)) for number, phase in enumerate(PRIMARY)}
    return spots | {Phase.DISMISSED: (float(LEFT + STEP), 24.0)}


def _way(here: Phase, move: Move, there: Phase, spots: dict[Phase, tuple[float, float]]) -> str:
    if Phase.DISMISSED in (here, there):
        return _beside(here, move, there, spots)
    (x, y), (to_x, _) = spots[here], spots[there]
    if to_x > x and PRIMARY.index(there) == PRIMARY.index(here) + 1:
        middle = y + CHIP[1] / 2
        course = f"M{x + CHIP[0]:.0f} {middle:.0f} L{to_x - 2:.0f} {middle:.0f}"
        return path(course, "way") + words((x + CHIP[0] + to_x) / 2, middle - 8, move.value, "small")
    bottom, span = y + CHIP[1], PRIMARY.index(here) - PRIMARY.index(there)
    depth = bottom + 34 + 52 * span + 9 * PRIMARY.index(here)
    start, end = x + CHIP[0] / 2 - 14 * span, to_x + CHIP[0] / 2 + 14 * span
    course = f"M{start:.0f} {bottom:.0f} C{start:.0f} {depth:.0f} {end:.0f} {depth:.0f} {end:.0f} {bottom + 2:.0f}"
    label_y = bottom + (depth - bottom) * 0.75 - 5
    return path(course, "way back") + words((start + end) / 2, label_y, move.value, "small")


def _beside(here: Phase, move: Move, there: Phase, spots: dict[Phase, tuple[float, float]]) -> str:
    (x, y), (to_x, to_y) = spots[here], spots[there]
    if move is Move.REOPEN:
        middle, start = y + CHIP[1] / 2, to_x + 40
        course = f"M{x:.0f} {middle:.0f} Q{start:.0f} {middle:.0f} {start:.0f} {to_y - 2:.0f}"
        return path(course, "way back") + words(start + 26, middle - 6, move.value, "small")
    shift = 50.0 * (PRIMARY.index(here) - 1)
    start, end = x + CHIP[0] / 2 + (24 if shift < 0 else 0), to_x + CHIP[0] / 2 + shift
    bottom = to_y + CHIP[1]
    course = f"M{start:.0f} {y:.0f} C{start:.0f} {y - 60:.0f} {end:.0f} {bottom + 60:.0f} {end:.0f} {bottom + 2:.0f}"
    return path(course, "way") + words(start + (26 if shift >= 0 else 30), y - 14, move.value, "small")
