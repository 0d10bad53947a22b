"""The command `seventytwo announcements export`: the public pages as files, for when this host is down."""

from pathlib import Path
from typing import Annotated

import typer

from incident.commands.opened import Opened

group = typer.Typer(help="Public announcements.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Public announcements."""


@group.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Made where it is missing; else empty, or an export from before.")],
) -> None:
    """Write every public page, feed and style into a folder that any web server can show, or a browser from disk.

    The files are byte for byte those this installation serves. SHA256SUMS lists them: sha256sum -c SHA256SUMS.
    """
    from incident.web.pages import Pages
    from incident.web.public_export import export_site
    from incident.web.public_site import Site
    from notifications.announcements import read_all_announced

    with Opened() as opened:
        parts = opened.installation
        with parts.store.read() as session:
            announced = read_all_announced(session)
        written = export_site(Site(Pages(parts.settings.template_folders), parts.settings, announced), folder)
    pages = "1 announcement" if len(announced) == 1 else f"{len(announced)} announcements"
    print(f"{pages} in {written.files} files, {written.changed} of them new or changed.")
