"""Lists of what there is: classes, relations, their members, and the documents."""

from __future__ import annotations

from urllib.parse import quote

from starlette.testclient import TestClient

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
    assert answer.status_code == 400
    assert "sit:WeaponSystem" in answer.json()["detail"]
