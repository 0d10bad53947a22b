"""The formulas against sums done by hand, syllables against counts by ear, and what counts as hard."""

import pytest

from incident.notice_kinds import LOCALES
from notifications.findings import Level
from notifications.passages import passages, sentences
from notifications.readability import ENOUGH, LONGEST, SCALES, Counts, check_reading, count, syllables

# Ten sentences of ten words; 150 syllables, 450 letters, 12 words of four syllables or more.
COUNTS = Counts(sentences=10, words=100, syllables=150, letters=450, long_words=12)
BY_HAND = {
    "en": 206.835 - 10.15 - 126.9,  # 69.785
    "de": 180 - 10 - 87.75,  # 82.25
    "es": 206.84 - 90 - 10.2,  # 106.64
    "fr": 207 - 10.15 - 110.4,  # 86.45
    "it": 89 + (3000 - 4500) / 100,  # 74
    "nl": 206.84 - 9.3 - 115.5,  # 82.04
    "pl": (10**2 + 12**2) ** 0.5 / 2,  # 7.81
    "pt-BR": 248.835 - 10.15 - 126.9,  # 111.785
}
BY_EAR = {
    "en": """On:1 Saturday:3 somebody:3 outside:2 our:1 company:3 opened:2 a:1 storage:2 area:3 that:1 we:1 had:1 set:1
        up:1 wrongly:2 and:1 copied:2 your:1 name:1 and:1 your:1 password:2 Please:1 use:1 another:3 one:1 for:1 every:2
        account:2""",
    "de": """Am:1 Samstag:2 konnte:2 jemand:2 von:1 außen:2 einen:2 falsch:1 eingerichteten:5 Speicherbereich:4 öffnen:2
        und:1 hat:1 Ihren:2 Namen:2 und:1 Ihr:1 Passwort:2 kopiert:2 Bitte:2 ändern:2 Sie:1 es:1 überall:3 wo:1 Sie:1
        es:1 verwenden:3 Ihre:2 Daten:2""",
    "es": """El:1 sábado:3 alguien:2 abrió:2 desde:2 fuera:2 un:1 área:3 que:1 habíamos:4 configurado:5 mal:1 y:1
        copió:2 su:1 nombre:2 y:1 su:1 contraseña:4 Por:1 favor:2 cámbiela:4 ahora:3 en:1 todos:2 los:1 servicios:3
        donde:2 la:1 utiliza:4""",
    "fr": """Samedi:3 une:1 personne:2 extérieure:4 a:1 ouvert:2 un:1 espace:2 que:1 nous:1 avions:2 mal:1 réglé:2 et:1
        a:1 copié:3 votre:1 nom:1 et:1 votre:1 mot:1 de:1 passe:1 Veuillez:2 le:1 changer:2 maintenant:3 partout:2 où:1
        vous:1""",
    "it": """Sabato:3 qualcuno:3 ha:1 aperto:3 un:1 archivio:4 che:1 avevamo:4 configurato:5 male:2 e:1 ha:1 copiato:3
        il:1 suo:2 nome:2 e:1 la:1 sua:2 password:2 La:1 cambi:2 subito:3 ovunque:3 la:1 usi:2 anche:2 in:1 altri:2
        servizi:3""",
    "nl": """Zaterdag:3 heeft:2 iemand:2 van:1 buiten:2 een:1 opslag:2 geopend:3 die:1 wij:1 verkeerd:2 hadden:2
        ingesteld:3 en:1 uw:1 naam:1 en:1 uw:1 wachtwoord:2 gekopieerd:4 Verander:3 het:1 nu:1 overal:3 waar:1 u:1 het:1
        gebruikt:2 ook:1 elders:2""",
    "pl": """W:1 sobotę:3 ktoś:1 z:1 zewnątrz:2 otworzył:3 źle:1 ustawiony:4 magazyn:3 danych:2 i:1 skopiował:4 Pani:2
        imię:2 oraz:2 hasło:2 Prosimy:3 zmienić:2 je:1 teraz:2 wszędzie:3 tam:1 gdzie:1 jest:1 używane:4 także:2 w:1
        innych:2 usługach:3""",
    "pt-BR": """No:1 sábado:3 alguém:2 de:1 fora:2 abriu:2 uma:2 área:3 que:1 tínhamos:3 configurado:5 mal:1 e:1
        copiou:3 seu:1 nome:2 e:1 sua:2 senha:2 Troque:2 agora:3 a:1 senha:2 em:1 todos:2 os:1 serviços:3 em:1 que:1
        usa:2""",
}


