"""Tables of declared assets: what somebody said, in peacetime, that buckets, mailboxes and hosts hold."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from notifications.columns import instant
from notifications.ids import new_id


class AssetDeclaration(SQLModel, table=True):
    """What is declared of every asset of a kind whose name fits a pattern. A mailbox may be called like its person."""

    __tablename__ = "asset_declaration"
    __table_args__ = (UniqueConstraint("kind", "pattern_blind"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=16)  # of an asset, or "any"
    pattern_blind: str = Field(max_length=64)  # keyed: equal for patterns that are equal but for letter case
    content_sealed: bytes  # JSON: pattern, kinds of data and people, regions, role, customers, entity; scope "register"
    declared_at: datetime = instant()  # also when it was said again
    declared_by: str = Field(max_length=128)  # as the timeline names whoever said it
