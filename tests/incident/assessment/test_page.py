"""The page on the assessment shows the criteria as they are."""

from incident.assessment import CRITERIA, REGIMES
from tests.incident.assessment.page import PAGE, written


def test_the_tables_are_those_of_the_data() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "run: python -m tests.incident.assessment.page"
    assert all(f"| `{name}` |" in page for name in (*(found.name for found in CRITERIA), *REGIMES))
