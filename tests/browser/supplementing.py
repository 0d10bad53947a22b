"""A notification in phases (Art. 33(4) GDPR): filed with gaps, answered by the authority, to be supplemented.

People are told meanwhile, on facts that change after that.
"""

from incident.models.incidents import Severity
from tests.browser import seldom
from tests.browser.in_the_way import ENGLISH, GERMAN, Place
from tests.browser.story import TITLE, Story, without_numbers
from tests.web.stage import facts

FORM = "gdpr-33-3-supplement"
WHERE = {"submitted_to": "Berliner Beauftragte für Datenschutz und Informationsfreiheit", "channel": "portal"}


def pages(story: Story) -> list[Place]:
    """Two filings were submitted, the people told, and a third filing is drafted; then the facts changed."""
    story.report("mara", TITLE, "public_bucket", Severity.CRITICAL)
    story.command()
    story.save(without_numbers())
    path = story.stage.path
    with story.signed_in("mara") as browser:
        form = browser.get(f"{path}/notices").text
    duty = form.split('id="obligation"')[1].split('value="')[1].split('"')[0]
    early = f"{path}/filings/new?obligation={duty}&form={FORM}"
    first = _submitted(story, story.draft_filing())
    story.sent("mara", f"{path}/filings/{first}/answer", reference="521.14703")
    story.save(facts())
    story.after(60)
    _submitted(story, _further(story, duty), reference="521.14703")
    told = _people_told(story)
    story.after(60)
    _further(story, duty)
    more = facts()
    for dataset in more["datasets"]:
        dataset["people"]["count"], dataset["reach"] = 3412, {"DE": 2598, "FR": 800, "GR": 14}
        dataset["exposure"] = {**dataset["exposure"], "recipients": "public"}
    story.save(more)
    return [
        ("filings-in-phases", f"{path}/notices", "mara", None, ENGLISH),
        ("filings-in-phases-unfolded", f"{path}/notices", "mara", seldom.unfolded, ENGLISH),
        ("german-filings-in-phases", f"{path}/notices", "mara", seldom.unfolded, GERMAN),
        ("duty-in-phases", f"{path}/duties/{duty}", "mara", seldom.unfolded, ENGLISH),
        ("filing-further", early, "mara", None, ENGLISH),
        *_announced(path),
        ("notice-lacks-languages", told, "mara", None, ENGLISH),
        ("notice-form-languages", f"{path}/notices?kind=people#draft-form", "mara", None, ENGLISH),
    ]


def _announced(path: str) -> list[Place]:
    """Where it stands what was announced and is not filed, and what was decided and told before."""
    where = {"overview": path, "duties": f"{path}/duties", "assessment": f"{path}/assessment", "board": "/"}
    said = ((ENGLISH, "announced-"), (GERMAN, "german-announced-"))
    return [(f"{word}{name}", at, "mara", None, locale) for locale, word in said for name, at in where.items()]


def _people_told(story: Story) -> str:
    """The risk is decided and the people are told; returns the address of their notice."""
    story.rule("ines", "risk:accounts", "high", "Bank details with names, readable for ten days.")
    notice = story.notice("people")
    story.approve(story.ask(notice))
    story.post()
    return notice


def _further(story: Story, duty: str) -> str:
    return story.sent("mara", f"{story.stage.path}/filings", obligation=duty, form=FORM)


def _submitted(story: Story, address: str, **fields: str) -> str:
    """Record a drafted filing as submitted now; returns its id."""
    filing = address.partition("#filing-")[2]
    story.sent("mara", f"{story.stage.path}/filings/{filing}/submission", **WHERE, **fields)
    return filing
