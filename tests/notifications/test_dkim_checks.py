"""DKIM: real signatures hold, one flipped bit fails, what covers too little vouches for nothing, hostile ones end."""

import time

import pytest

from notifications.dkim_checks import LookupTrouble, Signed, Verdict, check_signatures
from notifications.name_records import Lookups, nobody_asked
from tests.dkim_keys import NameServer, SigningDomain

MAIL = (
    b"From: Ann <ann@mail.example>\r\nTo: security@nimbus.example\r\nSubject: A leak\r\n"
    b"Date: Tue, 24 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@mail.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nYour bucket is open.\r\nI looked at one file.\r\n"
)
ANN = "ann@mail.example"
OURS = SigningDomain("mail.example")
SHORT = SigningDomain("mail.example", "e1", algorithm="ed25519-sha256")
OTHERS = SigningDomain("relay.example", number=1)
SERVER = NameServer.of(OURS, OTHERS, SigningDomain("example", number=2))


def check(raw: bytes, author: str = ANN, server: NameServer = SERVER) -> Signed:
    return check_signatures(raw, server, author)


def test_a_signature_of_the_authors_domain_speaks_for_the_author() -> None:
    assert check(OURS.sign(MAIL)) == Signed(Verdict.PASS, "mail.example", "", aligned=True)
    assert check(OURS.sign(MAIL)).speaks_for_author


def test_line_ends_of_a_mailbox_change_nothing() -> None:
    assert check(OURS.sign(MAIL).replace(b"\r\n", b"\n")).verdict is Verdict.PASS


@pytest.mark.parametrize("place", [b"Your bucket", b"A leak", b"ann@mail", b"09:00:00"])
def test_one_flipped_bit_fails(place: bytes) -> None:
    signed = OURS.sign(MAIL)
    at = signed.rindex(place)
    flipped = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    assert check(flipped).verdict is Verdict.FAIL


def test_a_flipped_bit_of_the_signature_itself_fails() -> None:
    signed = OURS.sign(MAIL)
    at = signed.index(b" b=") + 20
    letter = b"B" if signed[at : at + 1] == b"A" else b"A"
    assert check(signed[:at] + letter + signed[at + 1 :]).verdict is Verdict.FAIL


def test_another_domains_signature_holds_and_speaks_for_nobody_here() -> None:
    found = check(OTHERS.sign(MAIL))
    assert (found.verdict, found.domain, found.aligned, found.speaks_for_author) == ("pass", "relay.example", 0, 0)


def test_the_authors_own_signature_is_preferred_to_a_relays() -> None:
    assert check(OTHERS.sign(OURS.sign(MAIL))).domain == "mail.example"


def test_a_domain_above_the_authors_speaks_for_it_and_a_top_level_domain_does_not() -> None:
    below = MAIL.replace(b"ann@mail.example", b"ann@eu.mail.example")
    assert check(OURS.sign(below), "ann@eu.mail.example").speaks_for_author
    assert not check(SigningDomain("example", number=2).sign(MAIL)).speaks_for_author


def test_a_second_from_is_no_way_around_a_signature() -> None:
    assert check(b"From: Boss <boss@nimbus.example>\r\n" + OURS.sign(MAIL)).verdict is Verdict.FAIL


def test_what_is_not_signed_is_none() -> None:
    assert check(MAIL) == Signed(Verdict.NONE, detail="it is not signed")
    assert check(b"") == Signed(Verdict.NONE, detail="it is not signed")


def test_a_name_server_that_does_not_answer_is_a_temperror_and_a_missing_key_fails() -> None:
    assert check(OURS.sign(MAIL), server=NameServer(down=True)).verdict is Verdict.TEMPERROR
    assert check_signatures(OURS.sign(MAIL), nobody_asked, ANN).verdict is Verdict.TEMPERROR
    assert check(OURS.sign(MAIL), server=NameServer()).verdict is Verdict.FAIL


@pytest.mark.parametrize("record", [b"", b"v=DKIM1; p=", b"v=DKIM1; k=rsa; p=AAAA", b"nonsense", b"\xff" * 100])
def test_a_key_that_is_none_fails(record: bytes) -> None:
    assert check(OURS.sign(MAIL), server=NameServer({OURS.name: record})).verdict is Verdict.FAIL


def test_another_key_of_the_same_name_fails() -> None:
    weak = SigningDomain("mail.example", bits=1024)
    assert check(weak.sign(MAIL), server=NameServer.of(weak)).verdict is Verdict.PASS
    assert check(OURS.sign(MAIL), server=NameServer.of(weak)).verdict is Verdict.FAIL


