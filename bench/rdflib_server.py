"""rdflib-endpoint over a snapshot: `python -m bench.rdflib_server oxigraph|memory SNAPSHOT PORT`."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint

from graph.export import rdflib_dataset


def dataset(kind: str, path: Path) -> Dataset:
    """The snapshot's triples in rdflib, over Oxigraph or in rdflib's own memory store."""
    if kind == "oxigraph":
        return rdflib_dataset(path.parent)
    found = Dataset()
    with gzip.open(path / "dump.nq.gz", "rt", encoding="utf-8") as file:
        found.parse(file, format="nquads")
    return found


if __name__ == "__main__":
    kind, path, port = sys.argv[1:]
    uvicorn.run(SparqlEndpoint(graph=dataset(kind, Path(path))), port=int(port), log_level="warning")
