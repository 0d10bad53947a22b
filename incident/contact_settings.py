"""Settings of the contact that notices print: who answers, when and where, in every language they are written in."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from incident.notice_kinds import LOCALES

EVERY_LANGUAGE = "*"
OFFICER: Mapping[str, str] = {
    "en": "Data protection officer",
    "de": "Datenschutzbeauftragter",
    "es": "Delegado de protección de datos",
    "fr": "Délégué à la protection des données",
    "it": "Responsabile della protezione dei dati",
    "nl": "Functionaris voor gegevensbescherming",
    "pl": "Inspektor ochrony danych",
    "pt-BR": "Encarregado de proteção de dados",
}
Part = Literal["name", "hours", "phone", "address"]


class ContactSettings(BaseSettings):
    """The part of `Settings` that says whom readers of a notice can ask."""

    contact_name: str = Field(default=OFFICER["en"], description="Contact point printed in notices.")
    contact_email: str = Field(default="privacy@example.org", description="Its address; answers to mails go there.")
    contact_phone: str = Field(default="", description="Its telephone number, printed where there is one.")
    contact_hours: str = Field(default="", description="When its telephone is answered, printed behind the number.")
    postal_address: str = Field(default="", description="Postal address printed in notices and filings.")
    contact_words: dict[str, dict[Part, str]] = Field(
        default_factory=dict,
        description="The contact in other languages than the first of `SEVENTYTWO_LOCALES`, as JSON: language, or * "
        "for all, to any of name, hours, phone, address, such as "
        '`{"fr": {"hours": "de 9 h à 17 h"}, "*": {"name": "M. Vogt"}}`.',
    )

    @field_validator("contact_words")
    @classmethod
    def _are_of_languages(cls, value: dict[str, dict[Part, str]]) -> dict[str, dict[Part, str]]:
        for locale, said in value.items():
            if locale not in (*LOCALES, EVERY_LANGUAGE):
                raise ValueError(f"{locale!r} is no language of notices: {', '.join(LOCALES)}, or *")
            if not all(words.strip() for words in said.values()):
                raise ValueError(f"{locale}: a part is empty: write it, or leave it out")
        return value

    def contact_in(self, locale: str) -> dict[str, str]:
        """What these settings say of the contact for one language alone; the usual name has its words in each."""
        usual = {"name": OFFICER[locale]} if self.contact_name == OFFICER["en"] else {}
        given = (self.contact_words.get(key, {}) for key in (EVERY_LANGUAGE, locale))
        return usual | {str(part): words for said in given for part, words in said.items()}
