"""Citations over HTTP: what is cited, by exact answers of the first document, and how, read back by others' parsers."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from pybtex.database import BibliographyData, parse_string
from starlette.testclient import TestClient

import graph.build
from api.workers import Limits
from tests.api.conftest import served
from tests.api.test_timeline import DATED
from tests.conftest import FIRST_DOCUMENT

BLOG = "21b468746adfc9bb"
LOSSES = "/claim/syrskyi-losses-2024-a034a075b474"
HOSTILE = 'A | b [c](javascript:alert(1)) `d` {e} } % & _ # $ ~ ^ \\ "f" <b>g</b> Київ [^1]: *h*'


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("hostile")
    graph.build.build(FIRST_DOCUMENT, folder, [DATED])
    with served(folder, Limits(running=1)) as client:
        yield client


def csl(client: TestClient, path: str) -> list[dict[str, Any]]:
    """The documents, behind the snapshot's own item."""
    own, *items = json.loads(client.get(path).content)
    assert own["type"] == "dataset"
    assert own["version"]
    return items


def bib(client: TestClient, path: str) -> BibliographyData:
    return parse_string(client.get(path).text, "bibtex")


def rendered(items: list[dict[str, Any]]) -> list[str]:
    """As a reference manager prints them; a field that CSL does not know is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        source = CiteProcJSON(items)
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        made = CitationStylesBibliography(style, source, formatter.plain)
        for key in source:
            made.register(Citation([CitationItem(key)]))
        return [str(entry) for entry in made.bibliography()]


# --- what is cited


def test_a_claim_cites_its_document_with_the_places(client: TestClient) -> None:
    (item,) = csl(client, f"{LOSSES}.csl.json")
    assert item == {
        "id": BLOG,
        "type": "post-weblog",
        "title": "Live blog on the Russia-Ukraine war, about 20 January 2025",
        "container-title": "unnamed publisher of the live blog",
        "publisher": "unnamed publisher of the live blog",
        "issued": {"date-parts": [[2025, 1, 20]], "circa": True},
        "language": "en",
        "note": "characters 194\u2013343, 4340\u20134480, 4547\u20134871",
    }


def test_a_citation_names_the_snapshot_and_the_thing(client: TestClient) -> None:
    snapshot = client.get("/readyz").json()["snapshot"]
    entry = next(iter(bib(client, f"{LOSSES}.bib").entries.values()))
    assert entry.fields["version"] == snapshot
    assert entry.fields["url"] == f"https://w3id.org/sitrep{LOSSES}"
    text = client.get(f"{LOSSES}.md").text
    assert f"Snapshot {snapshot}, 1 document, CC BY 4.0" in text


def test_an_entity_cites_every_document_that_says_something_of_it(client: TestClient) -> None:
    items = csl(client, "/id/syrskyi.csl.json")
    assert [item["id"] for item in items] == [BLOG, "7441006-5dda111f"]
    web = next(item for item in items if item["id"] != BLOG)
    assert (web["type"], web["URL"]) == ("webpage", "https://www.pravda.com.ua/eng/news/2024/02/8/7441006/")
    assert "issued" not in web


def test_a_document_cites_itself_as_a_whole(client: TestClient) -> None:
    (item,) = csl(client, f"/doc/{BLOG}.csl.json")
    assert item["id"] == BLOG
    assert "note" not in item


@pytest.mark.parametrize(
    "path",
    ["/comparison/778a3e5d56ee", "/id/ukraine/view", "/timeline", "/id/atacms/claims", "/id/atacms/relations",
     "/measurand/russian-armed-forces-losses-2024-a505642dc8f2", "/voc/m-losses", "/id/com-tsn-2025-01-19",
     "/passage/21b468746adfc9bb-194-343-861ee1073186", "/id/ev-drone-attack-2025-01-19", "/id/mb-zelensky"],
)  # fmt: skip
def test_whatever_rests_on_the_document_cites_it(client: TestClient, path: str) -> None:
    assert BLOG in [item["id"] for item in csl(client, f"{path}.csl.json")]


def test_a_comparison_cites_both_claims(hostile: TestClient) -> None:
    rows = hostile.get("/id/ev-truce/claims").json()["claims"]
    assert len(rows) == 2
    query = "SELECT ?k { ?k sit:first|sit:second <https://w3id.org/sitrep/claim/truce-no> }"
    (found,) = hostile.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    path = found["k"]["value"].removeprefix("https://w3id.org/sitrep")
    assert [(item["id"], item["note"]) for item in csl(hostile, f"{path}.csl.json")] == [
        ("hostile", "pages 2, 3"), ("ledger", "row 17"),
    ]  # fmt: skip


def test_what_rests_on_nothing_still_names_the_snapshot(client: TestClient) -> None:
    assert csl(client, "/voc/ev-protest.csl.json") == []
    assert "No document stands behind this." in client.get("/voc/ev-protest.md").text


# --- how it is asked for


def test_each_format_comes_by_suffix_and_by_accept(client: TestClient) -> None:
    for suffix, media_type in (
        (".bib", "application/x-bibtex"),
        (".csl.json", "application/vnd.citationstyles.csl+json"),
        (".md", "text/markdown"),
    ):
        for path in (LOSSES, "/id/syrskyi", f"/doc/{BLOG}", "/timeline", "/id/syrskyi/view", "/id/syrskyi/claims"):
            by_suffix = client.get(path + suffix)
            by_accept = client.get(path, headers={"Accept": media_type})
            assert by_suffix.status_code == by_accept.status_code == 200
            assert by_suffix.headers["content-type"].split(";")[0] == media_type
            assert by_accept.text == by_suffix.text
            known = client.get(path + suffix, headers={"If-None-Match": by_suffix.headers["etag"]})
            assert known.status_code == 304


def test_a_thing_tells_where_its_sources_are(client: TestClient) -> None:
    answer = client.get("/id/syrskyi")
    assert '</id/syrskyi.bib>; rel="describedby"; type="application/x-bibtex"' in answer.headers["link"]
    assert client.get("/id/syrskyi.bib").headers["content-location"] == "/id/syrskyi.bib"


@pytest.mark.parametrize(
    "path", [LOSSES, "/id/syrskyi", f"/doc/{BLOG}", "/voc/m-losses", "/timeline", "/comparison/778a3e5d56ee"]
)
def test_pages_have_a_block_to_cite_them(client: TestClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text
    block = re.search(r'<section class="cite".*?</section>', page, re.DOTALL)
    assert block
    assert client.get("/readyz").json()["snapshot"] in block[0]
    for suffix in (".bib", ".csl.json", ".md"):
        assert f'href="{path}{suffix}"' in block[0]


def test_a_picture_leads_to_its_sources(client: TestClient) -> None:
    page = client.get("/id/ukraine/view?hops=2", headers={"Accept": "text/html"}).text
    (address,) = re.findall(r'href="(/id/ukraine/view\.bib[^"]*)"', page)
    assert bib(client, address.replace("&amp;", "&")).entries


def test_an_iri_of_others_has_citations_too(hostile: TestClient) -> None:
    assert hostile.get("/id.bib?iri=https://example.org/parade?a=1%26b=%257B2%257D").status_code == 200


@pytest.mark.parametrize(
    "path", ["/id/nobody-at-all.bib", "/claim/none.md", "/id/syrskyi/view.ttl", "/id/syrskyi/viewer"]
)
def test_what_is_not_there_is_not_cited(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


# --- hostile titles


def test_bibtex_is_read_back_whole(hostile: TestClient) -> None:
    found = bib(hostile, "/id/freedonia.bib")
    assert list(found.entries)[1:] == ["hostile", "ledger", "parade-a-1-b-7b2-7d-2bd1ad43"]
    entry = found.entries["hostile"]
    assert entry.fields["year"] == "1914"
    assert entry.fields["month"] == "December"
    assert entry.fields["url"] == "https://example.org/a_b%20c?d=%7Be%7D&f=~g#h"
    assert entry.fields["publisher"] == r"Gazette of Freedonia \& <b>Sylvania</b>"
    assert entry.fields["note"] == "characters 10\u201320; pages 2, 3"
    plain = entry.fields["title"].removeprefix("{").removesuffix("}")
    for name, letter in (
        ("braceleft", "{"), ("braceright", "}"), ("asciitilde", "~"), ("asciicircum", "^"), ("backslash", "\0"),
    ):  # fmt: skip
        plain = plain.replace(f"{{\\text{name}}}", letter)
    assert re.sub(r"\\([%&_#$])", r"\1", plain).replace("\0", "\\") == HOSTILE


def test_every_brace_is_closed(hostile: TestClient) -> None:
    text = hostile.get("/timeline.bib").text
    depth = 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0
    assert depth == 0


def test_csl_keeps_titles_as_they_are_and_is_rendered(hostile: TestClient) -> None:
    items = {item["id"]: item for item in csl(hostile, "/id/freedonia.csl.json")}
    assert items["hostile"]["title"] == HOSTILE
    assert items["hostile"]["page"] == "2, 3"
    assert items["ledger"]["issued"] == {"date-parts": [[1914]]}
    assert items["ledger"]["type"] == "dataset"
    entries = rendered([items["hostile"], items["ledger"]])
    assert any("Ledger" in entry and "1914" in entry for entry in entries)


@pytest.mark.parametrize("path", ["/timeline", "/id/freedonia", LOSSES])
def test_csl_items_have_only_fields_of_the_schema(hostile: TestClient, path: str) -> None:
    """As https://github.com/citation-style-language/schema, csl-data.json, has them."""
    known = {
        "id",
        "type",
        "title",
        "container-title",
        "publisher",
        "issued",
        "accessed",
        "URL",
        "language",
        "page",
        "note",
        "version",
    }
    types = {"article-newspaper", "post-weblog", "report", "dataset", "book", "article-journal", "webpage", "document"}
    for item in json.loads(hostile.get(f"{path}.csl.json").content):
        assert set(item) <= known
        assert item["type"] in types
        assert all(isinstance(item[name], str) for name in set(item) - {"issued", "accessed"})
        for date in (item[name] for name in ("issued", "accessed") if name in item):
            assert set(date) <= {"date-parts", "circa"}
            assert all(1 <= len(part) <= 3 and all(isinstance(n, int) for n in part) for part in date["date-parts"])


