"""Kinds of data against the facts, advice against consequences, other languages, and what a notice must not hold."""

import tomllib
from pathlib import Path

import pytest

from notifications.advice import Advised, check_advice
from notifications.findings import Level
from notifications.languages import Language, read_language, stop_words_of
from notifications.listed_kinds import Kinds, check_joined, check_kinds, phrases_of
from notifications.message import Text
from notifications.other_content import check_other_content
from notifications.passages import Passage, passages
from notifications.tongues import check_tongue

FILES = {path.stem: path for path in (Path(__file__).parents[2] / "templates/notices/language").glob("*.toml")}
DOCUMENTS = {locale: tomllib.loads(path.read_text(encoding="utf-8")) for locale, path in FILES.items()}
STOP_WORDS = {locale: stop_words_of(document) for locale, document in DOCUMENTS.items()}
PHRASES = phrases_of(
    {
        "yours": {"name": "your name", "username": "your user name", "health": "data on your health"},
        "kinds": {"name": "names", "username": "user names", "health": "health data"},
    },
    ("yours", "kinds"),
)


def language(locale: str = "en") -> Language:
    return read_language(locale, DOCUMENTS[locale])


def section(text: str) -> Passage:
    (part,) = passages(f"Data\n---\n{text}\n")
    return part


def kinds(text: str, *lost: str) -> list[tuple[str, int]]:
    found = check_kinds(section(text), Kinds(PHRASES, frozenset(lost)), language())
    assert all(item.level is Level.ERROR and item.facts == ("data.categories",) for item in found)
    return [(item.message.split("”")[0].strip("“"), item.line) for item in found]


def test_kinds_as_the_facts_carry_them_pass_in_either_wording() -> None:
    assert kinds("- Your name\n- your user\n  name", "name", "username") == []
    assert kinds("Names, user names.", "name", "username") == []


def test_a_kind_too_many_and_a_kind_left_out_are_errors() -> None:
    assert kinds("- your name\n- data on your health", "name") == [("data on your health", 4)]
    assert kinds("- your name", "name", "health") == [("data on your health", 1)]


def test_a_longer_phrase_is_not_the_shorter_one_inside_it() -> None:
    assert kinds("- user names", "username") == []
    assert kinds("- usernames and surnames", "name") == [("your name", 1)]


def test_while_nobody_has_said_which_no_kind_may_be_named() -> None:
    part = section("your name")
    assert [item.rule for item in check_kinds(part, Kinds(PHRASES, None), language())] == ["data_kind"]
    assert check_kinds(section("We do not yet know."), Kinds(PHRASES, None), language()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- your name\n- your user name\n- data on your health", []),
        ("your name and your user name", []),
        ("your name, your user name and data on your health", ["joined_kinds"]),
        ("your name and/or your user name", ["joined_kinds"]),
        ("The data may include your name.", ["joined_kinds"]),
    ],
)
def test_kinds_joined_in_one_sentence_are_a_warning(text: str, found: list[str]) -> None:
    lost = Kinds(PHRASES, frozenset({"name", "username", "health"}))
    assert [item.rule for item in check_joined(section(text), lost, language())] == found


ADVISED = (Advised(("Someone could sign in.", "Somebody could sign in."), ("Change your password.", "Use a key.")),)


def advice(harm: str, actions: str) -> list[str]:
    found = check_advice(section(harm), section(actions), ADVISED, "GDPR recital 86", "en")
    return [item.message for item in found]


def test_a_consequence_needs_one_of_its_actions_in_any_wording() -> None:
    assert advice("- Somebody could\n  sign in.", "1. Use a key.") == []
    (message,) = advice("- Somebody could sign in.", "1. Be careful.")
    assert "“Somebody could sign in.”" in message
    assert advice("- Somebody could write to you.", "1. Be careful.") == []


PARAGRAPHS = {
    "en": "Somebody from outside has opened a storage area that we had set up wrongly, and copied data about you.",
    "de": "Jemand von außen hat einen Speicherbereich geöffnet, den wir falsch eingerichtet hatten, und Daten kopiert.",
    "es": "Alguien de fuera abrió un espacio de almacenamiento que estaba mal configurado y copió los datos de usted.",
    "fr": "Une personne extérieure a ouvert un espace de stockage que nous avions mal réglé et copié des données.",
    "it": "Qualcuno dall'esterno ha aperto un archivio che non era configurato bene e ha copiato i dati.",
    "nl": "Iemand van buiten heeft een opslag geopend die wij verkeerd hadden ingesteld, en gegevens gekopieerd.",
    "pl": "Ktoś z zewnątrz otworzył magazyn danych, który nie był dobrze ustawiony, i skopiował dane Państwa.",
    "pt-BR": "Alguém de fora abriu uma área de armazenamento que não estava bem configurada e copiou os dados.",
}


