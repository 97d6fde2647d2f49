"""From a data folder to a snapshot: read, check, derive, index, publish.

`check` and `build` share every step but the last, so what passes the one passes the other. The same input gives the
same snapshot: its name is a hash of the input's bytes, the rules and the program, and nothing in it tells the time.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO

from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from graph import limits, search, snapshot
from graph.curation import data, expectations
from graph.errors import BuildFailed, InvalidData, Violation
from graph.rules import rules
from graph.shapes import nonconforming
from graph.snapshot import Snapshot
from graph.store import write_triples
from ontology.terms import PREFIXES, SIT, expand

# Told what is being done, and a detail that only a screen needs.
Progress = Callable[[str, str], None]


def _silent(_: str, __: str) -> None:
    """Progress for nobody."""


FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".trig": RdfFormat.TRIG,
    ".nq": RdfFormat.N_QUADS,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}
ONTOLOGY = ("schema.ttl", "vocab.ttl", "labels.uk.ttl")
# Whole-graph downloads, made once with the snapshot.
DUMPS = {"dump.nq.gz": RdfFormat.N_QUADS, "dump.trig.gz": RdfFormat.TRIG}
COUNTED = ("sit:Claim", "sit:Passage", "sit:Measurand", "sit:Event", "sit:Relation", "sit:Comparison")


@dataclass(frozen=True)
class Assembled:
    """A graph that passed every check: how much it holds, by class."""

    counts: dict[str, int]
    triples: int
    sheets: int


def check(folder: Path, extra: Sequence[Path] = (), progress: Progress = _silent) -> Assembled:
    """Do everything that a build does, in memory, and write nothing.

    Raises:
        InvalidData: every violation, with file, line and what to do.
    """
    with _machine_trouble(folder):
        return assemble(Store(), folder, _rdf_files(extra), progress)


def build(folder: Path, out: Path, extra: Sequence[Path] = (), keep: int = 3, progress: Progress = _silent) -> Snapshot:
    """Build a snapshot from a data folder and make it the current one.

    Args:
        folder: holds reference/, documents/ and expectations.toml.
        out: the folder of snapshots; made when absent.
        extra: RDF files, or folders of them, of the user's own; named graphs are kept.
        keep: how many snapshots stay, the new one included.
        progress: told in words what is being done.

    Raises:
        InvalidData: the input is wrong; nothing was built.
        BuildFailed: the machine refused; the current snapshot still stands.
    """
    with _machine_trouble(out):
        sources = _rdf_files(extra)
        inputs = list(_digests(folder, sources))
        name = _name(inputs)
        if (out / name / snapshot.MANIFEST).is_file():
            progress(f"snapshot {name} is already built from this input", "")
            built = snapshot.make_current(out, name)
        else:
            with snapshot.building(out) as path:
                store = Store(str(path / "store"))
                assembled = assemble(store, folder, sources, progress)
                progress("compacting", "")
                store.optimize()
                progress("indexing names", "")
                search.write_index(store, path / "search.sqlite")
                for file, media_type in DUMPS.items():
                    progress("writing downloads", file)
                    _dump(store, path / file, media_type)
                store.flush()
                del store
                built = snapshot.publish(path, out, name, _manifest(inputs, assembled))
        gone = snapshot.prune(out, keep)
        if gone:
            progress(f"removed old snapshots: {', '.join(gone)}", "")
        return built


def assemble(
    store: Store, folder: Path, extra: Sequence[tuple[str, Path]] = (), progress: Progress = _silent
) -> Assembled:
    """Read, check and derive everything into an empty store: what `check` and `build` have in common.

    Raises:
        InvalidData: every violation, with file, line and what to do.
    """
    progress(f"reading {folder}", "")
    curated = data.curated(folder)
    for name in ONTOLOGY:
        store.bulk_load(files("ontology").joinpath(name).read_bytes(), RdfFormat.TURTLE)
    store.bulk_extend(curated.quads)
    focus = sorted({quad.subject.value for quad in curated.quads if isinstance(quad.subject, NamedNode)})
    for name, path in extra:
        progress("loading", name)
        _load(store, path)
    if extra:
        focus = sorted({*focus, *_nodes_of_our_classes(store)})
    progress(f"checking {len(focus):,} nodes against the shapes", "")
    wrong = [curated.violation(node, message) for node, message in nonconforming(store, focus)]
    if wrong:
        raise InvalidData(wrong)
    for rule in rules():
        progress("deriving edges, comparisons and labels", rule.says)
        derive(store, rule.query)
    expected = folder / "expectations.toml"
    if expected.is_file():
        progress("counting what is expected", "")
        wrong = list(expectations.violations(expected, store))
        if wrong:
            raise InvalidData(wrong)
    return Assembled(_counts(store), len(store), curated.sheets)


def derive(store: Store, rule: str) -> None:
    """Add what one CONSTRUCT rule finds in the default graph to the default graph."""
    found = [Quad(t.subject, t.predicate, t.object) for t in store.query(rule, prefixes=PREFIXES)]  # type: ignore[union-attr]
    store.extend(found)


def _dump(store: Store, path: Path, format: RdfFormat) -> None:
    """All graphs, compressed; the same bytes for the same graph."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as output:
        write_triples(store, output, format)  # type: ignore[arg-type]


