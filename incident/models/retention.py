"""Tables of what is kept longer than its time: legal holds."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from notifications.columns import instant
from notifications.ids import new_id


class LegalHold(SQLModel, table=True):
    """Nothing of an incident is purged while one of its holds is not lifted."""

    __tablename__ = "legal_hold"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    reason_sealed: bytes  # scope "incident:<id>"
    set_at: datetime = instant()
    set_by: str = Field(max_length=128)
    lifted_at: datetime | None = instant(default=None)
    lifted_by: str = Field(default="", max_length=128)
    lift_reason_sealed: bytes | None = None
