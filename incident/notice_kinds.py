"""The kinds of notice and the forms of filings: whom each is for, under which law, what it asks of the facts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from incident.anchors import AWARE
from incident.customer_figures import PLACEHOLDERS
from notifications.template_files import FRAGMENT, MAIL
from notifications.wording import worded

LOCALES = ("en", "de", "es", "fr", "it", "nl", "pl", "pt-BR")
EUROPEAN = ("en", "de", "es", "fr", "it", "nl", "pl")
CONTROLLING = ("controller", "joint")
PROCESSING = ("processor", "sub_processor")
ANY_ROLE = (*CONTROLLING, *PROCESSING)


class NoticeKind(StrEnum):
    """A word of the database, of addresses and of the folders under templates/notices."""

    PEOPLE = "people"
    GENERIC = "generic"
    CALIFORNIA = "california"
    HIPAA = "hipaa"
    GUARDIANS = "guardians"
    CHILDREN = "children"
    STAFF = "staff"
    CONTROLLER_PEOPLE = "controller_people"
    PEOPLE_UPDATE = "people_update"
    CUSTOMER = "customer"
    CUSTOMER_UPDATE = "customer_update"
    IN_APP = "in_app"
    ANNOUNCEMENT = "announcement"
    STATUS_UPDATE = "status_update"
    MEDIA = "media"
    MARKET = "market"


class Readers(StrEnum):
    """Who reads a notice, and so how it speaks and where its audience comes from."""

    PEOPLE = "people"  # the people concerned: "your name"
    GUARDIANS = "guardians"  # of children concerned
    CHILDREN = "children"
    CUSTOMERS = "customers"  # business customers as controllers, each with its own figures
    RECIPIENTS = "recipients"  # an imported list: newsrooms, a market's information service
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of notice is. `contents` names its list of required contents, `asked` the facts it prints.

    `page` is the template its HTML stands in: a mail by itself, or a part of what something else shows. `roles` are
    ours for the data sets it may speak of. `place` is where its readers live, "" anywhere.
    """

    readers: Readers
    contents: str
    asked: tuple[str, ...]
    page: str = MAIL
    roles: tuple[str, ...] = CONTROLLING
    placeholders: frozenset[str] = frozenset({"greeting", "name"})
    own: tuple[str, ...] = ()  # contents nobody can draw from the facts: a person writes them
    locales: tuple[str, ...] = LOCALES
    place: str = ""

    @property
    def to_people(self) -> bool:
        """Whether it goes to the people concerned or to who stands for them."""
        return self.readers in (Readers.PEOPLE, Readers.GUARDIANS, Readers.CHILDREN)

    @property
    def channel(self) -> str:
        """How it reaches its audience, a word of `notifications.models.Channel`; "" for what is published to all."""
        if self.readers is Readers.PUBLIC:
            return ""
        return "in_app" if self.page == FRAGMENT else "email"


TITLE = "title"  # of a data set: somebody's own words, asked where a notice prints them
ASKED = ("cause", "categories", "period", "exfiltration", "recipients")
PUBLISHED = (TITLE, "cause", "categories", "period", "exfiltration")
FIGURES = (TITLE, "cause", "categories", "people", "countries", "period", "exfiltration")
K, R = NoticeKind, Readers
KINDS: Mapping[NoticeKind, Kind] = {
    K.PEOPLE: Kind(R.PEOPLE, "gdpr-34-2", ASKED),
    K.GENERIC: Kind(R.PEOPLE, "generic", ASKED),
    K.CALIFORNIA: Kind(R.PEOPLE, "us-ca-1798-82", ASKED, place="US-CA"),
    K.HIPAA: Kind(R.PEOPLE, "hipaa-164-404-c", ASKED),
    K.GUARDIANS: Kind(R.GUARDIANS, "gdpr-34-2", ASKED),
    K.CHILDREN: Kind(R.CHILDREN, "children", ASKED),
    K.STAFF: Kind(R.PEOPLE, "gdpr-34-2", ASKED),
    K.CONTROLLER_PEOPLE: Kind(R.PEOPLE, "gdpr-34-2", ASKED, roles=PROCESSING),
    K.PEOPLE_UPDATE: Kind(R.PEOPLE, "update", ASKED),
    K.CUSTOMER: Kind(R.CUSTOMERS, "gdpr-33-2", (TITLE, *ASKED, "logs"), roles=PROCESSING, placeholders=PLACEHOLDERS),
    K.CUSTOMER_UPDATE: Kind(R.CUSTOMERS, "update", (*ASKED, "logs"), roles=PROCESSING, placeholders=PLACEHOLDERS),
    K.IN_APP: Kind(
        R.PEOPLE, "gdpr-34-2", ("cause", "categories", "exfiltration"), FRAGMENT, placeholders=frozenset({"name"})
    ),
    K.ANNOUNCEMENT: Kind(R.PUBLIC, "announcement", PUBLISHED, FRAGMENT, ANY_ROLE, frozenset()),
    K.STATUS_UPDATE: Kind(R.PUBLIC, "update", PUBLISHED, FRAGMENT, ANY_ROLE, frozenset()),
    K.MEDIA: Kind(R.RECIPIENTS, "media", FIGURES, roles=ANY_ROLE, placeholders=frozenset()),
    K.MARKET: Kind(R.RECIPIENTS, "market", FIGURES, roles=ANY_ROLE, placeholders=frozenset(), own=("impact",)),
}
PUBLIC = tuple(kind for kind, told in KINDS.items() if told.readers is Readers.PUBLIC)
UPDATES = (K.PEOPLE_UPDATE, K.CUSTOMER_UPDATE, K.STATUS_UPDATE)
OWN_FORM = frozenset({"us-ca-1798-82", "hipaa-164-404-c"})  # laws that only a notice in their own form meets


