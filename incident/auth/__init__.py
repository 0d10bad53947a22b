"""Who is this: sessions of people, bearer tokens of programs, and what stands between a stranger and an Actor."""

from fastapi import FastAPI

from incident.auth import answers


def install(app: FastAPI) -> None:
    """Answer everybody who is not signed in, comes from another site, or must wait."""
    answers.install(app)
