"""What is photographed: three installations (nothing yet, one report, a case in full swing) and the pages of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page

from incident.models.incidents import Severity
from incident.phases import Move, Phase
from tests.browser import (
    administering,
    anywhere,
    assessing,
    calls,
    colliding,
    counting,
    doing,
    due,
    editing,
    finding,
    handing_over,
    in_german,
    in_the_way,
    monitoring,
    packs,
    people,
    publishing,
    reporting,
    seldom,
    setting_aside,
    single,
    suggesting,
    supplementing,
    writing_back,
)
from tests.browser.story import LONG, TITLE, Story, into_investigation
from tests.web.stage import facts
from tests.web.worldwide import worldwide_facts


@dataclass(frozen=True)
class Shot:
    """One picture: its name, where, as whom (nobody: ""), what is done on the page first, the browser's locale."""

    name: str
    path: str
    who: str = "mara"
    first: Callable[[Page], None] | None = None
    locale: str = "en-GB"


Scene = Callable[[Story], list[Shot]]


def nothing_yet(_story: Story) -> list[Shot]:
    """A new installation: every page says what to do."""
    return [
        Shot("sign-in", "/login", ""),
        Shot("sign-in-refused", "/login", "", anywhere.wrong_password),
        Shot("board-empty", "/"),
        *(Shot(*place) for place in due.EMPTY),
        Shot("report", "/incidents/new"),
        Shot("quarantine-empty", "/quarantine"),
        Shot("register-empty", "/register"),
        Shot("figures-empty", "/figures"),
        Shot("mailbox-empty", "/mailbox"),
        Shot("endpoints-empty", "/endpoints"),
        *(Shot(*place) for place in calls.EMPTY),
        Shot("passkeys-barred", "/account/passkeys"),
        Shot("in-app-empty", "/in-app-demo"),
        Shot("announcements-empty", "/announcements", ""),
    ]


def one_report(story: Story) -> list[Shot]:
    """A person has reported in two fields; nobody has done anything."""
    story.report("mara", TITLE, "public_bucket", Severity.CRITICAL)
    story.after(3)
    story.sweep()
    path = story.stage.path
    first = [Shot("board-one", "/"), Shot("register-one", "/register"), Shot("fresh-overview", path)]
    return [*first, *(Shot(f"fresh-{name}", f"{path}/{name}") for name in in_german.SECTIONS)]


