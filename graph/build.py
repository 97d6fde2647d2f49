"""From a data folder to a snapshot: read, check, derive, index, publish.

`check` and `build` share every step but the last, so what passes the one passes the other. The same input gives the
same snapshot: its name is a hash of the input's bytes, the rules and the program, and nothing in it tells the time.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import re
import traceback
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple, parse

from graph import bounds, limits, lists, overview, search, sides, snapshot, statistics, timeline
from graph import manifest as manifests
from graph.adjacency import write_adjacency
from graph.curation import data, expectations
from graph.curation.imported import is_imported
from graph.curation.reference import Declared, declared, not_parsed
from graph.description import describe
from graph.errors import BuildFailed, InvalidData, NoSnapshot, Violation
from graph.rules import Rule, rules
from graph.shapes import nonconforming
from graph.snapshot import Snapshot
from graph.store import write_triples
from ontology.terms import PREFIXES, SIT, expand

# Told what is being done, and a detail that only a screen needs.
Progress = Callable[[str, str], None]


class Notice(str):
    """What progress tells that a reader should still see when the work is done."""


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
# A folder may hold other YAML, such as the mapping of a table: only files that are named by themselves are sheets.
SHEETS = (".yaml", ".yml")
ONTOLOGY = ("schema.ttl", "vocab.ttl", "labels.uk.ttl")
# Whole-graph downloads, made once with the snapshot.
DUMPS = {"dump.nq.gz": RdfFormat.N_QUADS, "dump.trig.gz": RdfFormat.TRIG}
_EXTRA = "extra/"  # how the names of a snapshot's further inputs start
_NAMED = 3  # of them; a folder may hold hundreds
COUNTED = ("sit:Claim", "sit:Passage", "sit:Measurand", "sit:Event", "sit:Relation", "sit:Comparison", "sit:Check")


@dataclass(frozen=True)
class Assembled:
    """A graph that passed every check: how much it holds, by class."""

    counts: dict[str, int]
    triples: int
    sheets: int
    undecided: int = 0  # pairs of names that the resolver file leaves open


def check(folder: Path, extra: Sequence[Path] = (), progress: Progress = _silent) -> Assembled:
    """Do everything that a build does, in memory, and write nothing.

    Raises:
        InvalidData: every violation, with file, line and what to do.
    """
    with _machine_trouble(folder, "name another one with --data"):
        return assemble(Store(), folder, extra_files(extra), progress)


def build(
    folder: Path, out: Path, extra: Sequence[Path] = (), keep: int | None = 3, progress: Progress = _silent
) -> Snapshot:
    """Build a snapshot from a data folder and make it the current one; a damaged one of the same input is replaced.

    Args:
        folder: holds reference/, documents/ and expectations.toml.
        out: the folder of snapshots; made when absent.
        extra: files of the user's own, or folders of them: RDF, whose named graphs are kept, and what importers wrote;
            sheets (.yaml), each named by itself.
        keep: how many snapshots stay, the new one included; all of them when None.
        progress: told in words what is being done.

    Raises:
        InvalidData: the input is wrong; nothing was built.
        BuildFailed: the machine refused; the current snapshot still stands.
    """
    with _machine_trouble(out):
        before = _further_inputs(out)
        sources = extra_files(extra)
        inputs = list(_digests(folder, sources))
        name = _name(inputs)
        if snapshot.is_one(out):
            raise BuildFailed(f"nothing was built: {out} is one snapshot; name the folder of snapshots with --out")
        built = _found(out, name, progress)
        if built is None:
            with snapshot.building(out) as path:
                manifest = _manifest(inputs, _written(path, folder, sources, progress))
                if inputs != list(_digests(folder, sources)):
                    raise BuildFailed("nothing was built: the input was changed while it was read; build again")
                built = snapshot.publish(path, out, name, manifest)
        if keep is not None and (gone := snapshot.prune(out, keep)):
            progress(f"removed old snapshots: {', '.join(gone)}", "")
        here = {value for entry in inputs for value in entry.values()}
        if lacking := [entry["name"] for entry in before if not here & set(entry.values())]:
            progress(Notice(_no_longer(lacking)), "")
        return built


def _found(out: Path, name: str, progress: Progress) -> Snapshot | None:
    """The snapshot of that name, made current; None where there is none that is whole."""
    if not (out / name).exists():
        return None
    for error in manifests.damage(out / name, whole=True):
        progress(Notice(f"{error.file} {error.what}: the snapshot is built anew"), "")
        return None
    try:
        built = snapshot.make_current(out, name)
    except NoSnapshot:  # pruned meanwhile
        return None
    progress(f"snapshot {name} is already built from this input", "")
    return built


def _further_inputs(out: Path) -> list[dict[str, str]]:
    """Name and SHA-256 of what the current snapshot was built with beside its data folder."""
    try:
        inputs = snapshot.current(out).manifest.get("inputs", [])
    except NoSnapshot:
        return []
    return [entry for entry in inputs if entry["name"].startswith(_EXTRA)]


def _no_longer(names: Sequence[str]) -> str:
    files = ", ".join(name.removeprefix(_EXTRA) for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    them = "it" if len(names) == 1 else "them"
    return f"the snapshot before this one was built from {files}{more}, too: name {them} again to keep {them}"


def _written(path: Path, folder: Path, extra: Sequence[tuple[str, Path]], progress: Progress) -> Assembled:
    """Write the store of a snapshot, and all that stands beside it."""
    store = Store(str(path / "store"))
    try:
        assembled = assemble(store, folder, extra, progress)
        progress("compacting", "")
        store.optimize()
        write_indexes(store, path, progress)
        for file, media_type in DUMPS.items():
            progress("writing downloads", file)
            _dump(store, path / file, media_type)
        store.flush()
    except BaseException as error:
        # the calls on the way to the error hold the store open, and an open store writes into a folder being swept
        traceback.clear_frames(error.__traceback__)
        raise
    else:
        return assembled
    finally:
        del store


def write_indexes(store: Store, path: Path, progress: Progress = _silent) -> None:
    """Write beside the finished store of a snapshot what pages ask for, in order."""
    built = Snapshot(path, {})
    progress("indexing names", "")
    search.write_index(store, built.search_index)
    progress("laying out relations", "")
    write_adjacency(store, built.adjacency)
    progress("counting properties and classes", "")
    statistics.write(store, path)
    progress("ordering in time", "")
    timeline.write_index(store, built.timeline)
    progress("setting claims side by side", "")
    sides.write_index(store, built.sides)
    progress("putting lists in order", "")
    lists.write_index(store, built.lists)
    overview.write(store, built)


def assemble(
    store: Store, folder: Path, extra: Sequence[tuple[str, Path]] = (), progress: Progress = _silent
) -> Assembled:
    """Read, check and derive everything into an empty store: what `check` and `build` have in common.

    Raises:
        InvalidData: every violation, with file, line and what to do.
    """
    progress(f"reading {folder}", "")
    further = bool(extra)
    _check_bounds(extra)
    tables = [(name, path) for name, path in extra if is_imported(path)]
    sheets = [path for _, path in extra if path.suffix in SHEETS]
    extra = [(name, path) for name, path in extra if _format(path)]
    own = list(_declared(extra)) if tables or sheets else []
    curated = data.curated(folder, tables, sheets, own)
    for name in ONTOLOGY:
        store.bulk_load(files("ontology").joinpath(name).read_bytes(), RdfFormat.TURTLE)
    store.bulk_extend(curated.quads)
    focus = sorted({quad.subject.value for quad in curated.quads if isinstance(quad.subject, NamedNode)})
    for number, (name, path) in enumerate(extra):
        progress("loading", name)
        _load(store, path, _quads(name, path, number))
    if extra:
        focus = sorted({*focus, *_nodes_of_our_classes(store)})
    progress(f"checking {len(focus):,} nodes against the shapes", "")
    broken = list(nonconforming(store, focus))
    if broken:
        places = _places(extra, {node for node, _ in broken} - curated.origins.keys()) | curated.origins
        raise InvalidData([Violation(*places.get(node, (node, 0)), message) for node, message in broken])
    for rule in rules():
        progress("deriving edges, comparisons and labels", rule.says)
        derive(store, rule)
    expected = folder / "expectations.toml"
    if expected.is_file():
        progress("counting what is expected", "")
        wrong = list(expectations.violations(expected, store, most=not further))
        if wrong:
            raise InvalidData(wrong)
    progress("describing the graph in itself", "")
    describe(store)
    return Assembled(_counts(store), len(store), curated.sheets, curated.undecided)


def derive(store: Store, rule: Rule) -> None:
    """Add what one rule finds in the default graph to the default graph."""
    store.extend([Quad(*triple) for triple in rule.derived(store)])


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


# --- the user's own files


def extra_files(extra: Iterable[Path]) -> list[tuple[str, Path]]:
    """Each file to load, by a name that does not depend on where it lies.

    Raises:
        InvalidData: a path that is not there, or a file of an unknown format.
    """
    found: list[tuple[str, Path]] = []
    wrong: list[Violation] = []
    for path in extra:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file() and _is_known(file))
            found += [(f"{path.resolve().name}/{file.relative_to(path).as_posix()}", file) for file in inside]
            if not inside:
                message = f"holds no RDF file ({', '.join(FORMATS)}, each also as .gz)"
                if any(file.suffix in SHEETS for file in path.iterdir()):
                    message += f"; name sheets one by one, as in {path}/*{SHEETS[0]}"
                wrong.append(Violation(str(path), 0, message))
        elif not path.is_file():
            wrong.append(Violation(str(path), 0, "no such file or folder"))
        elif not _is_known(path) and path.suffix not in SHEETS:
            known = f"{', '.join(FORMATS)}, each also as .gz, and {SHEETS[0]} for a sheet"
            wrong.append(Violation(str(path), 0, f"unknown format; known are {known}"))
        else:
            found.append((path.name, path))
    if wrong:
        raise InvalidData(wrong)
    return list({path.resolve(): (name, path) for name, path in reversed(found)}.values())[::-1]


def _is_known(path: Path) -> bool:
    """Whether a file is taken from a folder, too."""
    return is_imported(path) or _format(path) is not None


def _format(path: Path) -> RdfFormat | None:
    suffix = path.suffixes[-2:-1] if path.suffix == ".gz" else path.suffixes[-1:]
    return FORMATS.get(suffix[0]) if suffix else None


def _check_bounds(extra: Iterable[tuple[str, Path]]) -> None:
    """Refuse RDF of the user's that is too deep or too dense to be read."""
    wrong: list[Violation] = []
    for _, path in extra:
        try:
            if form := _format(path):
                with _readable(path):
                    bounds.check_rdf(path, str(path), form)
        except InvalidData as error:
            wrong += error.violations
    if wrong:
        raise InvalidData(wrong)


