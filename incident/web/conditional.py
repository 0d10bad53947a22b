"""Answers that caches may keep: strong validators, HEAD, and 304 for what the reader has already (RFC 9110 §8.8, §13).

How long a shared cache may keep one, and show it while the site is down, is said by RFC 9111 and RFC 5861.
"""

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request, Response

TAG = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class Entity:
    """What stands at an address: bytes, their type, and when what they say last changed (None: nobody knows)."""

    content: bytes
    media_type: str
    changed_at: datetime | None = None
    locale: str = ""

    @property
    def tag(self) -> str:
        """A strong entity tag: equal for equal bytes and for nothing else."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


def conditional(request: Request, entity: Entity, headers: Mapping[str, str]) -> Response:
    """The entity; to HEAD what GET would say of it; 304 to a reader that has it."""
    said = {"ETag": entity.tag, **headers}
    if entity.changed_at is not None:
        said["Last-Modified"] = format_datetime(entity.changed_at.astimezone(UTC), usegmt=True)
    if entity.locale:
        said["Content-Language"] = entity.locale
    if _has(request, entity):
        return Response(status_code=304, headers=said)
    if request.method == "HEAD":
        said["Content-Length"] = str(len(entity.content))
        return Response(headers=said, media_type=entity.media_type)
    return Response(entity.content, headers=said, media_type=entity.media_type)


def _has(request: Request, entity: Entity) -> bool:
    """If-None-Match decides where it is sent; If-Modified-Since only without it (RFC 9110 §13.1.3)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or entity.tag in TAG.findall(tags)
    since = _moment(request.headers.get("if-modified-since", ""))
    return since is not None and entity.changed_at is not None and entity.changed_at.replace(microsecond=0) <= since


def _moment(text: str) -> datetime | None:
    with suppress(ValueError):
        found = parsedate_to_datetime(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found
    return None
