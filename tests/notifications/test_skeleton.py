"""A filled skeleton says after parsing what an EmailMessage built by the standard library says."""

import email
import re
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications.bidirectional import isolated
from notifications.branding import read_logo
from notifications.message import Envelope, Head, Text
from notifications.placeholders import LINE_BREAKS, Unfillable
from notifications.skeleton import build_skeleton
from tests.pictures import png

HEAD = Head("notices@example.org", "Example, Inc. (Sicherheit)", reply_to="privacy@example.org", locale="de")
ENVELOPE = Envelope("anna@example.net", "<abc.1.1@example.org>", "Tue, 24 Nov 2026 15:45:00 +0000", "Åse Ødegård")

AWKWARD = st.sampled_from(
    [
        ".",
        "..",
        ".a",
        "=",
        "=3D",
        "=?utf-8?b?eA==?=",
        " ",
        "a ",
        "<b>&\"'",
        "ß",
        "Ж",
        "李明",
        "مرحبا",
        "👩🏽‍🚀",
        "x" * 200,
        "From ",
        "--=_seventytwo",
        "a b " * 40,
        "{{ name }}",
        "\t",
        "é" * 90,
    ]
)
UNICODE = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120)
LINE = st.one_of(AWKWARD, UNICODE, st.lists(AWKWARD, max_size=4).map("".join))
VALUE = LINE.filter(lambda value: not LINE_BREAKS.search(value))
TEMPLATE = st.lists(st.one_of(LINE, st.just("\n"), st.just("{{ name }}"), st.just("{{ customer }}")), max_size=12).map(
    lambda parts: "".join(
        part if part in ("{{ name }}", "{{ customer }}") else part.replace("{{", "") for part in parts
    )
)


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=SMTP)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return re.sub(r"\r\n", "\n", str(part.get_content()))


def by_hand(template: str, values: dict[str, str]) -> str:
    return re.sub(r"\{\{ (name|customer) \}\}", lambda match: isolated(values[match[1]]), template)


@settings(max_examples=400, deadline=None)
@given(text=TEMPLATE, html=TEMPLATE, name=VALUE, customer=VALUE)
@example(text="{{ name }}", html=".{{ name }}\n.", name=".", customer=" ")
@example(text="a\n{{ name }}{{ customer }}\n", html="{{ name }} ", name="x" * 75, customer=".")
def test_what_a_filled_skeleton_says_is_what_email_message_says(text: str, html: str, name: str, customer: str) -> None:
    values = {"name": name, "customer": customer}
    html = re.sub("[<>]", "", html)
    fallbacks = {"name": "", "customer": ""}
    raw = build_skeleton(Text("Subject", text, html or "-", fallbacks=fallbacks), HEAD).fill(ENVELOPE, values)
    escaped = {
        key: value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for key, value in values.items()
    }
    escaped = {key: value.replace('"', "&quot;").replace("'", "&#x27;") for key, value in escaped.items()}
    reference = EmailMessage(policy=SMTP)
    reference.set_content(by_hand(text, values), cte="base64")
    reference.add_alternative(by_hand(html or "-", escaped), subtype="html", cte="base64")
    reference = parsed(bytes(reference))
    for kind in ("plain", "html"):
        assert body(parsed(raw), kind).rstrip("\n") == body(reference, kind).rstrip("\n")


@settings(max_examples=300, deadline=None)
@given(template=st.lists(st.one_of(LINE, st.just("{{ name }}")), max_size=4).map(" ".join), name=VALUE)
def test_a_subject_with_values_reads_as_written(template: str, name: str) -> None:
    template = template.replace("{{ name }}", "\x00").replace("{", "").replace("\x00", "{{ name }}")
    wanted = by_hand(template, {"name": name})
    skeleton = build_skeleton(Text(template, "text", fallbacks={"name": ""}), HEAD)
    if LINE_BREAKS.search(wanted):
        with pytest.raises(ValueError, match="line break"):
            skeleton.fill(ENVELOPE, {"name": name})
        return
    raw = skeleton.fill(ENVELOPE, {"name": name})
    assert str(parsed(raw)["Subject"] or "") == wanted


@settings(max_examples=200, deadline=None)
@given(text=TEMPLATE, name=VALUE)
def test_every_line_may_go_through_any_relay_as_it_is(text: str, name: str) -> None:
    skeleton = build_skeleton(
        Text("{{ name }}", text, "<p>{{ name }}</p>", fallbacks={"name": "", "customer": ""}), HEAD
    )
    raw = skeleton.fill(ENVELOPE, {"name": name, "customer": name})
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert not [line for line in lines if line.startswith(b".") or len(line) > 78 or b"\n" in line or b"\r" in line]


