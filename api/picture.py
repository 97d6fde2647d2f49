"""The interactive picture: a neighbourhood as one HTML page, drawn by pyvis' vis-network. The only user of pyvis.

pyvis keeps the network and its options; the page around them is ours (templates/picture.html). Its own template loads
style sheets from another host, and its Jinja environment escapes nothing. vis-network's script comes from the pyvis
wheel; its style sheet is left there, for it only dresses buttons that are not shown.

Served, the page obeys `Content-Security-Policy: default-src 'self'`: what it shows lies in it as JSON, which no browser
runs. As one file it carries its own policy, which allows these scripts by their hash and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from api.pages import sources
from graph import wording
from graph.claims import Claim
from graph.layout import MOST_EDGE_LABELS, edge_lines, layout, node_lines, roundness
from graph.naming import Naming, Thing
from graph.neighbourhood import GROUPS, Edge, Neighbourhood, Node, neighbourhood
from ontology.terms import BASE, PREFIXES

if TYPE_CHECKING:
    from graph.store import Store

HERE = Path(__file__).parent
SHAPES = {
    "person": "dot",
    "organization": "square",
    "state": "hexagon",
    "place": "triangleDown",
    "weapon": "diamond",
    "event": "star",
    "topic": "triangle",
}
PLURALS = {
    "person": "people",
    "organization": "organizations",
    "state": "states",
    "place": "places",
    "weapon": "weapons",
    "event": "events",
    "topic": "topics",
}
STATUSES = {
    "asserted": "stated",
    "hedged": "only estimated",
    "disputed": "disputed",
}
_SCRIPT, _STYLE, _VIS = "picture.js", "picture.css", "vis-network.min.js"
# vis-network measures a name to draw it: one of thousands of letters would cost it seconds.
_MOST_LETTERS = 300


def vendor_files() -> dict[str, Path]:
    """Files of other projects that a served picture needs under /static/vendor/, by name."""
    found = find_spec("pyvis")
    assert found is not None
    assert found.submodule_search_locations is not None
    (script,) = Path(found.submodule_search_locations[0]).glob(f"templates/lib/vis-9.1*/{_VIS}")
    return {_VIS: script}


def page(found: Neighbourhood, *, base_url: str = "", self_contained: bool) -> str:
    """A neighbourhood as an HTML page.

    Args:
        found: what to draw.
        base_url: where sitrep is served, without a slash at the end, for the links; when absent, a served page links
            to its own host, and a file to the IRIs themselves.
        self_contained: one file that needs nothing else, in place of links to /static/.
    """
    # pyvis brings IPython and takes 1.6 s to import
    from pyvis.network import Network

    links = _Links(base_url or (BASE.rstrip("/") if self_contained else ""))
    network = Network(directed=True)  # an undirected one drops parallel edges
    network.set_template_dir(str(HERE / "templates"), "picture.html")
    network.templateEnv = _environment(found, links, self_contained)
    network.options = {"physics": {"enabled": False}}
    _draw(network, found, links)
    return str(network.generate_html())


def write_view(store: Store, iri: str, path: Path, hops: int = 1, limit: int = 60, language: str = "en") -> None:
    """Write the picture of a thing as one file that works offline.

    Raises:
        UnknownEntity: the graph holds nothing about this IRI.
        OSError: the file cannot be written.
    """
    found = neighbourhood(store, iri, Naming(store, language), hops, limit)
    path.write_text(page(found, self_contained=True), encoding="utf-8")


def script_json(value: object) -> Markup:
    """JSON that may stand in a script element: nothing in it can end the element or a line of a script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  escaped above