def _load(store: Store, path: Path, quads: Iterable[Quad]) -> None:
    with _readable(path):
        store.bulk_extend(quads)


def _declared(extra: Sequence[tuple[str, Path]]) -> Iterator[Declared]:
    """What the user's own RDF declares under id/, for sheets and tables that use its names."""
    for number, (name, path) in enumerate(extra):
        with _readable(path):
            found = list(declared(_quads(name, path, number), str(path)))
        yield from (thing for thing in found if thing.iri.startswith(PREFIXES["id"]))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say where a file of the user's does not parse."""
    try:
        yield
    except SyntaxError as error:
        known = _format(path)
        found = not_parsed(str(path), known.name if known else "RDF", error)
        if "LoadDocumentCallback" in found.message:
            message = "its @context lies at another address, and nothing is fetched; write the context into the file"
            raise InvalidData([Violation(str(path), 0, message)]) from None
        if known and not found.line:
            bounds.check_rdf(path, str(path), known)  # where XML is not well-formed, which Oxigraph does not tell
        raise InvalidData([found]) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InvalidData([Violation(str(path), 0, f"is no whole gzip file: {error}")]) from None
    except MemoryError as error:
        why = f"it does not fit into memory: {error}; cut it into several files, or save it as N-Quads"
        raise InvalidData([Violation(str(path), 0, why)]) from None


