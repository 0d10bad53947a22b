"""On a narrow page the text that is to be approved is read before the form that approves it, by eye and by key."""

import re
from pathlib import Path

import incident.web
from incident.settings import shipped

STYLES = Path(incident.web.__file__).parent / "static" / "media.css"


def test_the_text_of_a_release_stands_above_its_approval_in_the_page_and_no_style_moves_it() -> None:
    page = (shipped("templates") / "pages" / "release.html").read_text()
    assert page.index("{{ shown(") < page.index('id="approval"')
    rules = re.findall(r"\.rail\.solid \{([^}]*)\}", STYLES.read_text())
    assert [rule for rule in rules if "order:" in rule] == []
