"""Every page, made from the first document, and made again from values that an enemy would write."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import graph
from api import inset
from api.pages import Context, Pages, external, href, short
from api.pages import origins as origins_of
from api.workers import Limits
from graph import (
    checks,
    claims,
    comparisons,
    drift,
    entities,
    members,
    overview,
    relations,
    sides,
    specifications,
    timeline,
)
from graph.claims import Claim
from graph.explanation import explained, weighed
from graph.explore import Explorer
from graph.naming import Naming, Thing
from graph.overview import Tally
from graph.paging import Page
from graph.points import Point
from graph.search import Hit, Match, Results
from graph.store import Store
from graph.timeline import Timeline
from graph.times import Time
from ontology.terms import BASE, PREFIXES

DOCUMENT = BASE + "doc/21b468746adfc9bb"
SYRSKYI = PREFIXES["id"] + "syrskyi"
FORCES = PREFIXES["id"] + "russian-armed-forces"
LOSSES = PREFIXES["voc"] + "m-losses"
LOSSES_2024 = """SELECT ?claim WHERE {
    ?claim schema:value ?value ; prov:wasAttributedTo id:syrskyi . FILTER(STR(?value) = "434000") }"""
EMPTY = "SELECT * { ?x sit:suppliedBye ?y ; a sit:WeaponSystem } # <&>"
PRODUCT = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
CONTEXT = Context(
    "en", "/id/syrskyi", "https://example.org", "0123456789abcdef", [("text/turtle", "/id/syrskyi.ttl?a=1&b=2")]
)
VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "rect", "col", "path", "circle", "line"})
OWN_PATH = re.compile(
    r"/(?:$|#|\?|(?:id|voc|claim|passage|measurand|rel|comparison|check|dispute|doc)/[^/]|id(?:\.[a-z]+)+\?iri="
    r"|(?:search|explore|types|contradictions|sides|checks|wording|timeline|sparql(?:/explain)?|ontology|docs"
    r"|openapi\.json|dump\.nq\.gz)(?:$|[?#])"
    r"|(?:timeline|contradictions|sides|checks|wording|types|ontology)(?:\.[a-z]+)+(?:$|\?)|types/"
    r"|static/(?:vendor/|explore/)?[a-z0-9.-]+\.(?:css|js|svg)\?v=[0-9a-f]+$|static/vendor/THIRD-PARTY\.txt$)"
)


@dataclass
class Parsed(HTMLParser):
    """A page as a list of elements, its text, and what is wrong with its nesting."""

    page: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    tables: list[Counter[str]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.page)
        self.close()
        self.wrong += [f"<{name}> stays open" for name in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"<{tag}> has an attribute twice")
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "table":
            self.tables.append(Counter())
        elif self.tables:
            self.tables[-1][tag] += 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for attributes in self.all("a") if "href" in attributes]


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Iterator[Store]:
    with graph.open(snapshots) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages()


def losses(store: Store) -> str:
    return str(store.select(LOSSES_2024)[0]["claim"].value)  # type: ignore[union-attr]


def compared(store: Store, naming: Naming) -> list[tuple[Claim, Claim, str]]:
    rows = store.select("SELECT ?a ?b ?o WHERE { ?c sit:first ?a ; sit:second ?b ; sit:outcome ?o } ORDER BY ?o ?a ?b")
    return [
        (
            claims.read(store, row["a"].value, naming),  # type: ignore[union-attr]
            claims.read(store, row["b"].value, naming),  # type: ignore[union-attr]
            row["o"].value.rsplit("/", 1)[-1],  # type: ignore[union-attr]
        )
        for row in rows
    ]


def entity_values(store: Store, naming: Naming, iri: str) -> dict[str, Any]:
    groups: dict[tuple[str, str], list[relations.Relation]] = {}
    for relation in relations.of(store, iri, naming, limit=500).items:
        groups.setdefault((relation.predicate.label, relation.direction), []).append(relation)
    about = claims.of(store, iri, naming, limit=200).items
    by = claims.of(store, iri, naming, role="by", limit=200)
    return {
        "entity": entities.read(store, iri, naming),
        "relations": [(name, direction, found, len(found) + 1) for (name, direction), found in groups.items()],
        "figures": [claim for claim in about if claim.quantity],
        "said_about": [claim for claim in about if not claim.quantity],
        "said_by": by.items,
        "totals": {"by": by.total, "about": len(about)},
        "sheet": specifications.read(store, iri, naming),
        "picture": inset.nearest(Explorer(store), naming, iri),
        "points": [Point(naming.thing(iri), 48.047, 37.674), Point(naming.thing(SYRSKYI), 70.0, -120.5)],
    }


def document_values(store: Store, naming: Naming) -> dict[str, Any]:
    return {
        "document": claims.document(store, DOCUMENT, naming),
        "facts": entities.read(store, DOCUMENT, naming).facts,
        "page": claims.in_document(store, DOCUMENT, naming),
        "query": {},
    }


Given: TypeAlias = dict[str, tuple[str, dict[str, Any]]]


def every(store: Store, language: str) -> Given:
    """For each page its method and what it is given."""
    naming = Naming(store, language)
    syrskyi, pairs = naming.thing(SYRSKYI), compared(store, naming)
    claim = claims.read(store, losses(store), naming)
    position = next(c for c in claims.of(store, SYRSKYI, naming, role="by").items if c.statement)
    found = relations.of(store, SYRSKYI, naming, limit=2)
    measurand = store.select("SELECT ?m WHERE { ?m sit:span voc:cumulative } LIMIT 1")[0]["m"].value  # type: ignore[union-attr]
    facts = entities.read(store, measurand, naming).facts
    hit = Hit(SYRSKYI, "Oleksandr Syrskyi", (PREFIXES["foaf"] + "Person",), 0.9, Match("Сирський", "uk", "folded"))
    questions = [("Who said what?", "SELECT ?who WHERE { ?c prov:wasAttributedTo ?who } # <&>")]
    kinds = [("person", "foaf:Person"), ("event", "sit:Event")]
    listed = {"entity": syrskyi, "query": {"limit": "2", "status": "asserted", "predicate": PREFIXES["org"] + "holds"}}
    in_time = {
        "title": "Timeline of Oleksandr Syrskyi", "about": syrskyi, "claimant": syrskyi, "undated": 8, "speaks": True,
        "query": {"about": "syrskyi", "limit": "2"}, "types": [("Events", [("voc:ev-war", "war")])],
    }  # fmt: skip
    of_claim = {
        "claim": claim,
        "conflicts": [(b if a == claim else a, outcome) for a, b, outcome in pairs if claim in (a, b)],
        "relations": relations.of(store, SYRSKYI, naming).items[:2],
    }
    held, tabs = comparisons.disputes(store, naming), {"/contradictions": 1, "/sides": 2}
    contested = [
        (kind, [(one, claims.read(store, one.first, naming), claims.read(store, one.second, naming))
                for one in overview.contested(store, 5)])
        for kind in (False, True)
    ]  # fmt: skip
    against, reckoned = comparisons.found(store, naming), checks.found(store, naming)
    reference = {
        "info": {"description": "One paragraph.\n\nAnother."},
        "paths": {
            "/search": {
                "get": {
                    "operationId": "find", "summary": "Search", "description": "By name.",
                    "x-example-request": "/search?q=a",
                    "parameters": [
                        {"name": "q", "in": "query", "schema": {"type": "string", "default": ""}},
                        {"name": "limit", "in": "query", "description": "At most.",
                         "schema": {"anyOf": [{"type": "integer", "maximum": 100}, {"type": "null"}]}},
                        {"name": "how", "in": "query", "schema": {"enum": ["a", "b"], "default": "a"}},
                    ],
                    "responses": {"200": {"content": {"application/json": {"example": {"label": "Сирський <b>"}}}}},
                }
            }
        },
    }  # fmt: skip
    return {
        "home": ("home", {
            "counts": [Tally("sit:Claim", "claims", 46), Tally("", "documents", 1)], "highlights": [syrskyi],
            "documents": [claims.document(store, DOCUMENT, naming)], "contested": contested, "questions": questions,
            "disputes": {"losses": 1, "specifications": 1}, "core": inset.core(Explorer(store), naming)}),
        "home of an empty graph": ("home", {
            "counts": [], "highlights": [], "documents": [], "contested": [], "questions": [], "disputes": {}}),
        "entity": ("entity", entity_values(store, naming, FORCES)),
        "person": ("entity", entity_values(store, naming, SYRSKYI)),
        "event": ("entity", entity_values(store, naming, PREFIXES["id"] + "ev-drone-attack-2025-01-19")),
        "weapon": ("entity", entity_values(store, naming, PREFIXES["id"] + "atacms-m39a1")),
        "claim": ("claim", of_claim),
        "claim of a relation": ("claim", {"claim": position, "conflicts": [], "relations": []}),
        "document": ("document", document_values(store, naming)),
        "node": ("node", {
            "thing": naming.thing(measurand), "facts": facts, "labels": {"en": ["a", "b"], "uk": ["в"], "": ["c"]},
            "inbound": Page(
                (entities.Fact(naming.thing(PREFIXES["sit"] + "measurand"), naming.thing(claim.iri)),), 2, None)}),
        "concept": ("node", {
            "thing": naming.thing(LOSSES), "facts": facts, "labels": {"en": ["a"]},
            "uses": [(use, members.of_use(store, naming, LOSSES, use.thing.iri, 2))
                     for use in members.uses(store, naming, LOSSES)],
            "counted": members.counted(store, naming, LOSSES, 1), "description": "What is counted.",
            "claims": claims.of_measure(store, LOSSES, naming, 2)}),
        "relations": ("relations", {**listed, "page": found}),
        "no relations": ("relations", {**listed, "page": Page((), 0, None)}),
        "claims": ("claims", {**listed, "page": claims.of(store, FORCES, naming, limit=3), "role": "about"}),
        "types": ("types", {
            "classes": members.classes(store, naming), "edges": members.edges(store, naming)}),
        "members": ("members", {
            "kind": naming.thing(PREFIXES["sit"] + "Event"), "query": {"limit": "2"},
            "page": members.of_class(store, naming, PREFIXES["sit"] + "Event", 2)}),
        "uses": ("members", {
            "kind": naming.thing(LOSSES), "use": naming.thing(PREFIXES["sit"] + "measure"), "query": {"limit": "2"},
            "page": members.of_use(store, naming, LOSSES, PREFIXES["sit"] + "measure", 2)}),
        "no members": ("members", {"kind": Thing("", "documents"), "query": {}, "page": Page((), 0, None)}),
        "contradictions": ("contradictions", {
            "about": syrskyi, "page": against, "counts": {"contradict": 1}, "query": {"outcome": "contradict"},
            "tabs": tabs, "disputes": [(kind, held) for kind in (False, True)]}),
        "dispute": ("dispute", {"dispute": held.items[0], "comparisons": against.items[:1]}),
        "comparison": ("comparison", {"comparison": against.items[0]}),
        "checks": ("checks", {"about": None, "page": reckoned, "query": {}, "tabs": tabs}),
        "check": ("check", {"check": reckoned.items[0]}),
        "wording": ("wording", {"about": syrskyi, "page": drift.found(store, naming), "query": {}, "tabs": tabs}),
        "sides": ("sides", {"about": None, "page": sides.found(store, naming), "query": {}, "tabs": tabs}),
        "sides of a thing": ("sides", {"about": syrskyi, "page": Page((), 0, None), "query": {"about": "syrskyi"},
            "tabs": tabs}),
        "timeline": ("timeline", {
            **in_time, "page": timeline.of(store, Timeline(store.snapshot.timeline), naming),
            "counts": [timeline.Count("2024-12", 0), timeline.Count("2025-01", 48)]}),
        "no timeline": ("timeline", {**in_time, "page": Page((), 0, None), "counts": []}),
        "search": ("search", {
            "results": Results("syrski", (hit,), 400, False, True), "query": "syrski", "types": kinds,
            "type": "foaf:Person"}),
        "search in vain": ("search", {
            "results": Results("zzz", (), 0, True, False), "query": "zzz", "types": kinds, "type": "foaf:Person"}),
        "search form": ("search", {"results": None, "query": "", "types": kinds, "type": ""}),
        "editor": (
            "editor",
            {"query": "SELECT * { ?s ?p ?o }", "questions": questions, "prefixes": PREFIXES, "limits": Limits()},
        ),
        "ontology": ("ontology", {"name": "Words", "reference": '<div id="Claim"><a href="#Claim">claim</a></div>'}),
        "explanation": ("explanation", {"query": EMPTY, "explanation": explained(store, EMPTY)}),
        "explanation of a product": ("explanation", {"query": PRODUCT, "explanation": weighed(store, PRODUCT)}),
        "reference": ("reference", {"document": reference}),
        "problem": ("problem", {"status": 404, "title": "Nothing here", "detail": "No such thing.", "near": [syrskyi]}),
    }  # fmt: skip


NAMES = [
    "home", "home of an empty graph", "entity", "person", "event", "weapon", "claim", "claim of a relation",
    "document", "node", "concept", "relations", "no relations", "claims", "types", "members", "uses", "no members",
    "contradictions", "dispute", "comparison", "checks", "check", "wording", "sides", "sides of a thing", "timeline",
    "no timeline", "search", "search in vain", "search form", "editor", "ontology", "explanation",
    "explanation of a product", "reference", "problem",
]  # fmt: skip


@pytest.fixture(scope="module")
def given(store: Store) -> dict[str, Given]:
    """By language, what each page is given."""
    return {language: every(store, language) for language in ("en", "uk")}


def made(pages: Pages, given: dict[str, Given], name: str, context: Context = CONTEXT) -> Parsed:
    method, values = given[context.language][name]
    return Parsed(getattr(pages, method)(context, **values))


def check(page: Parsed) -> None:
    """What must hold for every page, whatever it shows."""
    assert page.wrong == []
    for tag, attributes in page.elements:
        assert tag not in ("style", "img", "iframe", "object", "embed", "base")
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "action"):
            address = attributes.get(name)
            if address is None or (tag == "link" and attributes["rel"] in ("canonical", "alternate")):
                continue
            if address.startswith("#"):
                continue
            if re.match(r"https?://", address, re.IGNORECASE):
                assert (tag, name) == ("a", "href")
                assert {"noopener", "nofollow", "external"} <= set(attributes["rel"].split())
            else:
                assert OWN_PATH.match(address), address
    assert all(re.match(r"/static/", script["src"]) for script in page.all("script"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert attributes.get(name, ids[0]) in ids
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(ids)
    for table in page.tables:
        assert table["th"] >= 2
        assert table["thead"] == 1
    assert [tag for tag, _ in page.elements].count("h1") == 1
    assert [tag for tag, _ in page.elements].count("main") == 1
    labelled = {attributes["for"] for attributes in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for attributes in page.all(tag):
            named = "aria-label" in attributes or attributes.get("id") in labelled
            assert named or attributes.get("type") == "hidden"
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


# --- every page


def test_every_page_is_named(given: dict[str, Given]) -> None:
    assert list(given["en"]) == NAMES
    methods = {name for name in vars(Pages) if not name.startswith("_")}
    assert {method for method, _ in given["en"].values()} == methods


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_sound(pages: Pages, given: dict[str, Given], name: str, language: str) -> None:
    page = made(pages, given, name, replace(CONTEXT, language=language))
    check(page)
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("link")[0]["rel"] == "canonical"
    assert {"rel": "alternate", "type": "text/turtle", "href": "/id/syrskyi.ttl?a=1&b=2"} in page.all("link")
    assert next(iter(page.all("a")))["href"] == "#main"
    assert "0123456789abcdef" in page.text
    assert "CC BY 4.0" in page.text
    assert any(meta.get("name") == "description" and meta["content"] for meta in page.all("meta"))


HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "\u202ertl \u05e9\u05dc\u05d5\u05dd \u0627\u0644\u0633\u0644\u0627\u0645",
    "w" * 5000,
    "javascript:alert(1)",
    "",
]


def poisoned(value: Any, text: str) -> Any:
    """A value with every text in it, IRIs and codes included, replaced."""
    if isinstance(value, str):
        return text
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part.name: poisoned(getattr(value, part.name), text) for part in fields(value)})
    if isinstance(value, dict):
        return {
            poisoned(key, text) if isinstance(key, str) else key: poisoned(item, text) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return type(value)(poisoned(item, text) for item in value)
    return value


def labels_poisoned(value: Any, text: str) -> Any:
    """A value with every label, abstract and description in it replaced, IRIs and codes as they are."""
    named = {"label", "inverse_label", "abstract", "description", "heading"}
    if is_dataclass(value) and not isinstance(value, type):
        changes = {}
        for part in fields(value):
            held = getattr(value, part.name)
            is_text = part.name in named and isinstance(held, str)
            changes[part.name] = text if is_text else labels_poisoned(held, text)
        return replace(value, **changes)
    if isinstance(value, dict):
        return {key: labels_poisoned(item, text) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(labels_poisoned(item, text) for item in value)
    return value


def harmless(page: Parsed) -> None:
    check(page)
    for tag, attributes in page.elements:
        assert tag != "img"
        assert "onload" not in attributes
        assert "onerror" not in attributes
    assert not any("javascript:" in link.split("?")[0].lower() for link in page.links)
    assert "49" not in page.text.split()


@pytest.mark.parametrize("change", [labels_poisoned, poisoned])
@pytest.mark.parametrize("text", HOSTILE, ids=["tag", "attribute", "template", "rtl", "long", "javascript", "empty"])
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("reference", "ontology")])
def test_hostile_texts_stay_texts(
    pages: Pages, given: dict[str, Given], name: str, text: str, change: Callable[[Any, str], Any]
) -> None:
    method, values = given["en"][name]
    kept = {"prefixes", "role"}
    hostile = {key: value if key in kept else change(value, text) for key, value in values.items()}
    context = replace(CONTEXT, snapshot=change(CONTEXT.snapshot, text), alternates=[(text, text)])
    harmless(Parsed(getattr(pages, method)(context, **hostile)))


def test_hostile_reference(pages: Pages) -> None:
    text = HOSTILE[0]
    operation = {
        "operationId": text, "summary": text, "description": text,
        "parameters": [{"name": text, "in": text, "description": text, "schema": {"enum": [text], "default": text}}],
        "responses": {"200": {"content": {text: {"example": {text: text}}}}}, "x-example-request": "/search?q=a",
    }  # fmt: skip
    document = {"info": {"description": text}, "paths": {"/" + text: {"get": operation}}}
    harmless(Parsed(pages.reference(CONTEXT, document=document)))


def test_a_page_has_no_more_of_a_name_than_it_needs(pages: Pages, given: dict[str, Given]) -> None:
    method, values = given["en"]["person"]
    page = getattr(pages, method)(CONTEXT, **labels_poisoned(values, "w" * 100_000))
    assert len(page) < 200_000
    title = re.search(r"<title>(.*?)</title>", page)
    assert title is not None
    assert len(title[1]) < 200


# --- links


@pytest.mark.parametrize(
    ("iri", "link"),
    [
        (SYRSKYI, "/id/syrskyi"),
        (BASE + "claim/a-1", "/claim/a-1"),
        (BASE + "ont#Claim", "/ontology#Claim"),
        (BASE + "ont", "/ontology"),
        (BASE + "id/a?b=c#d", "/id/a%3Fb=c%23d"),
        (BASE + "id/Сирський", "/id/%D0%A1%D0%B8%D1%80%D1%81%D1%8C%D0%BA%D0%B8%D0%B9"),
        ("http://www.wikidata.org/entity/Q212", "http://www.wikidata.org/entity/Q212"),
        (BASE + "/evil.example", BASE + "/evil.example"),
        (BASE + "id//evil.example", BASE + "id//evil.example"),
        (BASE + "id/../../sparql", BASE + "id/../../sparql"),
        ("javascript:alert(1)", ""),
        ("JavaScript:alert(1)//http://a", ""),
        ("data:text/html,<script>alert(1)</script>", ""),
        ("//evil.example", ""),
        ("http://a b", ""),
        ('http://a"onclick=b', ""),
        ("urn:x:y", ""),
        ("", ""),
    ],
)
def test_where_links_lead(iri: str, link: str) -> None:
    assert href(iri) == link
    assert external(iri) == link.startswith("http")


def test_cutting_says_that_it_cut() -> None:
    assert short("abc", 3) == "abc"
    assert short("abcd", 3) == "ab\N{HORIZONTAL ELLIPSIS}"


# --- what single pages hold


def test_the_front_page_leads_everywhere(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "home")
    for path in (
        "/sparql",
        "/ontology",
        "/docs",
        "/dump.nq.gz",
        "/explore",
        "/types",
        "/types/sit%3AClaim",
        "/types/documents",
        "/contradictions",
        "/id/syrskyi",
        "/doc/21b468746adfc9bb",
    ):
        assert path in page.links
    assert any(link.startswith("/sparql?query=SELECT+%3Fwho") for link in page.links)
    assert [form["action"] for form in page.all("form")] == ["/search"]
    assert "misreported" in page.text
    assert "more than 434,000 personnel losses" in page.text


def as_quoted(claim: Claim) -> Claim:
    """A claim that is the claimant's own words, and so are its rivals."""
    passages = tuple(replace(passage, mode="direct-quote") for passage in claim.passages)
    return replace(claim, passages=passages, slip=False, rivals=claim.conflicts)


