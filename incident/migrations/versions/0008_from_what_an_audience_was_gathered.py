"""From what an audience was gathered."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
GATHERED = {
    "contacts": ["Contacts of affected customers"],
    "people": ["Registered people", "Registered people of the customer", "Registered people, in the product"],
}


def upgrade() -> None:
    with op.batch_alter_table("audience", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gathered", sa.String(length=16), server_default="", nullable=False))

    for gathered, names in GATHERED.items():  # until now an audience was known by what we called it
        op.execute(
            sa.text("UPDATE audience SET gathered = :gathered WHERE name IN :names").bindparams(
                sa.bindparam("names", names, expanding=True), gathered=gathered
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("audience", schema=None) as batch_op:
        batch_op.drop_column("gathered")
