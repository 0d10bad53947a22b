"""Every page, empty and full: at 390 px nothing sticks out, nothing speaks up in the console, nothing leaves."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.browser.scenes import Scene
from tests.browser.screenshots import WALKS, photograph, walk_name, wanted_in

pytestmark = [pytest.mark.browser, pytest.mark.untraced]


@pytest.mark.parametrize(("scene", "part"), WALKS, ids=walk_name)
def test_every_page_fits_a_phone_and_loads_nothing_from_elsewhere(
    scene: Scene, part: tuple[int, int], browser_program: Path
) -> None:
    assert photograph(scene, browser_program, replace(wanted_in(["dark", "390"]), part=part)) == []