class _Links:
    """Addresses of pages: our own on the host that serves them, others as they are."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")

    def page(self, iri: str) -> str:
        """Where a thing is described; empty for what is no web address."""
        if iri.startswith(BASE):
            return f"{self.base_url}/{quote(iri.removeprefix(BASE), safe='/#-._~')}"
        return iri if re.match(r"https?://", iri) else ""

    def picture(self, iri: str) -> str:
        """Where its own picture is; empty for what has none."""
        return f"{self.page(iri)}/view" if iri.startswith(PREFIXES["id"]) else ""


def _environment(found: Neighbourhood, links: _Links, self_contained: bool) -> Environment:
    """Jinja with escaping, and with all that the page needs beside pyvis' own nodes, edges and options."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["script_json"] = script_json
    environment.globals |= {
        "found": found,
        "names": {node.iri: node.label for node in found.nodes},
        "home": links.base_url + "/",
        "entity": links.page(found.centre.iri),
        "steps": [] if self_contained else [(step, f"?hops={step}&limit={found.limit}") for step in (1, 2, 3)],
        "cited": [] if self_contained else _sources(found, links),
        "groups": [(group, PLURALS[group]) for group in GROUPS if any(node.group == group for node in found.nodes)],
        "statuses": [(s, words) for s, words in STATUSES.items() if any(edge.status == s for edge in found.edges)],
        "left_out": _left_out(found),
        "panel": _panel(found, links),
        "kind": _kind,
        "assets": _inlined() if self_contained else _linked(),
        "self_contained": self_contained,
    }
    return environment


def _sources(found: Neighbourhood, links: _Links) -> list[tuple[str, str]]:
    """The documents behind the edges, for reference managers: names and addresses."""
    query = f"hops={found.hops}&limit={found.limit}"
    return sources(f"{links.page(found.centre.iri)}/view", query) if found.centre.id else []


def _linked() -> dict[str, Any]:
    """Where the page's parts are served; the version makes a browser fetch a part again once it has changed."""
    return {"style": _address(_STYLE), "scripts": [f"/static/vendor/{_VIS}", _address(_SCRIPT)]}


def _address(name: str) -> str:
    version = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={version}"


def _inlined() -> dict[str, Any]:
    """The page's parts as text, and the policy that allows these and nothing else."""
    style = (HERE / "static" / _STYLE).read_text(encoding="utf-8")
    paths = [vendor_files()[_VIS], HERE / "static" / _SCRIPT]
    scripts = [
        re.sub(r"</(?=script)", r"<\\/", path.read_text(encoding="utf-8"), flags=re.IGNORECASE) for path in paths
    ]
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {' '.join(map(_hash, scripts))}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return {"style": Markup(style), "scripts": [*map(Markup, scripts)], "policy": policy}  # noqa: S704  our own files


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


# --- vis-network's nodes and edges


def _draw(network: Any, found: Neighbourhood, links: _Links) -> None:
    """Put nodes and edges into a pyvis network; what the panel says of them stands in the page beside it."""
    places, tall = layout(found), layout(found, tall=True)
    bends = roundness(found.edges)
    for node in found.nodes:
        x, y = places[node.iri]
        name, second = node_lines(node)
        network.add_node(
            node.iri,
            label=_cut(node.label),
            shape=SHAPES[node.group],
            group=node.group,
            title="\n".join(filter(None, (_cut(node.label), _kind(node), node.dates))),
            x=x,
            y=y,
            tall=tall[node.iri],
            name=name,
            second=second,
            centre=node.distance == 0,
        )
    for edge in found.edges:
        words, note = edge_lines(edge)
        network.add_edge(
            edge.source,
            edge.target,
            id=edge.id,
            label=_cut(edge.label),
            words=words,
            note=note,
            title="\n".join(filter(None, (_cut(edge.title), edge.dates, _rests_on(edge)))),
            arrows="to" if edge.directed else "",
            smooth=_bend(bends[edge.id]),
            status=edge.status,
            claims=edge.claim_count,
        )


def _bend(bend: float) -> dict[str, Any]:
    """vis-network's words for a bend (graph.layout.point does the same sum)."""
    return {"enabled": bend != 0, "type": "curvedCW" if bend > 0 else "curvedCCW", "roundness": abs(bend)}


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[:_MOST_LETTERS] + "…"


# --- what the page says


def _panel(found: Neighbourhood, links: _Links) -> dict[str, Any]:
    claims = {claim.iri: claim for edge in found.edges for claim in edge.claims}
    claims |= {claim.iri: claim for node in found.nodes for claim in node.figures}
    return {
        "centre": found.centre.iri if found.nodes else None,
        "edgeLabels": len(found.edges) <= MOST_EDGE_LABELS,
        "nodes": {node.iri: _of_node(node, links) for node in found.nodes},
        "edges": {edge.id: _of_edge(edge, links) for edge in found.edges},
        "claims": {iri: _of_claim(claim, links) for iri, claim in sorted(claims.items())},
    }