def test_rival_figures_stand_beside_each_other(pages: Pages, given: dict[str, Given]) -> None:
    values = given["en"]["entity"][1]
    page = Parsed(pages.entity(CONTEXT, **{**values, "figures": [as_quoted(claim) for claim in values["figures"]]}))
    assert "2 rival figures more than 434,000 contested limits 434,001 or more" in page.text
    assert page.text.index("more than 434,000") < page.text.index("4,261") < page.text.index("Relations Relation")
    rivals = [body for body in page.all("tbody") if body.get("class") == "rivals"]
    assert len(rivals) == 1
    assert "since 2022-02-24, as of 2025-01-19 or 2025-01-20" in page.text


HEADING = "heading, misreports"


def test_a_heading_that_misreports_contests_nothing(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "entity")
    assert "2 figures more than 434,000 limits 434,001 or more" in page.text
    assert f"150,000 {HEADING} " in page.text
    assert not any(body.get("class") == "rivals" for body in page.all("tbody"))
    assert "contested" not in page.text
    assert made(pages, given, "document").text.count(HEADING) == 1
    front = made(pages, given, "home")
    assert HEADING in front.text
    badge = next(span for span in front.all("span") if "not the speaker's own word" in span.get("title", ""))
    assert badge["title"] == "the document's heading misreports the claim; not the speaker's own word"


