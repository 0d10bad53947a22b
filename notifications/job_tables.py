"""The tables of procrastinate on PostgreSQL, in a schema of their own, and the words that put jobs into them.

A job carries the number of a chunk and nothing else. Nothing in these tables is worth keeping: when the library's own
schema is another one, they are made anew, and what is due is found again in the ledger.
"""

import hashlib
from collections.abc import Collection
from importlib import resources

from sqlalchemy import Connection, text
from sqlmodel import Session

from notifications.chunks import CHUNK

SCHEMA = "seventytwo_jobs"
QUEUE, TASK = "delivery", "send"
DEAD_SECONDS = 30  # without a beat of the library's worker: its jobs are nobody's
LOCK = 7_200_034  # PostgreSQL advisory lock: of many workers one looks for what has no job
CALL = f"""
BEGIN
  INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
  SELECT '{QUEUE}', '{TASK}', CASE WHEN bool_or(release_id IS NULL) THEN 1 ELSE 0 END,
         jsonb_build_object('chunk', id / {CHUNK})
  FROM fresh WHERE state = 'pending' AND channel = 'email' GROUP BY id / {CHUNK} ORDER BY id / {CHUNK};
  RETURN NULL;
EXCEPTION WHEN undefined_table OR undefined_column OR undefined_object OR invalid_schema_name THEN
  RETURN NULL;
END;
"""  # noqa: S608 (our own names)
# The library names its tables without their schema, also in triggers, whoever's statement fires them.
FIND_THEIR_TABLES = f"""
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = '{SCHEMA}'::regnamespace LOOP
    EXECUTE 'ALTER FUNCTION ' || name || ' SET search_path = {SCHEMA}, pg_temp';
  END LOOP;
END $$
"""  # noqa: S608 (our own names)


def install(connection: Connection) -> None:
    """Make the tables, or make them anew where another version of the library made them; PostgreSQL only.

    Rows that are put into the ledger from then on call the workers in their own transaction, whoever puts them in.
    """
    if connection.dialect.name != "postgresql" or not differ(connection):
        return
    remove(connection)
    said = connection.execute(text("SHOW search_path")).scalar_one()
    _say(connection, f"CREATE SCHEMA {SCHEMA}; SET LOCAL search_path TO {SCHEMA}")
    _say(connection, _library())
    _say(connection, f"CREATE FUNCTION call_workers() RETURNS trigger LANGUAGE plpgsql AS $${CALL}$$")
    _say(connection, FIND_THEIR_TABLES)
    connection.execute(text("SELECT set_config('search_path', :said, true)"), {"said": said})
    _say(
        connection,
        "CREATE TRIGGER delivery_calls_workers AFTER INSERT ON delivery REFERENCING NEW TABLE AS fresh "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.call_workers()",
    )
    _say(connection, f"COMMENT ON SCHEMA {SCHEMA} IS '{_digest()}'")


def remove(connection: Connection) -> None:
    """Take the tables away, and with them what calls workers; PostgreSQL only."""
    if connection.dialect.name == "postgresql":
        _say(connection, f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def differ(connection: Connection) -> bool:
    """Whether the tables are missing or another version of the library made them. SQLite needs none."""
    if connection.dialect.name != "postgresql":
        return False
    query = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name"
    return connection.execute(text(query), {"name": SCHEMA}).scalar_one_or_none() != _digest()


def put_in(session: Session, chunks: Collection[int]) -> None:
    """A job for each of these chunks, in the caller's transaction. One too many does no harm."""
    words = (
        f"INSERT INTO {SCHEMA}.procrastinate_jobs (queue_name, task_name, args) "  # noqa: S608 (our own names)
        "SELECT :queue, :task, jsonb_build_object('chunk', chunk) FROM unnest(CAST(:chunks AS bigint[])) AS chunk"
    )
    if chunks:
        session.execute(text(words), {"queue": QUEUE, "task": TASK, "chunks": list(chunks)})


def is_my_turn(session: Session) -> bool:
    """Whether nobody else looks for chunks without a job at this moment; until the end of the transaction."""
    return bool(session.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}).scalar_one())


def waiting(session: Session, most: int) -> int:
    """How many jobs no worker has begun with, counted up to `most`."""
    one = f"SELECT FROM {SCHEMA}.procrastinate_jobs WHERE status = 'todo' AND queue_name = :queue LIMIT :most"
    query = text(f"SELECT count(*) FROM ({one}) AS found")  # noqa: S608 (our own names)
    return int(session.execute(query, {"queue": QUEUE, "most": most}).scalar_one())


def without_job(session: Session, chunks: Collection[int]) -> list[int]:
    """Those of the chunks no live job names, in their order."""
    live = (
        f"SELECT args ->> 'chunk' FROM {SCHEMA}.procrastinate_jobs "  # noqa: S608 (our own names)
        "WHERE queue_name = :queue AND status IN ('todo', 'doing') AND args ->> 'chunk' = ANY(:chunks)"
    )
    said = {"queue": QUEUE, "chunks": [str(chunk) for chunk in chunks]}
    named = set(session.execute(text(live), said).scalars())
    return [chunk for chunk in chunks if str(chunk) not in named]


def clear(session: Session) -> int:
    """Delete jobs that are over and jobs of workers that are dead. Returns how many.

    A job says nothing the ledger does not say, so nothing is lost: what is due gets a new one.
    """
    words = f"""
        DELETE FROM {SCHEMA}.procrastinate_jobs AS job WHERE status NOT IN ('todo', 'doing') OR status = 'doing'
        AND NOT EXISTS (SELECT FROM {SCHEMA}.procrastinate_workers AS live WHERE live.id = job.worker_id
        AND live.last_heartbeat > now() - interval '{DEAD_SECONDS} seconds')
    """  # noqa: S608 (our own names)
    return len(session.execute(text(f"{words} RETURNING id")).all())


def search_path() -> str:
    """Where a connection of the library finds its tables, as an option of the connection."""
    return f"-c search_path={SCHEMA}"


def _library() -> str:
    return (resources.files("procrastinate.sql") / "schema.sql").read_text(encoding="utf-8")


def _digest() -> str:
    return hashlib.sha256((_library() + CALL + FIND_THEIR_TABLES).encode()).hexdigest()


def _say(connection: Connection, words: str) -> None:
    """Several statements at once, as the driver takes them without values."""
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.cursor().execute(words)
