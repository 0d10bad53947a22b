"""What Alembic runs: our tables, on the connection it was handed."""

from alembic import context

from incident.migrations.rendering import render_item
from incident.models import entries
from notifications.columns import METADATA

assert entries  # importing the models is what fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=render_item,
    transactional_ddl=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
