"""Lists of what there is: classes, relations, their members, and the documents."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from starlette.testclient import TestClient

from ontology.terms import BASE, PREFIXES

HTML = {"accept": "text/html"}


def test_classes_and_relations_are_counted_as_their_lists_count_them(client: TestClient) -> None:
    body = client.get("/types").json()
    assert body["classes"]
    assert body["relations"]
    for kind in [*body["classes"], *body["relations"]]:
        listed = client.get(f"/types/{quote(kind['iri'])}", params={"limit": 1})
        assert listed.status_code == 200, kind
        assert listed.json()["total"] == kind["count"] > 0


def test_a_class_lists_its_members_in_pages(client: TestClient) -> None:
    whole = client.get("/types/sit:Event", params={"limit": 1000}).json()
    assert "Russian invasion of Ukraine" in [thing["label"] for thing in whole["members"]]
    found, address = [], "/types/sit:Event?limit=2"
    while address:
        body = client.get(address).json()
        found += body["members"]
        address = body["next"]
    assert found == whole["members"]
    assert len(found) == whole["total"]


def test_a_bare_name_a_page_and_a_table_say_the_same(client: TestClient) -> None:
    listed = client.get("/types/WeaponSystem").json()["members"]
    page = client.get("/types/sit:WeaponSystem", headers=HTML).text
    table = client.get("/types/sit:WeaponSystem.csv").text
    assert listed
    assert all(thing["label"] in page and thing["iri"] in table for thing in listed)


def test_documents_are_listed(client: TestClient) -> None:
    body = client.get("/types/documents").json()
    assert [thing["iri"].rpartition("/")[2] for thing in body["members"]] == ["21b468746adfc9bb"]
    assert "/doc/21b468746adfc9bb" in client.get("/types/documents", headers=HTML).text


def test_a_slip_is_answered_with_what_is_there(client: TestClient) -> None:
    answer = client.get("/types/sit:WeaponSytem")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/unknown-type")
    assert answer.json()["near"] == ["sit:WeaponSystem"]
    page = client.get("/types/sit:WeaponSytem", headers=HTML).text
    assert 'href="/types/sit%3AWeaponSystem"' in page
    assert "Did you mean" in page


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("weapon", "sit:WeaponSystem"),
        ("weapn", "sit:WeaponSystem"),
        ("person", "foaf:Person"),
        ("suplied to", "sit:suppliedTo"),
    ],
)
def test_a_type_may_be_meant_by_its_name(client: TestClient, asked: str, meant: str) -> None:
    assert meant in client.get(f"/types/{asked}").json()["near"]


def test_an_unknown_type_is_told_with_types_that_there_are(client: TestClient) -> None:
    body = client.get("/types/zzz").json()
    assert (body["status"], body["title"]) == (404, "There is no such type")
    assert body["detail"] == "unknown type 'zzz'; /types lists all that there are"
    assert "parameter" not in body
    for name in body["largest"]:
        assert client.get(f"/types/{name}", params={"limit": 1}).json()["members"]
    page = client.get("/types/zzz", headers=HTML).text
    assert "Did you mean" not in page
    assert all(f'href="/types/{quote(name)}"' in page for name in body["largest"])


# --- what uses a concept


def test_the_page_of_a_measure_tells_whose_numbers_there_are(client: TestClient) -> None:
    page = client.get("/voc/m-losses", headers=HTML).text
    claims = client.get("/id/russian-armed-forces/claims", params={"measure": "m-losses"}).json()["total"]
    assert claims > 1
    address = f"/id/russian-armed-forces/claims?{urlencode({'measure': PREFIXES['voc'] + 'm-losses'})}"
    assert f'href="{address}">{claims} claims</a>' in page
    assert client.get(address).json()["total"] == claims


def test_the_uses_of_a_concept_are_counted_as_the_graph_counts_them(client: TestClient) -> None:
    asked = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p voc:m-losses } GROUP BY ?p"
    rows = client.get("/sparql", params={"query": asked, "format": "json"}).json()["results"]["bindings"]
    page = client.get("/voc/m-losses", headers=HTML).text
    assert rows
    for row in rows:
        predicate, count = row["p"]["value"], int(row["n"]["value"])
        found, address = [], f"/voc/m-losses/uses?limit=4&predicate={quote(predicate)}"
        while address:
            body = client.get(address).json()
            found += body["members"]
            assert body["total"] == count
            address = body["next"]
        assert len(found) == count
        assert [thing["label"] for thing in found] == sorted((thing["label"] for thing in found), key=str.casefold)
        assert any(thing["iri"].removeprefix(BASE) in page for thing in found)


def test_a_long_list_of_uses_is_cut_with_a_link_to_all_of_it(client: TestClient) -> None:
    page = client.get("/voc/exact", headers=HTML).text
    (link,) = re.findall(r'href="(/voc/exact/uses[^"]*)">All ([0-9,]+), by name', page)
    assert client.get(unescape(link[0])).json()["total"] == int(link[1].replace(",", "")) > 12


def test_uses_come_in_every_form_of_a_list(client: TestClient) -> None:
    asked = {"predicate": "sit:weaponCategory"}
    listed = client.get("/voc/w-ballistic-missile/uses", params=asked).json()["members"]
    assert "ATACMS" in [thing["label"] for thing in listed]
    for suffix in ("csv", "ttl", "jsonld", "html"):
        answer = client.get(f"/voc/w-ballistic-missile/uses.{suffix}", params=asked)
        assert answer.status_code == 200
        assert all(thing["iri"].rpartition("/")[2] in answer.text for thing in listed)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/voc/m-losses/uses?predicate=sit:mesure", 400, "did you mean sit:measure?"),
        ("/voc/m-losses/uses?predicate=sit:weapon", 400, "unknown predicate 'sit:weapon'"),
        ("/voc/m-losses/uses", 422, "predicate is missing"),
        ("/voc/m-loses/uses?predicate=sit:measure", 404, "m-loses"),
    ],
)
def test_what_does_not_use_a_concept_is_told(client: TestClient, path: str, status: int, said: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_the_page_of_a_concept_says_what_it_means_and_leads_to_narrower_ones(client: TestClient) -> None:
    page = client.get("/voc/m-losses", headers=HTML).text
    assert client.get("/voc/m-losses.json").json()["description"] in unescape(page)
    broad = client.get("/voc/m-range", headers=HTML).text
    assert re.search(r"Narrower <span.*?/voc/m-range-max", broad, re.DOTALL)
    first = [thing["iri"].rpartition("/")[2] for thing in client.get("/search?q=range").json()["concepts"]]
    assert first.index("m-range-max") < first.index("m-range")


def test_all_claims_of_a_measure_are_listed_the_latest_first(client: TestClient) -> None:
    asked = "SELECT ?c { ?c sit:measurand/sit:measure voc:m-losses }"
    rows = client.get("/sparql", params={"query": asked, "format": "json"}).json()["results"]["bindings"]
    found, address = [], "/voc/m-losses/claims?limit=2"
    while address:
        body = client.get(address).json()
        found += body["claims"]
        address = body["next"]
    assert {claim["iri"] for claim in found} == {row["c"]["value"] for row in rows}
    assert len(found) == body["total"] == len(rows) > 3
    days = [claim["said"]["end"] or "" for claim in found]
    assert days == sorted(days, reverse=True)
    page = client.get("/voc/m-losses", headers=HTML).text
    assert len(re.findall('<article class="card">', page)) == min(12, len(rows))
    assert "Claims of personnel losses" in client.get("/voc/m-losses/claims", headers=HTML).text
    assert client.get("/voc/w-tank/claims").json()["total"] == 0
    assert "Nobody gives a number for it" in client.get("/voc/w-tank/claims", headers=HTML).text


def test_a_canonical_address_is_answered(client: TestClient) -> None:
    for path in ("/voc/m-losses/uses?predicate=sit:measure&limit=2", "/id?iri=https://w3id.org/sitrep/id/syrskyi"):
        page = client.get(path, headers=HTML).text
        (address,) = re.findall(r'<link rel="canonical" href="https?://[^/]+([^"]+)"', page)
        assert "limit" not in address
        assert client.get(unescape(address), headers=HTML).status_code == 200


def test_a_mistyped_concept_is_answered_with_concepts(client: TestClient) -> None:
    answer = client.get("/voc/m-loses")
    assert (answer.status_code, answer.json()["near"]) == (404, ["voc/m-losses"])
    assert 'href="/voc/m-losses"' in client.get("/voc/m-loses", headers=HTML).text