def test_the_claim_of_a_heading_says_so(pages: Pages, given: dict[str, Given]) -> None:
    quoted = given["en"]["claim"][1]
    heading, outcome = next(pair for pair in quoted["conflicts"] if pair[1] == "reporting")
    page = Parsed(pages.claim(CONTEXT, claim=heading, conflicts=[(quoted["claim"], outcome)], relations=[]))
    assert "Claimed by Oleksandr Syrskyi, as a heading has it, 19 January 2025" in page.text
    assert page.text.count(HEADING) == 1
    assert "contested" not in page.text
    own = made(pages, given, "claim").text
    assert "as a heading has it" not in own
    assert own.count(HEADING) == 1  # on the card of its rival
    assert "contested" not in own
    # A heading that contradicts another's claim is a rival like any other.
    rivals = [replace(claim, slip=False, rivals=claim.conflicts) for claim in (heading, quoted["claim"])]
    rival = Parsed(pages.claim(CONTEXT, claim=rivals[0], conflicts=[(rivals[1], "contradict")], relations=[]))
    assert HEADING not in rival.text
    assert rival.text.count("contested") == 2


def test_a_relation_names_all_who_made_its_claims_the_other_end_first(pages: Pages, given: dict[str, Given]) -> None:
    relation = next(found for found in given["en"]["relations"][1]["page"].items)
    claim = given["en"]["claim"][1]["claim"]
    people = [Thing(PREFIXES["id"] + name, name.upper()) for name in "abcde"]
    held = [replace(claim, claimants=tuple(people[:2])), replace(claim, claimants=tuple(people[1:]))]

    def said(who: Thing, *rests: Claim) -> str:
        shown = replace(relation, other=who, claims=rests, claim_count=len(rests), sources=())
        values = {**given["en"]["relations"][1], "page": Page((shown,), 1, None)}
        return Parsed(pages.relations(CONTEXT, **values)).text

    assert "2 claims by D, A, B and 2 more" in said(people[3], *held)
    assert "2 claims by A, B, C and 2 more" in said(relation.other, *held)
    assert re.search(r"1 claim by B, A ?(?:no|\d+) independent origin", said(people[1], held[0]))


