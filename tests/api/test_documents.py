"""The page of a document: its claims by the place where they stand, with rows counted as in the file, and in pages."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import graph
import graph.build
from api.workers import Limits
from graph import claims, wording
from graph.importers import importers
from graph.importers.importer import run
from graph.naming import Naming
from graph.store import Store
from ontology.terms import BASE, expand
from tests.api.conftest import served
from tests.conftest import FIRST_DOCUMENT, TESTS

TABLE, DOCUMENT = expand("doc:attacks"), expand("doc:21b468746adfc9bb")
SAMPLES = TESTS / "fixtures" / "tables"
HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample of the table of attacks, imported."""
    out = tmp_path_factory.mktemp("imports")
    run(importers()["attacks"], [SAMPLES / "attacks.csv", SAMPLES / "attacks-models.csv"], out, FIRST_DOCUMENT)
    return out


@pytest.fixture(scope="module")
def with_table(imports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of snapshots whose current one is the first document and the sample of a table."""
    folder = tmp_path_factory.mktemp("with-table")
    graph.build.build(FIRST_DOCUMENT, folder, extra=[imports])
    return folder


@pytest.fixture(scope="module")
def store(with_table: Path) -> Iterator[Store]:
    with graph.open(with_table) as store:
        yield store


@pytest.fixture(scope="module")
def client(with_table: Path) -> Iterator[TestClient]:
    with served(with_table, Limits(running=2, deadline=30)) as client:
        yield client


def lines_of(text: str) -> list[str]:
    with (SAMPLES / "attacks.csv").open(encoding="utf-8") as file:
        return [str(number) for number, line in enumerate(file, 1) if text in line]


def test_a_row_is_where_an_editor_shows_it(store: Store) -> None:
    (line,) = lines_of("X-101/X-555 and Kalibr")
    said = [
        passages
        for claim, passages in claims.in_document(store, TABLE, Naming(store)).items
        if claim.quantity and claim.quantity.value == "62"
    ]
    assert said
    for passages in said:
        assert {wording.place(passage) for passage in passages} == {f"row {line}"}
        assert {passage.row for passage in passages} == {str(int(line) - 2)}  # as the data have it
        for passage in passages:
            assert Naming(store).label(passage.iri).endswith(f", row {line}")


def test_a_row_and_what_was_skipped_of_it_have_the_same_number(store: Store, imports: Path) -> None:
    with (imports / "attacks.skipped.csv").open(encoding="utf-8", newline="") as file:
        skipped = {row["line"] for row in csv.DictReader(file) if row["file"] == "attacks.csv"}
    page = claims.in_document(store, TABLE, Naming(store))
    shown = {passage.row_in_file for _, passages in page.items for passage in passages}
    assert skipped & shown
    assert skipped | shown <= {str(number) for number in range(2, 13)}


def test_the_page_of_a_passage_says_from_where_its_row_counts(client: TestClient, store: Store) -> None:
    ((_, (passage, *_)), *_) = claims.in_document(store, TABLE, Naming(store)).items
    page = client.get(f"/{passage.iri.removeprefix(BASE)}", headers=HTML).text
    assert f", row {passage.row_in_file}</bdi></h1>" in page
    assert f'<bdi>{passage.row}</bdi> <span class="muted small">from 0, without the heading</span>' in page


def test_a_key_of_a_row_stays_as_it_is(store: Store) -> None:
    ((_, (passage, *_)), *_) = claims.in_document(store, TABLE, Naming(store)).items
    key = replace(passage, row="2025-01-19", row_is_number=False)
    assert wording.place(key) == "row 2025-01-19"


@pytest.mark.parametrize("limit", [1, 5, 20, 40])
@pytest.mark.parametrize("document", [TABLE, DOCUMENT])
def test_a_page_ends_where_a_place_ends_and_none_is_lost(store: Store, document: str, limit: int) -> None:
    naming = Naming(store)
    whole = claims.in_document(store, document, naming, limit=1000)
    largest = max(map(len, claims.by_place(whole.items)))
    assert whole.next is None
    found, cursor, pages = list[claims.Placed](), None, list[list[tuple[claims.Placed, ...]]]()
    while True:
        page = claims.in_document(store, document, naming, limit, cursor)
        assert 0 < len(page.items) <= limit
        assert page.total == len(whole.items)
        pages.append(claims.by_place(page.items))
        found += page.items
        cursor = page.next
        if cursor is None:
            break
    assert tuple(found) == whole.items
    if limit >= largest:
        assert [place for page_ in pages for place in page_] == claims.by_place(whole.items)


def test_claims_of_a_row_stand_together(client: TestClient, store: Store) -> None:
    page = client.get("/doc/attacks", headers=HTML).text
    (line,) = lines_of("X-101/X-555 and Kalibr")
    bodies = re.findall(r"<tbody>.*?</tbody>", page.partition('class="stack together"')[2], re.DOTALL)
    places = claims.by_place(claims.in_document(store, TABLE, Naming(store)).items)
    assert [len(re.findall(r'<tr id="claim-', body)) for body in bodies] == [len(place) for place in places]
    assert len(bodies) == len({passages[0].row for place in places for _, passages in place})
    (body,) = [body for body in bodies if f">row {line}</a>" in body]
    assert body.count(">Ukrainian Air Force</bdi>") == 1  # said once, not with each claim
    assert "the heading is row 1" in page


def test_what_a_row_is_about_is_said_once(client: TestClient) -> None:
    page = client.get("/doc/attacks", headers=HTML).text
    row = page.partition(">row 2</a>")[2].partition("</tbody>")[0]
    (named,) = re.findall(r'<p class="of">.*?<bdi[^>]*>(.*?)</bdi>', row)
    event = re.sub("<[^>]*>", "", named)
    assert named not in re.sub(r'title="[^"]*"', "", row.partition("</p>")[2])
    assert re.search(f'title="{re.escape(event)}:? launched from [^"]*"><bdi>launched from ', row)


def test_claims_of_an_article_stand_together_by_their_words(client: TestClient) -> None:
    page = client.get("/doc/21b468746adfc9bb", headers=HTML).text
    body = page.partition(">194\N{EN DASH}343</a>")[2].partition("</tbody>")[0]
    assert body.count("<tr id=") == 1  # beside the first
    assert "also at" in body
    assert "the heading is row 1" not in page