def full_swing(story: Story) -> list[Shot]:
    """Half a dozen incidents, one of them in the middle of telling everybody."""
    _dismissed(story)
    other = _others(story)
    into_investigation(story)
    path = story.stage.path
    story.approve(story.ask(story.notice("customer")))
    rooms = {"kind": "slack", "url": "https://hooks.slack.example/x", "events": ["release.approved", "release.void"]}
    room = story.sent("mara", "/endpoints", name="ops-room", **rooms)
    story.post(troubled=True)
    in_app = story.approve(story.ask(story.notice("in_app")))
    story.post()
    story.read_in_app("person-0000")
    announcement = story.notice("announcement")
    public = publishing.published(story, story.ask(announcement))
    story.edit(announcement, lambda text: text.replace("set up wrongly", "set up wrongly by us"))
    correction = story.ask(announcement)
    story.approve(correction, correction="The first version did not say who set the storage area up.")
    story.draft_filing()
    waiting = story.ask(story.notice("people"))
    sending = story.approve(story.ask(story.notice("people")))
    story.post(troubled=True)
    faulty = story.notice("people")
    story.edit(faulty, lambda text: text.partition("What you can do")[0])
    setting_aside.unread(story)
    story.after(9)
    story.sweep()
    customer = f"{path}/customers/customer-000"
    link = packs.told(story, customer)
    return [
        Shot("board", "/"),
        Shot("board-search", "/?q=bucket&written=yes"),
        *(Shot(*place) for place in (*due.pages(path), *doing.PAGES)),
        *(Shot(*place) for place in anywhere.pages(path)),
        Shot("board-nothing-found", "/?q=zeppelin"),
        Shot("overview", path),
        *(Shot(name, f"{path}/{name}") for name in in_german.SECTIONS),
        Shot("overview-reader", path, "lea"),
        Shot("facts-open", f"{path}/facts", first=seldom.unfolded),
        Shot("facts-refused", f"{other}/facts", first=_refused),
        Shot("overview-printed", path, first=lambda page: page.emulate_media(media="print")),
        Shot("duties-printed", f"{path}/duties", first=lambda page: page.emulate_media(media="print")),
        Shot("duties-why", f"{path}/duties", first=seldom.unfolded),
        Shot("assessment-unfolded", f"{path}/assessment", first=seldom.unfolded),
        Shot("assessment-words", f"{path}/assessment?ask=organisation.sectors"),
        Shot("assessment-number", f"{path}/assessment?ask=people.count&dataset=accounts", first=assessing.tried),
        Shot("assessment-refused", f"{path}/assessment?ask=reach&dataset=accounts", first=assessing.odd_answer),
        Shot("assessment-decider", f"{path}/assessment", "ines"),
        Shot("notice-editor", f"{faulty}"),
        Shot("notice-editor-typed", f"{faulty}", first=editing.typed),
        Shot("notice-editor-german-phone", f"{faulty}?locale=de&view=phone"),
        Shot("preview-right-to-left", f"{faulty}/preview?seen=hebrew"),
        Shot("preview-release-phone", f"{waiting}/preview?text=de&seen=longest&view=phone"),
        Shot("release-waiting", waiting, "ines"),
        Shot("release-own", waiting),
        Shot("release-unfolded", waiting, "ines", seldom.unfolded),
        Shot("deputies", "/account/deputies", "ines"),
        Shot("standing", "/account/standing-approvals", "ines"),
        Shot("release-sending", sending, "ines"),
        *(Shot(*place) for place in single.pages(story, in_app)),
        Shot("release-public", correction),
        Shot("customer", customer),
        Shot("customer-unfolded", customer, first=seldom.unfolded),
        Shot("customer-reader", customer, "lea"),
        Shot("shares-imported", f"{path}/customers", first=packs.import_figures),
        Shot("list-made", customer, first=packs.make_link),
        Shot("list-page", link, ""),
        Shot("list-code", link, "", packs.ask_for_code),
        Shot("list-wrong", link, "", packs.wrong_code),
        Shot("register", "/register"),
        Shot("register-unfolded", "/register", first=seldom.unfolded),
        Shot("register-nothing-fits", "/register?year=1999"),
        Shot("register-printed", "/register", first=lambda page: page.emulate_media(media="print")),
        Shot("quarantine", "/quarantine"),
        Shot("mailbox", "/mailbox"),
        Shot("endpoints", "/endpoints"),
        *(Shot(*place) for place in (("endpoint", room), *calls.told(story))),
        *(Shot(*place) for place in seldom.pages(story)),
        Shot("mail", "/mailbox/000003?view=html"),
        Shot("mail-text", "/mailbox/000003"),
        Shot("in-app", "/in-app-demo?reader=person-0001", first=anywhere.told_there),
        Shot("in-app-read", "/in-app-demo?reader=person-0000", first=anywhere.told_there),
        Shot("announcements", "/announcements", ""),
        Shot("announcement", public, ""),
        Shot("announcement-earlier", public.replace("/announcements/", "/announcements/en/") + ".1.html", ""),
        Shot("announcement-german", f"{public}?lang=de", ""),
        Shot("announcement-fallback", f"{public}?lang=pl", ""),
        Shot("announcement-withdrawn", publishing.withdrawn(story), ""),
        Shot("announcement-missing", "/announcements/none", ""),
        Shot("error-not-found", "/incidents/no-such"),
        Shot("error-lost-race", path, first=colliding.lost_race),
    ]


def worldwide(story: Story) -> list[Shot]:
    """One breach that reaches people in every country and state: some three hundred duties, and a draft."""
    began = story.clock.now()
    story.report("mara", "Customer database copied by an intruder", "other", Severity.CRITICAL)
    story.command()
    story.after(60)
    story.save(worldwide_facts())
    story.aware(began + timedelta(minutes=30), "The intruder's listing holds rows of our database.")
    path = story.stage.path
    for answered in assessing.ANSWERED:
        story.sent("mara", f"{path}/assessment", dataset="accounts", **answered)
    return [
        Shot("worldwide-duties", f"{path}/duties"),
        Shot("worldwide-ticked", f"{path}/duties", "ines", assessing.ticked),
        Shot("worldwide-assessment", f"{path}/assessment"),
        Shot("worldwide-overview", path),
    ]