def test_a_signature_over_a_part_of_the_body_vouches_for_nothing() -> None:
    part = OURS.sign(MAIL, length=True)
    assert check(part + b"And pay to this account.\r\n").verdict is Verdict.FAIL
    assert "a part of the body" in check(part).detail


def test_sha_1_proves_nothing() -> None:
    signed = OURS.sign(MAIL)
    assert check(signed.replace(b"a=rsa-sha256", b"a=rsa-sha1")).verdict is Verdict.FAIL


def test_an_ed25519_signature_is_checked_as_an_rsa_one_is() -> None:
    signed = SHORT.sign(MAIL)
    assert b"a=ed25519-sha256" in signed
    server = NameServer.of(SHORT)
    assert check(signed, server=server) == Signed(Verdict.PASS, "mail.example", aligned=True)
    assert server.asked == [SHORT.name]
    for place in (b"Your bucket", b"A leak", b" b="):
        at = signed.rindex(place) + 4
        letter = b"B" if signed[at : at + 1] == b"A" else b"A"
        assert check(signed[:at] + letter + signed[at + 1 :], server=server).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    "record",
    [b"v=DKIM1; k=ed25519; p=", b"v=DKIM1; k=ed25519; p=AAAA", b"v=DKIM1; k=ed25519; p=!", b"v=DKIM1; k=rsa; p=AAAA"],
)
def test_an_ed25519_key_that_is_none_or_another_fails(record: bytes) -> None:
    other = SigningDomain("mail.example", "e1", number=1, algorithm="ed25519-sha256")
    assert check(SHORT.sign(MAIL), server=NameServer({SHORT.name: record})).verdict is Verdict.FAIL
    assert check(SHORT.sign(MAIL), server=NameServer.of(other)).verdict is Verdict.FAIL


def test_of_two_signatures_the_one_that_can_be_checked_vouches() -> None:
    both = SHORT.sign(OURS.sign(MAIL))
    assert check(both, server=NameServer.of(OURS)).verdict is Verdict.PASS
    assert check(both, server=NameServer.of(SHORT)).verdict is Verdict.PASS


def test_a_signature_of_one_kind_is_not_proven_by_a_key_of_the_other() -> None:
    signed = SHORT.sign(MAIL)
    rsa = SigningDomain("mail.example", "e1")
    assert check(signed, server=NameServer.of(rsa)).verdict is Verdict.FAIL
    assert (
        check(signed.replace(b"a=ed25519-sha256", b"a=rsa-sha256"), server=NameServer.of(SHORT)).verdict is Verdict.FAIL
    )
    assert check(rsa.sign(MAIL), server=NameServer.of(SHORT)).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    "head",
    [
        b"DKIM-Signature: " + b"b=" + b"\r\n " * 50_000,
        b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=x; h=from; bh=AAAA; b=" + b" \t" * 1900,
        b"DKIM-Signature: " + b";" * 3900,
        b"DKIM-Signature: v=1; a=rsa-sha256; d=..; s=\xff; h=from; bh=AAAA; b=AAAA",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=x; t=" + b"9" * 3800 + b"; h=from; bh=AAAA; b=AAAA",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=x; h=" + b"from:" * 700 + b"; bh=AAAA; b=AAAA",
        b"\r\n".join([b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=x; h=from; bh=AAAA; b=AAAA"] * 500),
        b" folded first\r\nDKIM-Signature: v=1",
        b"DKIM-Signature: v=1\r\nnot a header",
    ],
)
def test_hostile_signatures_end_soon_and_vouch_for_nothing(head: bytes) -> None:
    server = NameServer(dict(SERVER.records))
    began = time.process_time()
    found = check(head + b"\r\n" + MAIL, server=server)
    assert time.process_time() - began < 2
    assert found.verdict in (Verdict.FAIL, Verdict.NONE)
    assert len(server.asked) <= 3


def test_a_hostile_body_ends_soon() -> None:
    signed = OURS.sign(MAIL)
    for body in (b" " * 4_000_000 + b"x\r\n", b"\r\n" * 2_000_000, b" \r\n" * 1_000_000):
        began = time.process_time()
        assert check(signed + body).verdict is Verdict.FAIL or not body.strip()
        assert time.process_time() - began < 5


def test_a_round_of_look_ups_asks_each_name_once_and_knows_when_it_has_waited_enough() -> None:
    server = NameServer.of(OURS)
    lookups = Lookups(server, seconds=60)
    assert [lookups(OURS.name), lookups(OURS.name), lookups("x.example")] == [OURS.record, OURS.record, None]
    assert server.asked == [OURS.name, "x.example"]
    assert not lookups.spent
    server.down = True
    late = Lookups(server, seconds=0.0)
    with pytest.raises(LookupTrouble):
        late(OURS.name)
    with pytest.raises(LookupTrouble):
        late(OURS.name)
    assert late.spent
