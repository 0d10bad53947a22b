"""Static files: what the pages load, kept by browsers for a year under an address that names its content."""

import mimetypes

from fastapi import APIRouter, Request, Response

from incident.errors import NotFound
from incident.web.pages import STATIC, asset
from notifications.edge.door import component_for
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
YEAR = "public, max-age=31536000, immutable"
ROOT = STATIC.resolve()
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".toml": "text/plain"}


@router.get("/static/{path:path}")
def show_file(request: Request, path: str, v: str = "") -> Response:
    """One file. Raises NotFound, also for a path that leads out of the folder."""
    file = (ROOT / path).resolve()
    if not file.is_relative_to(ROOT) or not file.is_file():
        raise NotFound(worded("There is no such file."))
    digest = asset(str(file.relative_to(ROOT))).rpartition("=")[2]
    headers = {"ETag": f'"{digest}"', "Cache-Control": YEAR if v == digest else "public, no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    media_type = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(file.read_bytes(), media_type=media_type, headers=headers)


@router.get("/seventytwo-notices.js")
def show_component(request: Request) -> Response:
    """The component for pages of the host, as an edge serves it."""
    return component_for(request)


@router.get("/favicon.ico")
def show_icon(request: Request) -> Response:
    """Browsers ask for it by themselves."""
    return show_file(request, "mark.svg")
