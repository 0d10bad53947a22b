"""The pages of the console that an address leads to by itself: their names, keys, and which roles see them."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from incident.roles import Action

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

    def as_document(self) -> dict[str, str]:
        """For the script that shows it."""
        return {"title": self.title, "about": self.about, "href": self.href, "icon": self.icon, "key": self.key}


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Places of one sort under their heading."""

    name: str
    places: tuple[Place, ...]


A = Action
PLACES = (
    Place("Board", "/", "layout-dashboard", "b", also="home start incidents deadlines"),
    Place("Deadlines", "/deadlines", "clock", "t", A.READ, "due calendar ics wall late soon"),
    Place("Your tasks", "/tasks", "list-check", "l", A.READ, "steps runbook todo mine take"),
    Place("Report an incident", "/incidents/new", "plus", "n", A.REPORT, "new open create"),
    Place("Breach register", "/register", "notes", "r", A.READ, "33(5) list authorities"),
    Place("Figures", "/figures", "chart-bar", "f", A.READ, "charts pictures statistics phases"),
    Place("Quarantine", "/quarantine", "shield-half", "q", A.READ_QUARANTINE, "intake webhook refused"),
    Place("Came back", "/incoming", "inbox", "i", also="bounces incoming mail undelivered"),
    Place("Replies to sort", "/replies", "message", "e", A.READ_REPLIES, "answers mail people"),
    Place("Bank of answers", "/answers", "list-check", "a", A.READ_ANSWERS, "canned text"),
    Place("Support", "/support", "phone", "s", A.ASK_SUPPORT, "affected question lookup"),
    Place("On call", "/on-call", "phone", "o", A.ON_CALL, "rota teams pages paging"),
    Place("Monitors", "/sources", "bell", "m", A.ADMINISTER, "sources alerts webhooks"),
    Place("Assets", "/assets", "database", "", A.ASSETS, "declared systems hints"),
    Place("Webhooks and chat", "/endpoints", "link", "w", A.ADMINISTER, "endpoints slack teams"),
    Place("Commands from chat", "/chat", "message", "", A.ADMINISTER, "slack teams bot"),
    Place("Administration", "/admin", "shield-check", "x", A.ADMINISTER, "admin settings system configuration"),
    Place("People", "/admin/people", "users", "", A.ADMINISTER, "accounts users add invite password disable"),
    Place("Roles", "/admin/roles", "list-check", "", A.ADMINISTER, "permissions rights matrix who may"),
    Place("Organisation", "/admin/organisation", "building", "", A.ADMINISTER, "profile branding logo colour contact"),
    Place("Law packs", "/admin/law", "scale", "", A.ADMINISTER, "duties jurisdictions statutes rules"),
    Place("Runbooks", "/admin/runbooks", "list-check", "", A.ADMINISTER, "steps playbooks tasks"),
    Place("Templates", "/admin/templates", "file-text", "", A.ADMINISTER, "texts notices forms languages"),
    Place("Relays", "/admin/relays", "send", "", A.ADMINISTER, "smtp mail server test imap lmtp"),
    Place("Audit", "/admin/audit", "shield-half", "", A.VERIFY, "log chain verify proof checkpoints access"),
    Place("Public pages", "/announcements", "world", "p", also="announcements status public"),
    Place("What you did", "/account/done", "history", "d", also="log undo toasts history"),
    Place("Your passkeys", "/account/passkeys", "fingerprint", "k", A.PASSKEYS, "security key sign"),
    Place("Deputies", "/account/deputies", "users", "", A.DEPUTE, "stand in holiday"),
    Place("Approved beforehand", "/account/standing-approvals", "check", "", A.APPROVE_RELEASE, "standing approvals"),
    Place("Components and colours", "/design", "eye", "", also="design system tokens contrast"),
)
CAPTURED = (
    Place("Captured mail", "/mailbox", "mailbox", "y", also="mailbox test"),
    Place("In-app demo", "/in-app-demo", "device-mobile", "", also="notices component host"),
)


def places_for(may: Collection[Action], *, has_mailbox: bool) -> tuple[Place, ...]:
    """The pages that whoever may do this finds in the menu or beside it."""
    every = (*PLACES, *CAPTURED) if has_mailbox else PLACES
    return tuple(place for place in every if place.needs is None or place.needs in may)


def matching(places: Iterable[Place], query: str) -> tuple[Place, ...]:
    """Those in whose words each word of the query stands, what begins with it first; all of them for no query."""
    words = folded(query).split()
    ranked = [(_rank(place, words), at, place) for at, place in enumerate(places) if _has(place, words)]
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