def test_a_relation_without_independent_origins_says_why(given: dict[str, Given]) -> None:
    relation = next(found for found in given["en"]["relations"][1]["page"].items)
    fact, opinion, demand = (replace(relation.claims[0], kind=kind) for kind in ("fact", "opinion", "demand"))

    def said(*rests: Claim, count: int = 0, origins: int = 0) -> str:
        return origins_of(replace(relation, claims=rests, claim_count=count or len(rests), origins=origins))

    assert said(fact, origins=1) == "1 independent origin"
    assert said(fact, opinion, origins=2) == "2 independent origins"
    assert said(demand, opinion) == "not affirmed: opinion, demand"
    assert said(fact, opinion) == "no independent origins: nobody with a name"
    assert said(opinion, count=200) == "no independent origins"


def test_what_was_only_spoken_about_comes_last_and_many_documents_fold(pages: Pages, given: dict[str, Given]) -> None:
    values = given["en"]["entity"][1]
    spoken = next(group for group in values["relations"] if "spoke" in group[0])
    others = [group for group in values["relations"] if group is not spoken]
    claim = values["figures"][0]
    many = [replace(claim.documents[0], iri=f"{BASE}doc/{number}", label=f"Paper {number}") for number in range(5)]
    read = [replace(claim.passages[0], document=document.iri) for document in many]
    figure = replace(claim, documents=tuple(many), passages=tuple(read))
    given_now = {**values, "relations": [spoken, *others], "figures": [figure]}
    page = Parsed(pages.entity(CONTEXT, **given_now))
    check(page)
    assert page.text.index("Paper 1") < page.text.index("and 3 more documents") < page.text.index("Paper 2")
    again = Parsed(pages.entity(CONTEXT, **{**given_now, "relations": [*others, spoken]}))
    assert page.text == again.text


