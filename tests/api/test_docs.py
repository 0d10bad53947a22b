"""The page on the API names every route and every column, and its examples are ones the API takes."""

import json
import re
from pathlib import Path

import pytest

from incident.roles import Role
from incident.verbs import customer_lines, persons
from tests.api.conftest import Front
from tests.api.test_surface import EVERYBODY, ROUTES, method

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
CALL = re.compile(r"-X (POST|PUT) \"\$BASE(/api/[^\"]+)\"[^']*?-d '(.*?)'", re.DOTALL)
TABLE = re.compile(r"```\n(host_id;.*?)```", re.DOTALL)
ROUTE = re.compile(r"\*\*`(GET|POST|PUT|DELETE) ([^`]+)`\*\*")


def test_every_route_is_described_and_none_that_is_not_there() -> None:
    known = {(method(route), route.path_format) for route in ROUTES if route.path.startswith("/api/")}
    assert {found.groups() for found in ROUTE.finditer(PAGE)} == known
    assert all(path in PAGE for path in EVERYBODY)


def test_every_column_and_every_other_name_of_one_is_described() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    told = {name for line in rows for name in re.findall(r"`([\w-]+)`", line)}
    assert told >= {*customer_lines.COLUMNS, *persons.COLUMNS, *customer_lines.ALIASES}
    assert {"id", "person", "account", "email"} <= set(persons.ALIASES) & told


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_examples_are_taken(front: Front) -> None:
    examples = [(verb, path, json.loads(body)) for verb, path, body in CALL.findall(PAGE)]
    assert len(examples) == 5
    assert front.stage.incident is not None
    for verb, path, body in examples:
        program = front.program(Role.RESPONDER if path.endswith("/notes") else Role.HOST)
        here = path.replace("amber-heron", front.stage.incident.codename)
        now = front.stage.installation.clock.now().isoformat()
        answer = program.request(verb, here, json=body | ({"at": now} if "at" in body else {}))
        assert answer.status_code == 201, (path, answer.text)
    (table,) = TABLE.findall(PAGE)
    taken = front.program().post("/api/customers/import", content=table.encode(), headers={"Content-Type": "text/csv"})
    assert (taken.json()["new"], taken.json()["unchanged"] + taken.json()["changed"], taken.json()["refused"]) == (
        1,
        1,
        0,
    )


def test_the_snippets_in_python_can_be_read() -> None:
    page = Path(__file__).parents[2] / "docs" / "host-platform.md"
    found = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    assert len(found) == 3
    for snippet in found:
        compile(snippet, page.name, "exec")
