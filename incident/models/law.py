"""Tables of the law: fact versions, anchors, obligations, reminders, advice, decisions, filings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from notifications.columns import document, instant
from notifications.ids import new_id


class FactVersion(SQLModel, table=True):
    """One saved version of the fact sheet. Only saved versions derive, diff, reopen and void."""

    __tablename__ = "fact_version"
    __table_args__ = (UniqueConstraint("incident_id", "number"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    number: int
    sheet_sealed: bytes  # canonical JSON, scope "incident:<id>"
    digest: str = Field(max_length=64)
    saved_at: datetime = instant()
    saved_by: str = Field(max_length=128)


class FactDraft(SQLModel, table=True):
    """Answers not saved yet: one draft per incident, kept through errors and session ends."""

    __tablename__ = "fact_draft"
    incident_id: UUID = Field(foreign_key="incident.id", primary_key=True)
    sheet_sealed: bytes
    changed_at: datetime = instant()
    changed_by: str = Field(max_length=128)


class AnchorRecord(SQLModel, table=True):
    """A moment the law counts from. Recorded once; corrected only by a later record that names the one it corrects."""

    __tablename__ = "anchor"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    name: str = Field(max_length=64)
    scope: str = Field(default="", max_length=128)  # "" | "entity:<x>" | "dataset:<id>" | "regime:<id>"
    at: datetime = instant()
    decided: bool  # False: a candidate on the worksheet
    reason_sealed: bytes | None = None  # why this moment, and its evidence
    evidence: str = Field(default="", max_length=200)  # "intake:<id>", "entry:<seq>", "evidence:<id>"
    recorded_at: datetime = instant()
    recorded_by: str = Field(max_length=128)
    corrects: UUID | None = None


class Obligation(SQLModel, table=True):
    """A duty that arose here: one row per (incident, legal entity, duty, addressee, stage), with its frozen rule."""

    __tablename__ = "obligation"
    __table_args__ = (UniqueConstraint("incident_id", "entity", "duty", "addressee", "stage"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    entity: str = Field(max_length=128)
    duty: str = Field(max_length=128)
    addressee: str = Field(max_length=200)  # host id of a customer, an authority, "people", …
    addressee_kind: str = Field(max_length=64)
    stage: str = Field(max_length=32)
    kind: str = Field(max_length=16)  # statute | contract | promise
    rule: dict[str, object] = document()  # frozen copy
    rule_frozen_at: datetime = instant()
    datasets: list[str] = document(default_factory=list)
    applies: str = Field(max_length=8)  # yes | no | unknown
    why: list[str] = document(default_factory=list)
    missing: list[str] = document(default_factory=list)
    anchor: str = Field(max_length=64)
    starts_at: datetime | None = instant(default=None)
    due_at: datetime | None = instant(default=None, index=True)
    target_at: datetime | None = instant(default=None)  # own target where the law sets no number
    provisional: bool = False
    counting: str = Field(default="", max_length=64)
    trace: list[str] = document(default_factory=list)
    readings: list[dict[str, object]] = document(default_factory=list)
    blocked: str = Field(default="", max_length=300)  # by what it waits
    met_at: datetime | None = instant(default=None)
    met_by: str = Field(default="", max_length=200)  # "release:<id>", "filing:<id>", "delivery:<id>", "telling:<id>"
    waived_at: datetime | None = instant(default=None)
    not_due_at: datetime | None = instant(default=None)  # a decision says so; the record is `decision_id`
    decision_id: UUID | None = Field(default=None, foreign_key="decision.id")
    withdrawn_at: datetime | None = instant(default=None)  # the facts no longer carry it; kept for the record
    fact_version: int = 0
    updated_at: datetime = instant()


class Reminder(SQLModel, table=True):
    """One threshold of one deadline (unique). Sent once, or recorded as superseded by a later one."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("obligation_id", "threshold", "due_at"),
        Index(
            "ix_reminder_waiting",
            "fires_at",
            sqlite_where=text("sent_at IS NULL AND superseded_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND superseded_at IS NULL"),
        ),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    obligation_id: UUID = Field(foreign_key="obligation.id", index=True)
    threshold: str = Field(max_length=16)  # "48h", "24h", "12h", "4h", "1h", "due", "late+24h", "late+48h", …
    due_at: datetime = instant()  # of the deadline it reminds of: another deadline, other reminders
    fires_at: datetime = instant()
    sent_at: datetime | None = instant(default=None)
    superseded_at: datetime | None = instant(default=None)
    superseded_by: str = Field(default="", max_length=32)


class Advice(SQLModel, table=True):
    """What the privacy officer or counsel advised, on which facts."""

    __tablename__ = "advice"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    fact_version: int
    risk: str = Field(max_length=16)  # unlikely | risk | high
    subject: str = Field(
        default="", max_length=128, sa_column_kwargs={"server_default": ""}
    )  # "risk:<dataset>" | "": all
    text_sealed: bytes
    at: datetime = instant()
    actor: str = Field(max_length=128)
    engine: str = Field(default="", max_length=32)


class Decision(SQLModel, table=True):
    """What the accountable person decided; a decision not to notify is a record like any other."""

    __tablename__ = "decision"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    subject: str = Field(max_length=128)  # "risk:<dataset>", "obligation:<id>", "group:<name>"
    covers: list[str] = document(  # the obligations of a group
        default_factory=list, sa_column_kwargs={"server_default": "[]"}
    )
    outcome: str = Field(max_length=32)  # unlikely | risk | high | not_due | waived | notify
    fact_version: int
    advice_id: UUID | None = Field(default=None, foreign_key="advice.id")
    reason_sealed: bytes
    at: datetime = instant()
    actor: str = Field(max_length=128)
    engine: str = Field(default="", max_length=32)
    look_again_at: datetime | None = instant(default=None)
    reopened_at: datetime | None = instant(default=None)


class Filing(SQLModel, table=True):
    """A submission to an authority: draft, then where, when, reference and receipt."""

    __tablename__ = "filing"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    obligation_id: UUID = Field(foreign_key="obligation.id", index=True)
    form: str = Field(max_length=64)  # such as "gdpr-33-3"
    locale: str = Field(max_length=16)
    draft_sealed: bytes  # JSON: field → text, and the rendered text
    left_open: dict[str, str] = document(  # what it says is to follow: point → the words of the text that say it
        default_factory=dict, sa_column_kwargs={"server_default": "{}"}
    )
    fact_version: int
    drafted_at: datetime = instant()
    drafted_by: str = Field(max_length=128)
    submitted_at: datetime | None = instant(default=None)
    submitted_to: str = Field(default="", max_length=300)
    channel: str = Field(default="", max_length=64)  # portal, mail, telephone
    reference: str = Field(default="", max_length=200)
    receipt_evidence_id: UUID | None = Field(default=None, foreign_key="evidence.id")
    recorded_by: str = Field(default="", max_length=128)