def _of_node(node: Node, links: _Links) -> dict[str, Any]:
    return {
        "label": node.label,
        "group": node.group,
        "kind": _kind(node),
        "dates": node.dates,
        "description": node.description,
        "line": node.line,
        "facts": [
            {"label": fact.label, "value": fact.value, "href": links.page(fact.iri) if fact.iri else ""}
            for fact in node.facts
        ],
        "figures": [claim.iri for claim in node.figures],
        "figureCount": node.figure_count,
        "page": links.page(node.iri),
        "picture": links.picture(node.iri),
        "hidden": node.hidden,
        "relations": node.relations,
    }


def _of_edge(edge: Edge, links: _Links) -> dict[str, Any]:
    return {
        "from": edge.source,
        "to": edge.target,
        "title": edge.title,
        "directed": edge.directed,
        "status": edge.status,
        "statusWords": STATUSES.get(edge.status, edge.status),
        "dates": edge.dates,
        "via": [_link(event, links) for event in edge.via],
        "claims": [claim.iri for claim in edge.claims],
        "claimCount": edge.claim_count,
        "sources": [_source(source, links) for source in edge.sources],
        "relations": [links.page(iri) for iri in edge.relations],
    }


def _of_claim(claim: Claim, links: _Links) -> dict[str, Any]:
    places: dict[str, list[str]] = {}
    for passage in claim.passages:
        if passage.start is not None:
            place = f"characters {passage.start:,}-{passage.end:,}"
        elif passage.row is not None:
            place = f"row {passage.row}"
        else:
            place = f"page {passage.page}" if passage.page is not None else "in the excerpt"
        hedge = passage.bound if passage.bound and claim.quantity and passage.bound != claim.quantity.bound else ""
        mode = passage.mode.replace("-", " ")
        places.setdefault(passage.document, []).append(", ".join(filter(None, (place, mode, hedge.replace("-", " ")))))
    said = wording.time(claim.said) or (claim.said_on.isoformat() if claim.said_on else "")
    return {
        "label": claim.label,
        "href": links.page(claim.iri),
        "who": [_link(who, links) for who in claim.claimants],
        "kind": claim.kind,
        "said": said,
        "channel": _link(claim.communication, links) if claim.communication else None,
        "contested": bool(claim.conflicts),
        "documents": [
            {
                "label": document.label,
                "href": links.page(document.iri),
                "url": document.url or "",
                "published": document.published or "",
                "places": places.get(document.iri, []),
            }
            for document in claim.documents
        ],
    }


def _link(thing: Thing, links: _Links) -> dict[str, str]:
    return {"label": thing.label, "href": links.page(thing.iri)}


def _source(source: Thing, links: _Links) -> dict[str, str]:
    if source.iri.startswith(BASE):
        return _link(source, links)
    return {"label": re.sub(r"^https?://(www\.)?", "", source.iri), "href": links.page(source.iri)}


def _kind(node: Node) -> str:
    """What a node is, in words: an event's type where it has one."""
    for fact in node.facts:
        if fact.label in ("event type", "weapon category"):
            return fact.value
    return "group of people" if "foaf:Group" in node.types else node.group


def _rests_on(edge: Edge) -> str:
    if edge.claim_count:
        return f"rests on {edge.claim_count:,} claim{'' if edge.claim_count == 1 else 's'}"
    return "rests on a source"


def _left_out(found: Neighbourhood) -> str:
    """How many neighbours are not drawn, of which kinds: `12 people, 1 state`; empty when all are."""
    return ", ".join(_counted(left.count, left.group) for left in found.left_out)


def _counted(count: int, group: str) -> str:
    return f"{count:,} {group if count == 1 else PLURALS[group]}"


def prepare() -> None:
    """Import what pictures need, so that the first one does not wait for it."""
    import pyvis.network  # noqa: F401
