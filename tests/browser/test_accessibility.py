"""axe-core finds nothing on any page, in light and dark, wide and narrow."""

from pathlib import Path

import pytest

from tests.browser.accessibility import faults
from tests.browser.scenes import SCENES, Scene
from tests.browser.screenshots import photograph, wanted_in

pytestmark = [pytest.mark.browser, pytest.mark.soak]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_axe_finds_nothing_wide_and_narrow(scene: Scene, scheme: str, browser_program: Path) -> None:
    assert photograph(scene, browser_program, wanted_in([scheme]), judge=faults) == []
