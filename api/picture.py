"""The picture as a page, drawn by pyvis' vis-network. The only user of pyvis.

pyvis keeps the network and its options; the page around them is ours (templates/picture.html). Its own template loads
style sheets from another host, and its Jinja environment escapes nothing. vis-network's script comes from the pyvis
wheel; its style sheet is left there, for it only dresses buttons that are not shown.

Served, the page obeys `Content-Security-Policy: default-src 'self'`: what it shows lies in it as JSON, which no browser
runs. As one file it carries its own policy, which allows these scripts by their hash and no request at all; the script
modules are joined to one then, and what panels say of each thing and edge lies in the file, too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import BytecodeCache, Environment, FileSystemLoader
from jinja2.bccache import Bucket
from markupsafe import Markup

from api import drawing, drawn
from api.addresses import Addresses
from graph import claims, relations, wording
from graph.explore import Explorer, Scene
from graph.explore.around import around
from graph.explore.words import portrait, words_of
from graph.kinds import KINDS, PLURALS
from graph.naming import Naming
from graph.search import Hit
from graph.store import is_iri
from ontology.terms import BASE, PREFIXES, expand

if TYPE_CHECKING:
    from graph.store import Store

HERE = Path(__file__).parent
STATUSES = {name: words for name, (words, _) in wording.STATUSES.items()}
# The modules in the order in which they can be joined to one: each imports only from those before it.
MODULES = (
    "elements", "view", "source", "canvas", "panel", "filters", "table", "search", "download", "explore",
)  # fmt: skip
MOST_ROWS = 300  # of the table for browsers without scripts; the files hold all
MOST_DETAILS = 400  # things and edges of which a file of its own says more
_VIS, _STYLE = "vis-network.min.js", "picture.css"


def vendor_files() -> dict[str, Path]:
    """Files of other projects that a served picture needs under /static/vendor/, by name."""
    found = find_spec("pyvis")
    assert found is not None
    assert found.submodule_search_locations is not None
    (script,) = Path(found.submodule_search_locations[0]).glob(f"templates/lib/vis-9.1*/{_VIS}")
    return {_VIS: script}


def page(
    scene: Scene, *, query: str = "", found: Sequence[Hit] | None = None, cited: Sequence[tuple[str, str]] = ()
) -> str:  # fmt: skip
    """The explorer with a scene in it.

    Args:
        scene: what it shows at first.
        query: a name that was looked for.
        found: what was found by it; None where nothing was looked for.
        cited: where the documents behind its edges are listed for reference managers: names and addresses.
    """
    links = Addresses()
    given = {"query": query, "found": found, "assets": _linked(), "details": None, "cited": cited, "alone": False}
    return _page(scene, links, given)


def file(store: Store, scene: Scene, naming: Naming, base_url: str = "") -> str:
    """A scene as one HTML file that needs nothing else; links lead to the IRIs, or to where sitrep is served."""
    links = Addresses(base_url or BASE.rstrip("/"))
    vertices = store.adjacency.vertices(card.thing.iri for card in scene.cards[:MOST_DETAILS])
    things = {
        iri: drawn.Portrait.of(portrait(store, vertex, naming), links, scene.snapshot)
        for iri, vertex in vertices.items()
    }
    edges = {edge.iri: evidence(store, edge.iri, naming, links) for edge in scene.edges[:MOST_DETAILS]}
    details = {
        "things": {iri: found.model_dump() for iri, found in things.items()},
        "relations": {iri: found.model_dump() for iri, found in edges.items() if found},
    }
    given = {"query": "", "found": None, "assets": _inlined(), "details": details, "cited": (), "alone": True}
    return _page(scene, links, given)


def write_view(store: Store, iri: str, path: Path, hops: int = 1, limit: int = 60, language: str = "en") -> None:
    """Write the picture of a thing as one file that works offline.

    Raises:
        UnknownEntity: the graph holds nothing about this IRI.
        OSError: the file cannot be written.
    """
    explorer, naming = Explorer(store), Naming(store, language)
    scene = explorer.scene(around(explorer, iri, hops, limit), naming)
    path.write_text(file(store, scene, naming), encoding="utf-8")


def evidence(store: Store, iri: str, naming: Naming, links: Addresses) -> drawn.Relation | None:
    """An edge with the latest claims that it rests on, or its sources; None for what is no relation."""
    if not is_iri(iri) or expand("sit:Relation") not in claims.Facts(store, iri, "rdf:type").iris("rdf:type"):
        return None
    found = relations.read(store, iri, naming, most=50)
    facts = claims.Facts(store, iri, "sit:from", "sit:to")
    ends = tuple(links.link(naming.thing(facts.iri(name) or "")) for name in ("sit:from", "sit:to"))
    (link,) = store.adjacency.links_of([iri])
    return drawn.Relation.read(
        found, found.claims, found.claim_count, (ends[0], ends[1]),
        words_of(store, link, naming), links, store.snapshot.name,
    )  # fmt: skip


def script_json(value: object) -> Markup:
    """JSON that may stand in a script element: nothing in it can end the element or a line of a script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  escaped above