@pytest.mark.parametrize("written", PARAGRAPHS)
def test_a_text_is_known_by_its_commonest_words(written: str) -> None:
    parts = passages(PARAGRAPHS[written])
    assert check_tongue(parts, written, STOP_WORDS) == []
    for said in PARAGRAPHS:
        if said != written:
            (finding,) = check_tongue(parts, said, STOP_WORDS)
            assert (finding.rule, finding.level) == ("language", Level.WARNING)
            assert f"reads as {written}, not as {said}" in finding.message


def test_names_and_addresses_are_in_no_language() -> None:
    names = (
        "Miriam Vogt, Brightdesk GmbH, Lindenstraße 12, 10969 Berlin, Equifax, Experian, TransUnion, Atlanta, Chester"
    )
    assert check_tongue(passages(names), "it", STOP_WORDS) == []


@pytest.mark.parametrize(
    ("locale", "sentence", "rule", "level"),
    [
        ("en", "Unsubscribe here.", "unsubscribe", Level.ERROR),
        ("en", "Please find attached a form.", "attachment", Level.ERROR),
        ("en", "This mail has a tracking pixel.", "tracking", Level.ERROR),
        ("en", "Here is a voucher for you.", "advertising", Level.WARNING),
        ("de", "Den Bericht finden Sie im Anhang.", "attachment", Level.ERROR),
        ("de", "Als Dank erhalten Sie einen Gutschein.", "advertising", Level.WARNING),
        ("es", "Puede darse de baja aquí.", "unsubscribe", Level.ERROR),
        ("es", "Le damos un descuento.", "advertising", Level.WARNING),
        ("fr", "Vous pouvez vous désabonner ici.", "unsubscribe", Level.ERROR),
        ("fr", "Voir la lettre en pièce jointe.", "attachment", Level.ERROR),
        ("it", "Trova il modulo in allegato.", "attachment", Level.ERROR),
        ("it", "Le offriamo uno sconto.", "advertising", Level.WARNING),
        ("nl", "Zie de bijlage.", "attachment", Level.ERROR),
        ("nl", "U krijgt korting.", "advertising", Level.WARNING),
        ("pl", "Formularz jest w załączniku.", "attachment", Level.ERROR),
        ("pl", "Dajemy Państwu rabat.", "advertising", Level.WARNING),
        ("pt-BR", "Veja o formulário em anexo.", "attachment", Level.ERROR),
        ("pt-BR", "Oferecemos um desconto.", "advertising", Level.WARNING),
    ],
)
def test_what_does_not_belong_into_a_notice_is_found(locale: str, sentence: str, rule: str, level: Level) -> None:
    (finding,) = check_other_content(Text("S", sentence), language(locale))
    assert (finding.rule, finding.level) == (rule, level)


@pytest.mark.parametrize(
    ("locale", "fact", "invitation"),
    [
        ("en", "The addresses of those who subscribe to our newsletter were read.", "Subscribe to our newsletter."),
        ("en", "The mailing list of our newsletter lay open.", "You can also subscribe to our newsletter."),
        ("de", "Betroffen ist, wer unseren Newsletter abonniert hat.", "Abonnieren Sie unseren Newsletter."),
        ("de", "Unser Newsletter geht über einen Dienst.", "Gern können Sie unseren Newsletter bestellen."),
        ("es", "La lista de nuestro boletín quedó expuesta.", "Suscríbase a nuestro boletín."),
        ("fr", "La liste de notre newsletter était accessible.", "Abonnez-vous à notre newsletter."),
        ("fr", "Vous êtes inscrit à notre lettre d'information.", "Lisez notre lettre d'information."),
        ("it", "La nostra newsletter usa un elenco che è stato letto.", "Si iscriva alla nostra newsletter."),
        ("nl", "De lijst van onze nieuwsbrief stond open.", "Schrijf u in voor onze nieuwsbrief."),
        ("pl", "Nasz newsletter korzystał z tej listy.", "Zapisz się na nasz newsletter."),
        ("pt-BR", "A lista da nossa newsletter foi lida.", "Assine nossa newsletter."),
    ],
)
def test_a_newsletter_is_named_as_what_was_breached_and_not_invited_to(locale: str, fact: str, invitation: str) -> None:
    assert check_other_content(Text(fact, fact), language(locale)) == []
    (finding,) = check_other_content(Text("S", f"{fact} {invitation}"), language(locale))
    assert (finding.rule, finding.level) == ("advertising", Level.WARNING)


def test_advice_about_attachments_is_no_attachment() -> None:
    text = Text("Not advertising", "Do not open attachments of such mails. This is not advertising.")
    assert check_other_content(text, language()) == []
