"""The same things in a graph that is many times as large: copies of a finished graph, around what they share.

Each copy has people, events, weapons, documents and claims of its own; the hub, the states and the words are shared. So
a thing of the first copy has the same claims and relations at each size, and what it costs to look it up tells what the
size alone does. The store is loaded by the engine, and the files beside it are written by the build's own steps; shapes
and rules are passed over, for what they found within one copy holds in each.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from bench.data import FOLDER
from graph import snapshot
from graph.build import write_indexes
from graph.errors import NoSnapshot
from graph.snapshot import Snapshot

# what a copy has of its own: made-up things by their names, and what is named by a hash
_OWN = re.compile(
    rb"<https://w3id\.org/sitrep/(?:"
    rb"(?:id|doc|claim|passage|measurand)/bench-(?!hub>)|rel/(?=[^>]*bench-)|(?:comparison|check)/)"
)


def copies(original: Snapshot, count: int) -> Snapshot:
    """A snapshot of so many copies of another, made once and kept."""
    folder = FOLDER / f"{count}-copies-of-{original.name}"
    try:
        return snapshot.current(folder)
    except NoSnapshot:
        print(f"making {count} copies", file=sys.stderr, flush=True)
    with snapshot.building(folder) as path:
        plain = path / "copies.nq"
        with plain.open("wb") as file:
            file.writelines(_copied(original.path / "dump.nq.gz", count))
        store = ox.Store(str(path / "store"))
        store.bulk_load(path=str(plain), format=ox.RdfFormat.N_QUADS)
        plain.unlink()
        store.optimize()
        write_indexes(store, path)
        store.flush()
        manifest = {**original.manifest, "triples": len(store)}
        del store
        return snapshot.publish(path, folder, f"copies-{count}", manifest)


def _copied(lines: Path, count: int) -> Iterator[bytes]:
    """Every line of N-Quads, and each line about what is a copy's own once more for each further copy."""
    with gzip.open(lines, "rb") as file:
        for line in file:
            yield line
            if _OWN.search(line):
                for number in range(1, count):
                    yield _OWN.sub(rb"\g<0>%d-" % number, line)