def test_the_head_names_both_sides_and_the_language() -> None:
    message = parsed(build_skeleton(Text("Übung", "t"), HEAD).fill(ENVELOPE, {}))
    assert message["From"] == '"Example, Inc. (Sicherheit)" <notices@example.org>'
    assert message["To"] == "Åse Ødegård <anna@example.net>"
    assert message["Reply-To"] == "privacy@example.org"
    assert message["Subject"] == "Übung"
    assert message["Message-ID"] == ENVELOPE.message_id
    assert message["Content-Language"] == "de"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    assert message.get_content_type() == "text/plain"


@pytest.mark.parametrize("bad", ["a\nb", "a\rb", "a\u2028b", "a\x00b", "a\x85b", "\ud800"])
def test_a_value_that_breaks_a_line_is_refused_by_name(bad: str) -> None:
    for text in (Text("s", "{{ name }}"), Text("{{ name }}", "t"), Text("s", "t", "<p>{{ name }}</p>")):
        with pytest.raises(Unfillable, match="name"):
            build_skeleton(text, HEAD).fill(ENVELOPE, {"name": bad})


@pytest.mark.parametrize(
    "envelope",
    [
        Envelope("a@b.example>\r\nRCPT TO:<x@y.example", "<i@d>", "now"),
        Envelope("a b@c.example", "<i@d>", "now"),
        Envelope("ä@c.example", "<i@d>", "now"),
        Envelope("a@c.example", "<i@d>\r\nBcc: x@y.example", "now"),
        Envelope("a@c.example", "<i@d>", "now", "A\r\nBcc: x@y.example"),
        Envelope("a@b@c.example,d@e.example", "<i@d>", "now"),
    ],
)
def test_an_envelope_cannot_smuggle_lines_or_addresses(envelope: Envelope) -> None:
    with pytest.raises(ValueError, match=r"address|head|line break"):
        build_skeleton(Text("s", "t"), HEAD).fill(envelope, {})


def test_a_missing_value_takes_its_fallback_and_without_one_is_refused() -> None:
    text = Text("s", "{{ greeting }}\n{{ people_count }}", greeting="Dear {{ name }},", greeting_unnamed="Hello,")
    with pytest.raises(Unfillable, match="people_count"):
        build_skeleton(text, HEAD).fill(ENVELOPE, {"name": "Åse"})
    known = Text(text.subject, text.text, "", text.greeting, text.greeting_unnamed, {"people_count": "not yet known"})
    skeleton = build_skeleton(known, HEAD)
    assert body(parsed(skeleton.fill(ENVELOPE, {"name": "Åse"})), "plain") == "Dear Åse,\nnot yet known"
    assert body(parsed(skeleton.fill(ENVELOPE, {"people_count": "12"})), "plain") == "Hello,\n12"


def test_a_placeholder_inside_a_tag_is_refused() -> None:
    with pytest.raises(Unfillable, match="inside a tag"):
        build_skeleton(Text("s", "t", '<a href="{{ name }}">x</a>'), HEAD)


def test_a_mail_beyond_the_limit_is_refused() -> None:
    with pytest.raises(Unfillable, match="bytes"):
        build_skeleton(Text("s", "x" * 300_000), HEAD).fill(ENVELOPE, {})


def test_a_logo_goes_with_the_html_that_names_it_and_no_other() -> None:
    picture = png()
    text = Text("s", "plain", '<p>{{ name }}</p><img src="cid:logo" alt="Org">', logo=read_logo(picture).uri)
    raw = build_skeleton(text, HEAD).fill(ENVELOPE, {"name": "Åse"})
    message = parsed(raw)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    image = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert image.get_payload(decode=True) == picture
    assert (image["Content-ID"], image.get_content_disposition()) == ("<logo@example.org>", "inline")
    assert body(message, "html").rstrip() == '<p>Åse</p><img src="cid:logo@example.org" alt="Org">'
    assert body(message, "plain").rstrip() == "plain"
    assert all(len(line) <= 76 and not line.startswith(b".") for line in raw.split(b"\r\n") if b"Content" not in line)
    without = Text("s", "plain", "<p>{{ name }}</p>", logo=text.logo)
    assert b"image/png" not in build_skeleton(without, HEAD).fill(ENVELOPE, {"name": "Åse"})


def test_a_text_from_right_to_left_isolates_what_runs_the_other_way() -> None:
    skeleton = build_skeleton(Text("s", "{{ name }}"), Head("a@example.org", locale="he"))
    assert body(parsed(skeleton.fill(ENVELOPE, {"name": "Anna"})), "plain") == isolated("Anna", "rtl")
    assert body(parsed(skeleton.fill(ENVELOPE, {"name": "נועה"})), "plain") == "נועה"