def meets(kind: NoticeKind, contents: str) -> bool:
    """Whether a notice of this kind, once everybody has it, meets a duty towards people with this contents list.

    A law that fixes the form (California, HIPAA) is met by its own kind alone, and that kind meets no other; every
    other duty towards people is met by the notices that hold what Art. 34(2) GDPR asks or more. An update meets none.
    """
    if not KINDS[kind].to_people or kind in UPDATES:
        return False
    own = KINDS[kind].contents
    return own == contents if own in OWN_FORM or contents in OWN_FORM else True


def kind_for(addressee_kind: str, contents: str) -> NoticeKind | None:
    """The kind of notice that meets a duty towards customers or people; None for a duty towards others.

    The kind that holds this contents list, and where the law has none of ours the one that names no statute.
    """
    if addressee_kind in ("controller", "customers"):
        return NoticeKind.CUSTOMER
    if addressee_kind != "data_subjects":
        return None
    named = (kind for kind, told in KINDS.items() if told.contents == contents and meets(kind, contents))
    return next(named, NoticeKind.GENERIC)


@dataclass(frozen=True, slots=True)
class Form:
    """A structured draft for an authority: which facts it prints, in which languages it is written.

    `own` are contents nobody can draw from the facts: a person writes them. `follows` names the form it supplements.
    """

    law: str
    asked: tuple[str, ...]
    own: tuple[str, ...] = ()
    follows: str = ""
    locales: tuple[str, ...] = EUROPEAN


