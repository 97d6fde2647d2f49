"""Triples as compact JSON-LD 1.1, under one context: our prefixes.

Oxigraph writes expanded JSON-LD without a context. The context stands in every document, so that it can be read
without a network; it is also published, with its version, at `/context/v1.jsonld`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ontology.terms import PREFIXES, compact, expand

VERSION = "v1"
CONTEXT: dict[str, Any] = {"@version": 1.1, **PREFIXES}
_TYPE, _STRING, _LANG = (expand(name) for name in ("rdf:type", "xsd:string", "rdf:langString"))


def compacted(triples: Iterable[Triple]) -> bytes:
    """One object a subject, in the order of the IRIs; a JSON-LD processor reads back the same triples."""
    subjects: dict[str, dict[str, Any]] = {}
    for triple in sorted(set(triples), key=str):
        subject = subjects.setdefault(_id(triple.subject), {"@id": _id(triple.subject)})
        if triple.predicate.value == _TYPE and isinstance(triple.object, NamedNode):
            subject.setdefault("@type", []).append(_id(triple.object))
        else:
            subject.setdefault(_id(triple.predicate), []).append(_value(triple.object))
    graph = [subjects[name] for name in sorted(subjects)]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1).encode()


def context() -> bytes:
    """The published context."""
    return json.dumps({"@context": CONTEXT}, ensure_ascii=False, indent=1).encode()


def _id(term: object) -> str:
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    return compact(term.value).strip("<>") if isinstance(term, NamedNode) else str(term)


def _value(term: object) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"@id": _id(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value in (_STRING, _LANG):
        return {"@value": term.value}
    return {"@value": term.value, "@type": _id(term.datatype)}
