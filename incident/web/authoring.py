"""What a person adds to the facts when a notice or a filing is written: measures, the next update, edited words."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from incident.drafting import Account, Offer
from incident.errors import Fault, Invalid
from incident.phrases import load_phrases
from incident.settings import Settings
from incident.web.forms import AccountForm
from incident.web.frame import Desk
from incident.web.times import read_local
from incident.web.views import Choice


def measures(settings: Settings) -> tuple[Choice, ...]:
    """The measures a notice can name in every language."""
    phrases = load_phrases(settings.template_folders, "en")
    return tuple(Choice(word, text) for word, text in phrases.tables["measures"].items())


def account_from(desk: Desk, form: AccountForm, delay: str = "", own: Mapping[str, str] | None = None) -> Account:
    """What the form tells beyond the facts. Raises Invalid."""
    try:
        ahead = read_local(form.next_update, desk.zone) if form.next_update else None
    except ValueError:
        raise Invalid(Fault("next_update", "names no moment", "such as 2026-11-27T16:00")) from None
    return Account(
        (*form.taken, *lines_of(form.more_taken)),
        (*form.planned, *lines_of(form.more_planned)),
        next_update=ahead,
        delay=delay.strip(),
        police_delay={"yes": True, "no": False}.get(form.police_delay),
        offer=_offer(form),
        own={"impact": form.impact.strip(), **(own or {})},
    )


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a field that say something."""
    return tuple(line for part in text.splitlines() if (line := " ".join(part.split())))


def segments_of(text: str) -> dict[str, tuple[str, ...]]:
    """Segments as they are typed: "cards: payment_card_full, name" a line. Raises Invalid for a broken line."""
    found: dict[str, tuple[str, ...]] = {}
    for line in lines_of(text):
        name, colon, words = line.partition(":")
        if not colon or name.strip() in found:
            fault = "has no colon" if not colon else "names a segment again"
            raise Invalid(Fault("segments", f"{line!r} {fault}", "write a name, a colon, and kinds of data"))
        found[name.strip()] = tuple(word.strip() for word in words.split(",") if word.strip())
    return found


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """What a form for writing again is filled with: what was told the last time, as its fields hold it."""

    taken: tuple[str, ...]
    planned: tuple[str, ...]
    more_taken: str
    more_planned: str
    next_update: str
    police_delay: str
    offer_provider: str
    offer_months: int
    offer_how: str
    impact: str


def told_before(desk: Desk, account: Account) -> ToldBefore:
    """The account of a draft for the form that writes it again."""
    known = {choice.value for choice in measures(desk.edge.settings)}
    offer = account.offer or Offer("", 0, "")
    own = [tuple(item for item in items if item not in known) for items in (account.taken, account.planned)]
    ahead = account.next_update
    return ToldBefore(
        taken=tuple(item for item in account.taken if item in known),
        planned=tuple(item for item in account.planned if item in known),
        more_taken="\n".join(own[0]),
        more_planned="\n".join(own[1]),
        next_update=ahead.astimezone(ZoneInfo(desk.zone)).strftime("%Y-%m-%dT%H:%M") if ahead else "",
        police_delay={True: "yes", False: "no", None: ""}[account.police_delay],
        offer_provider=offer.provider,
        offer_months=offer.months,
        offer_how=offer.how,
        impact=account.own.get("impact", ""),
    )


def _offer(form: AccountForm) -> Offer | None:
    said = (form.offer_provider.strip(), form.offer_months, form.offer_how.strip())
    if not any(said):
        return None
    if not all(said):
        raise Invalid(Fault("offer_provider", "is told by half", "name the provider, the months and how to enrol"))
    return Offer(*said)
