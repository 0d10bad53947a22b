"""A relay is tried from its page: what was seen stands there and on record, and nobody names another host."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import col, select

from incident.models.entries import EntryHeader
from notifications.models import Delivery
from tests.smtp_sink import Sink
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage, session_of

PAGE = "/admin/relays"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def listening() -> Iterator[Sink]:
    """A relay of its own on this machine."""
    loop, sink = asyncio.new_event_loop(), Sink()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(sink.__aenter__(), loop).result()
    try:
        yield sink
    finally:
        asyncio.run_coroutine_threadsafe(sink.__aexit__(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def through(stage: Stage, port: int, **more: object) -> None:
    """The relay of the settings is this one."""
    settings = stage.installation.settings
    for name, value in {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "clear", **more}.items():
        setattr(settings, name, value)


def tried(stage: Stage) -> int:
    with session_of(stage) as session:
        return len(session.exec(select(EntryHeader).where(col(EntryHeader.action) == "relay.tested")).all())


def test_what_a_trial_saw_stands_on_the_page_and_on_record(stage: Stage, enter: Enter) -> None:
    with listening() as sink:
        through(stage, sink.port)
        browser = enter("mara")
        assert "never" in browser.get(PAGE).text
        answer = send(browser, f"{PAGE}/1/trials")
    assert "Greet (EHLO)" in answer.text
    assert "PIPELINING" in answer.text
    assert sink.taken == []
    assert tried(stage) == 1
    assert "Takes mail" in browser.get(PAGE).text


def test_a_relay_that_is_down_is_told_of_on_the_front_page(stage: Stage, enter: Enter) -> None:
    with listening() as sink:
        through(stage, sink.port)
    browser = enter("mara")
    assert "never tried" in browser.get("/admin").text
    assert "Took no mail" in send(browser, f"{PAGE}/1/trials").text
    assert "1 relay took no mail when tried" in browser.get("/admin").text


def test_only_relays_of_the_settings_are_tried_and_not_without_end(stage: Stage, enter: Enter) -> None:
    with listening() as sink:
        through(stage, sink.port)
        browser = enter("mara")
        assert send(browser, f"{PAGE}/2/trials").status_code == 404
        assert [send(browser, f"{PAGE}/1/trials").status_code for _ in range(7)] == [200] * 6 + [429]
    assert tried(stage) == 6


def test_settings_that_would_show_mail_to_the_network_are_named(stage: Stage, enter: Enter) -> None:
    through(stage, 25, smtp_host="mail.example.org")
    browser = enter("mara")
    assert "would show every notice to the network" in browser.get(PAGE).text
    assert send(browser, f"{PAGE}/1/trials").status_code == 404
    assert "no relay that may be used" in browser.get("/admin").text


def test_a_test_mail_goes_to_whoever_asks_and_only_so_often(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert [send(browser, f"{PAGE}/test-mail").status_code for _ in range(13)] == [303] * 12 + [409]
    with session_of(stage) as session:
        rows = session.exec(select(Delivery).where(col(Delivery.occasion).startswith("relay-test:"))).all()
    assert {row.person for row in rows} == {str(stage.people["mara"].id)}
