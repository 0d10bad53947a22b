"""The tables of an edge's own copy: an SQLite file beside no other; nothing of it is in the schema of seventytwo."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

from notifications.columns import UtcDateTime

METADATA = MetaData()

RELEASE = Table(
    "held_release",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("version", String(64), nullable=False),  # only rows of this version are shown
    Column("edition", String(36), nullable=False),
)
EDITION = Table(
    "held_edition", METADATA, Column("id", String(36), primary_key=True), Column("texts", Text, nullable=False)
)
ROW = Table(
    "held_row",
    METADATA,
    Column("version", String(64), primary_key=True),
    Column("delivery", Integer, primary_key=True),
    Column("notice", String(32), nullable=False),
    Column("shown_to", String(64), nullable=False),  # a keyed fingerprint of a person or of an account
    Column("role", String(64), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("segment", String(64), nullable=False),
    Column("values_sealed", LargeBinary),  # JSON object of what the text says to this person alone
    Column("published_at", UtcDateTime, nullable=False),
    Index("ix_held_row_shown_to", "shown_to"),
)
MARK = Table(
    "held_mark",
    METADATA,
    Column("delivery", Integer, primary_key=True),
    Column("reader", String(64), primary_key=True),  # a keyed fingerprint
    Column("at", UtcDateTime, nullable=False),
    Column("waiting", Boolean, nullable=False),  # seventytwo has not been told yet
    Column("reader_sealed", LargeBinary),  # the reader's id, while it waits
    Index("ix_held_mark_waiting", "waiting"),
)
WORD = Table("held_word", METADATA, Column("name", String(32), primary_key=True), Column("value", Text, nullable=False))
