"""What rows of the ledger are about, as their column `occasion` says it: one row per occasion, person and channel."""

from uuid import UUID


def edition_occasion(edition_id: UUID) -> str:
    """Of every release of an edition: somebody has one row of it, however often it is released."""
    return f"edition:{edition_id}"
