"""Every IRI of the graph at its own path, and the JSON that outside tools rely on."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import rdflib
from pyoxigraph import NamedNode
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from api.problems import TYPES
from graph import claims, relations
from graph.jsonld import CONTEXT
from graph.paging import cursor_of
from ontology.terms import BASE
from tests.api.conftest import parsed

DOCUMENT = f"{BASE}doc/21b468746adfc9bb"
KILLED = f"{BASE}claim/syrskyi-killed-2024-080a93a1e35f"
RDF_TYPES = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "text/n3")
SUFFIXES = {
    ".ttl": "text/turtle; charset=utf-8", ".nt": "application/n-triples", ".jsonld": "application/ld+json",
    ".rdf": "application/rdf+xml", ".json": "application/json", ".csv": "text/csv; charset=utf-8; header=present",
    ".html": "text/html; charset=utf-8",
}  # fmt: skip


def got(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters or None)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def thing(slug: str, label: str, *types: str) -> dict[str, Any]:
    return {"iri": f"{BASE}id/{slug}", "id": slug, "label": label, "types": list(types)}


SYRSKYI = thing("syrskyi", "Oleksandr Syrskyi", "foaf:Person")
FORCES = thing("russian-armed-forces", "Russian forces in Ukraine", "org:Organization")
PUBLISHER = thing("publisher-of-21b468746adfc9bb", "unnamed publisher of the live blog", "org:Organization")
BLOG = {
    "iri": DOCUMENT, "label": "Live blog on the Russia-Ukraine war, about 20 January 2025", "url": None,
    "published": "2025-01-20", "publisher": PUBLISHER,
}  # fmt: skip
KILLED_JSON = {
    "iri": KILLED,
    "label": "Syrskyi: about 150,000 personnel killed, 2024",
    "claimants": [SYRSKYI],
    "kind": "estimate",
    "said_on": "2025-01-19",
    "said": {"edtf": None, "start": "2025-01-19", "end": "2025-01-19"},
    "communication": thing("com-tsn-2025-01-19", "interview, TSN, 2025-01-19", "sit:Communication"),
    "quantity": {
        "about": FORCES,
        "measure": {"iri": f"{BASE}voc/m-killed", "id": None, "label": "personnel killed", "types": ["sit:Measure"]},
        "item": None,
        "place": None,
        "period": {"edtf": "2024", "start": "2024-01-01", "end": "2024-12-31"},
        "span": "during",
        "value": 150000,
        "min": None,
        "max": None,
        "unit": "unit:NUM",
        "bound": "approx",
        "low": 145000.0,
        "high": 155000.0,
        "variant": None,
    },
    "relation": None,
    "abstract": "About 150,000 Russian personnel were killed in 2024.",
    "about": [FORCES],
    "documents": [BLOG],
    "passages": [
        {"document": DOCUMENT, "start": start, "end": end, "row": None, "page": None, "mode": mode, "bound": bound,
         "confidence": None, "wording_checked": True}
        for start, end, mode, bound in (
            (194, 343, "indirect", "exact"), (4340, 4480, "indirect", "exact"), (4547, 4871, "direct-quote", "approx"),
        )
    ],
}  # fmt: skip


# --- one thing


def test_a_thing_in_json(client: TestClient, snapshots: Any) -> None:
    def count(iri: str, label: str) -> dict[str, Any]:
        return {"predicate": {"iri": iri, "label": label}, "direction": "out", "count": 1}

    assert got(client, "/id/syrskyi") == {
        **SYRSKYI,
        "labels": {"en": ["Oleksandr Syrskyi", "Oleksandr Syrski", "Oleksandr Syrsky"], "uk": ["Олександр Сирський"]},
        "description": None,
        "same_as": [],
        "facts": [
            {"predicate": {"iri": "http://xmlns.com/foaf/0.1/familyName", "label": "familyName"}, "value": "Syrskyi"}
        ],
        "relations": [
            count("http://www.w3.org/ns/org#holds", "holds the office of"),
            count("http://www.w3.org/ns/org#memberOf", "member of"),
            count(f"{BASE}ont#side", "side"),
            count(f"{BASE}ont#spokeAbout", "spoke about"),
        ],
        "claims": {"by": 5, "about": 1},
        "origins": None,
        "party_only": None,
        "snapshot": (snapshots / "current").read_text().strip(),
    }


def test_an_event_counts_its_origins(client: TestClient) -> None:
    assert got(client, "/id/ev-atacms-first-use")["origins"] == 1


def test_a_claim_in_json(client: TestClient) -> None:
    claim = got(client, "/claim/syrskyi-killed-2024-080a93a1e35f")
    assert {key: value for key, value in claim.items() if key != "snapshot"} == KILLED_JSON


def test_a_relation_claim_in_json(client: TestClient) -> None:
    claims = got(client, "/id/ev-atacms-first-use/claims")["claims"]
    assert [(claim["quantity"], claim["relation"]) for claim in claims] == [
        (
            None,
            {
                "subject": thing("ev-atacms-first-use", "First Ukrainian use of ATACMS", "sit:Event"),
                "predicate": {"iri": f"{BASE}ont#occurred", "label": "occurred"},
                "object": "true",
            },
        )
    ]


# --- its relations


def test_relations_in_json(client: TestClient) -> None:
    body = got(client, "/id/atacms/relations", predicate="sit:suppliedBy")
    (relation,) = body.pop("relations")
    assert {key: body[key] for key in ("entity", "total", "total_exact", "truncated", "next")} == {
        "entity": thing("atacms", "ATACMS", "sit:WeaponSystem"),
        "total": 1,
        "total_exact": True,
        "truncated": False,
        "next": None,
    }
    assert [claim["iri"] for claim in relation.pop("claims")] == [
        f"{BASE}claim/publisher-of-21b468746adfc9bb-ev-atacms-transfer-occurred-true-" + tail
        for tail in [relation_tail(client)]
    ]
    assert relation.pop("iri").startswith(f"{BASE}rel/atacms-suppliedby-united-states-")
    assert relation == {
        "predicate": {"iri": f"{BASE}ont#suppliedBy", "label": "supplied by"},
        "direction": "out",
        "other": thing("united-states", "United States", "sit:State"),
        "when": {"edtf": "../2023-10", "start": None, "end": "2023-10-31"},
        "status": "asserted",
        "via": thing("ev-atacms-transfer", got(client, "/id/ev-atacms-transfer")["label"], "sit:Event"),
        "claim_count": 1,
        "origins": 1,
        "sources": [],
        "as_known_on": None,
    }


def relation_tail(client: TestClient) -> str:
    """The digest in the name of the claim that the transfer took place."""
    (claim,) = [
        claim
        for claim in got(client, "/id/ev-atacms-transfer/claims")["claims"]
        if claim["relation"] and claim["relation"]["predicate"]["label"] == "occurred"
    ]
    return str(claim["iri"].rsplit("-", 1)[-1])


def test_a_curated_edge_has_sources_instead_of_claims(client: TestClient) -> None:
    (relation,) = got(client, "/id/kyiv/relations", predicate="schema:containedInPlace")["relations"]
    assert relation["claims"] == []
    assert [source["iri"] for source in relation["sources"]] == [f"{BASE}doc/reference"]
    assert set(relation["sources"][0]) == {"iri", "label"}


def test_every_edge_is_there_once_also_one_from_a_thing_to_itself(client: TestClient) -> None:
    for slug in ("ukraine", "russia", "united-states", "atacms", "blinken"):
        relations = got(client, f"/id/{slug}/relations", limit=1000)["relations"]
        iris = [relation["iri"] for relation in relations]
        assert len(iris) == len(set(iris))
        query = f"SELECT DISTINCT ?r {{ ?r sit:edge ?e ; sit:from|sit:to id:{slug} }}"
        rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
        assert sorted(iris) == sorted(row["r"]["value"] for row in rows)
        counted = sum(row["count"] for row in got(client, f"/id/{slug}")["relations"])
        assert counted == len(iris)


def test_an_edge_is_seen_from_both_ends_and_a_symmetric_one_goes_out_of_both(client: TestClient) -> None:
    seen = {
        slug: got(client, f"/id/{slug}/relations", predicate=predicate)["relations"]
        for slug, predicate in (("atacms", "sit:suppliedTo"), ("ukraine", "sit:suppliedTo"))
    }
    assert [(r["direction"], r["other"]["id"]) for r in seen["atacms"]] == [("out", "ukraine")]
    assert [(r["direction"], r["other"]["id"]) for r in seen["ukraine"]] == [("in", "atacms")]
    for one, other in (("blinken", "sybiha"), ("sybiha", "blinken")):
        (relation,) = got(client, f"/id/{one}/relations", predicate="sit:conferredWith")["relations"]
        assert (relation["direction"], relation["other"]["id"]) == ("out", other)


RELATION_FILTERS = [
    ({"direction": "out"}, lambda r: r["direction"] == "out"),
    ({"direction": "in"}, lambda r: r["direction"] == "in"),
    ({"direction": "both"}, lambda r: True),
    ({"predicate": "sit:side"}, lambda r: r["predicate"]["iri"] == f"{BASE}ont#side"),
    ({"predicate": f"{BASE}ont#side"}, lambda r: r["predicate"]["iri"] == f"{BASE}ont#side"),
    ({"predicate": "<https://schema.org/location>"}, lambda r: r["predicate"]["iri"] == "https://schema.org/location"),
    ({"type": "foaf:Person"}, lambda r: "foaf:Person" in r["other"]["types"]),
    ({"type": f"{BASE}ont#Event"}, lambda r: "sit:Event" in r["other"]["types"]),
    ({"status": "asserted"}, lambda r: r["status"] == "asserted"),
    ({"status": "disputed"}, lambda r: r["status"] == "disputed"),
    ({"from": "2025-01-19"}, lambda r: (r["when"]["end"] or "9999") >= "2025-01-19"),
    ({"from": "2024"}, lambda r: (r["when"]["end"] or "9999") >= "2024"),
    ({"to": "2023-10-01"}, lambda r: (r["when"]["start"] or "0000") <= "2023-10-01"),
    ({"to": "2025-01"}, lambda r: (r["when"]["start"] or "0000")[:7] <= "2025-01"),
    ({"from": "2023-01-01", "to": "2023-12-31", "direction": "in"}, lambda r: r["direction"] == "in"
     and (r["when"]["end"] or "9999") >= "2023-01-01" and (r["when"]["start"] or "0000") <= "2023-12-31"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "fits"), RELATION_FILTERS, ids=lambda value: str(value)[:60])
def test_filters_choose_relations(client: TestClient, parameters: dict[str, str], fits: Any) -> None:
    every = got(client, "/id/ukraine/relations", limit=1000)["relations"]
    body = got(client, "/id/ukraine/relations", limit=1000, **parameters)
    assert body["relations"] == [relation for relation in every if fits(relation)]
    assert body["total"] == len(body["relations"])


# --- its claims


def test_claims_in_json(client: TestClient) -> None:
    body = got(client, "/id/russian-armed-forces/claims", role="about", measure="voc:m-killed")
    assert body["claims"] == [KILLED_JSON]
    assert (body["entity"], body["total"], body["truncated"], body["next"]) == (FORCES, 1, False, None)


CLAIM_FILTERS = [
    ("syrskyi", {"role": "by"}, lambda c: c["claimants"][0]["id"] == "syrskyi", 5),
    ("syrskyi", {"role": "by", "kind": "voc:comparison"}, lambda c: c["kind"] == "comparison", 1),
    ("syrskyi", {"role": "by", "kind": f"{BASE}voc/estimate"}, lambda c: c["kind"] == "estimate", 4),
    ("syrskyi", {"role": "by", "measure": "voc:m-losses"}, lambda c: "m-losses" in c["quantity"]["measure"]["iri"], 3),
    ("syrskyi", {}, lambda c: SYRSKYI in c["about"], 1),
    ("syrskyi", {"role": "by", "measure": "voc:m-range"}, lambda c: False, 0),
]


@pytest.mark.parametrize(("slug", "parameters", "fits", "count"), CLAIM_FILTERS)
def test_filters_choose_claims(
    client: TestClient, slug: str, parameters: dict[str, str], fits: Any, count: int
) -> None:
    body = got(client, f"/id/{slug}/claims", **parameters)
    assert len(body["claims"]) == body["total"] == count
    assert all(map(fits, body["claims"]))


def test_the_latest_claim_comes_first(client: TestClient) -> None:
    days = [claim["said_on"] or "" for claim in got(client, f"/id/{PUBLISHER['id']}/claims", role="by")["claims"]]
    assert len(days) > 3
    assert days == sorted(days, reverse=True)


# --- lists in pages

LISTS = [
    ("/id/ukraine/relations", {}, "relations"),
    ("/id/ukraine/relations", {"direction": "in", "type": "foaf:Person"}, "relations"),
    (f"/id/{PUBLISHER['id']}/claims", {"role": "by"}, "claims"),
    ("/id/russian-armed-forces/claims", {}, "claims"),
]


@pytest.mark.parametrize("limit", [1, 4, 1000])
@pytest.mark.parametrize(("path", "parameters", "key"), LISTS)
def test_all_pages_together_are_the_list(
    client: TestClient, path: str, parameters: dict[str, str], key: str, limit: int
) -> None:
    whole = got(client, path, **parameters, limit=1000)
    assert whole["next"] is None
    pages, address = [], f"{path}?{'&'.join(f'{k}={v}' for k, v in parameters.items())}&limit={limit}"
    while address:
        answer = client.get(address)
        body = answer.json()
        pages.append(body[key])
        assert body["total"] == whole["total"] == len(whole[key])
        assert body["total_exact"] is True
        assert body["truncated"] == (body["next"] is not None)
        assert answer.headers.get("link") == (f'<{body["next"]}>; rel="next"' if body["next"] else None)
        address = body["next"]
    assert [item for page in pages for item in page] == whole[key]
    assert all(len(page) == limit for page in pages[:-1])


def test_the_address_of_the_next_page_keeps_the_filters(extended: TestClient) -> None:
    body = got(extended, "/id/ukraine/relations", direction="in", limit=2, predicate="sit:side")
    address = urlsplit(body["next"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://example.org/behind/id/ukraine/relations"
    assert {key: value for key, (value,) in parse_qs(address.query).items() if key != "cursor"} == {
        "direction": "in", "limit": "2", "predicate": "sit:side",
    }  # fmt: skip


def test_a_cursor_of_another_list_is_a_wrong_parameter(client: TestClient) -> None:
    answer = client.get("/id/ukraine/relations", params={"cursor": cursor_of(("x", "out", "", "", ""))})
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"].startswith("cursor: the cursor is of another list")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!",
        "e30",
        "W10x",
        "WzFd",
        "Ww" * 2000,
        "W1tbW1tbW1tbW1tb" * 3000,
        "%FF",
        "\ud83d\ude00",
        "null",
        "bnVsbA",
        "WyJcdWQ4MDAiLCIiLCIiLCIiLCIiXQ",
    ],
)
def test_a_cursor_that_is_not_ours_is_a_wrong_parameter(client: TestClient, cursor: str) -> None:
    for path in ("/id/ukraine/relations", "/id/ukraine/claims"):
        answer = client.get(path, params={"cursor": cursor.encode("utf-8", "replace").decode()})
        assert answer.status_code == 400, answer.text
        assert answer.json()["type"] == TYPES + "invalid-parameter"
        assert answer.json()["parameter"] == "cursor"


WRONG = [
    ("/id/ukraine/relations", {"limit": "0"}, 422),
    ("/id/ukraine/relations", {"limit": "1001"}, 422),
    ("/id/ukraine/relations", {"limit": "many"}, 422),
    ("/id/ukraine/relations", {"direction": "up"}, 422),
    ("/id/ukraine/relations", {"status": "true"}, 422),
    ("/id/ukraine/relations", {"from": "yesterday"}, 400),
    ("/id/ukraine/relations", {"from": "2025-99-99"}, 400),
    ("/id/ukraine/relations", {"from": "2026", "to": "2020"}, 400),
    ("/id/ukraine/relations", {"predicate": "http://a b"}, 400),
    ("/id/ukraine/relations", {"predicate": "nope:x"}, 400),
    ("/id/ukraine/relations", {"type": "sit:no such"}, 400),
    ("/id/ukraine/claims", {"role": "for"}, 422),
    ("/id/ukraine/claims", {"measure": "nope:x"}, 400),
    ("/id/syrskyi", {"lang": "de"}, 422),
    ("/id", {}, 422),
]


@pytest.mark.parametrize(("path", "parameters", "status"), WRONG)
def test_a_wrong_parameter_is_named(client: TestClient, path: str, parameters: dict[str, str], status: int) -> None:
    answer = client.get(path, params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == TYPES + "invalid-parameter"
    assert next(iter(parameters), "iri") in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "parameter", "word", "said"),
    [
        ("relations", "predicate", "suppliedBuy", "did you mean suppliedBy"),
        ("relations", "predicate", "sit:suppliedBuy", "did you mean sit:suppliedBy"),
        ("relations", "predicate", f"{BASE}ont#suppliedBuy", "did you mean sit:suppliedBy"),
        ("relations", "predicate", "rdfs:label", "unknown property"),
        ("relations", "type", "Evnt", "did you mean Event"),
        ("relations", "type", "foaf:Persom", "did you mean foaf:Person"),
        ("relations", "type", "sit:suppliedBy", "unknown class"),
        ("claims", "measure", "loses", "did you mean losses"),
        ("claims", "measure", "voc:m-loses", "did you mean losses"),
        ("claims", "measure", "id:syrskyi", "unknown measure"),
        ("claims", "measure", "nope:x", "unknown measure"),
        ("claims", "kind", "estimat", "did you mean estimate"),
        ("claims", "kind", "voc:m-losses", "unknown kind"),
    ],
)
def test_an_unknown_word_is_answered_with_a_suggestion(
    client: TestClient, path: str, parameter: str, word: str, said: str
) -> None:
    answer = client.get(f"/id/ukraine/{path}", params={parameter: word})
    assert (answer.status_code, answer.json()["type"]) == (400, TYPES + "invalid-parameter")
    assert answer.json()["parameter"] == parameter
    assert answer.json()["detail"].startswith(f"{parameter}: ")
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "parameter", "words"),
    [
        ("/id/atacms/relations", "predicate", ["sit:suppliedBy", "suppliedBy", f"{BASE}ont#suppliedBy"]),
        ("/id/ukraine/relations", "type", ["foaf:Person", "Person", "<http://xmlns.com/foaf/0.1/Person>"]),
        ("/id/syrskyi/claims?role=by", "measure", ["voc:m-losses", "m-losses", "losses", f"<{BASE}voc/m-losses>"]),
        ("/id/syrskyi/claims?role=by", "kind", ["voc:estimate", "estimate", f"{BASE}voc/estimate"]),
    ],
)
def test_a_word_may_be_short(client: TestClient, path: str, parameter: str, words: list[str]) -> None:
    bodies = []
    for word in words:
        body = client.get(f"{path}{'&' if '?' in path else '?'}{parameter}={quote(word, safe='')}").json()
        bodies.append({key: value for key, value in body.items() if key != "next"})
    assert bodies[0]["total"] > 0
    assert all(body == bodies[0] for body in bodies)


def test_what_is_left_empty_in_a_form_is_passed_over(client: TestClient) -> None:
    every = got(client, "/id/ukraine/relations")["relations"]
    assert got(client, "/id/ukraine/relations", predicate="", type="")["relations"] == every


# --- lists in other media types


@pytest.mark.parametrize(("path", "default"), [("relations", 100), ("claims", 50)])
def test_what_is_taken_away_is_longer(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, default: int
) -> None:
    asked: list[int] = []
    module = {"relations": relations, "claims": claims}[path]
    real = module.of

    def of(*arguments: Any) -> Any:
        asked.append(arguments[-2])
        return real(*arguments)

    monkeypatch.setattr(module, "of", of)
    for suffix in (".csv", ".ttl", ".jsonld", ".csv?limit=7", ".json", ".html"):
        assert client.get(f"/id/ukraine/{path}{suffix}").status_code == 200
    assert asked == [1000, 1000, 1000, 7, default, default]


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.headers["content-type"] == SUFFIXES[".csv"], answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_relations_as_csv_hold_what_json_holds(client: TestClient) -> None:
    table = rows(client.get("/id/ukraine/relations.csv"))
    items = got(client, "/id/ukraine/relations")["relations"]
    assert [(row["relation_iri"], row["direction"], row["other_iri"], row["status"]) for row in table] == [
        (item["iri"], item["direction"], item["other"]["iri"], item["status"]) for item in items
    ]
    assert [int(row["claims"]) for row in table] == [len(item["claims"]) for item in items]


def test_claims_as_csv_hold_what_json_holds(client: TestClient) -> None:
    table = rows(client.get("/id/syrskyi/claims", params={"role": "by"}, headers={"Accept": "text/csv"}))
    items = got(client, "/id/syrskyi/claims", role="by")["claims"]
    assert [row["claim_iri"] for row in table] == [item["iri"] for item in items]
    assert [row["value"] for row in table[:1]] == ["150000"]


def test_no_cell_of_a_table_runs_as_a_formula(extended: TestClient) -> None:
    table = rows(extended.get("/id.csv", params={"iri": "https://example.org/formula"}))
    cells = [row["value"] for row in table]
    assert {'\'=HYPERLINK("https://example.org")', "'+1 name", "'@name", "'-name", "-5"} <= set(cells)
    assert 'plain, "quoted"' in cells


@pytest.mark.parametrize("path", ["/id/atacms/relations", "/id/syrskyi/claims"])
@pytest.mark.parametrize("suffix", [".ttl", ".jsonld"])
def test_lists_as_rdf_are_part_of_the_graph(client: TestClient, path: str, suffix: str) -> None:
    answer = client.get(path + suffix)
    assert answer.headers["content-type"] == SUFFIXES[suffix]
    found = parsed(answer)
    assert len(found) > 5
    everything = parsed(client.get("/sparql", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }", "format": "nt"}))
    assert not [triple for triple in found if triple not in everything]
    kind, count = {"/id/atacms/relations": ("Relation", 7), "/id/syrskyi/claims": ("Claim", 1)}[path]
    assert len(set(found.subjects(rdflib.RDF.type, rdflib.URIRef(f"{BASE}ont#{kind}")))) >= count


@pytest.mark.parametrize("path", ["/id/atacms/relations", "/id/syrskyi/claims"])
def test_a_list_has_a_page_and_says_what_it_cannot_be(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"Accept": "text/html"}).headers["content-type"] == SUFFIXES[".html"]
    answer = client.get(path, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["offers"]
    assert client.get(path + ".pdf").status_code == 404


def test_lists_of_a_thing_outside_the_base(client: TestClient) -> None:
    body = got(client, "/id/-/relations", iri=f"{BASE}id/atacms")
    assert body["entity"]["id"] == "atacms"
    assert got(client, "/id/-/claims", iri=DOCUMENT)["total"] == 0
    assert client.get("/id/-/relations", params={"iri": "https://example.org/none"}).status_code == 404
    assert client.get("/id/-/relations").status_code == 404


# --- every IRI at its own path


def iris(client: TestClient) -> list[str]:
    query = f"""SELECT DISTINCT ?x {{
      {{ ?x ?p ?o }} UNION {{ ?s ?x ?o }} UNION {{ ?s ?p ?x }} FILTER(ISIRI(?x) && STRSTARTS(STR(?x), "{BASE}")) }}"""
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return sorted(row["x"]["value"] for row in rows)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_every_iri_of_the_graph_is_answered_at_its_path(client: TestClient, accept: str) -> None:
    every = iris(client)
    kinds = {iri.removeprefix(BASE).split("/")[0].split("#")[0] for iri in every}
    names = {"id", "claim", "passage", "measurand", "rel", "comparison", "dispute", "check", "doc", "voc", "ont"}
    assert kinds == {*names, ".well-known"}
    asked = sorted({iri.split("#")[0] for iri in every})
    assert len(asked) > 400
    for iri in asked:
        answer = client.get("/" + iri.removeprefix(BASE), headers={"Accept": accept})
        assert answer.status_code == 200, iri
        if iri.endswith("/.well-known/void"):  # data about the data, in RDF alone
            continue
        assert answer.headers["content-type"].split(";")[0] == accept, iri
        if accept == "application/json" and not iri.endswith("/ont"):
            assert answer.json()["iri"] == iri


ONE_OF_EACH = [
    "id/atacms", "claim/syrskyi-killed-2024-080a93a1e35f", "doc/21b468746adfc9bb", "voc/m-killed",
    "comparison/10b3ec4c5dac", "passage/21b468746adfc9bb-109-193-5e8a69940d47",
    "measurand/atacms-m39a1-range-max-b1ecab0f1a7f",
]  # fmt: skip


@pytest.mark.parametrize("path", ONE_OF_EACH)
def test_every_suffix_and_media_type_gives_the_same_thing(client: TestClient, path: str) -> None:
    for suffix, media_type in SUFFIXES.items():
        answer = client.get(f"/{path}{suffix}", headers={"Accept": "image/png"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        negotiated = client.get(f"/{path}", headers={"Accept": media_type.split(";")[0]})
        assert negotiated.headers["content-type"] == media_type
        assert negotiated.headers["content-location"] == f"/{path}{suffix}"
        links = {link.strip() for link in negotiated.headers["link"].split(",")}
        assert {
            f'</{path}{other}>; rel="alternate"; type="{kind.split(";")[0]}"' for other, kind in SUFFIXES.items()
        } == {link for link in links if 'rel="alternate"' in link}
        if suffix != ".html":
            assert negotiated.content == answer.content


@pytest.mark.parametrize("path", ONE_OF_EACH)
def test_rdf_is_the_same_graph_in_every_format(client: TestClient, path: str) -> None:
    graphs = [parsed(client.get(f"/{path}", headers={"Accept": media_type})) for media_type in RDF_TYPES]
    assert len(graphs[0]) > 2
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])
    said = client.get("/sparql", params={"query": f"CONSTRUCT WHERE {{ <{BASE}{path}> ?p ?o }}"})
    assert not [triple for triple in parsed(said) if triple not in graphs[0]]


def test_json_ld_is_compact_under_the_published_context(client: TestClient) -> None:
    published = client.get("/context/v1.jsonld")
    assert published.headers["content-type"] == "application/ld+json"
    assert published.json() == {"@context": CONTEXT}
    document = client.get("/id/syrskyi.jsonld").json()
    assert document["@context"] == CONTEXT
    node = next(node for node in document["@graph"] if node["@id"] == "id:syrskyi")
    assert "foaf:Person" in node["@type"]
    assert {"@value": "Oleksandr Syrskyi", "@language": "en"} in node["skos:prefLabel"]


def test_a_thing_outside_the_base_is_asked_for_by_its_iri(extended: TestClient) -> None:
    iri = "https://example.org/formula"
    body = got(extended, "/id", iri=iri)
    assert (body["iri"], body["id"]) == (iri, None)
    assert any(fact["value"] == "-5" for fact in body["facts"])
    for suffix, media_type in SUFFIXES.items():
        answer = extended.get(f"/id{suffix}", params={"iri": iri})
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    page = extended.get("/id", params={"iri": iri}, headers={"Accept": "text/html"})
    assert "<script>alert" not in page.text
    assert 'href="javascript:' not in page.text
    inside = got(extended, "/id", iri="https://example.org/inside")
    assert [fact["value"] for fact in inside["facts"]] == ["in a named graph"]


def test_a_name_may_end_like_a_suffix_or_stand_beyond_ascii(extended: TestClient) -> None:
    assert got(extended, "/id/name.ttl")["label"] == "A name that ends like a suffix"
    assert extended.get("/id/name.ttl.ttl").headers["content-type"] == SUFFIXES[".ttl"]
    for path in ("/id/Київ", "/id/%D0%9A%D0%B8%D1%97%D0%B2", "/id/%D0%9A%D0%B8%D1%97%D0%B2.json"):
        assert got(extended, path)["label"] == "An IRI beyond ASCII"
    answer = extended.get("/id/Київ", headers={"Accept": "text/turtle"})
    assert answer.headers["content-location"] == "/id/%D0%9A%D0%B8%D1%97%D0%B2.ttl"


def test_an_answer_varies_and_is_validated_by_its_etag(client: TestClient) -> None:
    for path in ("/id/syrskyi", "/id/syrskyi/relations", "/id/syrskyi/claims", "/ont", "/search?q=kyiv", "/"):
        answer = client.get(path)
        assert {"Accept", "Accept-Language", "Accept-Encoding"} <= set(answer.headers["vary"].split(", "))
        etag = answer.headers["etag"]
        again = client.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        for header in ({"Accept": "text/turtle, text/html;q=0.1"}, {"Accept-Language": "uk"}):
            other = client.get(path, headers={"If-None-Match": etag, **header})
            assert other.status_code in (200, 304)
            assert (other.headers["etag"] == etag) == (other.status_code == 304)


# --- languages


@pytest.mark.parametrize(
    ("accepted", "label"),
    [(None, "Oleksandr Syrskyi"), ("uk", "Олександр Сирський"), ("uk-UA, en;q=0.5", "Олександр Сирський"),
     ("en, uk;q=0.5", "Oleksandr Syrskyi"), ("de", "Oleksandr Syrskyi"), ("de, uk;q=0.1", "Олександр Сирський"),
     ("uk;q=0, *", "Oleksandr Syrskyi"), ("nonsense;;q=x", "Oleksandr Syrskyi")],
)  # fmt: skip
def test_names_are_in_the_reader_s_language(client: TestClient, accepted: str | None, label: str) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}
    assert client.get("/id/syrskyi", headers=headers).json()["label"] == label


def test_without_a_ukrainian_name_there_is_the_english_one(client: TestClient) -> None:
    body = client.get("/id/syrskyi/claims", params={"role": "by"}, headers={"Accept-Language": "uk"}).json()
    assert body["entity"]["label"] == "Олександр Сирський"
    assert {claim["claimants"][0]["label"] for claim in body["claims"]} == {"Олександр Сирський"}
    assert all(claim["label"] for claim in body["claims"])
    assert got(client, "/id/syrskyi", lang="uk")["label"] == "Олександр Сирський"


# --- what is not there


def test_what_is_not_there_has_near_names(client: TestClient) -> None:
    for path in ("/id/syrsky", "/id/syrsky/relations", "/id/syrsky/claims", "/id/syrsky.ttl"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert answer.json()["type"] == TYPES + "unknown-entity"
        assert answer.json()["near"] == ["syrskyi"]
    page = client.get("/id/syrsky", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (404, SUFFIXES[".html"])
    assert 'href="/id/syrskyi"' in page.text


HOSTILE = [
    "/id/%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/id/%27",
    "/id/..",
    "/id/../../etc/passwd",
    "/id/..%2F..%2Fetc%2Fpasswd",
    "/id/%00",
    "/id/a%00b.ttl",
    "/id/%0d%0aSet-Cookie:a=b",
    "/id/" + "a" * 10_000,
    "/id/" + "%20" * 3000,
    "/id/%ff%fe",
    "/id/%c0%af",
    "/id/%25zz",
    "/id/%25zz.ttl",
    "/id/%zz",
    "/id/%",
    "/id/{slug}",
    "/id/a%20b",
    "/id/%3Chttp:%2F%2Fx%3E",
    "/id/",
    "/id//",
    "/id/a//b",
    "/id/.",
    "/id/.ttl",
    "/id/-",
    "/id/%F0%9F%92%A5",
    "/id/%ED%A0%80",
    "/claim/",
    "/voc/%5C",
    "/rel/%7B%7D",
    "/doc/%60",
    "/passage/a/b/c",
    "/nothing/at/all",
    "/voc",
    "/claim",
    "/.git/config",
    "/x%2F..%2Fid",
    "/id?iri=",
    "/id?iri=%00",
    "/id?iri=javascript:alert(1)",
    "/id?iri=http://%25zz",
    "/id?iri=" + "http://" + "a" * 9000,
    "/id?iri=%ff",
    "/id.pdf?iri=http://a",
    "/id/syrskyi/relations?predicate=%00",
    "/id/syrskyi/relations?type=://",
    "/id/%25zz/relations",
    "/id/%00/claims",
    "/id/-/claims?iri=%25zz",
    "/search?type=%00",
    "/search?q=%ff%00&cursor=0",
    "/static/..%2fapp.py",
    "/static/%2e%2e/app.py",
    "/static/%00",
    "/ont.exe",
    "/ontology.%00",
    "/dump.nq",
    "/context/v2.jsonld",
]


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path[:40])
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_hostile_path_is_refused_in_good_order(client: TestClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code in (200, 400, 404, 422), answer.text
    if answer.status_code != 200:
        assert answer.headers["content-type"] in ("application/problem+json", SUFFIXES[".html"])
    assert accept == "application/json" or "<script>alert" not in answer.text
    assert "set-cookie" not in answer.headers


# --- what was merged or withdrawn


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/id/general-syrsky", "/id/syrskyi"),
        ("/id/general-syrsky.ttl", "/id/syrskyi.ttl"),
        ("/id/general-syrsky?lang=uk", "/id/syrskyi?lang=uk"),
        ("/id/general-syrsky/relations?limit=2", "/id/syrskyi/relations?limit=2"),
        ("/id/general-syrsky/claims.csv", "/id/syrskyi/claims.csv"),
        ("/id/general-syrsky/view", "/id/syrskyi/view"),
        ("/id/general-syrsky/view?hops=2", "/id/syrskyi/view?hops=2"),
        (f"/id?iri={BASE}id/general-syrsky", f"/id?iri={quote(BASE + 'id/syrskyi', safe='')}"),
        (f"/id/-/claims?iri={BASE}id/general-syrsky", f"/id/-/claims?iri={quote(BASE + 'id/syrskyi', safe='')}"),
    ],
)
def test_an_iri_that_was_merged_leads_to_the_kept_one(extended: TestClient, path: str, location: str) -> None:
    answer = extended.get(path)
    assert (answer.status_code, answer.headers["location"]) == (308, f"https://example.org/behind{location}")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert extended.get(location).status_code == 200


@pytest.mark.parametrize("path", ["/id", "/id.ttl", "/id/-/relations", "/id/-/claims"])
def test_an_iri_of_others_stays_theirs_whatever_it_is_the_same_as(extended: TestClient, path: str) -> None:
    assert extended.get(path, params={"iri": "https://example.org/general"}).status_code == 200
    assert got(extended, "/id", iri="https://example.org/general")["same_as"] == [f"{BASE}id/syrskyi"]


def test_an_iri_with_more_than_an_owl_same_as_is_a_thing_of_its_own(extended: TestClient) -> None:
    assert got(extended, "/id/half-merged")["same_as"] == [f"{BASE}id/syrskyi"]


@pytest.mark.parametrize("slug", ["withdrawn-person", "invalidated-person"])
@pytest.mark.parametrize("rest", ["", ".ttl", "/relations", "/claims", "/view"])
def test_an_iri_that_was_withdrawn_leaves_a_tombstone(extended: TestClient, slug: str, rest: str) -> None:
    for known in ({}, {"If-None-Match": "*"}):
        answer = extended.get(f"/id/{slug}{rest}", headers=known)
        assert answer.status_code == 410
    body = answer.json()
    assert (body["type"], body["iri"]) == (TYPES + "withdrawn", f"{BASE}id/{slug}")
    assert body["label"] in ("A person who was taken back", "Another")
    page = extended.get(f"/id/{slug}", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (410, SUFFIXES[".html"])
    assert f"\N{LEFT DOUBLE QUOTATION MARK}{body['label']}\N{RIGHT DOUBLE QUOTATION MARK} was withdrawn" in page.text


def test_only_whole_iris_come_out(client: TestClient) -> None:
    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "iri" in value:
                NamedNode(value["iri"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    for path in ("/id/ukraine", "/id/ukraine/relations", f"/id/{PUBLISHER['id']}/claims?role=by", "/search?q=u"):
        walk(json.loads(client.get(path).text))


def test_empty_fields_of_a_form_count_as_not_given(client: TestClient) -> None:
    assert client.get("/id?iri=http://example.org/?a=").status_code == 404  # a value that ends in the sign is one
    empty = client.get("/id/atacms/relations?direction=&predicate=&type=&status=&from=&to=&limit=&cursor=")
    assert empty.status_code == 200
    assert empty.json()["relations"] == client.get("/id/atacms/relations").json()["relations"]
