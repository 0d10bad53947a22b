"""Sample contexts of pages that stand beside the case: closing out, figures, the desk, situation and hand-over."""

from collections.abc import Mapping

from tests.web.samples import account, closing, crew, desk, figures, keeping, own_tasks, situation, versions


def pages(frame: Mapping[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    return (
        closing.pages(frame)
        | figures.pages(frame)
        | desk.pages()
        | situation.pages(frame)
        | own_tasks.PAGES
        | account.PAGES
        | crew.pages(frame)
        | versions.pages(frame)
        | keeping.PAGES
    )
