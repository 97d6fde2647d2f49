"""A scene as files for other tools: GEXF and GraphML through networkx, RDF through `graph.describe`.

Nothing in them is `None` or a list: what is unknown is left out, or is "" where a column has to be there.
"""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import networkx
from pyoxigraph import Triple

from graph import describe, relations
from graph.explore.scene import Scene
from graph.kinds import COLOURS
from graph.naming import Naming
from graph.store import Store

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GEXF = "http://www.gexf.net/1.2draft"


def network(scene: Scene) -> networkx.MultiDiGraph[str]:
    """A scene in networkx: things keyed by IRI, relations keyed by theirs; all values are texts and numbers."""
    found: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for card in scene.cards:
        found.add_node(
            card.thing.iri, label=_xml(card.thing.label), kind=card.kind, types=" ".join(card.thing.types),
            dates=_xml(card.dates), relations=card.relations, x=card.x, y=card.y,
        )  # fmt: skip
    for edge in scene.edges:
        found.add_edge(
            edge.source, edge.target, key=edge.iri, id=edge.iri, label=_xml(edge.label), predicate=edge.predicate.iri,
            status=edge.status, claims=edge.claims, estimates=edge.estimates, contested=edge.contested,
            dates=_xml(edge.dates), first=edge.start, last=edge.stop, via=edge.via.iri if edge.via else "",
        )  # fmt: skip
    return found


def graphml(scene: Scene) -> bytes:
    """GraphML with one key for each attribute."""
    output = io.BytesIO()
    networkx.write_graphml_xml(network(scene), output)
    return output.getvalue()


def gexf(scene: Scene) -> bytes:
    """GEXF with positions, colours and, where a relation has dates, the span in which it stands (dynamic mode)."""
    web = network(scene)
    for _, values in web.nodes(data=True):
        red, green, blue = bytes.fromhex(COLOURS[values["kind"]].removeprefix("#"))
        x, y = float(values.pop("x")), -float(values.pop("y"))  # Gephi's y runs up
        values["viz"] = {"position": {"x": x, "y": y, "z": 0.0}, "color": {"r": red, "g": green, "b": blue, "a": 1.0}}
    for _, _, values in web.edges(data=True):
        values |= {name: day for name, day in (("start", values["first"]), ("end", values["last"])) if _is_day(day)}
    output = io.BytesIO()
    networkx.write_gexf(web, output)
    document = ElementTree.fromstring(output.getvalue())  # noqa: S314  written a line ago
    _sign(document)
    _drop(document, "networkx_key")  # an edge's id says the same
    ElementTree.register_namespace("", _GEXF)
    ElementTree.register_namespace("viz", f"{_GEXF}/viz")
    body: bytes = ElementTree.tostring(document, encoding="utf-8", xml_declaration=True)
    return body


def _sign(document: ElementTree.Element) -> None:
    """Name the file's maker, and no clock: the same picture gives the same bytes."""
    for meta in document.iter(f"{{{_GEXF}}}meta"):
        meta.attrib.pop("lastmodifieddate", None)
        for creator in meta.iter(f"{{{_GEXF}}}creator"):
            creator.text = "sitrep"


def _drop(document: ElementTree.Element, title: str) -> None:
    """Take an attribute and all its values out of a GEXF document."""
    gone: set[str | None] = set()
    for declared in document.iter(f"{{{_GEXF}}}attributes"):
        for attribute in [one for one in declared if one.get("title") == title]:
            gone.add(attribute.get("id"))
            declared.remove(attribute)
    for values in document.iter(f"{{{_GEXF}}}attvalues"):
        for value in [one for one in values if one.get("for") in gone]:
            values.remove(value)


def rdf(store: Store, scene: Scene, naming: Naming) -> list[Triple]:
    """Its relations with the claims that they rest on, and what is said of its things."""
    found = dict.fromkeys(
        describe.of_relations(store, [relations.read(store, edge.iri, naming) for edge in scene.edges])
    )
    for card in scene.cards:
        found |= dict.fromkeys(store.about(card.thing.iri))
    return list(found)


def _xml(text: str) -> str:
    """A text without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _is_day(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text))
