"""Attachments as bytes: each hashed, none opened, under limits; hostile mails are refused and end soon."""

import hashlib
import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from notifications.attachments import Attachment, Limits, attachments_of
from notifications.mail_parts import TooStrange


def mail(*files: tuple[str, str, bytes]) -> bytes:
    made = EmailMessage(SMTP)
    made["From"], made["Subject"] = "ann@mail.example", "A leak"
    made.set_content("See the files.")
    for name, kind, content in files:
        main, sub = kind.split("/")
        made.add_attachment(content, main, sub, filename=name)
    return made.as_bytes()


def test_each_file_comes_out_byte_for_byte_with_its_hash() -> None:
    content = bytes(range(256)) * 40
    found = attachments_of(
        mail(("dump.csv", "text/csv", b"a;b\r\n1;2\r\n"), ("virus.exe", "application/x-exe", content))
    )
    assert [(one.name, one.media_type) for one in found] == [
        ("dump.csv", "text/csv"),
        ("virus.exe", "application/x-exe"),
    ]
    assert found[1] == Attachment(
        "virus.exe", "application/x-exe", len(content), hashlib.sha256(content).hexdigest(), content
    )


def test_the_text_of_the_mail_is_no_attachment_and_an_attached_text_is() -> None:
    made = EmailMessage(SMTP)
    made.set_content("Hello")
    made.add_alternative("<p>Hello</p>", subtype="html")
    made.add_attachment("a log", filename="access.log")
    assert [one.name for one in attachments_of(made.as_bytes())] == ["access.log"]


def test_a_forwarded_mail_is_one_attachment_and_is_not_looked_into() -> None:
    inner, made = EmailMessage(SMTP), EmailMessage(SMTP)
    inner["Subject"] = "Your invoice"
    inner.set_content("For somebody else.")
    inner.add_attachment(b"x", "application", "pdf", filename="inner.pdf")
    made.set_content("I got this.")
    made.add_attachment(inner)
    (found,) = attachments_of(made.as_bytes())
    assert found.media_type == "message/rfc822"
    assert found.content is not None
    assert b"Subject: Your invoice" in found.content


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.exe", "x.exe"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("...", "part-1"),
        ("", "part-1"),
        ("a" * 500, "a" * 120),
    ],
)
def test_names_are_one_safe_line(said: str, name: str) -> None:
    assert attachments_of(mail((said, "application/octet-stream", b"x")))[0].name == name


def test_beyond_the_limits_files_are_hashed_and_not_taken() -> None:
    files = tuple((f"{number}.bin", "application/octet-stream", b"x" * 100) for number in range(5))
    for limits in (Limits(most=2), Limits(together=250), Limits(most=2, each=100)):
        found = attachments_of(mail(*files), limits)
        assert [one.content is not None for one in found] == [True, True, False, False, False]
        assert {one.sha256 for one in found} == {hashlib.sha256(b"x" * 100).hexdigest()}
    assert [one.content for one in attachments_of(mail(*files), Limits(each=99))] == [None] * 5


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 900,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200)),
        b"Content-Type: text/plain; " + b"a=b; " * 5000 + b"\r\n\r\nx",
    ],
)
def test_hostile_mails_are_refused_soon(raw: bytes) -> None:
    began = time.process_time()
    with pytest.raises(TooStrange):
        attachments_of(raw)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff", b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%"]
)
def test_broken_mails_hold_what_can_be_had(raw: bytes) -> None:
    assert len(attachments_of(raw)) <= 1


def test_a_large_mail_is_taken_apart_in_time() -> None:
    began = time.process_time()
    (found,) = attachments_of(
        mail(("big.bin", "application/octet-stream", b"\x01" * 6_000_000)), Limits(each=7_000_000)
    )
    assert found.size == 6_000_000
    assert time.process_time() - began < 8
