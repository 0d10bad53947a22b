"""What rows of the ledger are about, as their column `occasion` says it: one row per occasion, person and channel."""

from uuid import UUID

EDITION = "edition:"


def edition_occasion(edition_id: UUID) -> str:
    """Of every release of an edition: somebody has one row of it, however often it is released."""
    return f"{EDITION}{edition_id}"


def edition_of(occasion: str) -> UUID | None:
    """The edition an occasion is of; None for one of another sort, such as a telephone call."""
    return UUID(occasion.removeprefix(EDITION)) if occasion.startswith(EDITION) else None
