"""Reports by mail, people on call, rules of a source that record, storms that can be read from indexes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "chat_command",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_chat_command")),
    )
    with op.batch_alter_table("chat_command", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_command_at"), ["at"], unique=False)

    op.create_table(
        "team",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("feed_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_feed_digest"), ["feed_digest"], unique=False)
        batch_op.create_index(
            "uq_team_default",
            ["is_default"],
            unique=True,
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )

    op.create_table(
        "chat_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chat", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_chat_identity_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_identity")),
        sa.UniqueConstraint("chat", "chat_id", name=op.f("uq_chat_identity_chat_chat_id")),
    )
    with op.batch_alter_table("chat_identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_identity_user_id"), ["user_id"], unique=False)

    op.create_table(
        "finder_thread",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("address_blind", sa.String(length=64), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("our_address", sa.String(length=320), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detected_how", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("greeted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_finder_thread_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finder_thread")),
        sa.UniqueConstraint("reference", name=op.f("uq_finder_thread_reference")),
    )
    with op.batch_alter_table("finder_thread", schema=None) as batch_op:
        batch_op.create_index("ix_finder_thread_blind", ["address_blind", "greeted_at"], unique=False)
        batch_op.create_index("ix_finder_thread_incident", ["incident_id", "opened_at"], unique=False)
        batch_op.create_index(
            "ix_finder_thread_kept",
            ["incident_id"],
            unique=False,
            sqlite_where=sa.text("purged_at IS NULL"),
            postgresql_where=sa.text("purged_at IS NULL"),
        )
        batch_op.create_index("ix_finder_thread_opened", ["state", "opened_at"], unique=False)

    op.create_table(
        "incident_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_address_incident_id_incident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_address")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_incident_address_token_digest")),
    )
    with op.batch_alter_table("incident_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_address_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "incident_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=False),
        sa.Column("origin_key", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_mail_incident_id_incident")),
        sa.ForeignKeyConstraint(["mail_id"], ["received_mail.id"], name=op.f("fk_incident_mail_mail_id_received_mail")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_mail")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_incident_mail_mail_id")),
        sa.UniqueConstraint("origin_key", name=op.f("uq_incident_mail_origin_key")),
    )
    with op.batch_alter_table("incident_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_mail_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "page",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("steps", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by", sa.String(length=128), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=128), nullable=False),
        sa.Column("acknowledged_by_way", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_page_incident_id_incident")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_page_source_id_source")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_page_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
    )
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index(
            "ix_page_under_way",
            ["begun_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "pager_number",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_pager_number_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_pager_number")),
    )
    op.create_table(
        "rota_layer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("people", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("begins", sa.String(length=10), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_rota_layer_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_layer")),
        sa.UniqueConstraint("team_id", "name", name=op.f("uq_rota_layer_team_id_name")),
    )
    with op.batch_alter_table("rota_layer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_layer_team_id"), ["team_id"], unique=False)

    op.create_table(
        "rota_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("layer", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_rota_override_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_rota_override_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_override")),
    )
    with op.batch_alter_table("rota_override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_override_team_id"), ["team_id"], unique=False)

    op.create_table(
        "finder_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=64), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("origin_key", sa.String(length=64), nullable=True),
        sa.Column("message_digest", sa.String(length=64), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("same_address", sa.Boolean(), nullable=False),
        sa.Column("dkim", sa.String(length=64), nullable=False),
        sa.Column("dkim_domain", sa.String(length=255), nullable=False),
        sa.Column("dkim_detail", sa.String(length=120), nullable=False),
        sa.Column("aligned", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("last_repeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("occasion", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["received_mail.id"], name=op.f("fk_finder_mail_mail_id_received_mail")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["finder_thread.id"], name=op.f("fk_finder_mail_thread_id_finder_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finder_mail")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_finder_mail_mail_id")),
        sa.UniqueConstraint("origin_key", name=op.f("uq_finder_mail_origin_key")),
        sa.UniqueConstraint("thread_id", "number", name=op.f("uq_finder_mail_thread_id_number")),
    )
    with op.batch_alter_table("finder_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finder_mail_message_digest"), ["message_digest"], unique=False)

    op.create_table(
        "finder_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["finder_thread.id"], name=op.f("fk_finder_reading_thread_id_finder_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finder_reading")),
    )
    with op.batch_alter_table("finder_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finder_reading_thread_id"), ["thread_id"], unique=False)

    op.create_table(
        "finder_statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("fact", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=128), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=128), nullable=False),
        sa.Column("fact_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["finder_thread.id"], name=op.f("fk_finder_statement_thread_id_finder_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finder_statement")),
    )
    with op.batch_alter_table("finder_statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finder_statement_thread_id"), ["thread_id"], unique=False)

    op.create_table(
        "page_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_step_page_id_page")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_step")),
        sa.UniqueConstraint("page_id", "round", "position", name=op.f("uq_page_step_page_id_round_position")),
    )
    with op.batch_alter_table("page_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_step_page_id"), ["page_id"], unique=False)
        batch_op.create_index(
            "ix_page_step_waiting",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND superseded_at IS NULL"),
        )

    op.create_table(
        "source_watch",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("silent_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_source_watch_page_id_page")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_watch_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_watch")),
    )
    op.create_table(
        "paged_one",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("endpoint_id", sa.Uuid(), nullable=True),
        sa.Column("way", sa.String(length=64), nullable=False),
        sa.Column("occasion", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["endpoint_id"], ["endpoint.id"], name=op.f("fk_paged_one_endpoint_id_endpoint")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_paged_one_page_id_page")),
        sa.ForeignKeyConstraint(["step_id"], ["page_step.id"], name=op.f("fk_paged_one_step_id_page_step")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_paged_one_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paged_one")),
    )
    with op.batch_alter_table("paged_one", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paged_one_page_id"), ["page_id"], unique=False)

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column("content_sealed", existing_type=sa.LargeBinary(), nullable=True)

    with op.batch_alter_table("endpoint", schema=None) as batch_op:
        batch_op.add_column(sa.Column("template_sealed", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.create_index("ix_intake_heard", ["source_id", "received_at"], unique=False)
        batch_op.create_index(
            "ix_intake_heard_again",
            ["source_id", "last_repeat_at"],
            unique=False,
            sqlite_where=sa.text("last_repeat_at IS NOT NULL"),
            postgresql_where=sa.text("last_repeat_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_intake_quarantined",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("state = 'quarantined'"),
            postgresql_where=sa.text("state = 'quarantined'"),
        )

    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alike_digest", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("outcome", sa.String(length=64), server_default="recorded", nullable=False))
        batch_op.add_column(sa.Column("rule", sa.String(length=80), server_default="", nullable=False))
        batch_op.drop_index(batch_op.f("ix_signal_incident_id"))
        batch_op.drop_index(batch_op.f("ix_signal_group"))
        batch_op.create_index("ix_signal_group", ["source_id", "group_digest", "incident_id"], unique=False)
        batch_op.create_index("ix_signal_alike", ["source_id", "alike_digest"], unique=False)
        batch_op.create_index("ix_signal_heard", ["source_id", "first_seen_at"], unique=False)
        batch_op.create_index("ix_signal_sort", ["incident_id", "alike_digest", "resolved_at"], unique=False)
    op.execute("UPDATE signal SET outcome = 'incident' WHERE incident_id IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.drop_index("ix_signal_sort")
        batch_op.drop_index("ix_signal_heard")
        batch_op.drop_index("ix_signal_alike")
        batch_op.drop_index("ix_signal_group")
        batch_op.create_index(batch_op.f("ix_signal_group"), ["source_id", "group_digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_signal_incident_id"), ["incident_id"], unique=False)
        batch_op.drop_column("rule")
        batch_op.drop_column("outcome")
        batch_op.drop_column("alike_digest")

    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_intake_quarantined",
            sqlite_where=sa.text("state = 'quarantined'"),
            postgresql_where=sa.text("state = 'quarantined'"),
        )
        batch_op.drop_index(
            "ix_intake_heard_again",
            sqlite_where=sa.text("last_repeat_at IS NOT NULL"),
            postgresql_where=sa.text("last_repeat_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_intake_heard")

    with op.batch_alter_table("endpoint", schema=None) as batch_op:
        batch_op.drop_column("template_sealed")

    op.execute("UPDATE evidence SET content_sealed = '' WHERE content_sealed IS NULL")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.alter_column("content_sealed", existing_type=sa.LargeBinary(), nullable=False)
        batch_op.drop_column("erased_at")

    with op.batch_alter_table("paged_one", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paged_one_page_id"))

    op.drop_table("paged_one")
    op.drop_table("source_watch")
    with op.batch_alter_table("page_step", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_page_step_waiting",
            sqlite_where=sa.text("sent_at IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_page_step_page_id"))

    op.drop_table("page_step")
    with op.batch_alter_table("finder_statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finder_statement_thread_id"))

    op.drop_table("finder_statement")
    with op.batch_alter_table("finder_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finder_reading_thread_id"))

    op.drop_table("finder_reading")
    with op.batch_alter_table("finder_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finder_mail_message_digest"))

    op.drop_table("finder_mail")
    with op.batch_alter_table("rota_override", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rota_override_team_id"))

    op.drop_table("rota_override")
    with op.batch_alter_table("rota_layer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rota_layer_team_id"))

    op.drop_table("rota_layer")
    op.drop_table("pager_number")
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_page_under_way", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_page_incident_id"))

    op.drop_table("page")
    with op.batch_alter_table("incident_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_mail_incident_id"))

    op.drop_table("incident_mail")
    with op.batch_alter_table("incident_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_address_incident_id"))

    op.drop_table("incident_address")
    with op.batch_alter_table("finder_thread", schema=None) as batch_op:
        batch_op.drop_index("ix_finder_thread_opened")
        batch_op.drop_index(
            "ix_finder_thread_kept",
            sqlite_where=sa.text("purged_at IS NULL"),
            postgresql_where=sa.text("purged_at IS NULL"),
        )
        batch_op.drop_index("ix_finder_thread_incident")
        batch_op.drop_index("ix_finder_thread_blind")

    op.drop_table("finder_thread")
    with op.batch_alter_table("chat_identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_identity_user_id"))

    op.drop_table("chat_identity")
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_team_default", sqlite_where=sa.text("is_default"), postgresql_where=sa.text("is_default")
        )
        batch_op.drop_index(batch_op.f("ix_team_feed_digest"))

    op.drop_table("team")
    with op.batch_alter_table("chat_command", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_command_at"))

    op.drop_table("chat_command")
