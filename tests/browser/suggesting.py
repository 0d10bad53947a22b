"""Assets declared in peacetime and alerts that name one, for pictures: hints beside the questions they answer."""

from collections.abc import Callable

from playwright.sync_api import Page

from incident.adapters.signals import Asset, AssetKind, Hint
from incident.asset_rules import Declaration
from incident.models.incidents import Severity
from incident.verbs.assets import declare_asset
from incident.verbs.people import NewUser, add_user
from tests.browser.seldom import unfolded
from tests.browser.story import TITLE, Story
from tests.incident.hinting import EXPORTS, LEAK, NAMES, hear, signal
from tests.web.stage import HASHED, facts

DECLARED = (
    Declaration(
        "bucket", "exports-*", ("name", "email_address", "contact"), ("business_contacts",), ("DE", "FR", "US-CA"),
        "processor", ("customer-001", "customer-004"), "main",
    ),
    Declaration("mailbox", "*@hr.brightdesk.example", ("employment", "health"), ("employees",), ("DE",), "controller"),
)  # fmt: skip
ASSETS: tuple[tuple[str, str, str, Callable[[Page], None] | None], ...] = (
    ("assets", "/assets", "mara", None),
    ("assets-otherwise", "/assets?kind=bucket&name=exports-*#declare", "mara", None),
    ("assets-forms", "/assets", "mara", unfolded),
    ("assets-withheld", "/assets", "ada", unfolded),
)
OLD = Declaration("any", "*backup*", ("name", "payment_card_full"), regions=("AT",))


def declared(story: Story) -> str:
    """Two declarations of today and an old one, an incident with facts and four alerts; returns its address.

    One who may declare and not know the customers looks as well.
    """
    stage = story.stage
    stage.act("operator", add_user, NewUser("ada@example.org", "Ada Sørensen", ("administrator",), HASHED))
    stage.act("mara", declare_asset, OLD)
    story.after(60 * 24 * 400)
    for one in DECLARED:
        stage.act("mara", declare_asset, one)
    story.report("mara", TITLE, "public_bucket", Severity.CRITICAL)
    story.save({**facts(), "breach": {"kinds": ["confidentiality"], "cause": "misconfiguration"}})
    backup = Asset(AssetKind.RESOURCE, "nightly-backup-7", "eu-central-1")
    malware = Hint("breach.cause", "malware", "The scan of the object found threats.")
    told = (
        signal(NAMES, LEAK),
        signal(LEAK, title="CustomerExportBucketPublic on exports-eu-2, listed by an address outside of the company"),
        signal(malware, asset=backup, title="Object:S3/MaliciousFile"),
        signal(asset=EXPORTS, title="Many objects were read"),
    )
    stage.act("mara", hear, story.here, *told)
    return stage.path