def prepare() -> None:
    """Import what pictures need, so that the first one does not wait for it."""
    import numpy  # noqa: F401
    import pyvis.network  # noqa: F401


def _page(scene: Scene, links: Addresses, given: dict[str, Any]) -> str:
    # pyvis brings IPython and takes 1.6 s to import
    from pyvis.network import Network

    graph = drawn.Graph.of(scene, links)
    given = {"address": _query(graph), "rest": graph.model_dump(exclude={"nodes", "edges"})} | given
    network = Network(directed=True)  # an undirected one drops parallel edges
    network.set_template_dir(str(HERE / "templates"), "picture.html")
    network.templateEnv = _environment(scene, links, given)
    network.options = {"physics": {"enabled": False}}
    # one by one, pyvis looks through all nodes for each edge
    network.nodes = [node.model_dump() for node in graph.nodes]
    network.edges = [edge.model_dump() for edge in graph.edges]
    return str(network.generate_html())


class _Compiled(BytecodeCache):
    """Templates, compiled once in each process: pyvis wants an environment of its own for each page."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def _environment(scene: Scene, links: Addresses, given: dict[str, Any]) -> Environment:
    """Jinja with escaping, and with all that the page needs beside pyvis' own nodes, edges and options."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        bytecode_cache=_COMPILED,
    )  # fmt: skip
    environment.filters["script_json"] = script_json
    environment.globals |= given | {
        "scene": scene,
        "names": {card.thing.iri: card.thing.label for card in scene.cards},
        "title": title_of(scene),
        "home": links.base_url + "/",
        "page_of": links.page,
        "address_of": lambda iri: iri.removeprefix(PREFIXES["id"]),
        "kinds": KINDS,
        "plurals": PLURALS,
        "signs": drawing.SIGNS,
        "statuses": STATUSES,
        "most_rows": MOST_ROWS,
    }
    return environment


def title_of(scene: Scene) -> str:
    """What a picture is of: what it started from."""
    leads = [card.thing.label[:90] for card in scene.cards if card.start]
    if leads:
        return ", ".join(leads[:3]) + (f" and {len(leads) - 3} more" if len(leads) > 3 else "")
    if scene.document:
        return scene.document
    first = scene.view.steps[0].kind if scene.view.steps else ""
    return "The core of the graph" if first == "core" else "Explorer"


def address_of(scene: Scene) -> str:
    """The view of a scene as the query of an address."""
    return _query(drawn.Graph.of(scene, Addresses()))


def _query(graph: drawn.Graph) -> str:
    return urlencode({"start": graph.starts, "step": graph.steps, **graph.filters}, doseq=True)


def _linked() -> dict[str, Any]:
    """Where the page's parts are served; the version makes a browser fetch a part again once it has changed."""
    return {
        "style": _address(_STYLE),
        "classic": f"/static/vendor/{_VIS}",
        "module": _address("explore/explore.js"),
        "preload": [_address(f"explore/{name}.js", versioned=False) for name in MODULES[:-1]],
    }


def _address(name: str, versioned: bool = True) -> str:
    version = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={version}" if versioned else f"/static/{name}"


def _inlined() -> dict[str, Any]:
    """The page's parts as text, and the policy that allows these and nothing else."""
    style = (HERE / "static" / _STYLE).read_text(encoding="utf-8")
    scripts = [
        re.sub(r"</(?=script)", r"<\\/", text, flags=re.IGNORECASE)
        for text in (vendor_files()[_VIS].read_text(encoding="utf-8"), joined_modules())
    ]
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {' '.join(map(_hash, scripts))}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return {"style": Markup(style), "scripts": [*map(Markup, scripts)], "policy": policy}  # noqa: S704  our own files


def joined_modules() -> str:
    """The page's modules as one script, for a file that can import nothing.

    They share no name (a test sees to it), so that taking away `import` and `export` is all that is needed.
    """
    parts = [(HERE / "static" / "explore" / f"{name}.js").read_text(encoding="utf-8") for name in MODULES]
    text = "\n".join(re.sub(r"^import [^;]*;\n", "", part, flags=re.MULTILINE) for part in parts)
    return '(() => {\n"use strict";\n' + re.sub(r"^export ", "", text, flags=re.MULTILINE) + "})();\n"


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
