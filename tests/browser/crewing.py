"""A sealed incident and who was let into it, for pictures."""

from collections.abc import Callable

from playwright.sync_api import Page

from incident.models.incidents import Severity
from incident.roles import Role, Visibility
from incident.verbs.incidents import Report, add_member, open_incident
from incident.verbs.people import NewUser, add_user
from tests.browser.story import Story
from tests.web.stage import HASHED

Looked = tuple[str, str, str, Callable[[Page], None] | None]
MORE = (
    ("anna", "Anna-Katharina von der Lippe-Detmold zu Schaumburg", (Role.PRIVACY_OFFICER, Role.LEGAL)),
    ("tom", "Tom Reyes", (Role.GUEST,)),
)


def pages(story: Story) -> list[Looked]:
    """The pages, each with its name, who looks, and what is done there first."""
    stage = story.stage
    seen = Report("Payroll read by a colleague", "other", Severity.HIGH, Visibility.SEALED)
    stage.incident = stage.act("mara", open_incident, seen)
    alone = f"{stage.path}/people"
    stage.incident = stage.act("mara", open_incident, seen)
    story.command()
    for short, name, roles in MORE:
        story.after(7)
        row = stage.act("operator", add_user, NewUser(f"{short}@example.org", name, roles, HASHED))
        stage.act("mara", add_member, story.here, row.id)
    stage.act("mara", add_member, story.here, stage.people["lea"].id)
    sealed = f"{stage.path}/people"
    return [
        ("people-alone", alone, "mara", None),
        ("people-sealed", sealed, "mara", None),
        ("people-reader", sealed, "lea", None),
    ]
