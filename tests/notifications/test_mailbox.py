"""Looking into a mailbox over TLS: kept before flagged or moved, signed in by password or token, trouble in words."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from notifications.clock import MovableClock
from notifications.mailbox import Access, Mailbox, MailboxTrouble
from notifications.oauth import Grant, NoToken, Tokens
from notifications.received import Incoming
from tests.certificates import Authority, new_authority
from tests.notifications.imap_server import ImapServer

MAILS = {4: b"From: a\r\n\r\none\r\n", 7: b"From: b\r\n\r\ntwo\r\n"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: Authority) -> ImapServer:
    return ImapServer(authority.server(), mails=dict(MAILS))


@pytest.fixture
def port(server: ImapServer) -> Iterator[int]:
    with server.running() as found:
        yield found


class Shelf:
    """Keeps what a mailbox hands over, or fails."""

    def __init__(self) -> None:
        self.kept: list[Incoming] = []
        self.trouble: Exception | None = None

    def keep(self, mail: Incoming) -> None:
        if self.trouble:
            raise self.trouble
        self.kept.append(mail)


def box(authority: Authority, port: int, shelf: Shelf, token: str = "", **more: str) -> Mailbox:
    password = "" if token else "hunter2"
    access = Access(
        "127.0.0.1", "desk@notices.example", port, **{"password": password, **more}, tls=authority.trusting()
    )
    return Mailbox(access, shelf.keep, lambda: token)


def test_what_is_unseen_is_kept_and_then_flagged(authority: Authority, server: ImapServer, port: int) -> None:
    shelf = Shelf()
    assert box(authority, port, shelf).look() == 2
    assert [mail.raw for mail in shelf.kept] == list(MAILS.values())
    assert {(mail.door, mail.sender) for mail in shelf.kept} == {("imap", None)}
    assert server.seen == {4, 7}
    assert box(authority, port, shelf).look() == 0


def test_what_is_kept_is_moved_where_there_is_a_folder_for_it(
    authority: Authority, server: ImapServer, port: int
) -> None:
    assert box(authority, port, Shelf(), done_folder="Kept bounces").look() == 2
    assert server.moved == {4: "Kept bounces", 7: "Kept bounces"}


def test_a_server_that_cannot_move_copies_and_deletes(authority: Authority, server: ImapServer, port: int) -> None:
    server.moves = False
    assert box(authority, port, Shelf(), done_folder="Done").look() == 2
    assert (server.moved, server.deleted) == ({4: "Done", 7: "Done"}, {4, 7})


def test_what_could_not_be_kept_stays_as_it_was(authority: Authority, server: ImapServer, port: int) -> None:
    shelf = Shelf()
    shelf.trouble = RuntimeError("the disk is full")
    with pytest.raises(RuntimeError):
        box(authority, port, shelf).look()
    assert server.seen == set()


def test_a_line_lost_before_the_flag_keeps_the_mail_again(authority: Authority, server: ImapServer, port: int) -> None:
    shelf = Shelf()
    server.drop_at = "STORE"
    with pytest.raises(MailboxTrouble):
        box(authority, port, shelf).look()
    assert box(authority, port, shelf).look() == 2
    assert [mail.raw for mail in shelf.kept] == [MAILS[4], MAILS[4], MAILS[7]], (
        "equal bytes are for `keep_mail` to know"
    )


def test_a_token_signs_in(authority: Authority, server: ImapServer, port: int) -> None:
    server.token = "abc"
    assert box(authority, port, Shelf(), token="abc").look() == 2


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_refused_sign_in_is_trouble_that_names_no_secret(
    authority: Authority, server: ImapServer, port: int, token: str
) -> None:
    server.token, server.password = "right", "another"
    with pytest.raises(MailboxTrouble) as caught:
        box(authority, port, Shelf(), token=token).look()
    assert "hunter2" not in str(caught.value)
    assert server.seen == set()


def test_a_server_nobody_vouches_for_gets_no_password(
    tmp_path: Path, authority: Authority, server: ImapServer, port: int
) -> None:
    strange = new_authority(tmp_path)
    with pytest.raises(MailboxTrouble, match="CERTIFICATE_VERIFY_FAILED"):
        box(strange, port, Shelf()).look()
    assert server.commands == []


class Endpoint:
    """A token endpoint: what it answers, and what it was asked."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers, self.asked = list(answers), list[dict[str, str]]()

    def tokens(self, clock: MovableClock) -> Tokens:
        client = httpx.Client(transport=httpx.MockTransport(self._answer))
        return Tokens(Grant("https://id.example/token", "client-1", "refresh-1", "secret-1", "imap"), clock, client)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(dict(httpx.QueryParams(request.content.decode())))
        return self.answers.pop(0)


def test_a_token_is_asked_for_once_until_it_ends(clock: MovableClock) -> None:
    first = {"access_token": "a1", "expires_in": 3600, "refresh_token": "refresh-2"}
    endpoint = Endpoint(httpx.Response(200, json=first), httpx.Response(200, json={"access_token": "a2"}))
    tokens = endpoint.tokens(clock)
    assert [tokens.access_token(), tokens.access_token()] == ["a1", "a1"]
    clock.move(timedelta(minutes=59, seconds=30))
    assert tokens.access_token() == "a2"
    assert [asked["refresh_token"] for asked in endpoint.asked] == ["refresh-1", "refresh-2"]
    assert endpoint.asked[0] == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
        "client_id": "client-1",
        "client_secret": "secret-1",
        "scope": "imap",
    }


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400, json={"error": "invalid_grant"}),
        httpx.Response(200, json={}),
        httpx.Response(200, json=[]),
        httpx.Response(302, headers={"location": "https://evil.example"}, content=json.dumps({"access_token": "x"})),
        httpx.Response(200, content=b"<html>"),
    ],
)
def test_no_token_is_trouble_that_names_no_secret(clock: MovableClock, answer: httpx.Response) -> None:
    with pytest.raises(NoToken) as caught:
        Endpoint(answer).tokens(clock).access_token()
    assert "refresh-1" not in str(caught.value)
    assert "secret-1" not in str(caught.value)
