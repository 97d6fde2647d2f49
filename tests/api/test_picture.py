"""The picture's page as text: what it holds, what it links to, and that nothing in a name can become markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graph
from api import drawing, picture
from api.picture import MODULES, file, joined_modules, page, script_json, vendor_files, write_view
from graph import wording
from graph.explore import Explorer, Scene, View
from graph.kinds import KINDS, PLURALS
from graph.naming import Naming
from graph.store import Store
from ontology.terms import expand


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Iterator[Store]:
    with graph.open(snapshots) as store:
        yield store


@pytest.fixture(scope="module")
def syrskyi(store: Store) -> Scene:
    return Explorer(store).scene(View((expand("id:syrskyi"),)), Naming(store))


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


def shown(text: str) -> Any:
    return json.loads(Page(text).scripts["graph"])


def test_nodes_and_edges_reach_the_page(syrskyi: Scene) -> None:
    drawn = shown(page(syrskyi))
    assert [node["id"] for node in drawn["nodes"]] == [card.thing.iri for card in syrskyi.cards]
    assert [line["id"] for line in drawn["edges"]] == [edge.iri for edge in syrskyi.edges]
    assert set(drawing.SIGNS) == set(drawing.COLOURS) == set(KINDS) == set(PLURALS)


def test_a_served_page_has_no_inline_script_or_style(syrskyi: Scene) -> None:
    text = page(syrskyi)
    read = Page(text)
    assert "<style" not in text
    for tag, attributes in read.elements:
        assert not any(name == "style" or name.startswith("on") for name in attributes)
        if tag == "script" and attributes.get("type") != "application/json":
            assert (attributes["src"] or "").startswith("/static/")
    assert not [address for address in read.addresses() if address.startswith(("http:", "https:", "//"))]


def test_links_lead_to_our_own_pages(store: Store, syrskyi: Scene) -> None:
    thing = expand("id:syrskyi")
    naming = Naming(store)
    served, elsewhere, alone = (
        next(node for node in shown(text)["nodes"] if node["id"] == thing)["page"]
        for text in (
            page(syrskyi),
            file(store, syrskyi, naming, "https://example.org/sitrep"),
            file(store, syrskyi, naming),
        )
    )
    assert (served, elsewhere, alone) == ("/id/syrskyi", "https://example.org/sitrep/id/syrskyi", thing)


def test_a_file_holds_what_its_panels_say(store: Store, syrskyi: Scene) -> None:
    details = json.loads(Page(file(store, syrskyi, Naming(store))).scripts["details"])
    assert set(details["things"]) == {card.thing.iri for card in syrskyi.cards}
    assert set(details["relations"]) == {edge.iri for edge in syrskyi.edges}
    assert sum(relation["claim_count"] for relation in details["relations"].values()) >= 5


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


def test_an_office_has_no_picture_and_that_is_said(store: Store) -> None:
    scene = Explorer(store).scene(View((expand("id:post-cinc-ukraine"),)), Naming(store))
    assert any("There is no picture of" in note for note in shown(page(scene))["notes"])


def test_the_same_twice(store: Store, syrskyi: Scene) -> None:
    assert page(syrskyi) == page(syrskyi)
    assert file(store, syrskyi, Naming(store)) == file(store, syrskyi, Naming(store))


def test_vis_network_comes_from_the_wheel() -> None:
    assert {name: path.is_file() for name, path in vendor_files().items()} == {"vis-network.min.js": True}


def test_modules_can_be_joined_to_one() -> None:
    """Each imports only from those before it, and no two declare the same name."""
    names: list[str] = []
    for at, name in enumerate(MODULES):
        text = (picture.HERE / "static" / "explore" / f"{name}.js").read_text(encoding="utf-8")
        imported = re.findall(r'^import .* from "\./(\w+)\.js";$', text, flags=re.MULTILINE)
        assert len(imported) == text.count("import ")
        assert set(imported) <= set(MODULES[:at])
        names += re.findall(r"^(?:export )?(?:const|let|class|function) (\w+)", text, flags=re.MULTILINE)
        names += [
            n.strip()
            for line in re.findall(r"^let (.+, .+);$", text, flags=re.MULTILINE)
            for n in line.split(",")[1:]
            if "=" not in n
        ]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    assert not re.search("^(import|export) ", joined_modules(), flags=re.MULTILINE)
    every = {path.stem for path in (picture.HERE / "static" / "explore").glob("*.js")}
    assert every == set(MODULES)


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
def test_a_hostile_name_stays_text(store: Store, syrskyi: Scene, label: str, alone: bool) -> None:
    def made(scene: Scene) -> Page:
        return Page(file(store, scene, Naming(store)) if alone else page(scene))

    usual, hostile = made(syrskyi), made(renamed(syrskyi, label))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in usual.elements]
    assert [sorted(attributes) for _, attributes in hostile.elements] == [sorted(a) for _, a in usual.elements]
    assert json.loads(hostile.scripts["graph"])["nodes"][1]["label"] == label


@pytest.mark.parametrize("label", [*HOSTILE, "\u0000\u0008\ufffe control", "😀" * 40, ""])
def test_a_hostile_name_is_text_in_a_drawing(syrskyi: Scene, label: str) -> None:
    drawn = ElementTree.fromstring(drawing.svg(renamed(syrskyi, label)))
    tags = {element.tag.rpartition("}")[2] for element in drawn.iter()}
    assert tags <= {"svg", "title", "defs", "marker", "path", "rect", "circle", "g", "text"}
    assert not [name for element in drawn.iter() for name in element.attrib if name.startswith("on")]


def renamed(scene: Scene, label: str) -> Scene:
    """A scene in which everything is called the same."""
    return replace(
        scene,
        cards=tuple(
            replace(card, thing=replace(card.thing, label=label), name=(label[:24],), second=label[:60], dates=label)
            for card in scene.cards
        ),
        edges=tuple(replace(edge, label=label, dates=label) for edge in scene.edges),
        notes=(label,),
        hidden=(replace(scene.cards[0].thing, label=label),),
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


def test_the_script_says_of_lines_what_all_legends_say() -> None:
    text = (picture.HERE / "static" / "explore" / "elements.js").read_text(encoding="utf-8")
    (block,) = re.findall(r"export const LINES = \{(.*?)\};", text, re.DOTALL)
    assert dict(re.findall(r'(\w+): "(.*?)"', block)) == {look: means for look, (_, means) in wording.LINES.items()}
    assert f'export const CONFLICT = "{wording.CONFLICT}";' in text
