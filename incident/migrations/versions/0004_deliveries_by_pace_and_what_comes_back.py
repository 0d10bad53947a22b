"""Deliveries at a pace, by provider and to endpoints; what comes back by mail; close-outs and holds."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "endpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("url_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("events", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint")),
        sa.UniqueConstraint("name", name=op.f("uq_endpoint_name")),
    )
    op.create_table(
        "received_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("from_nobody", sa.Boolean(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("raw_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("last_repeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint("sha256", name=op.f("uq_received_mail_sha256")),
    )
    with op.batch_alter_table("received_mail", schema=None) as batch_op:
        batch_op.create_index(
            "ix_received_mail_open",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "ix_received_mail_raw",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("raw_sealed IS NOT NULL"),
            postgresql_where=sa.text("raw_sealed IS NOT NULL"),
        )
        batch_op.create_index("ix_received_mail_state", ["state", "received_at"], unique=False)

    op.create_table(
        "delivery_news",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("news", sa.String(length=16), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["received_mail.id"], name=op.f("fk_delivery_news_mail_id_received_mail")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_news")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_news_key")),
    )
    with op.batch_alter_table("delivery_news", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_news_content",
            ["heard_at"],
            unique=False,
            sqlite_where=sa.text("content_sealed IS NOT NULL"),
            postgresql_where=sa.text("content_sealed IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_delivery_news_delivery_id"), ["delivery_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_news_mail_id"), ["mail_id"], unique=False)
        batch_op.create_index("ix_delivery_news_state", ["state", "heard_at"], unique=False)
        batch_op.create_index(
            "ix_delivery_news_untold",
            ["release_id"],
            unique=False,
            sqlite_where=sa.text("state = 'applied' AND told_at IS NULL"),
            postgresql_where=sa.text("state = 'applied' AND told_at IS NULL"),
        )
        batch_op.create_index(
            "ix_delivery_news_waiting",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "endpoint_secret",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["endpoint_id"], ["endpoint.id"], name=op.f("fk_endpoint_secret_endpoint_id_endpoint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint_secret")),
    )
    with op.batch_alter_table("endpoint_secret", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_endpoint_secret_endpoint_id"), ["endpoint_id"], unique=False)

    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=128), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=128), nullable=False),
        sa.Column("lift_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_legal_hold_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_legal_hold_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "close_out",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by", sa.String(length=128), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("file_purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_close_out_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_close_out")),
        sa.UniqueConstraint("release_id", "number", name=op.f("uq_close_out_release_id_number")),
    )
    with op.batch_alter_table("close_out", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_close_out_release_id"), ["release_id"], unique=False)
        batch_op.create_index(
            "ix_close_out_running",
            ["begun_at"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "opened_channel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_opened_channel_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opened_channel")),
        sa.UniqueConstraint("delivery_id", "channel", name=op.f("uq_opened_channel_delivery_id_channel")),
    )
    with op.batch_alter_table("opened_channel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opened_channel_release_id"), ["release_id"], unique=False)

    op.create_table(
        "release_sample",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_sample_release_id_release")),
        sa.PrimaryKeyConstraint("release_id", "at", name=op.f("pk_release_sample")),
    )
    op.create_table(
        "close_out_part",
        sa.Column("close_out_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["close_out_id"], ["close_out.id"], name=op.f("fk_close_out_part_close_out_id_close_out")
        ),
        sa.PrimaryKeyConstraint("close_out_id", "number", name=op.f("pk_close_out_part")),
    )

    with op.batch_alter_table("audience", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purge_ended_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("provider_id", sa.String(length=255), server_default="", nullable=False))
        batch_op.create_index(
            "ix_delivery_message",
            ["message_id"],
            unique=False,
            sqlite_where=sa.text("release_id IS NULL"),
            postgresql_where=sa.text("release_id IS NULL"),
        )
        batch_op.create_index(
            "ix_delivery_provider",
            ["provider_id"],
            unique=False,
            sqlite_where=sa.text("provider_id <> ''"),
            postgresql_where=sa.text("provider_id <> ''"),
        )

    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("basis_sealed", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pace", sa.JSON(none_as_null=True), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("stage", sa.String(length=64), server_default="whole", nullable=False))
        batch_op.add_column(sa.Column("step", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("troubled", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("canary", sa.JSON(none_as_null=True), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("canary_confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("canary_confirmed_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("admitted", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "fanned", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.add_column(sa.Column("all_at_once", sa.String(length=500), server_default="", nullable=False))
        batch_op.add_column(sa.Column("hours", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("window_closed", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_column("window_closed")
        batch_op.drop_column("opens_at")
        batch_op.drop_column("hours")
        batch_op.drop_column("all_at_once")
        batch_op.drop_column("fanned")
        batch_op.drop_column("admitted")
        batch_op.drop_column("canary_confirmed_by")
        batch_op.drop_column("canary_confirmed_at")
        batch_op.drop_column("canary")
        batch_op.drop_column("troubled")
        batch_op.drop_column("next_step_at")
        batch_op.drop_column("step")
        batch_op.drop_column("stage")
        batch_op.drop_column("pace")

    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_column("basis_sealed")

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_delivery_provider",
            sqlite_where=sa.text("provider_id <> ''"),
            postgresql_where=sa.text("provider_id <> ''"),
        )
        batch_op.drop_index(
            "ix_delivery_message",
            sqlite_where=sa.text("release_id IS NULL"),
            postgresql_where=sa.text("release_id IS NULL"),
        )
        batch_op.drop_column("provider_id")

    with op.batch_alter_table("audience", schema=None) as batch_op:
        batch_op.drop_column("purge_ended_at")

    op.drop_table("close_out_part")
    op.drop_table("release_sample")
    with op.batch_alter_table("opened_channel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opened_channel_release_id"))

    op.drop_table("opened_channel")
    with op.batch_alter_table("close_out", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_close_out_running",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_close_out_release_id"))

    op.drop_table("close_out")
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_legal_hold_incident_id"))

    op.drop_table("legal_hold")
    with op.batch_alter_table("endpoint_secret", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_endpoint_secret_endpoint_id"))

    op.drop_table("endpoint_secret")
    with op.batch_alter_table("delivery_news", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_delivery_news_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(
            "ix_delivery_news_untold",
            sqlite_where=sa.text("state = 'applied' AND told_at IS NULL"),
            postgresql_where=sa.text("state = 'applied' AND told_at IS NULL"),
        )
        batch_op.drop_index("ix_delivery_news_state")
        batch_op.drop_index(batch_op.f("ix_delivery_news_mail_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_news_delivery_id"))
        batch_op.drop_index(
            "ix_delivery_news_content",
            sqlite_where=sa.text("content_sealed IS NOT NULL"),
            postgresql_where=sa.text("content_sealed IS NOT NULL"),
        )

    op.drop_table("delivery_news")
    with op.batch_alter_table("received_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_received_mail_state")
        batch_op.drop_index(
            "ix_received_mail_raw",
            sqlite_where=sa.text("raw_sealed IS NOT NULL"),
            postgresql_where=sa.text("raw_sealed IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_received_mail_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )

    op.drop_table("received_mail")
    op.drop_table("endpoint")
