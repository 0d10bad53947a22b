"""What people answer, the bank of answers, what support says; a draft can be discarded."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "support_lookup",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("asked", sa.String(length=16), nullable=False),
        sa.Column("subject_blind", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_lookup")),
    )
    with op.batch_alter_table("support_lookup", schema=None) as batch_op:
        batch_op.create_index("ix_support_lookup_at", ["at"], unique=False)
        batch_op.create_index("ix_support_lookup_by", ["by", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_support_lookup_subject_blind"), ["subject_blind"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_answer_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("incident_id", "key", name=op.f("uq_answer_incident_id_key")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(
            "uq_answer_general",
            ["key"],
            unique=True,
            sqlite_where=sa.text("incident_id IS NULL"),
            postgresql_where=sa.text("incident_id IS NULL"),
        )

    op.create_table(
        "completeness",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("facts_digest", sa.String(length=64), nullable=False),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_completeness_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completeness")),
    )
    with op.batch_alter_table("completeness", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_completeness_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "answer_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("facts_digest", sa.String(length=64), nullable=False),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("look_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'approved' OR approved_by IS NOT NULL", name=op.f("ck_answer_version_approved")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> drafted_by", name=op.f("ck_answer_version_second_person")
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_answer_version_answer_id_answer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_version")),
        sa.UniqueConstraint("answer_id", "number", name=op.f("uq_answer_version_answer_id_number")),
    )
    with op.batch_alter_table("answer_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_version_answer_id"), ["answer_id"], unique=False)

    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("edition_id", sa.Uuid(), nullable=True),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("audience_id", sa.Uuid(), nullable=True),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("matched_by", sa.String(length=64), nullable=False),
        sa.Column("same_address", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("read_as", sa.String(length=64), nullable=False),
        sa.Column("ground", sa.String(length=300), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=128), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_role", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=128), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_reply_audience_id_audience")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_reply_edition_id_edition")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_reply_incident_id_incident")),
        sa.ForeignKeyConstraint(["mail_id"], ["received_mail.id"], name=op.f("fk_reply_mail_id_received_mail")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_reply_owner_id_user_account")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_reply_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_reply_mail_id")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_audience_id"), ["audience_id"], unique=False)
        batch_op.create_index("ix_reply_incident", ["incident_id", "received_at"], unique=False)
        batch_op.create_index(
            "ix_reply_kept",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("content_sealed IS NOT NULL"),
            postgresql_where=sa.text("content_sealed IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_reply_open",
            ["incident_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index(
            "ix_reply_untold",
            ["incident_id"],
            unique=False,
            sqlite_where=sa.text("told_at IS NULL AND incident_id IS NOT NULL"),
            postgresql_where=sa.text("told_at IS NULL AND incident_id IS NOT NULL"),
        )

    op.create_table(
        "reply_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reply_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=128), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("occasion", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> drafted_by", name=op.f("ck_reply_answer_second_person")
        ),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_reply_answer_reply_id_reply")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["answer_version.id"], name=op.f("fk_reply_answer_version_id_answer_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_answer")),
        sa.UniqueConstraint("reply_id", "number", name=op.f("uq_reply_answer_reply_id_number")),
    )
    with op.batch_alter_table("reply_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_answer_reply_id"), ["reply_id"], unique=False)

    op.create_table(
        "reply_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reply_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_reply_reading_reply_id_reply")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_reading")),
    )
    with op.batch_alter_table("reply_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_reading_reply_id"), ["reply_id"], unique=False)

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_column("discarded_at")

    with op.batch_alter_table("reply_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_reading_reply_id"))

    op.drop_table("reply_reading")
    with op.batch_alter_table("reply_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_answer_reply_id"))

    op.drop_table("reply_answer")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reply_untold",
            sqlite_where=sa.text("told_at IS NULL AND incident_id IS NOT NULL"),
            postgresql_where=sa.text("told_at IS NULL AND incident_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_reply_open", sqlite_where=sa.text("settled_at IS NULL"), postgresql_where=sa.text("settled_at IS NULL")
        )
        batch_op.drop_index(
            "ix_reply_kept",
            sqlite_where=sa.text("content_sealed IS NOT NULL"),
            postgresql_where=sa.text("content_sealed IS NOT NULL"),
        )
        batch_op.drop_index("ix_reply_incident")
        batch_op.drop_index(batch_op.f("ix_reply_audience_id"))

    op.drop_table("reply")
    with op.batch_alter_table("answer_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_version_answer_id"))

    op.drop_table("answer_version")
    with op.batch_alter_table("completeness", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_completeness_incident_id"))

    op.drop_table("completeness")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_answer_general",
            sqlite_where=sa.text("incident_id IS NULL"),
            postgresql_where=sa.text("incident_id IS NULL"),
        )

    op.drop_table("answer")
    with op.batch_alter_table("support_lookup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_lookup_subject_blind"))
        batch_op.drop_index("ix_support_lookup_by")
        batch_op.drop_index("ix_support_lookup_at")

    op.drop_table("support_lookup")