def _nodes_of_our_classes(store: Store) -> Iterator[str]:
    """Nodes of classes of our own ontology; what else a user brings is not ours to judge."""
    query = f"SELECT DISTINCT ?x WHERE {{ ?x a ?type . FILTER(STRSTARTS(STR(?type), '{SIT}') && ISIRI(?x)) }}"
    for (node,) in store.query(query, use_default_graph_as_union=True):  # type: ignore[union-attr]
        yield node.value


def _counts(store: Store) -> dict[str, int]:
    return {
        name: sum(1 for _ in store.quads_for_pattern(None, NamedNode(expand("rdf:type")), NamedNode(expand(name))))
        for name in COUNTED
    }


# --- the user's own RDF


def _rdf_files(extra: Iterable[Path]) -> list[tuple[str, Path]]:
    """Each file to load, by a name that does not depend on where it lies.

    Raises:
        InvalidData: a path that is not there, or a file of an unknown format.
    """
    found: list[tuple[str, Path]] = []
    wrong: list[Violation] = []
    for path in extra:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file() and _format(file))
            found += [(f"{path.name}/{file.relative_to(path).as_posix()}", file) for file in inside]
            if not inside:
                wrong.append(Violation(str(path), 0, f"holds no RDF file ({', '.join(FORMATS)}, each also as .gz)"))
        elif not path.is_file():
            wrong.append(Violation(str(path), 0, "no such file or folder"))
        elif not _format(path):
            wrong.append(Violation(str(path), 0, f"unknown format; known are {', '.join(FORMATS)}, each also as .gz"))
        else:
            found.append((path.name, path))
    if wrong:
        raise InvalidData(wrong)
    return found


def _format(path: Path) -> RdfFormat | None:
    suffix = path.suffixes[-2:-1] if path.suffix == ".gz" else path.suffixes[-1:]
    return FORMATS.get(suffix[0]) if suffix else None


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _load(store: Store, path: Path) -> None:
    try:
        with _open(path) as file:
            store.bulk_load(file, _format(path), base_iri=path.absolute().as_uri())
    except SyntaxError as error:
        raise InvalidData([Violation(str(path), error.lineno or 0, f"does not parse: {error.msg}")]) from None
    except (gzip.BadGzipFile, EOFError) as error:
        raise InvalidData([Violation(str(path), 0, f"is no whole gzip file: {error}")]) from None


# --- the snapshot's name


def _digests(folder: Path, extra: Iterable[tuple[str, Path]]) -> Iterator[dict[str, str]]:
    """Name and SHA-256 of every input file, and of the program itself."""
    for path in data.files(folder):
        yield {"name": path.relative_to(folder).as_posix(), "sha256": _digest(path)}
    for name, path in extra:
        yield {"name": f"extra/{name}", "sha256": _digest(path)}
    yield {"name": f"sitrep {version('sitrep')}", "sha256": _program()}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _program() -> str:
    """A digest of what turns input into a snapshot: rules, shapes, words and code of the two lower layers."""
    digest = hashlib.sha256()
    for package in ("ontology", "graph"):
        for name, file in sorted(_sources(files(package), package)):
            digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name not in ("__pycache__", "data"):
            yield from _sources(entry, f"{name}/{entry.name}")
        elif entry.name.endswith((".py", ".rq", ".ttl")):
            yield f"{name}/{entry.name}", entry


def _name(inputs: Iterable[dict[str, str]]) -> str:
    text = "\n".join(f"{entry['sha256']} {entry['name']}" for entry in inputs)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _manifest(inputs: Sequence[dict[str, str]], assembled: Assembled) -> dict[str, object]:
    return {
        "inputs": inputs,
        "limits": limits.VERSION,
        "counts": assembled.counts,
        "triples": assembled.triples,
        "sheets": assembled.sheets,
        "version": version("sitrep"),
    }


@contextmanager
def _machine_trouble(folder: Path) -> Iterator[None]:
    """Say what the operating system refused, and that nothing was lost."""
    try:
        yield
    except OSError as error:
        where = error.filename or folder
        text = str(error)
        if (
            error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            or "No space left" in text
            or "File too large" in text
        ):
            why = f"no room left at {where}; free some, or name another folder with --out"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            why = f"{where} cannot be written or read; check its permissions, or name another folder with --out"
        elif error.errno in (errno.ENOTDIR, errno.EEXIST):
            why = f"{where} is not a folder; name another one with --out"
        else:
            why = f"{where}: {error.strerror or text}"
        raise BuildFailed(f"nothing was built: {why}. The current snapshot, if there is one, still stands.") from error
