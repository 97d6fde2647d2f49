"""Search over HTTP: the shape of its answers, pages, types and languages. How well it finds: tests/graph."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.problems import TYPES


def found(client: TestClient, **parameters: Any) -> dict[str, Any]:
    answer = client.get("/search", params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_result_says_which_label_matched_and_how(client: TestClient) -> None:
    body = found(client, q="Олександр Сирський")
    (hit,) = body.pop("results")
    assert hit == {
        "iri": "https://w3id.org/sitrep/id/syrskyi", "id": "syrskyi", "label": "Oleksandr Syrskyi",
        "types": ["foaf:Person"], "score": hit["score"],
        "matched": {"label": "Олександр Сирський", "lang": "uk", "how": "exact"},
    }  # fmt: skip
    assert 0 < hit["score"] <= 1
    assert isinstance(body.pop("snapshot"), str)
    assert body == {
        "query": "Олександр Сирський", "concepts": [], "total": 1, "total_exact": True, "truncated": False,
        "next": None,
    }  # fmt: skip


@pytest.mark.parametrize("q", ["", "   ", "bcdfghjklm", "\x00", "'; DROP TABLE names --", '"', "*", "x" * 5000])
def test_what_is_not_found_is_an_empty_list(client: TestClient, q: str) -> None:
    body = found(client, q=q)
    assert (body["results"], body["total"], body["next"]) == ([], 0, None)


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_all_pages_together_are_the_list(client: TestClient, limit: int) -> None:
    whole = found(client, q="u", limit=100)
    assert whole["total"] == len(whole["results"]) > 4
    pages, address = [], f"/search?q=u&limit={limit}"
    while address:
        answer = client.get(address)
        body = answer.json()
        pages.append(body["results"])
        assert answer.headers.get("link") == (f'<{body["next"]}>; rel="next"' if body["next"] else None)
        assert body["truncated"] == (body["next"] is not None)
        address = body["next"]
    assert [hit for page in pages for hit in page] == whole["results"]


def test_better_results_come_first(client: TestClient) -> None:
    hits = found(client, q="ukraine", limit=100)["results"]
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert hits[0]["id"] == "ukraine"


@pytest.mark.parametrize(
    ("type", "ids"),
    [("foaf:Person", {"sybiha", "syrskyi"}), ("http://xmlns.com/foaf/0.1/Person", {"sybiha", "syrskyi"}),
     ("<http://xmlns.com/foaf/0.1/Person>", {"sybiha", "syrskyi"}), ("sit:WeaponSystem", {"atacms"}),
     ("Person", {"sybiha", "syrskyi"})],
)  # fmt: skip
def test_a_type_narrows_the_search(client: TestClient, type: str, ids: set[str]) -> None:
    assert {hit["id"] for hit in found(client, q="sy", type=type)["results"]} == ids


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"cursor": "-1"},
        {"cursor": "x"},
        {"cursor": "9" * 30},
        {"cursor": "²"},
        {"cursor": "٣"},
        {"type": "nope:x"},
        {"type": "https://example.org/none"},
        {"type": "Persom"},
    ],
)
def test_a_wrong_parameter_is_named(client: TestClient, wrong: dict[str, str]) -> None:
    answer = client.get("/search", params={"q": "kyiv", **wrong})
    assert answer.status_code in (400, 422)
    assert answer.json()["type"] == TYPES + "invalid-parameter"
    assert next(iter(wrong)) in answer.json()["detail"]


def test_a_cursor_behind_the_end_is_an_empty_page(client: TestClient) -> None:
    body = found(client, q="ukraine", cursor="999999999")
    assert (body["results"], body["next"]) == ([], None)


def test_labels_are_in_the_reader_s_language(client: TestClient) -> None:
    answer = client.get("/search", params={"q": "syrskyi"}, headers={"Accept-Language": "uk"})
    assert answer.json()["results"][0]["label"] == "Олександр Сирський"


def test_a_person_gets_a_page_that_is_escaped(client: TestClient) -> None:
    for q in ("syrskyi", "", "<script>alert(1)</script>"):
        answer = client.get("/search", params={"q": q}, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "<script>alert" not in answer.text
    page = client.get("/search", params={"q": "syrskyi"}, headers={"Accept": "text/html"})
    assert 'href="/id/syrskyi"' in page.text


def test_search_is_json_or_html(client: TestClient) -> None:
    answer = client.get("/search", headers={"Accept": "text/turtle"})
    assert answer.status_code == 406
    assert answer.json()["offers"] == ["application/json", "text/html"]


@pytest.mark.parametrize(
    ("query", "concept"),
    [
        ("losses", "m-losses"),
        ("Loss", "m-losses"),
        ("втрати", "m-losses"),
        ("tanks", "w-tank"),
        ("drone strike", "ev-air-drone-strike"),
    ],
)
def test_what_is_counted_or_sorted_by_a_word_is_named(client: TestClient, query: str, concept: str) -> None:
    concepts = found(client, q=query)["concepts"]
    assert concept in [thing["iri"].rpartition("/")[2] for thing in concepts]
    page = client.get("/search", params={"q": query}, headers={"Accept": "text/html"}).text
    assert f'href="/voc/{concept}"' in page


def test_concepts_are_named_once_and_only_for_a_name(client: TestClient) -> None:
    assert found(client, q="losses", type="sit:Event")["concepts"] == []
    assert found(client, q="losses", cursor="1")["concepts"] == []
    assert found(client, q="")["concepts"] == found(client, q="exact")["concepts"] == []
    assert len(found(client, q="d")["concepts"]) <= 6


def test_checks_are_not_found(client: TestClient) -> None:
    asked = "SELECT ?l { ?check a sit:Check ; rdfs:label ?l }"
    rows = client.get("/sparql", params={"query": asked, "format": "json"}).json()["results"]["bindings"]
    assert rows
    for row in rows:
        assert not [hit for hit in found(client, q=row["l"]["value"][:150])["results"] if "/check/" in hit["iri"]]
