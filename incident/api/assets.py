"""What assets are declared to hold: one at a time, or a whole file."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from incident.api.customers import StoredOut
from incident.api.shapes import AtEdge, In, Out
from incident.api.uploads import CSV, ImportOut, Media, file_of
from incident.asset_rules import LONGEST_PATTERN, Declaration, declaration_document
from incident.auth.dependencies import acting
from incident.organisation import declarations_good_for
from incident.queries.assets import DeclaredAsset, read_assets
from incident.roles import Action, Actor
from incident.verbs.assets import declare_asset, import_assets, withdraw_asset
from incident.verbs.register import Outcome

router = APIRouter(prefix="/api/assets", tags=["assets"])
Keeper = Annotated[Actor, Depends(acting(Action.ASSETS))]
Kind = Annotated[str, Path(max_length=16, pattern=r"^[a-z]+$", description="A kind of asset, or any.")]
Words = Annotated[list[str], Field(max_length=500)]


class AssetIn(In):
    """What such assets hold, whole: what is left out is not declared."""

    categories: Words = Field(default=[], description="kinds of data, in words of the fact sheet")
    people: Words = Field(default=[], description="kinds of people, in words of the fact sheet")
    regions: Words = Field(default=[], description="where the people live, ISO 3166, such as DE or US-CA")
    role: str = Field(default="", description="what we are for these data: controller, joint, processor, sub_processor")
    customers: Words | None = Field(
        default=None,
        description="the host's ids of those we process them for; none, said by who may not read customers: as before",
    )
    entity: str = Field(default="", description="short id of the legal entity whose they are")


class AssetOut(Out):
    """A declaration. `outdated`: it was said longer ago than the setting allows.

    `customers` is null where the caller may not read customers; `customer_count` says how many there are.
    """

    kind: str
    pattern: str
    categories: list[str]
    people: list[str]
    regions: list[str]
    role: str
    customers: list[str] | None
    customer_count: int
    entity: str
    declared_at: datetime
    declared_by: str
    outdated: bool

    @classmethod
    def of(cls, one: DeclaredAsset, *, outdated: bool) -> "AssetOut":
        said = declaration_document(one.declaration)
        count = one.withheld or len(one.declaration.customers)
        said |= {"customers": None if one.withheld else said["customers"], "customer_count": count}
        return cls(**said, declared_at=one.declared_at, declared_by=one.declared_by, outdated=outdated)


class AssetsOut(Out):
    """Every declaration, by kind and name."""

    assets: list[AssetOut]


@router.get("", response_model=AssetsOut)
def list_assets(by: Keeper, edge: AtEdge) -> AssetsOut:
    """Everything that is declared."""
    now, good_for = edge.clock.now(), declarations_good_for(edge.settings)
    with edge.read() as session:
        found = read_assets(session, edge.keys, by)
    return AssetsOut(assets=[AssetOut.of(one, outdated=one.outdated(now, good_for)) for one in found])


@router.post("/import", response_model=ImportOut)
def import_file(by: Keeper, edge: AtEdge, media: Media, request: Request) -> ImportOut:
    """Declare by a CSV file; lines that cannot be used are named and stop nothing."""
    if media != CSV:
        raise HTTPException(415, f"Send the file as Content-Type: {CSV}.")
    return ImportOut.of(import_assets(edge.store, edge.keys, by, file_of(request), edge.clock.now()))


@router.put("/{kind}/{pattern:path}", response_model=StoredOut, responses={201: {"model": StoredOut}})
def put_asset(by: Keeper, edge: AtEdge, kind: Kind, pattern: str, body: AssetIn, response: Response) -> StoredOut:
    """Declare what assets whose name fits the pattern hold; 201 when it is new. Said again it is as good as new."""
    lists = {name: tuple(getattr(body, name) or ()) for name in ("categories", "people", "regions", "customers")}
    new = Declaration(kind, pattern, role=body.role, entity=body.entity, **lists)
    outcome = edge.write(by, lambda act: declare_asset(act, new))
    response.status_code = 201 if outcome is Outcome.NEW else 200
    return StoredOut(outcome=outcome)


@router.delete("/{kind}/{pattern:path}", status_code=204, response_model=None)
def delete_asset(by: Keeper, edge: AtEdge, kind: Kind, pattern: str) -> None:
    """Take a declaration back."""
    edge.write(by, lambda act: withdraw_asset(act, kind, pattern[: LONGEST_PATTERN + 1]))
