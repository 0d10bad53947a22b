"""Answers as people and machines write them, in eight languages: sorted by their words, never by what they quote."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.replies import Reply, ReplyClass, fold, language_of, read_reply, sort_reply

SAMPLES = Path(__file__).parent / "samples/replies"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.eml"))
OURS = "<0192f3b4c5d67e8f90123456789abcde.17.1@notices.example>"
DOMAINS = ("notices.example",)
QUOTED = (
    "You can complain to the supervisory authority. Ask a lawyer for compensation. Questions?",
    "Ich bin nicht im Büro. Beschwerde, Anwalt, Schadensersatz!",
    "He no longer works here. Thanks.",
    "Merci, bien reçu. Avez-vous des questions ?",
)
ATTRIBUTIONS = (
    "On Wed, Nov 25, 2026 at 8:01 AM Brightdesk <notices@notices.example> wrote:",
    "Am 25.11.2026 um 08:01 schrieb Brightdesk:",
    "Le mer. 25 nov. 2026 à 08:01, Brightdesk <notices@notices.example> a écrit :",
    "El mié, 25 nov 2026 a las 8:01, Brightdesk (<notices@notices.example>) escribió:",
    "Il giorno mer 25 nov 2026 alle ore 08:01 Brightdesk <notices@notices.example> ha scritto:",
    "Op wo 25 nov 2026 om 08:01 schreef Brightdesk <notices@notices.example>:",
    "W dniu 25.11.2026 o 08:01, Brightdesk pisze:",
    "Em qua., 25 de nov. de 2026 às 08:01, Brightdesk <notices@notices.example> escreveu:",
)
HEADS = (
    ("From", "Sent", "To", "Subject"),
    ("Von", "Gesendet", "An", "Betreff"),
    ("De", "Envoyé", "À", "Objet"),
    ("De", "Enviado el", "Para", "Asunto"),
    ("Da", "Inviato", "A", "Oggetto"),
    ("Van", "Verzonden", "Aan", "Onderwerp"),
    ("Od", "Wysłano", "Do", "Temat"),
    ("De", "Enviada em", "Para", "Assunto"),
)
MACHINE = (
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated; x=y",
    "AUTO-SUBMITTED: Auto-Notified",
    "X-Autoreply: yes",
    "X-Autorespond: 1",
    "Precedence: bulk",
    "Precedence: auto_reply",
    "X-POST-MessageClass: 9; Autoresponder",
    "Return-Path: <>",
)


def mail(body: str, *headers: str, subject: str = "Re: Your data") -> bytes:
    head = ("From: Ann <ann@mail.example>", f"Subject: {subject}", *headers, "Content-Type: text/plain; charset=utf-8")
    return "\n".join((*head, "", body)).encode()


def read(name: str) -> Reply:
    return read_reply((SAMPLES / f"{name}.eml").read_bytes(), DOMAINS)


def test_there_are_enough_samples_of_each_language() -> None:
    languages = [name.split("--")[1] for name in NAMES]
    assert len(NAMES) >= 40
    assert {language for language in languages if languages.count(language) >= 5} == {
        "en", "de", "fr", "es", "it", "nl", "pl", "pt-BR",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_sorted_as_a_person_would(name: str) -> None:
    expected, language, _ = name.split("--")
    found = read(name)
    assert found.kind == expected, found.ground
    assert found.ground
    assert found.references == (OURS,)
    assert found.language in ("", language)
    assert not any(line.startswith(">") for line in found.text.splitlines())


def test_the_language_of_a_sentence_or_two_is_found() -> None:
    known = [name for name in NAMES if read(name).language]
    assert len(known) > len(NAMES) * 0.6


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("question", "complaint"))])
@pytest.mark.parametrize("header", MACHINE)
def test_headers_of_automatic_mails_always_win(name: str, header: str) -> None:
    marked = header.encode() + b"\n" + (SAMPLES / f"{name}.eml").read_bytes()
    found = read_reply(marked, DOMAINS)
    assert found.automatic
    assert found.kind in (ReplyClass.OUT_OF_OFFICE, ReplyClass.LEFT)


@given(st.text(max_size=300), st.text(max_size=80), st.sampled_from(MACHINE))
def test_no_word_turns_an_automatic_mail_into_a_persons(body: str, subject: str, header: str) -> None:
    found = read_reply(mail(body, header, subject=" ".join(subject.split())), DOMAINS)
    assert found.automatic
    assert found.kind in (ReplyClass.OUT_OF_OFFICE, ReplyClass.LEFT)


WRITTEN = st.sampled_from(
    (
        "Which data was it?",
        "I will sue you.",
        "Thanks, got it.",
        "She has left the company.",
        "I am out of the office until Monday.",
        "Dziękuję.",
        "Es geht um mein Konto.",
        "ok",
    )
)


@given(WRITTEN, st.lists(st.sampled_from(QUOTED), min_size=1, max_size=4), st.sampled_from(ATTRIBUTIONS))
def test_what_is_quoted_never_decides(written: str, quoted: list[str], attribution: str) -> None:
    alone = read_reply(mail(written))
    below = "\n".join(f"> {line}" for line in quoted)
    for body in (
        f"{written}\n\n{attribution}\n\n{below}",
        f"{attribution}\n{below}\n\n{written}",
        f"{below}\n{written}",
    ):
        found = read_reply(mail(body))
        assert (found.kind, found.text, found.quoted) == (alone.kind, alone.text, True)


@given(WRITTEN, st.lists(st.sampled_from(QUOTED), min_size=1, max_size=4), st.sampled_from(HEADS), st.booleans())
def test_what_outlook_leaves_below_never_decides(
    written: str, quoted: list[str], names: tuple[str, ...], ruled: bool
) -> None:
    head = "\n".join(f"{name}: Brightdesk, 25.11.2026" for name in names)
    below = "\n".join([*(["_" * 32] if ruled else []), head, "", *quoted])
    found = read_reply(mail(f"{written}\n\n{below}"))
    assert (found.kind, found.text, found.quoted) == (read_reply(mail(written)).kind, written, True)


@given(st.text(max_size=2000), st.text(max_size=200))
def test_whatever_comes_is_sorted_and_says_why(text: str, subject: str) -> None:
    kind, ground = sort_reply(subject, text)
    assert kind in ReplyClass
    assert ground


@given(st.binary(max_size=2000))
def test_bytes_of_any_kind_are_read(raw: bytes) -> None:
    assert read_reply(b"From: a@b.example\n\n" + raw).kind in ReplyClass


def test_a_question_is_never_overlooked() -> None:
    for text in ("Thanks?", "Ok. ¿Y ahora", "He no longer works here, does he?", "Danke! Und was nun?"):
        assert sort_reply("Re: x", text)[0] is ReplyClass.QUESTION


def test_what_no_rule_knows_goes_to_a_person() -> None:
    assert sort_reply("Re: x", "Account 4711.") == (ReplyClass.QUESTION, "no rule knows it: a person reads it")
    assert sort_reply("Re: x", "")[0] is ReplyClass.QUESTION
    assert sort_reply("Re: x", "Thanks, but I need the list")[0] is ReplyClass.QUESTION


def test_our_own_mail_coming_back_is_automatic() -> None:
    raw = mail("Which data?", f"Message-ID: {OURS}")
    assert read_reply(raw, DOMAINS).automatic
    assert not read_reply(raw, ("other.example",)).automatic
    assert read_reply(mail("Which?", f"Message-ID: <reply.{'a' * 32}.1@notices.example>"), DOMAINS).automatic


def test_an_empty_return_path_of_the_envelope_counts() -> None:
    assert read_reply(mail("Which data?"), DOMAINS, from_nobody=True).automatic
    assert not read_reply(mail("Which data?"), DOMAINS, from_nobody=False).automatic


def test_nobody_to_answer_is_found_in_from() -> None:
    for line in ("From: a@b.example, c@d.example", "From: nobody", "From: <a@b@c>", "X: y"):
        found = read_reply(f"{line}\n\nWhich data?".encode())
        assert (found.sender, found.automatic) == ("", True)
        assert found.kind is ReplyClass.QUESTION


def test_html_is_turned_into_text_and_shown_as_text() -> None:
    found = read("question--en--html-only")
    assert found.text == "Hi,\n\ndoes this concern my bank details as well?"
    strange = b"From: a@b.example\nContent-Type: text/html\n\n" + b"<a " * 20000
    assert "read it as received" in read_reply(strange).ground


def test_a_long_answer_is_cut_and_says_so() -> None:
    found = read_reply(mail("Which data? " + "word " * 10_000))
    assert (len(found.text), found.cut) == (10_000, True)


def test_words_are_compared_without_accents() -> None:
    assert fold("  Żądam  ZADOŚĆUCZYNIENIA\u2019s ") == "zadam zadoscuczynienia's"
    assert language_of("") == ""
