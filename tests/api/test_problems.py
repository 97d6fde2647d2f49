"""Every error is a problem document (RFC 9457), or a page for a person with a browser."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import problems
from api.problems import RETRY_AFTER, STATUSES, TYPES
from graph import entities, errors

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def leaves() -> set[type[Exception]]:
    """The errors that are raised: those of the tree without children, and one that has a child."""
    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.GraphError)]
    return {kind for kind in classes if not kind.__subclasses__()} | {errors.NoSnapshot}


def test_the_table_of_statuses_is_complete() -> None:
    assert set(STATUSES) == leaves()


def test_every_problem_type_has_one_meaning() -> None:
    names = [name for _, name, _ in STATUSES.values()]
    assert len(names) == len(set(names))
    assert all(400 <= status < 600 for status, _, _ in STATUSES.values())
    ending = problems.ending()
    known = {*((status, name) for status, name, _ in STATUSES.values()), (ending.status, ending.name)}
    assert {name for status, name in known if status == 503} == set(RETRY_AFTER)


PROBLEMS = [
    ("GET", "/nothing", {}, 404, "not-found"),
    ("GET", "/id/none-such", {}, 404, "unknown-entity"),
    ("GET", "/id/syrskyi?lang=xx", {}, 422, "invalid-parameter"),
    ("GET", "/id/syrskyi/relations?limit=x&direction=y", {}, 422, "invalid-parameter"),
    ("GET", "/id/syrskyi/relations?cursor=x", {}, 400, "invalid-parameter"),
    ("GET", "/search", {"Accept": "image/png"}, 406, "not-acceptable"),
    ("GET", "/sparql?query=x", {}, 400, "query-syntax"),
    ("POST", "/id/syrskyi", {}, 405, "method-not-allowed"),
    ("DELETE", "/sparql", {}, 405, "method-not-allowed"),
    ("POST", "/sparql", {}, 415, "unsupported-media-type"),
    ("GET", "/static/none", {}, 404, "not-found"),
    ("GET", "/ont.exe", {}, 404, "not-found"),
]


@pytest.mark.parametrize(("method", "path", "headers", "status", "name"), PROBLEMS)
def test_a_problem_has_the_five_members(
    client: TestClient, method: str, path: str, headers: dict[str, str], status: int, name: str
) -> None:
    answer = client.request(method, path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert (body["type"], body["status"], body["instance"]) == (TYPES + name, status, path.split("?")[0])
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize(("method", "path", "headers", "status", "name"), PROBLEMS)
def test_a_person_gets_a_page(
    client: TestClient, method: str, path: str, headers: dict[str, str], status: int, name: str
) -> None:
    if path.startswith("/sparql?") or status == 406:
        pytest.skip("a browser gets the editor, or there is a page for it")
    answer = client.request(method, path, headers={**headers, **BROWSER})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.text.startswith("<!doctype html>")


def test_a_wrong_parameter_of_the_framework_has_the_same_form(client: TestClient) -> None:
    body = client.get("/id/syrskyi/relations", params={"limit": "x", "direction": "up"}).json()
    assert len(body["parameters"]) == 2
    assert all(name in body["detail"] for name in ("limit", "direction"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/id/ukraine/relations?limit=x", "limit is a number from 1 to 1,000"),
        ("/id/ukraine/relations?limit=0", "limit is a number from 1 to 1,000"),
        ("/search?q=a&limit=101", "limit is a number from 1 to 100"),
        ("/id/ukraine/view?hops=9", "hops is a number from 1 to 3"),
        ("/id/ukraine/relations?direction=x", "direction is in, out or both"),
        ("/id/ukraine?lang=x", "lang is en or uk"),
        ("/id", "iri is missing"),
    ],
)
def test_a_wrong_parameter_is_told_in_words(client: TestClient, address: str, said: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["detail"]) == (422, said)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/contradictions?claiment=syrskyi", "claiment: there is no such parameter here; did you mean claimant?"),
        ("/search?q=kyiv&types=sit:Event", "types: there is no such parameter here; did you mean type?"),
        ("/id/syrskyi/claims.csv?measures=losses", "measures: there is no such parameter here; did you mean measure?"),
        ("/id/syrskyi/claims?iri=x", "iri: there is no such parameter here; known are cursor, kind, lang, limit, "),
        ("/types.csv?x=1", "x: there is no such parameter here; known are "),
        ("/timeline?before=2025", "before: there is no such parameter here; known are "),
    ],
)
def test_data_are_not_given_for_a_filter_that_nobody_knows(client: TestClient, address: str, said: str) -> None:
    answer = client.get(address)
    body = answer.json()
    assert (answer.status_code, body["type"]) == (400, TYPES + "invalid-parameter")
    assert body["detail"].startswith(said)
    assert client.get(address, headers=BROWSER).status_code == (400 if ".csv" in address else 200)


def test_a_list_takes_every_parameter_that_it_reads(client: TestClient) -> None:
    asked = {"iri": "https://w3id.org/sitrep/id/syrskyi", "lang": "uk", "limit": "1"}
    assert client.get("/id/-/claims", params=asked).status_code == 200


@pytest.mark.parametrize(("name", "word"), [("from", "x"), ("to", "2025-1"), ("from", "2025-02-30")])
def test_a_day_that_is_none_is_told_in_words(client: TestClient, name: str, word: str) -> None:
    answer = client.get(f"/id/ukraine/relations?{name}={word}")
    said = f"{name}: {word!r} is no day, month or year that exists; write 2025-01-20, 2025-01 or 2025"
    assert (answer.status_code, answer.json()["detail"]) == (400, said)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_fault_of_ours_is_a_problem_and_tells_nothing(
    application: FastAPI, monkeypatch: pytest.MonkeyPatch, accept: str, method: str
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(entities, "read", broken)
    outside = TestClient(application, raise_server_exceptions=False)
    answer = outside.request(method, "/id/syrskyi", headers={"Accept": accept})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    if accept == "application/json":
        assert answer.headers["content-type"] == "application/problem+json"
    if accept == "application/json" and method == "GET":
        assert answer.json()["type"] == TYPES + "internal-error"


def test_an_error_of_the_graph_becomes_its_problem() -> None:
    problem = problems.problem_of(errors.QuerySyntaxError("wrong", 3, 7))
    assert (problem.status, problem.name, problem.more) == (400, "query-syntax", {"line": 3, "column": 7})