def _quads(name: str, path: Path, number: int) -> Iterator[Quad]:
    """The quads of a file.

    They are the same wherever it lies and whenever it is read: relative IRIs are resolved against its name alone, and
    blank nodes, for which the parser draws lots, are counted.
    """
    names: dict[str, BlankNode] = {}

    def counted(node: BlankNode) -> BlankNode:
        return names.setdefault(node.value, BlankNode(f"e{number}b{len(names)}"))

    def renamed(triple: Triple) -> Triple:
        subject, value = triple.subject, triple.object
        if isinstance(subject, BlankNode):
            subject = counted(subject)
        if isinstance(value, BlankNode):
            value = counted(value)
        elif isinstance(value, Triple):
            value = renamed(value)
        return Triple(subject, triple.predicate, value)

    with bounds.unpacked(path, str(path)) as file:
        for quad in parse(file, _format(path), base_iri=f"file:///extra/{quote(name)}"):
            graph_name = counted(quad.graph_name) if isinstance(quad.graph_name, BlankNode) else quad.graph_name
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode | Triple):
                triple = renamed(quad.triple)
                yield Quad(triple.subject, triple.predicate, triple.object, graph_name)
            elif graph_name is not quad.graph_name:
                yield Quad(quad.subject, quad.predicate, quad.object, graph_name)
            else:
                yield quad


