"""Every page, empty and full: at 390 px nothing sticks out, nothing speaks up in the console, nothing leaves."""

from pathlib import Path

import pytest

from tests.browser.scenes import SCENES, Scene
from tests.browser.screenshots import photograph, wanted_in

pytestmark = [pytest.mark.browser, pytest.mark.untraced]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_page_fits_a_phone_and_loads_nothing_from_elsewhere(scene: Scene, browser_program: Path) -> None:
    assert photograph(scene, browser_program, wanted_in(["dark", "390"])) == []