def audiences(story: Story) -> list[Shot]:
    """Who notices go to: lists with faults, frozen, added to, and nobody yet."""
    story.report("mara", TITLE, "public_bucket", Severity.CRITICAL)
    empty, filled, frozen, added = people.gathered(story)
    return [
        Shot("audiences", f"{story.stage.path}/audiences", first=seldom.unfolded),
        Shot("audience-empty", empty),
        Shot("audience", filled),
        Shot("audience-columns", filled, first=people.choose_columns),
        Shot("audience-sample", filled, first=people.look_at_sample),
        Shot("audience-reader", filled, "ines"),
        Shot("audience-frozen", frozen),
        Shot("audience-added", added),
        *(Shot(*one) for one in people.of_many_languages(story)),
    ]


def replies(story: Story) -> list[Shot]:
    """People write back, and are answered."""
    return [Shot(*one) for one in writing_back.pages(story)]


def reports(story: Story) -> list[Shot]:
    """Somebody reports by mail or by the form, and is answered."""
    return [Shot(*one) for one in (*finding.pages(story), *reporting.pages(story))]


def a_year(story: Story) -> list[Shot]:
    """Incidents of a year, counted."""
    return [Shot(*one) for one in counting.pages(story)]


def hints(story: Story) -> list[Shot]:
    """Alerts suggest answers, one of them against what is saved; assets are declared."""
    path = suggesting.declared(story)
    question = Shot("hints-question", f"{path}/assessment?ask=data.categories&dataset=accounts")
    assets = [Shot(*one) for one in suggesting.ASSETS]
    return [*assets, Shot("hints", f"{path}/facts"), question, Shot("alerts-alike", f"{path}/alerts")]


def shifts(story: Story) -> list[Shot]:
    """One shift hands over to the next, and who decides reads how it stands."""
    return [Shot(*one) for one in handing_over.pages(story)]


def administration(story: Story) -> list[Shot]:
    """People, roles, relays, texts and the record, as an administrator and as an auditor see them."""
    return [*(Shot(*one) for one in administering.pages(story)), *(Shot(*one) for one in monitoring.pages(story))]


def german(story: Story) -> list[Shot]:
    return [Shot(*one) for one in in_german.pages(story)]


def in_the_way_of(story: Story) -> list[Shot]:
    """What lies over a page or stands in its place, over a board that is full; who was faster, and what broke."""
    later = (*supplementing.pages(story), *colliding.pages(story))
    return [Shot(*one) for one in (*in_the_way.pages(story), *later)]


FIRST = (nothing_yet, one_report, full_swing, worldwide, audiences, replies, reports)
SCENES: tuple[Scene, ...] = (*FIRST, a_year, hints, shifts, administration, in_the_way_of, german)


def _others(story: Story) -> str:
    """Incidents of other kinds, in other phases, with other standings; returns the address of the first."""
    story.report("mara", "File server encrypted, ransom note on every share", "ransomware", Severity.CRITICAL)
    first = story.stage.path
    story.command()
    story.settle_tasks(Phase.DETECTION, "Done.")
    story.go(Move.CONTAIN)
    story.save(facts())
    story.after(6 * 60)
    story.report("mara", LONG, "misdirected_email", Severity.MEDIUM)
    story.save({**facts(), "datasets": facts()["datasets"][1:]})
    story.after(14 * 60)
    story.report("mara", "Access key in a public repository", "leaked_credentials", Severity.LOW)
    story.command()
    story.go(Move.CONTAIN)
    story.after(4 * 60)
    story.report("mara", "Laptop left on a train", "other", Severity.HIGH)
    story.after(60)
    return first


def _dismissed(story: Story) -> None:
    story.report("mara", "Newsletter sent with open recipients", "misdirected_email", Severity.LOW)
    story.after(20)
    story.go(Move.DISMISS, reason="Two colleagues tested the new template with each other's addresses.")


def _refused(page: Page) -> None:
    seldom.unfolded(page)
    page.fill("[name='datasets.0.people.count']", "about forty")
    page.fill("[name='datasets.1.reach']", "Bavaria = 12")
    page.get_by_role("button", name="Save as version").click()
    page.wait_for_selector("[role=alert]")
