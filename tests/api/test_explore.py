"""The explorer over HTTP: bounded in everything, honest about counts, and the same picture in every format."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import networkx
import pytest
import rdflib
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import reference
from api.routes import explore
from graph.explore.steps import MOST_STARTS, MOST_STEPS
from ontology.terms import expand

UKRAINE = [("start", "ukraine")]


def got(client: TestClient, path: str, *parameters: tuple[str, str], status: int = 200) -> Any:
    answer = client.get(path, params=list(parameters))
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_picture_as_json(client: TestClient) -> None:
    found = got(client, "/explore/graph.json", *UKRAINE)
    node = next(node for node in found["nodes"] if node["name"] == "ukraine")
    assert node["label"] == "Ukraine"
    assert node["kind"] == node["connector"] == "state"
    assert node["start"] is True
    assert node["page"] == "/id/ukraine"
    assert node["relations"] >= node["shown"] > 0
    ends = {node["id"] for node in found["nodes"]}
    assert all({edge["source"], edge["target"]} <= ends for edge in found["edges"])
    assert found["snapshot"]


def test_the_view_of_an_answer_is_the_same_picture(client: TestClient) -> None:
    first = got(
        client, "/explore/graph.json", *UKRAINE, ("step", "expand atacms all both"), ("step", "put atacms 10 20"),
        ("status", "asserted"), ("from", "2023"), ("to", "2025-02"),
    )  # fmt: skip
    again = [("start", start) for start in first["starts"]] + [("step", step) for step in first["steps"]]
    again += [
        (name, value[:7] if name in ("from", "to") else value)
        for name, values in first["filters"].items()
        for value in values
    ]
    assert got(client, "/explore/graph.json", *again) == first
    assert next((n["x"], n["y"]) for n in first["nodes"] if n["name"] == "atacms") == (10, 20)


def test_every_relation_is_counted_before_it_is_loaded(client: TestClient) -> None:
    thing = got(client, "/explore/thing.json", ("id", "ukraine"))
    listed = got(client, "/id/ukraine")["relations"]
    counted = {(c["predicate"]["iri"], c["direction"]): c["relations"] for c in thing["counts"]}
    assert counted == {(c["predicate"]["iri"], c["direction"]): c["count"] for c in listed}
    assert thing["label"] == "Ukraine"
    armed_forces = got(client, "/explore/thing.json", ("id", "russian-armed-forces"))
    assert armed_forces["figure_count"] == 6
    assert armed_forces["figures"][0]["documents"]


def test_an_edge_leads_to_its_claims(client: TestClient) -> None:
    edges = got(client, "/explore/graph.json", ("start", "syrskyi"))["edges"]
    spoke = next(edge for edge in edges if edge["predicate"] == expand("sit:spokeAbout"))
    found = got(client, "/explore/relation.json", ("id", spoke["id"]))
    assert found["claim_count"] == spoke["claims"] == len(found["claims"]) == 5
    claim = next(claim for claim in found["claims"] if "434,000" in claim["label"])
    assert claim["claimants"][0]["label"] == "Oleksandr Syrskyi"
    assert claim["hedge"] == "more than"
    assert claim["said"] == "2025-01-19"
    assert claim["contested"] == 0  # its one rival is the slip of a heading
    assert claim["documents"][0]["places"][0].startswith("characters ")
    office = next(edge for edge in edges if edge["label"].startswith("Commander"))
    sources = got(client, "/explore/relation.json", ("id", office["id"]))["sources"]
    assert sources[0]["href"] == "https://www.pravda.com.ua/eng/news/2024/02/8/7441006/"
    assert sources[0]["label"].startswith("pravda.com.ua")


def test_paths_list_what_joins_each_hop(client: TestClient) -> None:
    found = got(
        client, "/explore/paths.json", ("from", "syrskyi"), ("to", "atacms"), ("length", "6"), ("through", "true")
    )
    assert found["complete"] is True
    path = found["paths"][0]
    assert [path["things"][0]["id"], path["things"][-1]["id"]] == ["syrskyi", "atacms"]
    assert len(path["hops"]) == len(path["things"]) - 1
    for hop, (a, b) in zip(path["hops"], zip(path["things"], path["things"][1:], strict=False), strict=True):
        assert hop["relations"]
        assert all({edge["source"], edge["target"]} == {a["iri"], b["iri"]} for edge in hop["relations"])
    direct = got(client, "/explore/paths.json", ("from", "syrskyi"), ("to", "atacms"), ("length", "6"))
    between = {thing["id"] for way in direct["paths"] for thing in way["things"][1:-1]}
    assert not between & {"ukraine", "russia", "united-states", "war"}


WRONG = [
    ("/explore/graph.json", [("step", "fly ukraine")], 400, "steps are show"),
    ("/explore/graph.json", [("step", "core 99999")], 400, "from 2 to 2,000"),
    ("/explore/graph.json", [("start", "a b")], 400, "no name of a thing"),
    ("/explore/graph.rq", [("start", "ukraine"), ("claimant", "http://[")], 400, "no name of a thing"),
    ("/explore/graph.json", [("kind", "tank")], 400, "kinds are person"),
    ("/explore/graph.json", [("status", "true")], 422, "status"),
    ("/explore/graph.json", [("predicate", "suppliedBuy")], 400, "did you mean suppliedBy"),
    ("/explore/graph.json", [("from", "yesterday")], 400, "no day, month or year"),
    ("/explore/graph.json", [("from", "2025-13")], 400, "no day, month or year"),
    ("/explore/graph.json", [("from", "2025"), ("to", "2024")], 400, "lies before"),
    ("/explore/graph.json", [("predicate", "http://a b")], 400, "unknown property"),
    ("/explore/graph.json", [("start", "x")] * (MOST_STARTS + 1), 422, "at most"),
    ("/explore/graph.json", [("step", "core 20")] * (MOST_STEPS + 1), 422, "at most"),
    ("/explore/graph.json", [("start", "nobody-here")], 404, "nobody-here"),
    ("/explore/graph.pdf", UKRAINE, 404, "formats are json"),
    ("/explore/thing.json", [], 422, "id is missing"),
    ("/explore/thing.json", [("id", "post-cinc-ukraine-x")], 404, "post-cinc"),
    ("/explore/thing.json", [("id", "x" * 2001)], 422, "id"),
    ("/explore/relation.json", [("id", "ukraine")], 404, "ukraine"),
    ("/explore/paths.json", [("from", "ukraine"), ("to", "ukraine")], 400, "two different"),
    ("/explore/paths.json", [("from", "ukraine"), ("to", "atacms"), ("k", "99")], 422, "from 1 to 10"),
    ("/explore/paths.json", [("from", "ukraine"), ("to", "atacms"), ("length", "99")], 422, "from 1 to 6"),
    ("/explore/paths.json", [("from", "ukraine"), ("to", "nobody-here")], 404, "nobody-here"),
]


@pytest.mark.parametrize(("path", "parameters", "status", "says"), WRONG)
def test_what_is_wrong_is_said(
    client: TestClient, path: str, parameters: list[tuple[str, str]], status: int, says: str
) -> None:
    answer = client.get(path, params=parameters)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/explore", "/explore/graph.json", "/explore/graph.gexf", "/explore/thing.json"])
@pytest.mark.parametrize("name", ["start", "step"])
def test_what_is_not_there_has_near_names(client: TestClient, path: str, name: str) -> None:
    given = {"start": "atacmss", "id": "atacmss"} if name == "start" else {"step": "show atacmss", "id": "atacmss"}
    answer = client.get(path, params=given)
    assert answer.status_code == 404
    assert "did you mean atacms" in answer.json()["detail"]
    assert "atacms" in answer.json()["near"]


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("json", "application/json"), ("gexf", "application/gexf+xml"), ("graphml", "application/graphml+xml"),
        ("csv", "text/csv; charset=utf-8; header=present"), ("ttl", "text/turtle; charset=utf-8"),
        ("svg", "image/svg+xml"), ("rq", "application/sparql-query"), ("html", "text/html; charset=utf-8"),
    ],
)  # fmt: skip
def test_each_format_holds_the_whole_picture(client: TestClient, format: str, media_type: str) -> None:
    graph = got(client, "/explore/graph.json", *UKRAINE)
    answer = client.get(f"/explore/graph.{format}", params=UKRAINE)
    assert answer.status_code == 200
    assert answer.headers["content-type"].removesuffix("; charset=utf-8") in (
        media_type,
        media_type.removesuffix("; charset=utf-8"),
    )
    assert answer.headers["etag"]
    assert client.get(f"/explore/graph.{format}", params=UKRAINE).content == answer.content
    edges = {edge["id"] for edge in graph["edges"]}
    match format:
        case "json":
            assert answer.json() == graph
        case "graphml":
            assert networkx.parse_graphml(answer.text, force_multigraph=True).number_of_edges() == len(edges)
        case "gexf":
            assert networkx.read_gexf(io.BytesIO(answer.content)).number_of_edges() == len(edges)
        case "csv":
            assert {row["relation_iri"] for row in csv.DictReader(io.StringIO(answer.text))} == edges
        case "ttl":
            found = rdflib.Graph().parse(data=answer.text, format="turtle")
            assert {str(subject) for subject in found.subjects(rdflib.URIRef(expand("sit:from")))} == edges
        case "svg":
            assert answer.text.count("marker-end") == sum(edge["directed"] for edge in graph["edges"])
            assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
        case "rq":
            rows = client.get("/sparql", params={"query": answer.text}).json()["results"]["bindings"]
            assert {row["relation"]["value"] for row in rows} == edges
        case "html":
            assert "default-src &#39;none&#39;" in answer.text


def test_the_page_holds_the_picture_and_starts_without_a_script(client: TestClient) -> None:
    page = client.get("/explore", params=UKRAINE, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "<noscript>" in page.text
    assert "/explore/graph.svg?start=" in page.text
    start = client.get("/explore")
    assert 'name="q"' in start.text
    found = client.get("/explore", params={"q": "Сирський"})
    assert 'href="/explore?start=syrskyi"' in found.text
    assert "Nothing is called" in client.get("/explore", params={"q": "xkcdwvq"}).text


def test_an_empty_page_says_why_a_start_has_no_picture(client: TestClient) -> None:
    for parameter in ({"start": "voc/m-losses"}, {"step": "expand voc/m-losses all both"}):
        page = client.get("/explore", params=parameter).text
        start = page.partition('<div class="start">')[2].partition("<form")[0]
        assert "There is no picture of personnel losses: it is no end of a relation that is drawn." in start
    assert 'class="note"' not in client.get("/explore").text


def test_the_picture_of_a_document_is_called_as_it_is(client: TestClient) -> None:
    (document,) = got(client, "/explore/graph.json", *UKRAINE)["facets"]["documents"][:1]
    name = document["id"].removeprefix("https://w3id.org/sitrep/")
    page = client.get("/explore", params={"step": f"document {name}"}).text
    assert f"<h1><bdi>{document['label']}</bdi></h1>" in page


def test_a_thing_of_elsewhere_is_explored_by_its_iri(extended: TestClient) -> None:
    for name in ("ukraine", "<https://w3id.org/sitrep/id/ukraine>", "https://w3id.org/sitrep/id/ukraine", "id:ukraine"):
        assert got(extended, "/explore/graph.json", ("start", name))["starts"] == ["ukraine"]


def test_the_interface_is_described_with_real_answers(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/explore/graph.{format}", "/explore/thing.json", "/explore/relation.json", "/explore/paths.json"):
        operation = paths[path]["get"]
        assert operation["summary"]
        assert operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert paths["/explore/thing.json"]["get"]["x-example-request"]


def test_names_come_in_the_readers_language(client: TestClient) -> None:
    found = client.get("/explore/graph.json", params={"start": "syrskyi"}, headers={"Accept-Language": "uk"}).json()
    assert found["language"] == "uk"
    assert next(node["label"] for node in found["nodes"] if node["name"] == "syrskyi").startswith("Олександр")


def test_a_page_is_not_made_again_for_who_has_it(client: TestClient, application: FastAPI) -> None:
    answer = client.get("/explore/graph.json", params=UKRAINE)
    again = client.get("/explore/graph.json", params=UKRAINE, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert json.loads(answer.text)["nodes"]


def test_two_pictures_at_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def file(*_: Any) -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.1)
        with lock:
            now -= 1
        return "{}"

    monkeypatch.setattr(explore, "_file", file)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: client.get(f"/explore/graph.json?step=core+{n}"), range(20, 28)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert most == 2


def test_the_picture_of_a_thing_is_the_explorer_around_it(client: TestClient) -> None:
    answer = client.get("/id/ukraine/view?hops=2&limit=30")
    assert answer.status_code == 200
    assert '"steps":["show ukraine","expand ukraine all both 29"' in answer.text


def test_what_is_unknown_has_no_picture(client: TestClient) -> None:
    for known in ({}, {"If-None-Match": "*"}):
        answer = client.get("/id/atacms-m39a/view", headers=known)
        assert answer.status_code == 404
        assert answer.json()["near"]


def test_the_interface_is_described_once(
    client: TestClient, application: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/openapi.json").json()

    async def never(_: FastAPI) -> dict[str, Any]:
        raise AssertionError

    monkeypatch.setattr(reference, "_made", never)
    assert client.get("/openapi.json").json() == first
    assert client.get("/docs").status_code == 200
    assert application.state.described[0] == client.get("/readyz").json()["snapshot"]
