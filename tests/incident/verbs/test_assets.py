"""Assets are declared, confirmed, taken back and imported; every change is a line, and what is said is sealed."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from incident.asset_rules import Declaration
from incident.errors import Forbidden, Invalid, NotFound
from incident.models.assets import AssetDeclaration
from incident.models.entries import ADMINISTRATION, EntryBody, EntryHeader, body_place
from incident.queries.assets import DeclaredAsset, read_assets
from incident.roles import Role
from incident.verbs import assets as verbs
from incident.verbs.assets import declare_asset, import_assets, withdraw_asset
from incident.verbs.register import Outcome
from tests.incident.cases import LawCase

OFFICER = Role.PRIVACY_OFFICER
EXPORTS = Declaration(
    "bucket", "exports-*", ("name", "contact"), ("customers",), ("DE",), "processor", ("acme",), "main"
)


def declared(case: LawCase) -> tuple[DeclaredAsset, ...]:
    return case.look(lambda session: read_assets(session, case.keys, case.people[OFFICER]))


def administration(case: LawCase, action: str) -> list[dict[str, Any]]:
    """What lines of this action hold, in order."""

    def read(session: Session) -> list[dict[str, Any]]:
        lines = (
            select(EntryHeader, EntryBody)
            .join(EntryBody, (col(EntryBody.subject) == EntryHeader.subject) & (col(EntryBody.seq) == EntryHeader.seq))
            .where(col(EntryHeader.subject) == ADMINISTRATION, col(EntryHeader.action) == action)
            .order_by(col(EntryHeader.seq))
        )
        places = ((body.sealed, body_place(ADMINISTRATION, header.seq)) for header, body in session.exec(lines).all())
        return [json.loads(case.keys.open(session, sealed, place)) for sealed, place in places if sealed]

    return case.look(read)


def test_said_otherwise_and_said_again_are_told_apart(case: LawCase) -> None:
    assert case.act(OFFICER, declare_asset, EXPORTS) is Outcome.NEW
    case.move(1)
    other = Declaration("bucket", "Exports-*", ("health",))
    assert case.act(OFFICER, declare_asset, other) is Outcome.CHANGED
    at = case.move(1)
    assert case.act(OFFICER, declare_asset, other) is Outcome.UNCHANGED
    (one,) = declared(case)
    assert (one.declaration, one.declared_at, one.declared_by) == (other, at, "privacy officer")
    said = administration(case, "asset.declared")
    assert [body["outcome"] for body in said] == ["new", "changed", "unchanged"]
    assert said[1]["declared"]["categories"] == ["health"]


def test_one_that_is_taken_back_is_gone_and_a_line(case: LawCase) -> None:
    case.act(OFFICER, declare_asset, EXPORTS)
    with pytest.raises(NotFound):
        case.act(OFFICER, withdraw_asset, "host", "exports-*")
    case.act(OFFICER, withdraw_asset, "bucket", "EXPORTS-*")
    assert declared(case) == ()
    assert [body["declared"]["customers"] for body in administration(case, "asset.withdrawn")] == [["acme"]]


def test_what_is_said_lies_sealed(case: LawCase) -> None:
    case.act(OFFICER, declare_asset, Declaration("mailbox", "anna.bergstrom@example.org", ("health",)))
    row = case.look(lambda session: session.exec(select(AssetDeclaration)).one())
    kept = json.dumps([row.kind, row.pattern_blind, row.content_sealed.hex(), row.declared_by])
    assert "anna" not in kept
    assert b"anna" not in row.content_sealed


@pytest.mark.parametrize("role", [Role.RESPONDER, Role.COMMANDER, Role.DECIDER, Role.LEGAL, Role.AUDITOR])
def test_others_declare_and_read_nothing(case: LawCase, role: Role) -> None:
    for verb, words in ((declare_asset, (EXPORTS,)), (withdraw_asset, ("bucket", "exports-*"))):
        with pytest.raises(Forbidden):
            case.act(role, verb, *words)
    with pytest.raises(Forbidden):
        case.look(lambda session: read_assets(session, case.keys, case.people[role]))


def test_a_table_names_its_broken_lines_and_takes_the_others(case: LawCase) -> None:
    table = (
        "kind;name;categories;countries;role;customers\n"
        "bucket;exports-*;name email_address;de,FR;processor;acme blue\n"
        "boat;x;name;;;\n"
        ";mara@example.org;souls;;;\n"
        "bucket;EXPORTS-*;name;;;\n"
        "bucket;backup-*;;;;\n"
        ";*.hr.example.org;employment;;controller;\n"
        "host;broken\n"
    )
    now = case.clock.now()
    report = import_assets(case.store, case.keys, case.people[OFFICER], io.BytesIO(table.encode()), now)
    assert (report.new, report.changed, report.unchanged, report.refused) == (2, 0, 0, 5)
    assert [(fault.line, fault.field) for fault in report.faults[:4]] == [
        (3, "kind"),
        (4, "categories"),
        (5, "name"),
        (6, "categories"),
    ]
    assert report.faults[-1].line == 8
    assert [str(one.declaration) for one in declared(case)] == ["asset *.hr.example.org", "bucket exports-*"]
    later = now + timedelta(days=400)
    again = import_assets(case.store, case.keys, case.people[OFFICER], io.BytesIO(table.encode()), later)
    assert (again.stored, again.unchanged) == (0, 2)
    assert {one.declared_at for one in declared(case)} == {later}
    assert [body["new"] for body in administration(case, "assets.imported")] == [2, 0]


def test_a_table_of_other_columns_and_of_others_is_refused_as_a_whole(case: LawCase) -> None:
    for first in (b"kind,categories\n", b"name,souls\n"):
        with pytest.raises(Invalid):
            import_assets(case.store, case.keys, case.people[OFFICER], io.BytesIO(first), case.clock.now())
    with pytest.raises(Forbidden):
        import_assets(case.store, case.keys, case.people[Role.LEGAL], io.BytesIO(b"name\nx\n"), case.clock.now())


def test_there_is_an_end_to_how_much_is_declared(case: LawCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "MOST", 1)
    case.act(OFFICER, declare_asset, EXPORTS)
    with pytest.raises(Invalid, match="already"):
        case.act(OFFICER, declare_asset, Declaration("host", "db-*", ("name",)))
    assert case.act(OFFICER, declare_asset, EXPORTS) is Outcome.UNCHANGED
