"""Pages that belong to no incident and to everybody: finding a place, what one did, the design in its looks."""


def pages(path: str) -> list[tuple[str, str]]:
    """Names of pictures and where they are taken; `path` is the incident one comes from."""
    return [
        ("go", f"/go?at={path}"),
        ("own-acts", "/account/done"),
        ("design", "/design"),
        ("design-looks", "/design?look=contrast&look=contrast-dark&look=print"),
    ]
