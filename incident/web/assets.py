"""The page of declared assets: what they hold, said in peacetime, so that an alert can suggest it. Never facts."""

import io
from collections.abc import Iterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Response
from pydantic import Field

from incident.adapters.signals import AssetKind
from incident.asset_rules import ANY, CONTROLLERS, Declaration
from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.facts.vocabulary import FIELDS
from incident.organisation import declarations_good_for
from incident.queries.assets import DeclaredAsset, read_assets
from incident.queries.customers import customer_names
from incident.roles import Action, Actor
from incident.verbs.asset_lines import COLUMNS, words_in
from incident.verbs.assets import declare_asset, import_assets, withdraw_asset
from incident.verbs.register import RegisterReport
from incident.web.customer_choices import chosen_of, register_for
from incident.web.entity_choices import entities_for
from incident.web.fact_questions import ROLE_WORDS, question, said, word_label
from incident.web.forms import Line, Sent, Text
from incident.web.frame import Desk, Seated, see
from incident.web.views import Choice, Problem
from incident.web.views.assets import AssetFields, AssetRow, AssetsView, ImportView
from notifications.wording import worded, worded_number

router = APIRouter(include_in_schema=False)
PAGE = "/assets"
Asked = Annotated[str, Query(max_length=200)]
Keeper = Annotated[Actor, Depends(acting(Action.ASSETS, programs=False))]
ENTITY = "entity"
KINDS: Mapping[str, str] = {
    AssetKind.ACCOUNT: worded("Account"),
    AssetKind.APPLICATION: worded("Application"),
    AssetKind.BUCKET: worded("Bucket"),
    AssetKind.CONTAINER: worded("Container"),
    AssetKind.DATABASE: worded("Database"),
    AssetKind.FUNCTION: worded("Function"),
    AssetKind.HOST: worded("Host"),
    AssetKind.MAILBOX: worded("Mailbox"),
    AssetKind.PACKAGE: worded("Package"),
    AssetKind.REPOSITORY: worded("Repository"),
    AssetKind.RESOURCE: worded("Resource"),
    AssetKind.SECRET: worded("Secret"),
    AssetKind.SERVICE: worded("Service"),
    AssetKind.USER: worded("User"),
    AssetKind.WEBSITE: worded("Website"),
    ANY: worded("Any"),
}


class AssetForm(Sent):
    """What such assets hold; lists of regions and customers are parted by blanks or commas."""

    kind: Line
    name: Line
    categories: list[Line] = Field(default_factory=list)
    people: list[Line] = Field(default_factory=list)
    regions: Text = ""
    role: Line = ""
    customers: list[Text] = Field(default_factory=list)
    entity: Line = ""


class NameForm(Sent):
    """A declaration by its kind and pattern."""

    kind: Line
    name: Line


class TableForm(Sent):
    """A table as it was pasted: CSV with a first line that names the columns."""

    table: Text = ""


@router.get(PAGE)
def show_assets(desk: Seated, by: Keeper, kind: Asked = "", name: Asked = "") -> Response:
    """Everything that is declared, and the form for one more, or to say the one that is named otherwise."""
    return _page(desk, by, (kind, name))


@router.post(PAGE)
def declare(desk: Seated, by: Keeper, form: Annotated[AssetForm, Form()]) -> Response:
    """Declare, declare otherwise, or confirm what is declared."""
    new = Declaration(
        form.kind,
        form.name,
        tuple(form.categories),
        tuple(form.people),
        words_in(form.regions),
        form.role,
        words_in(" ".join(form.customers)),
        form.entity,
    )
    try:
        desk.edge.write(by, lambda act: declare_asset(act, new))
    except Invalid as error:
        return _page(desk, by, _fields(new), problems=error.faults)
    return see(f"{PAGE}#declared")


@router.post(f"{PAGE}/withdrawal")
def withdraw(desk: Seated, by: Keeper, form: Annotated[NameForm, Form()]) -> Response:
    """Take a declaration back."""
    desk.edge.write(by, lambda act: withdraw_asset(act, form.kind, form.name))
    return see(f"{PAGE}#declared")


@router.post(f"{PAGE}/tables")
def take_table(desk: Seated, by: Keeper, form: Annotated[TableForm, Form()]) -> Response:
    """Declare what a pasted table says; its broken lines are named and stop nothing."""
    parts, stream = desk.edge, io.BytesIO(form.table.encode())
    try:
        report = import_assets(parts.store, parts.keys, by, stream, parts.clock.now())
    except Invalid as error:
        return _page(desk, by, problems=error.faults, pasted=form.table)
    return _page(desk, by, report=report, pasted=form.table if report.refused else "")