def test_an_entity_shows_its_names_with_their_language(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "person")
    assert "Олександр Сирський" in page.text
    assert {"lang": "uk"} in page.all("bdi")
    assert any(link.startswith("/explore?step=show+syrskyi&step=expand+syrskyi") for link in page.links)
    assert "/id/syrskyi.ttl?a=1&b=2" in page.links
    assert any(link.startswith("/id/syrskyi/relations?predicate=org%3Aholds&direction=out") for link in page.links)
    ukrainian = made(pages, given, "person", replace(CONTEXT, language="uk"))
    assert ukrainian.all("h1") == [{"lang": "uk"}]


def test_without_alternates_downloads_go_by_suffix(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "person", replace(CONTEXT, alternates=[]))
    wanted = {f"/id/syrskyi{suffix}" for suffix in (".json", ".ttl", ".jsonld", ".nt", ".rdf", ".csv")}
    assert wanted <= set(page.links)


def test_an_event_counts_its_independent_origins(pages: Pages, given: dict[str, Given]) -> None:
    assert "Affirmed by 1 independent origin, and only by parties" in made(pages, given, "event").text


def test_an_event_shows_who_affirms_and_who_denies_it(pages: Pages, given: dict[str, Given]) -> None:
    values = given["en"]["event"][1]
    told = next(claim for claim in values["said_about"] if claim.stance)
    text = made(pages, given, "event").text
    assert "Affirmed 1 stated as a fact by Ukrainian Air Force" in text
    assert "Denied 0 Nobody in the graph." in text
    against = replace(told, iri=told.iri + "0", kind="denial", claimants=(Thing(PREFIXES["id"] + "x", "Ruritania"),))
    text = Parsed(pages.entity(CONTEXT, **{**values, "said_about": [told, against]})).text
    assert "Denied 1 denied by Ruritania" in text
    pledged = replace(told, iri=told.iri + "1", kind="pledge")
    text = Parsed(pages.entity(CONTEXT, **{**values, "said_about": [pledged]})).text
    assert "Affirmed 0 Nobody in the graph." in text
    assert "Announced, expected or demanded 1 pledged by" in text