def _places(extra: Sequence[tuple[str, Path]], nodes: set[str]) -> dict[str, tuple[str, int]]:
    """In which of the user's files nodes are described, and where they are first named there."""
    places: dict[str, tuple[str, int]] = {}
    for name, path in extra if nodes else ():
        here = {quad.subject.value for quad in _quads(name, path, 0) if isinstance(quad.subject, NamedNode)} & nodes
        if here:
            places |= _lines(path, here - places.keys())
    return places


def _lines(path: Path, nodes: set[str]) -> dict[str, tuple[str, int]]:
    """On which line of a file each node is first named; 0 where that cannot be told."""
    wanted = {
        node: re.compile(rf"<{re.escape(node)}>|(?<![\w-]){re.escape(re.split('[/#:]', node)[-1])}(?![\w-])")
        for node in nodes
    }
    found = dict.fromkeys(nodes, (str(path), 0))
    with bounds.unpacked(path, str(path)) as file:
        number = 1
        while wanted and (piece := file.readline(bounds.MAX_TOKEN)):
            line = piece.decode("utf-8", "replace")
            for node in [node for node, needle in wanted.items() if needle.search(line)]:
                found[node] = (str(path), number)
                del wanted[node]
            number += piece.endswith(b"\n")
    return found


# --- the snapshot's name


def _digests(folder: Path, extra: Iterable[tuple[str, Path]]) -> Iterator[dict[str, str]]:
    """Name and SHA-256 of every input file, and of the program itself."""
    for path in data.files(folder):
        yield {"name": path.relative_to(folder).as_posix(), "sha256": _digest(path)}
    for name, path in extra:
        yield {"name": f"{_EXTRA}{name}", "sha256": _digest(path)}
    yield {"name": f"sitrep {version('sitrep')}", "sha256": _program()}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _program() -> str:
    """A digest of what turns input into a snapshot: rules, shapes, words and code of the two lower layers.

    With them the libraries that decide how a date reads and what the stored files look like.
    """
    digest = hashlib.sha256()
    for package in ("pyoxigraph", "edtf"):
        digest.update(f"{package} {version(package)}".encode() + b"\0")
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
def _machine_trouble(folder: Path, advice: str = "name another folder with --out") -> Iterator[None]:
    """Say what the machine refused, and that nothing was lost."""
    try:
        yield
    except OSError as error:
        why = _refusal(error, folder, advice)
    except MemoryError:
        why = "the machine has too little memory for this input; free some, or name less of it"
    except BrokenProcessPool:
        why = (
            "a process that checks the shapes ended early, most likely for want of memory: free some; in a script of "
            'your own, build below `if __name__ == "__main__":`, for such processes read the script again'
        )
    else:
        return
    raise BuildFailed(f"nothing was built: {why}. The current snapshot, if there is one, still stands.")


def _refusal(error: OSError, folder: Path, advice: str) -> str:
    where, text = error.filename or folder, str(error)
    full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if error.errno in full or "No space left" in text or "File too large" in text:
        return f"no room left at {where}; free some, or {advice}"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS) or "Permission denied" in text:
        return f"{where} cannot be written or read; check its permissions, or {advice}"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{where} is not a folder; {advice}"
    if error.errno == errno.ENOENT:
        return f"{where} is not there and cannot be made; {advice}"
    return f"{where}: {error.strerror or text}"
