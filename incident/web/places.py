"""The pages of the console that an address leads to by itself: their names, keys, and which roles see them."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from incident.roles import Action
from incident.web.languages import SOURCE, catalogue
from notifications.wording import Catalogue, in_language, worded

ENGLISH = catalogue(SOURCE)
NO_LETTERS = 3  # of a match: nothing in a word of the title


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go or something to do: its words, the address, and what else people call it.

    `key` is pressed after g. `needs` is the action without which nobody is led there; None: whoever is signed in.
    """

    title: str
    href: str
    icon: str
    key: str = ""
    needs: Action | None = None
    also: str = ""
    about: str = ""

    def within(self, words: Catalogue) -> "Place":
        """The same in a language; the words it has in English lead there too."""
        title, about, also = (str(in_language(one, words)) for one in (self.title, self.about, self.also))
        return replace(self, title=title, about=about, also=f"{also} {self.title} {self.also}")

    def as_document(self) -> dict[str, str]:
        """For the script that shows it."""
        return {"title": self.title, "about": self.about, "href": self.href, "icon": self.icon, "key": self.key}


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Places of one sort under their heading."""

    name: str
    places: tuple[Place, ...]
    here: bool = False  # of the incident that is open


A = Action
PLACES = (
    Place(worded("Board"), "/", "layout-dashboard", "b", also=worded("home start incidents deadlines")),
    Place(worded("Deadlines"), "/deadlines", "clock", "t", A.READ, worded("due calendar ics wall late soon")),
    Place(worded("Your tasks"), "/tasks", "list-check", "l", A.READ, worded("steps runbook todo mine take")),
    Place(worded("Report an incident"), "/incidents/new", "plus", "n", A.REPORT, worded("new open create")),
    Place(worded("Breach register"), "/register", "notes", "r", A.READ, worded("33(5) list authorities")),
    Place(worded("Figures"), "/figures", "chart-bar", "f", A.READ, worded("charts pictures statistics phases")),
    Place(worded("Quarantine"), "/quarantine", "shield-half", "q", A.READ_QUARANTINE, worded("intake webhook refused")),
    Place(worded("Came back"), "/incoming", "inbox", "i", also=worded("bounces incoming mail undelivered")),
    Place(worded("Replies to sort"), "/replies", "message", "e", A.READ_REPLIES, worded("answers mail people")),
    Place(worded("Bank of answers"), "/answers", "list-check", "a", A.READ_ANSWERS, worded("canned text")),
    Place(worded("Support"), "/support", "phone", "s", A.ASK_SUPPORT, worded("affected question lookup")),
    Place(worded("On call"), "/on-call", "phone", "o", A.ON_CALL, worded("rota teams pages paging")),
    Place(worded("Monitors"), "/sources", "bell", "m", A.ADMINISTER, worded("sources alerts webhooks")),
    Place(worded("Assets"), "/assets", "database", "", A.ASSETS, worded("declared systems hints")),
    Place(worded("Webhooks and chat"), "/endpoints", "link", "w", A.ADMINISTER, worded("endpoints slack teams")),
    Place(worded("Commands from chat"), "/chat", "message", "", A.ADMINISTER, worded("slack teams bot")),
    Place(
        worded("Administration"),
        "/admin",
        "shield-check",
        "x",
        A.ADMINISTER,
        worded("admin settings system configuration"),
    ),
    Place(
        worded("People"),
        "/admin/people",
        "users",
        "",
        A.ADMINISTER,
        worded("accounts users add invite password disable"),
    ),
    Place(worded("Roles"), "/admin/roles", "list-check", "", A.ADMINISTER, worded("permissions rights matrix who may")),
    Place(
        worded("Organisation"),
        "/admin/organisation",
        "building",
        "",
        A.ADMINISTER,
        worded("profile branding logo colour contact"),
    ),
    Place(worded("Law packs"), "/admin/law", "scale", "", A.ADMINISTER, worded("duties jurisdictions statutes rules")),
    Place(worded("Runbooks"), "/admin/runbooks", "list-check", "", A.ADMINISTER, worded("steps playbooks tasks")),
    Place(
        worded("Templates"), "/admin/templates", "file-text", "", A.ADMINISTER, worded("texts notices forms languages")
    ),
    Place(worded("Relays"), "/admin/relays", "send", "", A.ADMINISTER, worded("smtp mail server test imap lmtp")),
    Place(
        worded("Retention"), "/admin/retention", "hourglass", "", A.ADMINISTER, worded("purge keep delete legal hold")
    ),
    Place(
        worded("Audit"),
        "/admin/audit",
        "shield-half",
        "",
        A.VERIFY,
        worded("log chain verify proof checkpoints access"),
    ),
    Place(worded("Public pages"), "/announcements", "world", "p", also=worded("announcements status public")),
    Place(worded("What you did"), "/account/done", "history", "d", also=worded("log undo toasts history")),
    Place(worded("Your passkeys"), "/account/passkeys", "fingerprint", "k", A.PASSKEYS, worded("security key sign")),
    Place(worded("Deputies"), "/account/deputies", "users", "", A.DEPUTE, worded("stand in holiday")),
    Place(
        worded("Approved beforehand"),
        "/account/standing-approvals",
        "check",
        "",
        A.APPROVE_RELEASE,
        worded("standing approvals"),
    ),
    Place(worded("Components and colours"), "/design", "eye", "", also=worded("design system tokens contrast")),
)
CAPTURED = (
    Place(worded("Captured mail"), "/mailbox", "mailbox", "y", also=worded("mailbox test")),
    Place(worded("In-app demo"), "/in-app-demo", "device-mobile", "", also=worded("notices component host")),
)


def places_for(may: Collection[Action], *, has_mailbox: bool) -> tuple[Place, ...]:
    """The pages that whoever may do this finds in the menu or beside it."""
    every = (*PLACES, *CAPTURED) if has_mailbox else PLACES
    return tuple(place for place in every if place.needs is None or place.needs in may)


def matching(places: Iterable[Place], query: str, language: Catalogue = ENGLISH) -> tuple[Place, ...]:
    """Those in whose words each word of the query stands, what begins with it first; all of them for no query."""
    places = [place.within(language) for place in places]
    wanted = folded(query).split()
    ranked = [(_rank(place, wanted), at, place) for at, place in enumerate(places) if _has(place, wanted)]
    return tuple(place for _, _, place in sorted(ranked, key=lambda one: one[:2]))


def folded(text: str) -> str:
    """Text without case and accents, so that “acme” finds “Ácme”."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _has(place: Place, words: list[str]) -> bool:
    said = folded(f"{place.title} {place.also} {place.about}")
    return all(word in said for word in words)


def _rank(place: Place, words: list[str]) -> int:
    """0: the title begins with the first word; 1: a word of it does; 2: it stands inside one; 3: in other words."""
    title = folded(place.title)
    if not words or title.startswith(words[0]):
        return 0
    if any(part.startswith(words[0]) for part in title.split()):
        return 1
    return 2 if words[0] in title else NO_LETTERS
