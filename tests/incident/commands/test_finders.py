"""`seventytwo finders`: conversations listed, shown, answered and put into facts from the machine itself."""

from dataclasses import replace

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from incident.cli import app
from incident.doors import mail_reception_of
from incident.errors import Invalid, NotFound
from incident.incoming_mail import IncomingRules, look_at_incoming
from incident.installation import open_installation
from incident.models.incidents import Incident
from incident.organisation import reception_of
from incident.reply_rules import ReplyRules
from incident.roles import system
from incident.settings import read_settings
from incident.verbs.act import Act
from incident.verbs.received_mail import receive_mail
from notifications.clock import SystemClock
from notifications.dkim_checks import Verdict
from notifications.received import Incoming
from notifications.store import Store
from tests.dkim_keys import NameServer
from tests.incident.commands.conftest import Type
from tests.incident.reporting import FINDER, written

SECURITY = "security@nimbus.example"


@pytest.fixture
def typed(type_command: Type, store: Store, monkeypatch: pytest.MonkeyPatch) -> Type:
    """An installation with addresses for reports and notes."""
    assert store
    monkeypatch.setenv("SEVENTYTWO_SECURITY_ADDRESSES", SECURITY)
    monkeypatch.setenv("SEVENTYTWO_INCIDENT_ADDRESS", "incident@reply.nimbus.example")
    type_command("user", "list")  # makes the key
    return type_command


def come_in(text: str) -> str:
    """A report comes in; its incident's codename."""
    settings = read_settings()
    installation = open_installation(settings, SystemClock())
    try:
        mail = written(text, Message_ID="<m1@finder.example>", subject="Open bucket")
        raw, now = FINDER.sign(mail.as_bytes()), installation.clock.now()
        store, keys = installation.store, installation.keys
        incoming = Incoming(raw, "lmtp", SECURITY, "ann@finder.example")
        store.write(lambda session: receive_mail(Act(session, keys, system("tests"), now), incoming))
        found = mail_reception_of(settings, reception_of(settings))
        assert found is not None
        mails = replace(found, look_up=NameServer.of(FINDER))
        rules = IncomingRules(frozenset(), replies=ReplyRules(), mail=mails)
        assert look_at_incoming(store, keys, rules, now).troubles == ()
        with store.read() as session:
            return session.exec(select(Incident.codename)).one()
    finally:
        installation.close()


def test_a_conversation_from_the_machine(typed: Type) -> None:
    codename = come_in("I copied nothing.")
    listed = typed("finders", "list", codename)
    reference = listed.split()[0]
    assert "2 mails, 1 unread" in listed
    shown = typed("finders", "show", f"[{reference.lower()}]")
    assert "I copied nothing." in shown
    assert f"DKIM {Verdict.PASS} finder.example" in shown
    written_back = CliRunner().invoke(app, ["finders", "write", reference], input="Thank you.\n")
    assert written_back.output == f"Mail 3 of {reference} is in the ledger.\n"
    statement = typed("finders", "record", reference, "copied", "nothing").split(":")[0]
    assert "version 1 of the facts" in typed("finders", "take", statement)
    other = typed("finders", "record", reference, "deletion", "asked", "--note", "By mail.").split(":")[0]
    assert "as they were" in typed("finders", "decline", other, "--reason", "No answer yet.")
    assert "copied: nothing → exposure.exfiltration = no_evidence (taken)" in typed("finders", "list", codename)
    first = typed("finders", "address", codename)
    assert typed("finders", "address", codename) == first
    assert typed("finders", "address", codename, "--anew") != first
    with pytest.raises(Invalid):
        typed("finders", "record", reference, "colour", "blue")
    with pytest.raises(NotFound):
        typed("finders", "show", "22222-22222")