def _page(
    desk: Desk,
    by: Actor,
    form: AssetFields | tuple[str, str] = ("", ""),
    *,
    problems: tuple[Fault, ...] = (),
    report: RegisterReport | None = None,
    pasted: str = "",
) -> Response:
    """`form`: what is in it, or the kind and name of the declaration it says otherwise."""
    with desk.edge.read() as session:
        declared = read_assets(session, desk.edge.keys, by)
        names = customer_names(session, desk.actor, [one for row in declared for one in row.declaration.customers])
        entities = entities_for(desk, session)
        named = dict(entities)
        rows = tuple(_row(desk, one, names, named) for one in declared)
        again = next((row for row in rows if (row.kind, row.pattern) == form), None)
        shown = form if isinstance(form, AssetFields) else again.fields if again else AssetFields()
        register, unlisted = chosen_of(register_for(desk, session), shown.customers)
        view = AssetsView(
            rows=rows,
            fields=shown,
            kinds=tuple(Choice(kind, KINDS.get(kind, kind), kind == shown.kind) for kind in (*AssetKind, ANY)),
            categories=_choices("data.categories", shown.categories),
            people=_choices("people.kinds", shown.people),
            roles=tuple(Choice(word, label, word == shown.role) for word, label in ROLE_WORDS.items()),
            days=desk.edge.settings.asset_declaration_days,
            columns=",".join(COLUMNS),
            problems=tuple(Problem(fault.field, fault.message, fault.mend) for fault in problems),
            imported=_imported(report) if report else None,
            pasted=pasted,
            otherwise=again is not None,
            register=register,
            unlisted=unlisted,
            withheld=next((row.withheld for row in rows if (row.kind, row.pattern) == (shown.kind, shown.name)), 0),
            entities=entities,
        )
        return desk.page("assets.html", session, {"view": view}, 422 if problems else 200)


def _choices(path: str, chosen: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(word, word_label(word, path), word in chosen) for word in FIELDS[path].words)


def _row(desk: Desk, one: DeclaredAsset, customers: Mapping[str, str], entities: Mapping[str, str]) -> AssetRow:
    declared = one.declaration
    return AssetRow(
        kind=declared.kind,
        pattern=declared.pattern,
        lines=tuple(_lines(one, customers, entities)),
        declared_at=one.declared_at,
        declared_by=one.declared_by,
        outdated=one.outdated(desk.edge.clock.now(), declarations_good_for(desk.edge.settings)),
        fields=_fields(declared),
        withheld=one.withheld,
    )


def _lines(one: DeclaredAsset, customers: Mapping[str, str], entities: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every answer; customers who may not be read stand, as a number, where they would by name."""
    unsaid = one.withheld
    for fact, value in one.declaration.facts():
        if fact == ENTITY:
            yield from _withheld(unsaid)
            unsaid = 0
        yield _line(fact, value, customers, entities)
    yield from _withheld(unsaid)


def _line(fact: str, value: object, customers: Mapping[str, str], entities: Mapping[str, str]) -> tuple[str, str]:
    """A question and its answer; whom the register and the installation know stands there by name."""
    if fact == ENTITY:
        return worded("Legal entity"), entities.get(str(value), str(value))
    if fact == CONTROLLERS and isinstance(value, tuple):
        value = tuple(customers.get(one, one) for one in value)
    return question(fact), said(fact, value)


def _withheld(number: int) -> Iterator[tuple[str, str]]:
    """That customers are named, to who may not read which."""
    if number:
        yield question(CONTROLLERS), worded_number("{number} customer", "{number} customers", number)


def _fields(declared: Declaration) -> AssetFields:
    return AssetFields(
        kind=declared.kind,
        name=declared.pattern,
        categories=declared.categories,
        people=declared.people,
        regions=" ".join(declared.regions),
        role=declared.role,
        customers=declared.customers,
        entity=declared.entity,
    )


def _imported(report: RegisterReport) -> ImportView:
    faults = tuple((fault.line, str(Fault(fault.field, fault.message, fault.mend))) for fault in report.faults)
    return ImportView(report.stored, report.unchanged, report.refused, faults)