def test_a_person_s_offices_stand_with_dates_and_sources(pages: Pages, given: dict[str, Given]) -> None:
    text = made(pages, given, "person").text
    offices = text[text.index("Offices 2 OfficeWhenStatusRests on") :]
    assert offices.index("Commander-in-Chief") < offices.index("claim") < offices.index("Relations")


def test_a_weapon_has_a_sheet_in_stated_and_in_common_units(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "weapon")
    assert "longest flight range 190 miles 306 km" in page.text
    assert "shortest flight range 40 miles 64.4 km" in page.text
    assert page.text.index("longest flight range 190") < page.text.index("submunitions carried")
    assert "M39A1 ATACMS Block IA this page" in page.text
    assert "/id/atacms" in page.links
    assert not any(link == "#figures" for link in page.links)  # they are on the sheet


def test_rival_values_of_a_sheet_are_marked(pages: Pages, given: dict[str, Given]) -> None:
    values = given["en"]["weapon"][1]
    row = values["sheet"].specifications[0]
    one = replace(row.values[0].claim, conflicts=("urn:rival",), rivals=("urn:rival",))
    rivals = (replace(row.values[0], claim=one), replace(row.values[0], claim=replace(one, iri="urn:rival")))
    sheet = replace(values["sheet"], specifications=(replace(row, values=rivals),), variants=())
    page = Parsed(pages.entity(CONTEXT, **{**values, "sheet": sheet}))
    assert "2 rival values" in page.text
    assert [body.get("class") for body in page.all("tbody")].count("rivals") == 1


