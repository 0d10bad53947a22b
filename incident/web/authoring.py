"""What a person adds to the facts when a notice or a filing is written: measures, the next update, edited words."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from incident.drafting import Account, Offer
from incident.errors import Fault, Invalid
from incident.own_words import joined, written_in
from incident.phrases import load_phrases
from incident.settings import Settings
from incident.web.forms import AccountForm
from incident.web.frame import Desk
from incident.web.languages import SOURCE
from incident.web.outgoing import LANGUAGES
from incident.web.times import read_local
from incident.web.views import Choice
from notifications.wording import worded


def measures(settings: Settings, language: str = SOURCE) -> tuple[Choice, ...]:
    """The measures a notice can name in every language, in the reader's."""
    phrases = load_phrases(settings.template_folders, language)
    return tuple(Choice(word, text) for word, text in phrases.tables["measures"].items())


def account_from(
    desk: Desk, form: AccountForm, locales: Collection[str], delay: str = "", own: Mapping[str, str] | None = None
) -> Account:
    """What the form tells beyond the facts, for a text in these languages. Raises Invalid."""
    try:
        ahead = read_local(form.next_update, desk.zone) if form.next_update else None
    except ValueError:
        raise Invalid(Fault("next_update", worded("names no moment"), worded("such as 2026-11-27T16:00"))) from None
    said: dict[str, dict[str, str]] = {}

    def told(name: str, tongues: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
        lines, others = joined(name, {key: lines_of(text) for key, text in _paired(tongues, texts) if key in locales})
        said.update(others)
        return lines

    taken = told("more_taken", form.own_in, form.more_taken)
    planned = told("more_planned", form.own_in, form.more_planned)
    how = " ".join(told("offer_how", form.law_in, form.offer_how))
    impact = " ".join(told("impact", form.law_in, [" ".join(text.split()) for text in form.impact]))
    happened = {key: text.strip() for key, text in _paired(form.own_in, form.happened) if key in locales}
    return Account(
        (*form.taken, *taken),
        (*form.planned, *planned),
        {key: text for key, text in happened.items() if text},
        ahead,
        delay=delay.strip(),
        police_delay={"yes": True, "no": False}.get(form.police_delay),
        offer=_offer(form, how),
        own={"impact": impact, **(own or {})},
        said=said,
    )


def _paired(tongues: Sequence[str], texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each language with its text. Raises Invalid for a form that was not sent as it stands on the page."""
    if len(tongues) != len(texts):
        raise Invalid(
            Fault("own_in", worded("names other languages than there are texts"), worded("send the form as it is"))
        )
    return zip(tongues, texts, strict=True)


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a field that say something."""
    return tuple(line for part in text.splitlines() if (line := " ".join(part.split())))


def segments_of(text: str) -> dict[str, tuple[str, ...]]:
    """Segments as they are typed: "cards: payment_card_full, name" a line. Raises Invalid for a broken line."""
    found: dict[str, tuple[str, ...]] = {}
    for line in lines_of(text):
        name, colon, words = line.partition(":")
        if not colon or name.strip() in found:
            fault = (
                worded("{line} names a segment again", line=repr(line))
                if colon
                else worded("{line} has no colon", line=repr(line))
            )
            raise Invalid(Fault("segments", fault, worded("write a name, a colon, and kinds of data")))
        found[name.strip()] = tuple(word.strip() for word in words.split(",") if word.strip())
    return found


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What a person told in their own words in one language, as the fields of the form hold it."""

    locale: str
    language: str
    happened: str = ""
    taken: str = ""
    planned: str = ""
    how: str = ""
    impact: str = ""

    @property
    def is_told(self) -> bool:
        return any((self.happened, self.taken, self.planned))


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """What a form for writing again is filled with: what was told the last time, as its fields hold it."""

    taken: tuple[str, ...]
    planned: tuple[str, ...]
    next_update: str
    police_delay: str
    offer_provider: str
    offer_months: int


def nothing_told(locales: Sequence[str]) -> tuple[OwnWords, ...]:
    """Empty fields for own words, in each of these languages."""
    return tuple(OwnWords(locale, LANGUAGES.get(locale, locale)) for locale in locales)


def told_before(desk: Desk, account: Account) -> ToldBefore:
    """The account of a draft for the form that writes it again."""
    known = _measures_known(desk)
    offer, ahead = account.offer or Offer("", 0, ""), account.next_update
    return ToldBefore(
        taken=tuple(item for item in account.taken if item in known),
        planned=tuple(item for item in account.planned if item in known),
        next_update=ahead.astimezone(ZoneInfo(desk.zone)).strftime("%Y-%m-%dT%H:%M") if ahead else "",
        police_delay={True: "yes", False: "no", None: ""}[account.police_delay],
        offer_provider=offer.provider,
        offer_months=offer.months,
    )


def words_before(desk: Desk, account: Account, locales: Sequence[str]) -> tuple[OwnWords, ...]:
    """The own words of a draft in each of its languages, for the form that writes it again."""
    known = _measures_known(desk)
    own = [[item for item in items if item not in known] for items in (account.taken, account.planned)]
    how = [account.offer.how] if account.offer else []
    impact = [text for text in (account.own.get("impact", ""),) if text]
    found = []
    for locale in locales:
        said = [written_in(lines, locale, account, locales) for lines in (*own, how, impact)]
        texts = ["\n".join(lines) if any(lines) else "" for lines in said]
        found.append(OwnWords(locale, LANGUAGES.get(locale, locale), account.happened.get(locale, ""), *texts))
    return tuple(found)


def _measures_known(desk: Desk) -> set[str]:
    """The measures the form has a box for; others are told in own words."""
    return {choice.value for choice in measures(desk.edge.settings)}


def _offer(form: AccountForm, how: str) -> Offer | None:
    said = (form.offer_provider.strip(), form.offer_months, how)
    if not any(said):
        return None
    if not all(said):
        raise Invalid(
            Fault("offer_provider", worded("is told by half"), worded("name the provider, the months and how to enrol"))
        )
    return Offer(*said)
