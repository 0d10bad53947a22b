"""Mails built against us: what they hide in headers, in gaps of our rules and in rows of blanks comes to nothing."""

import base64
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest

from notifications.fresh_text import fresh_in
from notifications.replies import ReplyClass, read_reply, sort_reply
from notifications.threads import thread_lines

HIDDEN = "=?utf-8?q?hi=0D=0ABcc=3A_victim=40mail.example=0D=0A=0D=0Awords_of_a_stranger?="


def twice(words: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(words.encode()).decode()}?="


def mail(body: str, *headers: str) -> bytes:
    return "\n".join(("From: Ann <ann@mail.example>", *headers, "", body)).encode()


def test_a_subject_encoded_twice_puts_no_line_into_what_we_send() -> None:
    found = read_reply(mail("Which data?", f"Subject: {twice(HIDDEN)}"))
    ours = EmailMessage(SMTP)
    ours["Subject"] = f"Re: {found.subject}"
    ours.set_content("approved")
    sent = message_from_bytes(ours.as_bytes(), policy=default)
    assert sent["Bcc"] is None
    assert sent.get_content().strip() == "approved"


def test_an_address_that_reads_as_an_encoded_word_is_nobody() -> None:
    raw = b"From: =?utf-8?q?victim=40mail.example?=@b.example\nSubject: x\n\nWhich data?"
    assert (read_reply(raw).sender, read_reply(raw).automatic) == ("", True)


def test_what_cannot_be_printed_gets_into_no_column_and_no_header() -> None:
    named = ("Message-ID: <x\x00y@z.example>", "In-Reply-To: <a\x00b@c.example>", "Auto-Submitted: a\x00b")
    found = read_reply(mail("Which data?", *named))
    assert (found.message_id, found.references) == ("", ())
    assert found.ground.isprintable()
    kept = {"in_reply_to": "<a\x00b@c.example>", "references": "<a\x1bb@c.example> <good@c.example>"}
    assert thread_lines(kept) == b"References: <good@c.example>\r\n"


@pytest.mark.parametrize(
    ("text", "kind", "ground"),
    [
        ("Ich bin bei Anna Beispiel im Urlaub.", ReplyClass.OUT_OF_OFFICE, "it says “ich bin … im urlaub”"),
        ("Adresse ben@mail.example nicht mehr gültig.", ReplyClass.LEFT, "it says “adresse … nicht mehr gultig”"),
        ("Je suis dès lundi en congé.", ReplyClass.OUT_OF_OFFICE, "it says “je suis … en conge”"),
    ],
)
def test_a_gap_is_found_and_what_stands_in_it_is_not_in_the_ground(text: str, kind: ReplyClass, ground: str) -> None:
    assert sort_reply("Re: x", text) == (kind, ground)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, delete my account.",
        "Ok. Call me.",
        "Danke, löschen Sie meine Daten.",
        "Merci. Supprimez mes données.",
        "Gracias, eliminen mis datos.",
        "Grazie, cancellate il mio account.",
        "Bedankt, verwijder mijn gegevens.",
        "Dziękuję, usuńcie moje dane.",
        "Obrigado, apaguem os meus dados.",
    ],
)
def test_who_thanks_and_wants_something_is_read_by_a_person(text: str) -> None:
    assert sort_reply("Re: x", text)[0] is ReplyClass.QUESTION


def test_a_row_of_blanks_costs_no_time() -> None:
    lines = "\n".join(f"wrote{' ' * 11_900}:x:" for _ in range(8))
    begun = time.perf_counter()
    fresh_in(lines)
    assert time.perf_counter() - begun < 2
