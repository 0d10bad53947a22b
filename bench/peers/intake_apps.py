"""How others would take a webhook and keep it: proven, read as JSON, told apart by its bytes, durable before the 202.

Neither seals anything, and neither keeps headers. A commit for each request on the event loop; and the tutorial's way,
a session for each request that looks first and adds then.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import pysqlite3.dbapi2
from fastapi import Depends, FastAPI, HTTPException, Request
from sqlalchemy import MetaData
from sqlmodel import Field, Session, SQLModel, select

from bench.measuring.durable import durable_engine

TABLE = "CREATE TABLE taken (id TEXT PRIMARY KEY, delivery TEXT UNIQUE, came_at TEXT, body BLOB)"
ADD = "INSERT INTO taken VALUES (?, ?, ?, ?) ON CONFLICT (delivery) DO NOTHING"


class Separate(SQLModel):
    """Tables of this module belong to no installation."""

    metadata = MetaData()


class Taken(Separate, table=True):
    """A delivery, as a tutorial would have it."""

    id: str = Field(primary_key=True)
    delivery: str = Field(unique=True, index=True)
    came_at: datetime
    body: bytes


async def proven(request: Request) -> bytes:
    """The body of a request that carries the secret."""
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {request.app.state.secret}".encode()):
        raise HTTPException(401)
    body = await request.body()
    if not isinstance(json.loads(body).get("alerts"), list):
        raise HTTPException(422)
    return body


Body = Annotated[bytes, Depends(proven)]


def commit_each(home: Path, secret: str) -> FastAPI:
    """One INSERT and one commit a request, on the loop, through the driver."""
    app = FastAPI(openapi_url=None)
    app.state.secret = secret
    kept = pysqlite3.dbapi2.connect(str(home / "commit-each.db"), isolation_level=None, check_same_thread=False)
    for said in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", TABLE):
        kept.execute(said)

    @app.post("/hooks/{slug}", status_code=202)
    async def take(slug: str, body: Body) -> dict[str, Any]:
        assert slug
        delivery, made = hashlib.sha256(body).hexdigest(), str(uuid4())
        row = (made, delivery, datetime.now(UTC).isoformat(), body)
        added = kept.execute(ADD, row).rowcount
        return {"intake": made, "repeat": not added}

    return app


def session_each(home: Path, secret: str) -> FastAPI:
    """A session a request, in the thread pool: SELECT, then INSERT, then commit."""
    app = FastAPI(openapi_url=None)
    app.state.secret = secret
    engine = durable_engine(home / "session-each.db")
    Separate.metadata.create_all(engine)

    @app.post("/hooks/{slug}", status_code=202)
    def take(slug: str, body: Body) -> dict[str, Any]:
        assert slug
        delivery = hashlib.sha256(body).hexdigest()
        with Session(engine) as session:
            found = session.exec(select(Taken).where(Taken.delivery == delivery)).first()
            made = found or Taken(id=str(uuid4()), delivery=delivery, came_at=datetime.now(UTC), body=body)
            session.add(made)
            session.commit()
            return {"intake": made.id, "repeat": found is not None}

    return app
