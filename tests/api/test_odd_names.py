"""Whatever name stands in an address, on every path of the OpenAPI document, the answer is no fault of ours."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from pyoxigraph import NamedNode
from starlette.testclient import TestClient

from graph.curation.vocabulary import vocabulary
from graph.identity import local_name

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
ACCEPTED = (BROWSER, "application/json")
ODD = [
    "", "-", ".", "..", "../..", "%2e%2e", "a/b", "//", "a//b", "\0", "a\0b", "x" * 5000, "я" * 5000, "ґанок",
    "Сирський", "<b>", "<script>alert(1)</script>", "<", ">", "<>", "<a b>", "<http://example.org/a>",
    "http://example.org/a b", "http://example.org/<a>", "http://[::1", "//example.org", "https://w3id.org/sitrep/id/",
    "{", "}", "{}", "{0}", "{{7*7}}", " ", "a b", "\t", "\r\n", "\u2028", "\u202e", "'", '"', "`", "\\", "|", "^",
    "#", "?", "&", "=", "%", "%00", "%2F", "%ff", "+", "*", ":", "::", "sit:", "sit:<", ":a", "id:..", "sit:a b",
    "nope:x", "id:syrskyi", "syrskyi.ttl", ".json", "a.b.c", "\U0001f4a5", "\ufffe", "0", "-1", "1e999",
    "99999999999999999999", "NaN", "2025-01-20", "2025-13-45", "[]", "[", "]", "null", "true", "0000", "9999-12-31",
    "10000", "-0044", "../2025", "2025/..", "Y-170000002", "~", "syrskyi,ukraine", ",", ";",
]  # fmt: skip
Paths = dict[str, list[dict[str, Any]]]
_NAMES = re.compile(r"\{([^}:]*)[^}]*\}")
UNPRINTABLE = b"\xff\xfe"  # no UTF-8


@pytest.fixture(scope="module")
def paths(application: FastAPI) -> Paths:
    """Every path that is read, with its parameters."""
    items = application.openapi()["paths"].items()
    return {path: item["get"].get("parameters", []) for path, item in items if "get" in item}


def names() -> list[str]:
    """The words of the ontology and the vocabulary, and those that they speak of."""
    nodes = {node.value for quad in vocabulary().quads() for node in quad if isinstance(node, NamedNode)}
    return sorted({local_name(node) for node in nodes})


def filled(path: str, name: str) -> str:
    return _NAMES.sub(lambda _: quote(name, safe=""), path)


def plain(path: str, parameters: list[dict[str, Any]]) -> str:
    """The path with names that there are."""
    examples = {
        one["name"]: str(one.get("example") or next(iter(one.get("examples") or ["syrskyi"]))) for one in parameters
    }
    return _NAMES.sub(lambda found: quote(examples.get(found[1], "syrskyi"), safe=""), path)


def ask(client: TestClient, address: str, accept: str) -> None:
    answer = client.get(address, headers={"Accept": accept})
    assert answer.status_code < 500, f"{address[:200]} as {accept}: {answer.text[:500]}"


def test_an_odd_name_in_a_path_is_no_fault_of_ours(client: TestClient, paths: Paths) -> None:
    for path in filter(_NAMES.search, paths):
        for accept in ACCEPTED:
            for name in ODD:
                ask(client, filled(path, name), accept)
            ask(client, _NAMES.sub(quote(UNPRINTABLE), path), accept)


def test_a_word_of_the_ontology_in_a_path_is_no_fault_of_ours(client: TestClient, paths: Paths) -> None:
    """As a browser asks: its page of what is not there suggests what may be meant."""
    for path in filter(_NAMES.search, paths):
        for name in names():
            ask(client, filled(path, name), BROWSER)


def test_an_odd_parameter_is_no_fault_of_ours(client: TestClient, paths: Paths) -> None:
    for path, parameters in paths.items():
        for number, parameter in enumerate(one["name"] for one in parameters if one["in"] == "query"):
            address = f"{plain(path, parameters)}?{parameter}="
            # a third of the values for each, half of them as JSON: neighbours take the others
            for place, value in enumerate(ODD[number % 3 :: 3]):
                ask(client, address + quote(value, safe=""), ACCEPTED[(place + number) % 2])
            ask(client, f"{address}{quote(UNPRINTABLE)}&{parameter}=a", BROWSER)