def test_markdown_is_a_table_with_a_footnote_for_each_document(hostile: TestClient) -> None:
    lines = hostile.get("/id/freedonia.md").text.splitlines()
    rows = [line for line in lines if line.startswith("| ")][2:]
    notes = [line for line in lines if line.startswith("[^")]
    called = [re.findall(r"(?<!\\)\[\^([a-z0-9-]+)\]", row) for row in rows]
    assert [[key] for key in (re.match(r"\[\^([a-z0-9-]+)\]: ", note)[1] for note in notes)] == called  # type: ignore[index]
    assert len(rows) == 3
    for line in (*rows, *notes):
        assert len(re.findall(r"(?<!\\)\|", line)) == (5 if line in rows else 0)
        assert not re.search(r"(?<!\\)[`*]", line)
        assert not re.search(r"(?<!\\)<(?!https://)", line)
        assert not re.search(r"(?<!\\)\](?!:? ?)\(", line)


def test_exports_are_the_same_twice(hostile: TestClient) -> None:
    for suffix in (".bib", ".csl.json", ".md"):
        assert hostile.get(f"/timeline{suffix}").content == hostile.get(f"/timeline{suffix}").content


def test_keys_are_the_same_in_every_export(hostile: TestClient) -> None:
    by_thing = {key for key in bib(hostile, "/id/freedonia.bib").entries if not key.startswith("sitrep-")}
    by_time = {key for key in bib(hostile, "/timeline.bib?about=freedonia").entries if not key.startswith("sitrep-")}
    assert by_thing == by_time
