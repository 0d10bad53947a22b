"""Reports in the forms mail servers write: what they prove of which mail, and what is no report."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.bounces import Action, NotAReport, Report, ReportKind, ToOne, read_report

SAMPLES = Path(__file__).parent / "samples/bounces"
DOMAINS = ("notices.example",)
OURS = "<0192f3b4c5d67e8f90123456789abcde.17.1@notices.example>"
PAGE = "<0192f3b4-c5d6-7e8f-9012-3456789abcde@notices.example>"
ANN = "ann@mail.example"
FAILED, DELAYED, DELIVERED = Action.FAILED, Action.DELAYED, Action.DELIVERED
REPORTS = {
    "postfix-failed": (FAILED, "5.1.1"),
    "postfix-remote-refusal": (FAILED, "5.7.1"),
    "postfix-delayed": (DELAYED, "4.4.1"),
    "postfix-expired": (FAILED, "4.4.1"),
    "postfix-delivered": (DELIVERED, "2.0.0"),
    "postfix-relayed": (Action.RELAYED, "2.0.0"),
    "expanded-alias": (Action.EXPANDED, "2.0.0"),
    "exim-dsn": (FAILED, "5.0.0"),
    "exchange-online": (FAILED, "5.1.10"),
    "exchange-headers-only": (FAILED, "5.2.2"),
    "gmail-failed": (FAILED, "5.1.1"),
    "gmail-incomplete": (DELAYED, "4.4.1"),
    "sendmail-failed": (FAILED, "5.1.1"),
    "no-action": (FAILED, "5.4.4"),
    "no-status": (FAILED, "5.0.0"),
    "forwarded": (FAILED, "5.1.2"),
    "two-forwards": (DELIVERED, "2.1.5"),
    "failed-and-delayed": (DELAYED, "4.2.2"),
    "in-multipart-mixed": (FAILED, "5.1.1"),
    "odd-case": (FAILED, "5.1.6"),
    "utf8-report": (FAILED, "5.1.1"),
    "utf8-base64": (FAILED, "5.1.1"),
    "provider-rewrote-id": (FAILED, "5.1.1"),
}
GUESSED = {
    "qmail": (FAILED, "5.1.1"),
    "exim-plain": (FAILED, "5.0.0"),
    "exim-warning": (DELAYED, ""),
    "exchange-old": (FAILED, "5.1.1"),
    "retry-timeout": (FAILED, ""),
    "german-plain": (FAILED, "5.2.2"),
}
NO_REPORTS = {
    "out-of-office": (OURS,),
    "question": (OURS,),
    "bounce-of-a-stranger": (),
    "report-without-recipients": (),
    "forwarded-by-a-person": (OURS,),
    "read-receipt": (),
    "feedback-not-spam": (),
}
COMPLAINTS = {"complaint"}


def raw(name: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes()


def read(name: str) -> Report:
    found = read_report(raw(name), DOMAINS)
    assert isinstance(found, Report), found
    return found


def decided(report: Report) -> ToOne:
    assert report.decides is not None
    return report.decides


def test_every_sample_is_expected_to_be_something() -> None:
    expected = {*REPORTS, *GUESSED, *NO_REPORTS, *COMPLAINTS}
    assert {path.stem for path in SAMPLES.glob("*.eml")} == expected
    assert len(expected) >= 25


@pytest.mark.parametrize("name", REPORTS)
def test_a_status_report_says_what_became_of_the_mail(name: str) -> None:
    report = read(name)
    assert (report.kind, decided(report).action, decided(report).status) == (ReportKind.STATUS, *REPORTS[name])


@pytest.mark.parametrize("name", sorted(set(REPORTS) - {"provider-rewrote-id"}))
def test_it_names_the_mail_by_the_returned_header_or_by_what_it_answers(name: str) -> None:
    assert read(name).message_ids[0] == OURS


@pytest.mark.parametrize("name", sorted(set(REPORTS) - {"utf8-report", "exchange-headers-only"}))
def test_it_names_the_person_the_mail_was_written_to(name: str) -> None:
    assert ANN in read(name).addresses


@pytest.mark.parametrize("name", GUESSED)
def test_a_bounce_in_a_servers_own_words_is_understood(name: str) -> None:
    report = read(name)
    found = (report.kind, decided(report).action, decided(report).status)
    assert found == (ReportKind.GUESSED, *GUESSED[name])
    assert report.message_ids == ((PAGE if name == "german-plain" else OURS),)
    assert ANN in report.addresses or name == "exim-warning"


@pytest.mark.parametrize("name", NO_REPORTS)
def test_other_mail_is_handed_on_with_what_it_answers(name: str) -> None:
    assert read_report(raw(name), DOMAINS) == NotAReport(NO_REPORTS[name])


def test_a_complaint_names_mail_and_person() -> None:
    report = read("complaint")
    assert (report.kind, report.decides) == (ReportKind.COMPLAINT, None)
    assert (report.message_ids, report.addresses) == ((OURS,), frozenset({ANN}))


def test_addresses_beyond_ascii_are_read_in_both_ways_of_writing() -> None:
    assert decided(read("utf8-report")).addresses == ("änn@mail.example",)
    assert decided(read("utf8-base64")).addresses == ("änn@mail.example",)
    assert "änn" in decided(read("utf8-report")).diagnostic


def test_a_folded_diagnostic_is_one_line() -> None:
    assert decided(read("postfix-remote-refusal")).diagnostic == (
        "smtp; 550 5.7.1 Message refused by the policy of this site"
    )


def test_the_words_of_an_old_server_are_its_deciding_line() -> None:
    assert decided(read("qmail")).diagnostic == "Sorry, no mailbox here by that name. (#5.1.1)"
    assert decided(read("retry-timeout")).diagnostic.endswith("retry timeout exceeded")


@pytest.mark.parametrize("name", GUESSED)
def test_an_old_bounce_of_nobodys_mail_is_no_report(name: str) -> None:
    assert isinstance(read_report(raw(name), ("other.example",)), NotAReport)


def test_words_of_a_bounce_from_a_person_are_none() -> None:
    told = raw("qmail").replace(b"MAILER-DAEMON@mx", b"bob@mx").replace(b"Return-Path: <>\n", b"", 1)
    assert isinstance(read_report(told, DOMAINS), NotAReport)
    assert isinstance(read_report(told, DOMAINS, ""), Report), "the envelope says that a server wrote it"


def test_mail_with_windows_line_ends_reads_the_same() -> None:
    assert read_report(raw("gmail-failed").replace(b"\n", b"\r\n"), DOMAINS) == read("gmail-failed")


HOSTILE = {
    "nested": b"Content-Type: multipart/mixed; boundary=a\n\n"
    + b"".join(b"--a%d\nContent-Type: multipart/mixed; boundary=a%d\n\n" % (n, n + 1) for n in range(5000)),
    "nested with one boundary": b"Content-Type: multipart/mixed; boundary=a\n\n"
    + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 5000,
    "wide": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 100_000,
    "long header": b"Content-Type: multipart/report; " + b"a=b; " * 100_000 + b"\n\n",
    "long folded header": b"Content-Type: text/plain;\n" + b" a=b;\n" * 100_000 + b"\n",
    "no end of header": b"Subject: " + b"=?utf-8?q?=41?= " * 60_000,
    "header without a body": b"\x00\xff" * 1000,
    "empty": b"",
    "charset that is none": b"Content-Type: text/plain; charset=unicode_escape\n\n\\N{",
    "broken base64": b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n=====",
    "broken encoded word": b'Content-Type: =?utf-8?q?multipart/report; boundary="=?\n\n--x',
    "empty lines": b"Return-Path: <>\n\n" + b"\n" * 1_000_000,
    "dashes": b"Return-Path: <>\n\n" + b"  " + b"-" * 1_000_000,
    "own words without end": b"Return-Path: <>\n\n<" + b"0" * 500_000 + OURS.encode() + b"a" * 400_000 + b"@",
    "recipients without end": b"Content-Type: multipart/report; boundary=a; report-type=delivery-status\n\n--a\n"
    b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
    + b"Final-Recipient: rfc822; a@b.example\nAction: failed\n\n" * 15_000
    + b"--a--\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_read_in_bounds(name: str) -> None:
    found = read_report(HOSTILE[name] + b"\n" * 10, DOMAINS)
    assert isinstance(found, NotAReport) or len(found.recipients) <= 100
    assert not isinstance(found, NotAReport) or found.references == ()


def test_what_stands_beyond_the_first_mebibyte_is_not_read() -> None:
    late = raw("postfix-failed").replace(b"This is a report in MIME format.", b"x" * 1024 * 1024)
    assert isinstance(read_report(late, DOMAINS), NotAReport)


@given(st.sampled_from(sorted(REPORTS)), st.integers(0, 3000), st.binary(max_size=40), st.integers(0, 60))
def test_a_damaged_report_never_raises(name: str, place: int, junk: bytes, gone: int) -> None:
    whole = raw(name)
    assert read_report(whole[:place] + junk + whole[place + gone :], DOMAINS) is not None
