"""Assets, refusals, reports by form, views, calendars, and who has an incident open."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "asset_declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("pattern_blind", sa.String(length=64), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_declaration")),
        sa.UniqueConstraint("kind", "pattern_blind", name=op.f("uq_asset_declaration_kind_pattern_blind")),
    )
    op.create_table(
        "report_count",
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_report_count")),
    )
    op.create_table(
        "stray_refusal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stray_refusal")),
        sa.UniqueConstraint("place", "reason", "day", name=op.f("uq_stray_refusal_place_reason_day")),
    )
    op.create_table(
        "deadline_feed",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_deadline_feed_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_deadline_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_deadline_feed_digest")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_saved_view_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_view_user_id"), ["user_id"], unique=False)

    op.create_table(
        "presence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
    )
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presence_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_presence_seen_at"), ["seen_at"], unique=False)

    with op.batch_alter_table("finder_thread", schema=None) as batch_op:
        batch_op.add_column(sa.Column("door", sa.String(length=64), server_default="mail", nullable=False))
        batch_op.add_column(sa.Column("token_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("reporter_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("followed_up_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_finder_thread_reporter", ["reporter_id", "opened_at"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_finder_thread_token_digest"), ["token_digest"])
        batch_op.create_foreign_key(
            batch_op.f("fk_finder_thread_reporter_id_user_account"), "user_account", ["reporter_id"], ["id"]
        )

    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("admission", sa.JSON(none_as_null=True), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_column("admission")

    with op.batch_alter_table("finder_thread", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_finder_thread_reporter_id_user_account"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_finder_thread_token_digest"), type_="unique")
        batch_op.drop_index("ix_finder_thread_reporter")
        batch_op.drop_column("followed_up_at")
        batch_op.drop_column("reporter_id")
        batch_op.drop_column("token_digest")
        batch_op.drop_column("door")

    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presence_seen_at"))
        batch_op.drop_index(batch_op.f("ix_presence_incident_id"))

    op.drop_table("presence")
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_view_user_id"))

    op.drop_table("saved_view")
    op.drop_table("deadline_feed")
    op.drop_table("stray_refusal")
    op.drop_table("report_count")
    op.drop_table("asset_declaration")
