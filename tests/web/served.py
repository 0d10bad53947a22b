"""The web surface over a stage. Its routes are laid once a worker: FastAPI takes longer for that than most tests do."""

from collections.abc import Callable

from fastapi import FastAPI

from incident import web
from incident.api import in_app
from incident.app import create_app
from incident.hooks.guarded_fetch import Certificates
from incident.installation import Installation
from incident.organisation import reception_of
from incident.web.pages import Pages

_LAID: dict[tuple[Callable[[Installation], FastAPI], bool], FastAPI] = {}


def pages_over(installation: Installation) -> FastAPI:
    """The console and public pages without hooks, and of the API what pages of the host ask."""
    return _over(_lay_pages, installation)


def everything_over(installation: Installation) -> FastAPI:
    """The application as it is served."""
    return _over(create_app, installation)


def _over(lay: Callable[[Installation], FastAPI], installation: Installation) -> FastAPI:
    kind = (lay, installation.settings.base_url.startswith("https://"))
    app = _LAID.get(kind) or _LAID.setdefault(kind, lay(installation))
    _bind(app, installation)
    app.state.pages = Pages(installation.settings.template_folders)
    app.state.certificates, app.state.reception = Certificates(), reception_of(installation.settings)
    app.router.lifespan_context = lambda _app: web.watching(installation)
    return app


def _lay_pages(installation: Installation) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    _bind(app, installation)
    app.include_router(in_app.router)
    web.install(app)
    return app


def _bind(app: FastAPI, installation: Installation) -> None:
    app.state.store, app.state.keys = installation.store, installation.keys
    app.state.clock, app.state.settings = installation.clock, installation.settings