def test_every_language_has_a_formula_limits_and_a_source() -> None:
    assert set(SCALES) == set(LOCALES) == set(BY_HAND) == set(BY_EAR)
    for scale in SCALES.values():
        assert set(scale.limits) == {"plain", "children"}
        easier = scale.limits["children"] > scale.limits["plain"]
        assert easier is scale.higher_is_easier, "children need an easier text"


@pytest.mark.parametrize(("locale", "score"), BY_HAND.items())
def test_a_formula_gives_what_a_sum_by_hand_gives(locale: str, score: float) -> None:
    assert SCALES[locale].score(COUNTS) == pytest.approx(score)


@pytest.mark.parametrize(("locale", "said"), BY_EAR.items())
def test_syllables_come_within_a_tenth_of_a_count_by_ear(locale: str, said: str) -> None:
    heard = {word: int(number) for word, _, number in (each.partition(":") for each in said.split())}
    counted = sum(syllables(word, locale) for word in heard)
    assert counted == pytest.approx(sum(heard.values()), rel=0.1)


@pytest.mark.parametrize(
    ("word", "number"), [("your", 1), ("use", 1), ("open", 2), ("e-mail", 2), ("2026", 1), ("strength", 1)]
)
def test_words_that_hyphenation_alone_counts_wrongly(word: str, number: int) -> None:
    assert syllables(word, "en") == number


@pytest.mark.parametrize("word", ["idea", "somebody"])
def test_what_hyphenation_cannot_know_is_counted_too_low(word: str) -> None:
    assert syllables(word, "en") == 2


def test_counts_are_of_words_sentences_and_letters() -> None:
    (part,) = passages("We closed the area. Information follows in 2026.")
    found = count(sentences(part), "en")
    assert (found.sentences, found.words, found.letters, found.long_words) == (2, 8, 39, 1)


HARD = "Notwithstanding organisational precautions, unauthorised individuals systematically accessed information. "
EASY = "We made a mistake. Someone saw your name. You can ask us now. "


def found(text: str, audience: str = "plain") -> list[tuple[Level, str]]:
    (part,) = passages(text)
    return [(item.level, item.rule) for item in check_reading(sentences(part), "en", audience)]


def test_a_hard_text_is_a_warning_and_an_easy_one_passes() -> None:
    assert found(HARD * 20) == [(Level.WARNING, "reading_ease")]
    assert found(EASY * 20) == []


def test_children_need_an_easier_text() -> None:
    middling = "Somebody from outside got into one of our systems and copied data about you. "
    assert found(middling * 20) == []
    assert found(middling * 20, "children") == [(Level.WARNING, "reading_ease")]


def test_a_short_text_is_not_scored() -> None:
    assert len(HARD.split()) * 8 < ENOUGH
    assert found(HARD * 8) == []


def test_the_score_is_no_part_of_the_key_so_that_a_tick_outlives_a_small_change() -> None:
    (part,) = passages(HARD * 20)
    (other,) = passages(HARD * 19 + EASY)
    (one,), (two,) = (check_reading(sentences(each), "en", "plain") for each in (part, other))
    assert (one.key, one.mend != two.mend) == (two.key, True)


def test_a_sentence_of_too_many_words_is_found_on_its_line_and_a_list_in_a_line_is_none() -> None:
    long = " ".join(["word"] * (LONGEST + 1))
    (part,) = passages(f"Short.\n\n{long}.\n\n- Kinds of data: {long}\n")
    (finding,) = check_reading(sentences(part), "en", "plain")
    assert (finding.rule, finding.line) == ("long_sentence", 3)
