"""axe-core finds nothing on any page, in light and dark, wide and narrow."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.browser.accessibility import faults
from tests.browser.scenes import Scene
from tests.browser.screenshots import WALKS, photograph, walk_name, wanted_in

pytestmark = [pytest.mark.browser, pytest.mark.soak]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["1440", "390"])
@pytest.mark.parametrize(("scene", "part"), WALKS, ids=walk_name)
def test_axe_finds_nothing(scene: Scene, part: tuple[int, int], width: str, scheme: str, browser_program: Path) -> None:
    assert photograph(scene, browser_program, replace(wanted_in([scheme, width]), part=part), judge=faults) == []
