"""What no database can hold is refused where a form is read: NULs in any field, versions and years without end."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from incident.notice_kinds import NoticeKind
from incident.web import ROUTERS
from incident.web.standing import current_digests
from notifications.ids import new_id
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage

COMPARED = {"csrf_token"}  # with the session's, and kept nowhere


def texts_of(schema: Any, name: str = "") -> Iterator[tuple[str, bool]]:
    """Each field that takes any text, and whether it says which."""
    if isinstance(schema, list):
        for part in schema:
            yield from texts_of(part, name)
    elif isinstance(schema, dict):
        if schema.get("type") == "string" and not {"enum", "const", "format"} & set(schema):
            yield name, "pattern" in schema
        for key, part in schema.items():
            yield from texts_of(part, name if key in ("items", "anyOf", "properties", "$defs") else key)


def test_every_text_a_form_sends_says_what_it_may_hold() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    fields = [(route.path, field) for route in routes for field in route.dependant.body_params]
    assert len(fields) > 40
    bad = set()
    for path, field in fields:
        adapter = TypeAdapter[Any](Annotated[field.field_info.annotation, field.field_info])  # type: ignore[arg-type]
        found = texts_of(adapter.json_schema(), field.name)
        bad |= {f"{path}: {name}" for name, says in found if not says and name not in COMPARED}
    assert not bad


def test_a_nul_is_answered_as_the_senders_fault(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    assert mara.post("/login", data={"email": "a\0@example.org", "password": "x"}).status_code == 422
    assert send(mara, "/incidents", title="Bucket", kind="public_bucket\0", severity="high").status_code == 422
    for name in ("stop", "refusal"):
        assert send(enter("ines"), f"/releases/{new_id()}/{name}", reason="wait\0").status_code == 422
    assert send(mara, f"/notices/{new_id()}/releases", version="1", order_reason="now\0").status_code == 422


def test_numbers_and_years_without_end_are_answered_by_field(played: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    notice = links(mara.get(f"{played.path}/notices").text, "/notices/")[0]
    for version in (2**31 - 1, 10**30):
        edited = {"version": str(version), "locale": "en", "subject": "s", "text": "t"}
        assert send(mara, notice, **edited).status_code == 422
        assert send(mara, f"{notice}/releases", version=str(version)).status_code == 422
        assert send(mara, f"{played.path}/moves", move="contain", version=str(version)).status_code == 422
    assert mara.get(f"{played.path}/timeline?before={10**30}").status_code == 422
    sent = {"kind": "people", "template_digest": current_digests(played.installation.settings)[NoticeKind.PEOPLE]}
    refused = send(ines, "/account/standing-approvals", **sent, ends_on="9999-12-31")
    assert (refused.status_code, "names no day" in refused.text) == (422, True)
    told = {"dataset": "lists", "what": "Write.", "by": "Ada", "way": "mail", "received_at": "0001-01-01T00:00"}
    brand = {"name": "Acme", "contact_name": "Ada", "contact_email": "privacy@acme.example"}
    refused = send(mara, f"{played.path}/customers/customer-000/instructions", **told, **brand)
    assert (refused.status_code, "is no moment" in refused.text) == (422, True)
