"""Sample views: the board by choices, deadlines by day, the wall, the sheet of clocks."""

from dataclasses import replace
from datetime import timedelta

from incident.web.views import BoardView
from incident.web.views.deadlines import DeadlineDay, DeadlineRow, DeadlinesView, WallView
from tests.web.samples.board import ASKED, CHOSEN_BOARD, COUNTS, HERO, HOSTILE, LINES, NOW, OVER, UNDECIDED, shell
from tests.web.samples.case import SECTIONS, case
from tests.web.samples.law import FILINGS_WAITING, GROUPS

ROW = DeadlineRow(
    "/incidents/amber-heron/duties/1", "/incidents/amber-heron", "amber-heron",
    "Notify the supervisory authority within 72 hours", "GDPR Art. 33(1)", "late", NOW - timedelta(hours=3),
    provisional=False, own_target=False,
)  # fmt: skip
SOON = replace(ROW, title=HOSTILE, standing="soon", moment=NOW + timedelta(hours=5), provisional=True, more=11)
OWN = replace(ROW, standing="ahead", moment=NOW + timedelta(days=3), own_target=True)
TALLY = (("late", 1), ("soon", 1), ("ahead", 300))
DAYS = (
    DeadlineDay("Late", (ROW,), late=True),
    DeadlineDay("Today, Tuesday, 24 November", (SOON,)),
    DeadlineDay("Friday, 27 November", (OWN,)),
)
WALL_COUNTS = tuple((one.standing, one.number) for one in COUNTS)
SHEET: dict[str, object] = {"problems": (), "sections": SECTIONS, "shell": shell(), "case": case("duties")}
PAGES: dict[str, tuple[str, dict[str, object]]] = {
    "board-empty": ("board.html", {"shell": shell(), "view": BoardView(None, (), (), ())}),
    "board-one": ("board.html", {"shell": shell(), "view": BoardView(HERO, (), (LINES[1],), ())}),
    "board-full": (
        "board.html",
        {
            "shell": shell(problems=("The sweep last ran 90 s ago: deadlines are not being watched.",)),
            "view": BoardView(HERO, COUNTS, LINES, OVER, asked=ASKED, undecided=UNDECIDED, to_follow=FILINGS_WAITING),
        },
    ),
    "board-chosen": ("board.html", {"shell": shell(), "view": CHOSEN_BOARD}),
    "clock-sheet": ("clock_sheet.html", {**SHEET, "groups": GROUPS}),
    "clock-sheet-empty": ("clock_sheet.html", {**SHEET, "groups": ()}),
    "deadlines-empty": ("deadlines.html", {"shell": shell(), "view": DeadlinesView((), (), has_feed=False)}),
    "deadlines": ("deadlines.html", {"shell": shell(), "view": DeadlinesView(DAYS, TALLY, has_feed=True)}),
    "deadlines-feed": (
        "deadlines.html",
        {
            "shell": shell(),
            "view": DeadlinesView(DAYS, TALLY, has_feed=True, feed="https://x.example/deadline-calendars/a.ics"),
        },
    ),
    "wall-empty": ("wall.html", {"shell": shell(), "view": WallView(None, WALL_COUNTS, ())}),
    "wall": ("wall.html", {"shell": shell(), "view": WallView(SOON, WALL_COUNTS, LINES, more=4)}),
}
