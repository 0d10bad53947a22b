"""Bearer tokens of programs and of readers in the product: who `Authorization: Bearer …` is (RFC 6750)."""

import contextlib
from datetime import timedelta

from fastapi import Request
from sqlalchemy import update
from sqlmodel import col, select

from incident.auth.edge import Edge
from incident.models.people import ApiToken
from incident.roles import Actor, known_roles
from incident.verbs.act import Act
from incident.verbs.people import token_digest
from notifications.in_app import known_secret
from notifications.reader_tokens import Reader, TokenRefused, verify_token
from notifications.store import StoreUnavailable

USED_EVERY = timedelta(minutes=10)


def bearer_of(request: Request) -> str | None:
    """The token in the Authorization header; None when it holds no bearer token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def find_program(edge: Edge, token: str) -> Actor | None:
    """The program a live token belongs to."""
    now = edge.clock.now()
    with edge.read() as session:
        live = (col(ApiToken.digest) == token_digest(token), col(ApiToken.revoked_at).is_(None))
        row = session.exec(select(ApiToken).where(*live)).first()
    if row is None:
        return None
    actor = Actor(row.id, row.name, known_roles(row.roles))
    if row.last_used_at is None or now >= row.last_used_at + USED_EVERY:
        with contextlib.suppress(StoreUnavailable):  # reading goes on while the database takes no writes
            edge.write(actor, _mark_used)
    return actor


def find_reader(edge: Edge, token: str) -> Reader | None:
    """The reader in the host's product a token speaks for, while it lives: signed by the host, or made here for it."""
    with edge.read() as session:
        own = known_secret(session, edge.keys)
    try:
        return verify_token((*edge.settings.reader_secrets, *([own] if own else [])), token, edge.clock.now())
    except TokenRefused:
        return None


def _mark_used(act: Act) -> None:
    here = col(ApiToken.id) == act.actor.id
    act.session.execute(update(ApiToken).where(here).values(last_used_at=act.now))
