"""Pages of what claims hang on: measurands, passages, relations, terms of office; all claims behind a relation."""

from __future__ import annotations

import re
from typing import Any

from starlette.testclient import TestClient

from ontology.terms import BASE


def got(client: TestClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def page_of(client: TestClient, path: str) -> str:
    return client.get(path, headers={"Accept": "text/html"}).text


def asked_for(client: TestClient, query: str) -> Any:
    """The one row of an answer."""
    answer = client.get("/sparql", params={"query": query, "format": "json"}).json()
    (row,) = answer["results"]["bindings"]
    return row


def test_a_measurand_shows_the_claims_on_it_the_latest_first(client: TestClient) -> None:
    asked = "SELECT ?m (COUNT(?c) AS ?n) { ?c sit:measurand ?m } GROUP BY ?m ORDER BY DESC(?n) ?m LIMIT 1"
    row = asked_for(client, asked)
    address = row["m"]["value"].removeprefix(BASE.rstrip("/"))
    page = page_of(client, address)
    cards = re.findall(r'<article class="card">.*?href="(/claim/[^"]+)"', page, re.DOTALL)
    assert len(cards) == len(set(cards)) == int(row["n"]["value"]) > 1
    days = [got(client, f"{card}.json")["said"]["end"] for card in cards]
    assert days == sorted(days, reverse=True)
    assert not [card for card in cards if card in page.partition("What points to it")[2]]


def test_a_passage_shows_what_it_says(client: TestClient) -> None:
    asked = "SELECT ?p ?c { ?p sit:carries ?c } ORDER BY ?p LIMIT 1"
    row = asked_for(client, asked)
    passage, claim = (row[name]["value"].removeprefix(BASE.rstrip("/")) for name in "pc")
    assert re.search(rf'<article class="card">\s*<h3 class="said"><a href="{claim}">', page_of(client, passage))


def test_all_claims_behind_a_relation_come_in_pages(client: TestClient) -> None:
    asked = "SELECT ?r (COUNT(?c) AS ?n) { ?r sit:restsOn ?c } GROUP BY ?r ORDER BY DESC(?n) ?r LIMIT 1"
    row = asked_for(client, asked)
    address, count = row["r"]["value"].removeprefix(BASE.rstrip("/")), int(row["n"]["value"])
    found, following = [], f"{address}/claims?limit=2"
    while following:
        body = got(client, following)
        assert body["total"] == count > 2
        assert body["entity"]["iri"] == row["r"]["value"]
        found += [claim["iri"] for claim in body["claims"]]
        following = body["next"]
    assert len(found) == len(set(found)) == count
    whole = client.get(f"{address}/claims.csv").text
    assert all(iri in whole for iri in found)
    assert client.get(f"{address}/claims.ttl").status_code == client.get(f"{address}/claims.bib").status_code == 200
    page = page_of(client, address)
    assert len(re.findall('<article class="card">', page)) == min(count, 12)
    facts = got(client, f"{address}.json")["facts"]
    assert not [fact for fact in facts if fact["predicate"]["iri"].endswith("restsOn")]
    assert client.get(f"{address}/claims?cursor=x").status_code == 400
    listed = page_of(client, f"{address}/claims")
    assert "Claims behind" in listed
    assert '<form class="filter"' not in listed


def test_a_relation_that_a_source_alone_tells_of_says_so(client: TestClient) -> None:
    asked = "SELECT ?r { ?r a sit:Relation ; dcterms:source ?s FILTER NOT EXISTS { ?r sit:restsOn ?c } } LIMIT 1"
    row = asked_for(client, asked)
    address = row["r"]["value"].removeprefix(BASE.rstrip("/"))
    assert got(client, f"{address}/claims")["total"] == 0
    assert "a source that was read says so" in page_of(client, f"{address}/claims")


def test_a_term_of_office_is_not_called_empty(client: TestClient) -> None:
    page = page_of(client, "/id/mb-syrskyi")
    assert "what the graph holds stands above" in page