FILED = (*FIGURES, "whose", "recipients", "logs")
FROM_AWARENESS = (*FILED, AWARE)  # where the law counts from the moment somebody knew, forms ask for it
FORMS: Mapping[str, Form] = {
    "gdpr-33-3": Form("GDPR Art. 33(3)", FROM_AWARENESS),
    "gdpr-33-3-supplement": Form("GDPR Art. 33(4)", FROM_AWARENESS, follows="gdpr-33-3"),
    "gdpr-33-3-final": Form("GDPR Art. 33(3) and (4)", FROM_AWARENESS, ("root_cause", "lasting"), follows="gdpr-33-3"),
    "nis2-early-warning": Form("NIS2 Art. 23(4)(a)", ("malice", "cause", "countries", "period"), ("cross_border",)),
    "nis2-notification": Form("NIS2 Art. 23(4)(b)", FILED, ("severity", "indicators"), follows="nis2-early-warning"),
    "nis2-final": Form(
        "NIS2 Art. 23(4)(d)", FILED, ("severity", "root_cause", "cross_border"), follows="nis2-notification"
    ),
    "dora-initial": Form(
        "DORA Art. 19(4)(a), Reg. (EU) 2025/301 Art. 1 and 2",
        ("cause", "countries", "period", "people"),
        ("submission", "classification", "how_discovered", "origin", "continuity"),
    ),
    "dora-intermediate": Form(
        "DORA Art. 19(4)(b), Reg. (EU) 2025/301 Art. 1 and 3",
        ("cause", "countries", "period", "people"),
        ("submission", "authority_reference", "classification", "techniques", "functions", "clients", "other_reports"),
        follows="dora-initial",
    ),
    "dora-final": Form(
        "DORA Art. 19(4)(c), Reg. (EU) 2025/301 Art. 1 and 4",
        ("cause", "countries", "period", "people"),
        ("submission", "root_cause", "resolution", "costs"),
        follows="dora-intermediate",
    ),
    "lgpd": Form("LGPD Art. 48 § 1, RCIS Art. 6", FROM_AWARENESS, ("root_cause", "before"), locales=("pt-BR", "en")),
    "pipeda": Form("PIPEDA s. 10.1, SOR/2018-64 s. 2", FILED, ("telling",), locales=("en", "fr")),
    "popia": Form("POPIA s. 22(4) and (5)", FILED, ("perpetrator",), locales=("en",)),
    "attorney-general": Form("State law of the United States", FILED, ("services", "telling"), locales=("en", "es")),
    "credit-bureaus": Form("State law of the United States", ("people", "countries"), ("telling",), locales=("en",)),
}
FILED_WITH = frozenset({"supervisory_authority", "regulator", "competent_authority", "csirt", "credit_bureaus"})
STAND_IN = "gdpr-33-3"
AUTHORITY = "authority"  # that measure, among those of the phrases
OF_CONTENTS = {"gdpr-33-3": "gdpr-33-3", "lgpd": "lgpd", "pipeda": "pipeda", "popia-22-5": "popia"}


def form_for(duty: str, contents: str, addressee_kind: str) -> str:
    """The form a duty is filed in: that of its contents list or stage; the stand-in where none is ours.

    `duty` is its id, such as "eu-nis2-final".
    """
    if contents in OF_CONTENTS:
        return OF_CONTENTS[contents]
    if addressee_kind == "credit_bureaus":
        return "credit-bureaus"
    staged = [form for form in FORMS if form.startswith(f"{contents}-") and f"-{form.partition('-')[2]}" in duty]
    if staged:
        return staged[0]
    return "attorney-general" if duty.startswith("us-") else STAND_IN


def adds_to(form: str) -> str:
    """The form of the same duty that this one gives further information on; "" for one that stands by itself."""
    earlier = FORMS[form].follows if form in FORMS else ""
    return earlier if earlier and form.startswith(f"{earlier}-") else ""


IN_PHASES = tuple(form for form in FORMS if STAND_IN in (form, adds_to(form)))  # of Art. 33(3), and what adds to it
# Forms for the authority that a measure may say was told: in what it reads itself that says nothing.
TOLD_THEREBY = frozenset({*OF_CONTENTS.values(), *IN_PHASES})


def stands_in(form: str, contents: str) -> bool:
    """Whether a form is that of Art. 33(3) GDPR for a duty whose own law asks for something else."""
    return form == STAND_IN and OF_CONTENTS.get(contents) != form


TITLES: Mapping[NoticeKind, str] = {  # as people inside call them
    NoticeKind.PEOPLE: worded("E-mail to the people affected"),
    NoticeKind.GENERIC: worded("E-mail to people, under no particular law"),
    NoticeKind.CALIFORNIA: worded("Notice of Data Breach (California)"),
    NoticeKind.HIPAA: worded("Notice to individuals (HIPAA)"),
    NoticeKind.GUARDIANS: worded("E-mail to those responsible for children"),
    NoticeKind.CHILDREN: worded("E-mail to children"),
    NoticeKind.STAFF: worded("E-mail to staff"),
    NoticeKind.CONTROLLER_PEOPLE: worded("E-mail to the people of a customer"),
    NoticeKind.PEOPLE_UPDATE: worded("Update to the people affected"),
    NoticeKind.CUSTOMER: worded("Notice to business customers"),
    NoticeKind.CUSTOMER_UPDATE: worded("Update to business customers"),
    NoticeKind.IN_APP: worded("In-app notice"),
    NoticeKind.ANNOUNCEMENT: worded("Public announcement"),
    NoticeKind.STATUS_UPDATE: worded("Public status update"),
    NoticeKind.MEDIA: worded("Statement to the media"),
    NoticeKind.MARKET: worded("Disclosure to the market"),
}
