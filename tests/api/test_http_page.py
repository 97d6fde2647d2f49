"""docs/http.md is the interface: the same routes, parameters, problems, limits and answers.

`python -m tests.api.test_http_page` writes the answers that the page shows.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import api
import graph.build
from api.problems import STATUSES
from api.routes import search
from api.routes.sparql import SHORT
from api.workers import Limits
from graph.guard import MAX_LENGTH
from graph.search.reader import HOW
from tests.api.conftest import served
from tests.conftest import FIRST_DOCUMENT

PAGE = Path(__file__).parents[2] / "docs" / "http.md"
TEXT = PAGE.read_text(encoding="utf-8")
SHOWN = re.compile(r"(?<=^`GET )(?P<address>\S+)`\n\n```json\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(api.__file__).parent.rglob("*.py"))


def column(heading: str, place: int) -> list[str]:
    """What stands in code in one column of the first table below a heading."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\|(.+)\|$", section, re.MULTILINE)[2:]
    return [code for row in rows for code in re.findall(r"`([^`]+)`", row.split("|")[place])]


def answered(client: TestClient, address: str) -> str:
    body = client.get(address).json()
    body["snapshot"] = "..."
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def test_every_route_is_on_the_page(application: FastAPI) -> None:
    described = set(application.openapi()["paths"])
    assert set(column("Routes", 0)) == described | {"/", "/docs", "/openapi.json"}


def test_every_parameter_is_on_the_page(application: FastAPI) -> None:
    operations = [methods["get"] for path, methods in application.openapi()["paths"].items()
                  if not path.startswith("/sparql")]  # fmt: skip
    given = {one["name"] for operation in operations for one in operation.get("parameters", []) if one["in"] == "query"}
    assert given <= set(column("Lists", 0))
    assert set(column("Lists", 0)) <= given | {"lang", "iri"}
    sparql = {one["name"] for one in application.openapi()["paths"]["/sparql"]["get"]["parameters"]}
    assert all(f"`{name}`" in TEXT for name in sparql)
    assert {"json", "xml", "csv", "tsv", "turtle", "nt", "rdfxml", "jsonld"} <= set(SHORT)


def test_every_problem_is_on_the_page() -> None:
    stated = re.findall(r'[Pp]roblem\(\s*(\d+),\s*"([a-z0-9-]+)"', SOURCES)
    stated += [(str(status), name) for status, name, _ in STATUSES.values()]
    stated += [("405", "method-not-allowed")]  # the framework's
    rows = {
        name: set(re.findall(r"\d+", row.split("|")[2]))
        for row in re.findall(r"^\|.*\|$", TEXT.split("\n## Errors\n")[1], re.MULTILINE)
        for name in re.findall(r"`([a-z0-9-]+)`", row.split("|")[1])
    }
    assert set(rows) == {name for _, name in stated}
    for status, name in stated:
        assert status in rows[name], name


def test_the_limits_are_those_of_the_program(application: FastAPI) -> None:
    limits = Limits()
    assert (limits.deadline, limits.memory, limits.result, limits.waiting) == (10, 1024**3, 64 * 1024**2, 64)
    assert MAX_LENGTH == 256 * 1024
    assert search.MOST == 100
    for path, default, most in (("relations", 100, 1000), ("claims", 50, 1000)):
        parameters = application.openapi()["paths"][f"/id/{{slug}}/{path}"]["get"]["parameters"]
        schema = next(one["schema"] for one in parameters if one["name"] == "limit")
        assert (schema["default"], schema["maximum"]) == (default, most)
    assert all(f"`{how}`" in TEXT for how in HOW)


@pytest.mark.parametrize("shown", list(SHOWN.finditer(TEXT)), ids=lambda shown: shown["address"])
def test_the_answers_are_real(client: TestClient, shown: re.Match[str]) -> None:
    assert answered(client, shown["address"]) == shown["body"]


def test_the_query_of_the_recipes_answers(client: TestClient) -> None:
    (query,) = re.findall(r'^query = """(.*?)"""$', TEXT, re.MULTILINE | re.DOTALL)
    lines = client.get("/sparql", params={"format": "csv", "query": query}).text.splitlines()
    assert lines[0] == "who,value"
    assert len(lines) > 2


def test_answers_are_shown() -> None:
    assert len(list(SHOWN.finditer(TEXT))) == 4


def main() -> None:
    """Write the page's answers anew."""

    def filled(shown: re.Match[str]) -> str:
        return f"{shown['address']}`\n\n```json\n{answered(client, shown['address'])}```"

    with tempfile.TemporaryDirectory() as folder:
        graph.build.build(FIRST_DOCUMENT, Path(folder))
        with served(Path(folder), Limits(running=1)) as client:
            PAGE.write_text(SHOWN.sub(filled, TEXT), encoding="utf-8")


if __name__ == "__main__":
    main()