def test_of_a_measure_the_newest_period_is_open_and_the_others_fold(pages: Pages, given: dict[str, Given]) -> None:
    values = given["en"]["entity"][1]
    figure = next(claim for claim in values["figures"] if claim.quantity.measurand.span == "during")
    years = []
    for year in range(2019, 2025):
        period = Time(str(year), date(year, 1, 1), date(year, 12, 31))
        about = replace(figure.quantity.measurand, period=period)
        years.append(replace(figure, iri=f"{figure.iri}{year}", quantity=replace(figure.quantity, measurand=about)))
    page = Parsed(pages.entity(CONTEXT, **{**values, "figures": years}))
    check(page)
    found = [page.text.index(f"{place} ") for place in (2024, 2023, 2022, "3 more, of 3 other periods", 2021, 2019)]
    assert found == sorted(found)


def test_a_claim_shows_who_when_where_and_against_what(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "claim")
    assert "Claimed by Oleksandr Syrskyi, 19 January 2025, in interview, TSN" in page.text
    assert "As stated more than 434,000" in page.text
    assert "characters 4,340\N{EN DASH}4,480" in page.text
    assert "direct quote" in page.text
    assert "The document misreports it" in page.text
    assert "One counts a part of what the other counts" in page.text


def test_a_document_gives_its_claims_in_order(pages: Pages, given: dict[str, Given]) -> None:
    method, values = given["en"]["document"]
    page = Parsed(getattr(pages, method)(CONTEXT, **values))
    rows = [attributes["id"] for attributes in page.all("tr") if attributes.get("id", "").startswith("claim-")]
    assert rows == [f"claim-{number}" for number in range(1, 47)]
    listed = page.text.partition("Claimed bySaid")[2]
    assert listed.index("109\N{EN DASH}193") < listed.index("344\N{EN DASH}545") < listed.index("5,384\N{EN DASH}5,453")
    assert "doubtful" in page.text


def test_a_document_says_once_where_it_is_and_how_much_of_it_was_read(pages: Pages, given: dict[str, Given]) -> None:
    method, values = given["en"]["document"]
    url, of_url = "https://example.org/live", Thing(PREFIXES["schema"] + "url", "url")
    values = {
        **values, "document": replace(values["document"], url=url),
        "facts": [*values["facts"], entities.Fact(of_url, url)],
    }  # fmt: skip
    assert Parsed(getattr(pages, method)(CONTEXT, **values)).links.count(url) == 1
    of_it = Thing(PREFIXES["sit"] + "excerpt", "excerpt")
    claim, passages = values["page"].items[0]
    nowhere = tuple(replace(passage, start=None, end=None) for passage in passages)
    partly = {
        **values, "facts": [*values["facts"], entities.Fact(of_it, "true")],
        "page": replace(values["page"], items=((claim, nowhere),)),
    }  # fmt: skip
    page = Parsed(getattr(pages, method)(CONTEXT, **partly))
    check(page)
    assert "Only a part of this document was read." in page.text
    assert "excerpt" not in page.text


def test_an_event_says_who_states_it_and_affirms_nothing_itself(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "event")
    assert re.search(r"(stated as a fact|estimated|denied) by [A-Z]", page.text)
    assert not re.search(r"\bfact by\b", page.text.replace("stated as a fact by", ""))


def test_the_number_of_a_spoken_thing_and_what_is_left_out_are_told_apart(
    pages: Pages, given: dict[str, Given]
) -> None:
    page = made(pages, given, "entity")
    assert re.search(r"\d, and 1 more", page.text)


def test_a_node_says_what_points_to_it(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "node")
    assert "What points to it 1 of 2." in page.text
    assert "/ontology#measurand" in page.links


def test_lists_keep_their_filter_on_the_next_page(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "relations", replace(CONTEXT, path="/id/syrskyi/relations", alternates=[]))
    following = next(attributes for attributes in page.all("a") if attributes.get("rel") == "next")
    assert following["href"].startswith("/id/syrskyi/relations?limit=2&status=asserted&predicate=")
    assert "&cursor=" in following["href"]
    assert "2 of 4 relations" in page.text
    chosen = [option["value"] for option in page.all("option") if "selected" in option]
    assert chosen == ["org:holds", "asserted"]
    assert any(link.startswith("/id/syrskyi/relations.csv?limit=2&status=asserted") for link in page.links)
    last = made(pages, given, "no relations")
    assert "No relation fits." in last.text


