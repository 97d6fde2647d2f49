"""The picture's page as text: what it holds, what it links to, and that nothing in a name can become markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graph
from api.picture import SHAPES, page, script_json, vendor_files, write_view
from graph.naming import Naming
from graph.neighbourhood import GROUPS, LeftOut, Neighbourhood, neighbourhood
from graph.store import Store
from ontology.terms import expand


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Iterator[Store]:
    with graph.open(snapshots) as store:
        yield store


@pytest.fixture(scope="module")
def syrskyi(store: Store) -> Neighbourhood:
    return neighbourhood(store, expand("id:syrskyi"), Naming(store))


class Page(HTMLParser):
    """Elements with their attributes, and the text of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self._script: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self._script = dict(attrs).get("id") or f"script {len(self.scripts)}"
            self.scripts[self._script] = ""

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.scripts[self._script] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None

    def addresses(self) -> list[str]:
        return [value for _, attributes in self.elements for name in ("src", "href") if (value := attributes.get(name))]


def facts(text: str) -> Any:
    return json.loads(Page(text).scripts["facts"])


def network(text: str) -> Any:
    return json.loads(Page(text).scripts["network"])


def test_nodes_and_edges_reach_the_page(syrskyi: Neighbourhood) -> None:
    drawn = network(page(syrskyi, self_contained=False))
    assert [node["id"] for node in drawn["nodes"]] == [node.iri for node in syrskyi.nodes]
    assert [line["id"] for line in drawn["edges"]] == [line.id for line in syrskyi.edges]
    assert drawn["physics"] is False
    assert set(SHAPES) == set(GROUPS)


def test_parallel_edges_bend_differently(store: Store) -> None:
    found = neighbourhood(store, expand("id:ev-drone-attack-2025-01-19"), Naming(store))
    lines = [line for line in network(page(found, self_contained=False))["edges"] if line["smooth"]["enabled"]]
    bends = [
        (frozenset((line["from"], line["to"])), (line["smooth"]["type"] == "curvedCW") == (line["from"] < line["to"]))
        for line in lines
    ]
    assert len(bends) == len(set(bends)) == 4


def test_a_served_page_has_no_inline_script_or_style(syrskyi: Neighbourhood) -> None:
    text = page(syrskyi, self_contained=False)
    read = Page(text)
    assert "<style" not in text
    for tag, attributes in read.elements:
        assert not any(name == "style" or name.startswith("on") for name in attributes)
        if tag == "script" and attributes.get("type") != "application/json":
            assert (attributes["src"] or "").startswith("/static/")
    assert not [address for address in read.addresses() if address.startswith(("http:", "https:", "//"))]


def test_links_lead_to_our_own_pages(syrskyi: Neighbourhood) -> None:
    served, elsewhere, alone = (
        facts(page(syrskyi, base_url=base, self_contained=contained))
        for base, contained in (("", False), ("https://example.org/sitrep", False), ("", True))
    )
    thing = expand("id:syrskyi")
    assert served["nodes"][thing]["page"] == "/id/syrskyi"
    assert served["nodes"][thing]["picture"] == "/id/syrskyi/view"
    assert elsewhere["nodes"][thing]["page"] == "https://example.org/sitrep/id/syrskyi"
    assert alone["nodes"][thing]["page"] == thing


def test_the_panel_has_every_claim_with_its_places(syrskyi: Neighbourhood) -> None:
    panel = facts(page(syrskyi, self_contained=True))
    spoke = next(line for line in panel["edges"].values() if line["title"] == "spoke about")
    assert spoke["claimCount"] == 5
    killed = next(claim for claim in panel["claims"].values() if claim["label"].startswith("Syrskyi: about 150,000"))
    assert killed["who"][0]["label"] == "Oleksandr Syrskyi"
    assert killed["kind"] == "estimate"
    assert killed["said"] == "2025-01-19"
    assert killed["documents"][0]["places"][0].startswith("characters 194-343, indirect")
    office = next(line for line in panel["edges"].values() if "Commander" in line["title"])
    assert office["sources"][0]["href"] == "https://www.pravda.com.ua/eng/news/2024/02/8/7441006/"


def test_what_is_left_out_is_said(syrskyi: Neighbourhood) -> None:
    some = replace(syrskyi, left_out=(LeftOut("person", 1), LeftOut("event", 1234)), limit=3)
    text = page(some, self_contained=False)
    assert "Left out: 1 person, 1,234 events" in text
    assert "stops at 3" in text
    assert "Left out" not in page(syrskyi, self_contained=False)


def test_an_office_has_no_picture_but_a_page(store: Store) -> None:
    text = page(neighbourhood(store, expand("id:post-cinc-ukraine"), Naming(store)), self_contained=False)
    assert "There is no picture of" in text
    assert 'href="/id/post-cinc-ukraine"' in text


def test_one_file_needs_nothing_else(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "picture.html"
    write_view(store, expand("id:atacms"), path)
    text = path.read_text(encoding="utf-8")
    read = Page(text)
    assert not any("src" in attributes for _, attributes in read.elements)
    assert not any(tag == "link" for tag, _ in read.elements)
    policy = next(
        value for tag, a in read.elements if tag == "meta" and (value := a.get("content")) and "'none'" in value
    )
    assert "unsafe" not in policy


def test_the_same_twice(syrskyi: Neighbourhood) -> None:
    assert page(syrskyi, self_contained=True) == page(syrskyi, self_contained=True)


def test_vis_network_comes_from_the_wheel() -> None:
    assert {name: path.is_file() for name, path in vendor_files().items()} == {"vis-network.min.js": True}


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload='alert(1)'>",
    "{{ 7 * 7 }} {% raw %}",
    "\u202eevil\u2066 مرحبا \u2028\u2029",
    "<b>bold</b> &amp; <i>",
    "javascript:alert(1)",
    "x" * 5000,
]


@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize("alone", [False, True])
def test_a_hostile_name_stays_text(syrskyi: Neighbourhood, label: str, alone: bool) -> None:
    found = renamed(syrskyi, label)
    usual, hostile = (Page(page(which, self_contained=alone)) for which in (syrskyi, found))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in usual.elements]
    assert [sorted(attributes) for _, attributes in hostile.elements] == [sorted(a) for _, a in usual.elements]
    assert json.loads(hostile.scripts["facts"])["nodes"][found.nodes[1].iri]["label"] == label


def renamed(found: Neighbourhood, label: str) -> Neighbourhood:
    """A neighbourhood in which everything is called the same."""
    return replace(
        found,
        centre=replace(found.centre, label=label),
        nodes=tuple(replace(node, label=label, line=label, description=label) for node in found.nodes),
        edges=tuple(
            replace(
                line, label=label, note=label, title=label, claims=tuple(replace(c, label=label) for c in line.claims)
            )
            for line in found.edges
        ),
    )


@given(
    st.recursive(
        st.text() | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
@settings(max_examples=100)
def test_json_in_a_script_is_the_same_json_and_cannot_end_it(value: object) -> None:
    text = str(script_json(value))
    assert json.loads(text) == value
    assert not re.search("[<>&\u2028\u2029]", text)
