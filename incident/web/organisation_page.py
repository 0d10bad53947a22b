"""The page of the organisation: who notices speak for, which setting says so, and what is missing in which language."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Depends, Response

from incident.auth.dependencies import acting
from incident.drafting import Profile
from incident.mail_settings import listed
from incident.organisation import profile_of
from incident.roles import Action
from incident.same_in_each import same_in_each
from incident.settings import Settings
from incident.web.brand_sample import sample
from incident.web.fact_questions import word_label
from incident.web.frame import Seated
from incident.web.outgoing import LANGUAGES
from incident.web.views.installed import ContactRow, OrganisationView, SettingGroup, SettingRow
from notifications.wording import Country, Language, Said, worded, worded_list

router = APIRouter(include_in_schema=False)
PAGE = "/admin/organisation"
PREFIX = "SEVENTYTWO_"
KEEPER = [Depends(acting(Action.ADMINISTER, programs=False))]
Described = tuple[str, Said, Said]  # the field, its words, what is printed with it
GROUPS: tuple[tuple[Said, tuple[Described, ...]], ...] = (
    (
        worded("Who speaks"),
        (
            ("organisation", worded("Name"), worded("on pages, in every notice and as sender of every mail")),
            ("entity_name", worded("Legal name"), worded("in notices and filings; not set: the name")),
            (
                "establishment",
                worded("Main establishment"),
                worded("decides which authority leads"),
            ),
            ("zone", worded("Time zone"), worded("of times in notices, and of days the law counts")),
            (
                "sectors",
                worded("Regulated as"),
                worded("which laws of a sector apply; not set: each incident asks"),
            ),
            ("public_url", worded("Address of the console"), worded("in every link that is mailed")),
        ),
    ),
    (
        worded("Whom readers can ask"),
        (
            ("contact_name", worded("Contact"), worded("printed in every notice and filing")),
            ("contact_email", worded("Mail address"), worded("answers to mails go there")),
            ("contact_phone", worded("Telephone"), worded("printed where there is one")),
            ("contact_hours", worded("Answered when"), worded("printed behind the number")),
            ("postal_address", worded("Postal address"), worded("in notices and filings")),
        ),
    ),
    (
        worded("How it looks"),
        (
            ("brand_colour", worded("Colour"), worded("of rules and links in mails; made legible where it is not")),
            ("logo_file", worded("Logo"), worded("at the top of mails; not set: the name stands there")),
            ("mail_from", worded("Sender"), worded("of every mail; its domain stands in each Message-ID")),
            ("locales", worded("Languages"), worded("notices are written in unless their writer chooses others")),
        ),
    ),
)
NEEDED = {
    "organisation": worded("Still the name of an example: every notice would speak for it."),
    "contact_email": worded("Still an address of an example: answers would reach nobody."),
    "mail_from": worded("Still an address of an example: no relay takes it as sender."),
    "postal_address": worded("Empty: filings and notices under some laws need one."),
    "public_url": worded("Not set: links in mails lead to this machine only."),
}
PARTS = {
    "name": worded("contact"),
    "phone": worded("telephone"),
    "hours": worded("hours"),
    "address": worded("postal address"),
}


@router.get(PAGE, dependencies=KEEPER)
def show_organisation(desk: Seated) -> Response:
    """What is set, by which variable, and what wants to be."""
    with desk.edge.read() as session:
        return desk.page("organisation.html", session, {"view": organisation_view(desk.edge.settings)})


@router.get(f"{PAGE}/sample.svg", dependencies=KEEPER)
def show_sample(desk: Seated) -> Response:
    """The head of a mail in the organisation's colour and with its logo, on light and on dark ground."""
    settings = desk.edge.settings
    drawn = sample(settings.organisation, settings.brand_colour, settings.logo)
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


def organisation_view(settings: Settings) -> OrganisationView:
    """The settings that say who the organisation is."""
    groups = tuple(SettingGroup(name, tuple(_row(settings, one) for one in rows)) for name, rows in GROUPS)
    open_rows = sum(bool(row.mend) for group in groups for row in group.rows)
    profile = profile_of(settings)
    contacts = tuple(_contact(profile, locale) for locale in settings.notice_locales)
    return OrganisationView(
        groups=groups,
        contacts=contacts,
        logo=settings.logo_file.name if settings.logo_file else "",
        picture=f"{PAGE}/sample.svg",
        open=open_rows + sum(bool(row.missing) for row in contacts),
    )


def _row(settings: Settings, described: Described) -> SettingRow:
    name, label, about = described
    value = getattr(settings, name)
    usual = value == type(settings).model_fields[name].get_default()
    shown = "" if value is None else IN_WORDS.get(name, str)(str(value))
    mend = NEEDED.get(name, "") if usual else ""
    return SettingRow(label, f"{PREFIX}{name.upper()}", shown, about, usual, mend)


def _country(code: str) -> str:
    return worded("{name} ({code})", name=Country(code), code=code) if code else ""


def _languages(tags: str) -> str:
    return worded_list(worded("{name} ({code})", name=Language(tag), code=tag) for tag in listed(tags))


def _sectors(sectors: str) -> str:
    return worded_list(word_label(word, "organisation.sectors") for word in listed(sectors))


IN_WORDS: Mapping[str, Callable[[str], str]] = {
    "establishment": _country,
    "locales": _languages,
    "sectors": _sectors,
}


def _contact(profile: Profile, locale: str) -> ContactRow:
    """The contact as it is printed; a part that only the first language has is missing in the others."""
    printed, own = profile.contact(locale), profile.in_language.get(locale, {})
    usual = profile.written_in
    first = locale == usual
    spoken = ("name", "hours") if profile.contact_phone else ("name",)
    foreign = [part for part in spoken if not first and part not in own and not same_in_each(part, printed[part])]
    why = worded("in {language} alone: printed so here, and each notice is warned of it", language=Language(usual))
    return ContactRow(
        locale,
        LANGUAGES[locale],
        printed["name"],
        printed["phone"],
        printed["hours"],
        printed["address"],
        tuple(PARTS[part] for part in foreign),
        why if foreign else "",
    )