def test_a_search_says_which_name_matched_and_how(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "search")
    assert "1 of at least 400 for syrski" in page.text
    assert "found by Сирський (Ukrainian), which is another spelling of what you typed" in page.text
    assert "person" in page.text
    in_vain = made(pages, given, "search in vain")
    assert "Nothing here is called zzz" in in_vain.text
    assert "/search?q=zzz" in in_vain.links


def test_the_editor_works_without_a_script(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "editor")
    form = next(form for form in page.all("form") if form.get("id") == "sparql")
    assert (form["action"], form["method"]) == ("/sparql", "get")
    assert page.all("textarea")[0]["name"] == "query"
    assert page.all("option")[0]["value"] == "csv"
    assert "SELECT * { ?s ?p ?o }" in page.text
    assert {attributes["data-prefix"] for attributes in page.all("dd") if "data-prefix" in attributes} == set(PREFIXES)
    assert {"type": "module", "src": page.all("script")[-1]["src"]} == page.all("script")[-1]
    assert not any("hidden" in part for part in page.all("textarea"))


def test_the_editor_opens_with_an_example(pages: Pages, given: dict[str, Given]) -> None:
    values = given["en"]["editor"][1]
    page = pages.editor(CONTEXT, **{**values, "query": ""})
    filled = page.partition("<textarea")[2].partition("</textarea>")[0]
    assert filled.endswith("SELECT ?who WHERE { ?c prov:wasAttributedTo ?who } # &lt;&amp;&gt;")
    check(Parsed(pages.editor(CONTEXT, query="", questions=[], prefixes=PREFIXES, limits=Limits())))


def test_only_pages_that_need_it_have_a_script_beside_the_suggestions(pages: Pages, given: dict[str, Given]) -> None:
    for name in NAMES:
        scripts = [script["src"] for script in made(pages, given, name).all("script")]
        assert scripts[0].startswith("/static/suggest.js?v=")
        pictured = any(part.get("class") == "inset" for part in made(pages, given, name).all("div"))
        assert bool(scripts[1:]) == (name in ("editor", "timeline", "no timeline") or pictured)


def test_the_reference_shows_values_and_a_real_answer(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "reference")
    assert "GET /search" in page.text
    assert "integer; at most 100" in page.text
    assert "a, b; a when left out" in page.text
    assert '"label": "Сирський <b>"' in page.text


def test_the_reference_is_in_a_reader_s_order_and_has_no_backticks(pages: Pages) -> None:
    paths = ["/healthz", "/readyz", "/ontology", "/id/{slug}/claims", "/id/{slug}", "/search", "/sparql"]
    operation = {
        "summary": "Ask `q`",
        "description": "Send `<b>`.",
        "parameters": [{"name": "q", "description": "`a`"}],
    }
    document = {"info": {"description": "Use `Accept`."}, "paths": {path: {"get": operation} for path in paths}}
    page = Parsed(pages.reference(CONTEXT, document=document))
    check(page)
    assert "`" not in page.text
    assert "Use Accept. " in page.text
    assert "Send <b>." in page.text
    shown = [page.text.index(f"GET {path} ") for path in reversed(paths[2:])] + [page.text.index("GET /healthz")]
    assert shown == sorted(shown)


def test_a_problem_names_each_suggestion_once(pages: Pages) -> None:
    detail = f"nothing is known about {BASE}id/syrsky; did you mean syrskyi or syrsk?"
    near = [Thing(SYRSKYI, "Oleksandr Syrskyi")]
    page = Parsed(pages.problem(CONTEXT, status=404, title="Not in the graph", detail=detail, near=near))
    assert "syrskyi" not in page.text
    assert page.text.lower().count("did you mean") == 1
    assert f"nothing is known about {BASE}id/syrsky " in page.text
    assert page.links.count("/id/syrskyi") == 1


def test_a_problem_offers_what_may_have_been_meant(pages: Pages, given: dict[str, Given]) -> None:
    page = made(pages, given, "problem")
    assert "404 Nothing here No such thing." in page.text
    assert "/id/syrskyi" in page.links
    assert page.all("form")[0]["action"] == "/search"


def test_a_thing_without_a_label_goes_by_its_address(pages: Pages, given: dict[str, Given]) -> None:
    source = Thing("https://www.example.org/news/2024/", "2024")
    page = Parsed(
        pages.problem(
            CONTEXT,
            status=404,
            title="x",
            detail="",
            near=[source, Thing(PREFIXES["foaf"] + "familyName", "familyName"), Thing("urn:x:y", "urn:x:y")],
        )
    )
    assert "example.org/news/2024 family name urn:x:y" in page.text
    assert "https://www.example.org/news/2024/" in page.links
    assert not any(link.startswith("urn:") for link in page.links)
