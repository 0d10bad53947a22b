"""docs/tour.md says what `make tour` writes, and every picture it shows is there and no other."""

from tests.browser.tour import FOLDER, PAGE, STOPS, written


def test_the_tour_is_as_its_program_writes_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run make tour"
    assert {picture.name for picture in FOLDER.glob("*.png")} == {stop.picture for stop in STOPS}, "run make tour"
