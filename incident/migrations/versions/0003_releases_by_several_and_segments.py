"""Approvals by several, deputies, passkeys, standing approvals, controllers' instructions, audience segments."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "audience_domain",
        sa.Column("audience_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_audience_domain_audience_id_audience")),
        sa.PrimaryKeyConstraint("audience_id", "domain", name=op.f("pk_audience_domain")),
    )
    op.create_table(
        "audience_fault",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audience_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("warning", sa.Boolean(), nullable=False),
        sa.Column("fault_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_audience_fault_audience_id_audience")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience_fault")),
    )
    with op.batch_alter_table("audience_fault", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audience_fault_audience_id"), ["audience_id"], unique=False)

    op.create_table(
        "customer_share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("dataset", sa.String(length=64), nullable=False),
        sa.Column("host_id", sa.String(length=128), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("reach", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("exposed_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exposed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("logs", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_customer_share_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_share")),
        sa.UniqueConstraint(
            "incident_id", "dataset", "host_id", name=op.f("uq_customer_share_incident_id_dataset_host_id")
        ),
    )
    with op.batch_alter_table("customer_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_share_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "deputy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["deputy_id"], ["user_account.id"], name=op.f("fk_deputy_deputy_id_user_account")),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["user_account.id"], name=op.f("fk_deputy_principal_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deputy_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deputy_principal_id"), ["principal_id"], unique=False)

    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_passkey_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_user_id"), ["user_id"], unique=False)

    op.create_table(
        "passkey_challenge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_passkey_challenge_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
    )
    with op.batch_alter_table("passkey_challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_challenge_user_id"), ["user_id"], unique=False)

    op.create_table(
        "standing_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("template_digest", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["given_by"], ["user_account.id"], name=op.f("fk_standing_approval_given_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_approval")),
    )
    with op.batch_alter_table("standing_approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_approval_template_digest"), ["template_digest"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("for_user", sa.Uuid(), nullable=True),
        sa.Column("witness", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirm_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_approval_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("release_id", "by", name=op.f("uq_approval_release_id_by")),
        sa.UniqueConstraint("release_id", "seat", name=op.f("uq_approval_release_id_seat")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_release_id"), ["release_id"], unique=False)

    op.create_table(
        "list_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("dataset", sa.String(length=64), nullable=False),
        sa.Column("host_id", sa.String(length=128), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_failures", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("last_download_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["customer_contact.id"], name=op.f("fk_list_link_contact_id_customer_contact")
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_list_link_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_link")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_list_link_token_digest")),
    )
    with op.batch_alter_table("list_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_link_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "instruction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("dataset", sa.String(length=64), nullable=False),
        sa.Column("controller", sa.String(length=128), nullable=False),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=128), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_edition", sa.Uuid(), nullable=True),
        sa.Column("approved_digest", sa.String(length=64), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_instruction_evidence_id_evidence")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_instruction_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction")),
    )
    with op.batch_alter_table("instruction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instruction_incident_id"), ["incident_id"], unique=False)

    with op.batch_alter_table("advice", schema=None) as batch_op:
        batch_op.alter_column(
            "subject", existing_type=sa.VARCHAR(length=128), server_default="", existing_nullable=False
        )

    with op.batch_alter_table("audience", schema=None) as batch_op:
        batch_op.add_column(sa.Column("adds_to", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("controller", sa.String(length=128), server_default="", nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_audience_adds_to_audience"), "audience", ["adds_to"], ["id"])

    with op.batch_alter_table("audience_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("segment", sa.String(length=64), server_default="", nullable=False))

    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("template_digest", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("controller", sa.String(length=128), server_default="", nullable=False))

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("controller", sa.String(length=128), server_default="", nullable=False))
        batch_op.add_column(sa.Column("follows", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("template_digest", sa.String(length=64), server_default="", nullable=False))

    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quorum", sa.JSON(none_as_null=True), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("adds_to", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_release_adds_to_release"), "release", ["adds_to"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_release_adds_to_release"), type_="foreignkey")
        batch_op.drop_column("adds_to")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("quorum")

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_column("template_digest")
        batch_op.drop_column("follows")
        batch_op.drop_column("controller")

    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_column("controller")
        batch_op.drop_column("template_digest")

    with op.batch_alter_table("audience_member", schema=None) as batch_op:
        batch_op.drop_column("segment")

    with op.batch_alter_table("audience", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_audience_adds_to_audience"), type_="foreignkey")
        batch_op.drop_column("controller")
        batch_op.drop_column("adds_to")

    with op.batch_alter_table("advice", schema=None) as batch_op:
        batch_op.alter_column(
            "subject", existing_type=sa.VARCHAR(length=128), server_default=sa.text("('')"), existing_nullable=False
        )

    with op.batch_alter_table("instruction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instruction_incident_id"))

    op.drop_table("instruction")
    with op.batch_alter_table("list_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_list_link_incident_id"))

    op.drop_table("list_link")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_release_id"))

    op.drop_table("approval")
    with op.batch_alter_table("standing_approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standing_approval_template_digest"))

    op.drop_table("standing_approval")
    with op.batch_alter_table("passkey_challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_challenge_user_id"))

    op.drop_table("passkey_challenge")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_user_id"))

    op.drop_table("passkey")
    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deputy_principal_id"))
        batch_op.drop_index(batch_op.f("ix_deputy_deputy_id"))

    op.drop_table("deputy")
    with op.batch_alter_table("customer_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_share_incident_id"))

    op.drop_table("customer_share")
    with op.batch_alter_table("audience_fault", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audience_fault_audience_id"))

    op.drop_table("audience_fault")
    op.drop_table("audience_domain")
