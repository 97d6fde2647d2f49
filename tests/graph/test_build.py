"""From a data folder to a snapshot: the same input gives the same one, and nothing half-written is ever seen."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    serialize,
)

import graph.build
from graph import snapshot
from graph.errors import BuildFailed, InvalidData
from graph.snapshot import Snapshot
from ontology.terms import expand
from tests.conftest import FIRST_DOCUMENT
from tests.graph.conftest import SHEET, Folder

ROOT = Path(__file__).parents[2]
THINGS = """@prefix id: <https://w3id.org/sitrep/id/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
id:somebody a foaf:Person ; skos:prefLabel "Somebody"@en .
"""
EXTRA = "https://example.org/"


@pytest.fixture
def small(tmp_path: Path) -> Folder:
    """As little data as a build takes."""
    (tmp_path / "small" / "reference").mkdir(parents=True)
    folder = Folder(tmp_path / "small")
    folder.write("reference/things.ttl", THINGS)
    return folder


def lines(built: Snapshot) -> list[bytes]:
    """The N-Quads of a snapshot, sorted."""
    store = Store.read_only(str(built.store))
    return sorted((store.dump(format=RdfFormat.N_QUADS) or b"").splitlines())


def is_whole(built: Snapshot) -> bool:
    """Whether a snapshot opens and holds what its manifest says."""
    store = Store.read_only(str(built.store))
    return len(store) == built.manifest["triples"] > 0 and snapshot.is_whole(built.path)


def left_over(out: Path) -> list[str]:
    return [path.name for path in out.iterdir() if path.name.startswith(".")]


# --- what the former snapshot was built with


def test_a_build_tells_what_it_no_longer_holds(small: Folder, tmp_path: Path) -> None:
    own, out = tmp_path / "own", tmp_path / "out"
    own.mkdir()
    for name in ("a", "b", "c", "d", "e"):
        (own / f"{name}.nt").write_text(f"<{EXTRA}{name}> <{EXTRA}p> <{EXTRA}q> .\n", encoding="utf-8")

    def notices(*extra: Path) -> list[str]:
        told: list[str] = []
        graph.build.build(small.path, out, extra, progress=lambda text, _: told.append(text))
        return [text for text in told if isinstance(text, graph.build.Notice)]

    assert notices(own / "a.nt") == []
    assert notices() == ["the snapshot before this one was built from a.nt, too: name it again to keep it"]
    assert notices() == []  # nothing is lost between two builds of one input
    assert notices(own) == []
    assert notices(own / "a.nt") == [
        "the snapshot before this one was built from own/b.nt, own/c.nt, own/d.nt and 1 more, too: "
        "name them again to keep them"
    ]


# --- the same input gives the same snapshot


def test_the_second_build_of_one_input_only_switches(small: Folder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = graph.build.build(small.path, out)
    small.write("reference/things.ttl", THINGS + "# more\n")
    second = graph.build.build(small.path, out)
    assert first.name != second.name
    assert snapshot.current(out) == second
    small.write("reference/things.ttl", THINGS)
    built = first.path.stat().st_mtime_ns
    told: list[str] = []
    again = graph.build.build(small.path, out, progress=lambda text, _: told.append(text))
    assert again == first == snapshot.current(out)
    assert told == [f"snapshot {first.name} is already built from this input"]
    assert first.path.stat().st_mtime_ns == built


CODE = """
import sys
from pathlib import Path
import graph.build
data, out, *extra = map(Path, sys.argv[1:])
print(graph.build.build(data, out, extra).name)
"""


def test_the_same_input_gives_the_same_snapshot_anywhere_and_any_day(folder: Folder, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "blank.ttl").write_text("[] <http://e/p> [ <http://e/q> _:x ] . _:x <http://e/r> <#here>, <there> .")
    (mine / "more.trig").write_text("_:g { _:x <http://e/p> ( 1 2 [ ] ) }")
    built: list[Snapshot] = []
    for place, seed, zone in (("first", "1", "UTC"), ("another/folder", "2", "Asia/Tokyo")):
        at = tmp_path / place
        at.mkdir(parents=True)
        copy = at / "data"
        subprocess.run(["cp", "-r", str(folder.path), str(copy)], check=True)
        subprocess.run(["cp", "-r", str(mine), str(at / "mine")], check=True)
        for path in (path for path in at.rglob("*") if path.is_file()):
            os.utime(path, (int(seed) * 10**8,) * 2)
        subprocess.run(
            [sys.executable, "-c", CODE, copy, at / "out", at / "mine"],
            cwd=at,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)},
            check=True,
        )
        built.append(snapshot.current(at / "out"))
    first, second = built
    assert first.name == second.name
    assert lines(first) == lines(second)
    # store.json lists what RocksDB wrote, which differs from build to build
    files = {path.name for path in first.path.iterdir() if path.is_file() and path.name not in ("lock", "store.json")}
    assert files > {"manifest.json", "search.sqlite", "lists.sqlite", *graph.build.DUMPS}
    for name in files:
        assert (first.path / name).read_bytes() == (second.path / name).read_bytes(), name


def test_the_name_depends_on_every_byte_of_the_input(folder: Folder, tmp_path: Path) -> None:
    def name(*extra: Path) -> str:
        inputs = graph.build._digests(folder.path, graph.build.extra_files(extra))
        return graph.build._name(inputs)

    names = [name()]
    folder.replace(SHEET, "claims:\n", "claims: \n")
    names.append(name())
    folder.write("expectations.toml", "")
    names.append(name())
    extra = tmp_path / "extra.ttl"
    extra.write_text("")
    names.append(name(extra))
    extra.write_text("#")
    names.append(name(extra))
    (folder.path / "reference/places.ttl").rename(folder.path / "reference/countries.ttl")
    names.append(name(extra))
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in names)


def test_the_name_depends_on_rules_and_version(small: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def name() -> str:
        return graph.build._name(graph.build._digests(small.path, []))

    before = name()
    with monkeypatch.context() as changed:
        changed.setattr(graph.build, "_program", lambda: "another")
        assert name() != before
    with monkeypatch.context() as changed:
        changed.setattr(graph.build, "version", lambda _: "99")
        assert name() != before
    program = graph.build._program()
    rule = tmp_path / "rule.rq"
    rule.write_text("")
    with monkeypatch.context() as changed:
        sources = graph.build._sources
        changed.setattr(graph.build, "_sources", lambda *at: [*sources(*at), ("graph/rules/999.rq", rule)])
        assert graph.build._program() != program
    assert name() == before


@pytest.mark.parametrize("file", ["manifest.json", "store.json", "timeline.sqlite", "store/CURRENT", "lock"])
def test_a_build_replaces_a_damaged_snapshot_of_its_input(file: str, small: Folder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    built = graph.build.build(small.path, out)
    (built.path / file).write_bytes(b"x" + (built.path / file).read_bytes()[1:])
    told: list[str] = []
    again = graph.build.build(small.path, out, progress=lambda text, _: told.append(text))
    assert f"{built.path}/{file} has " in told[0]
    assert told[0].endswith(": the snapshot is built anew")
    assert isinstance(told[0], graph.build.Notice)
    assert again == built
    assert snapshot.is_whole(again.path)
    assert left_over(out) == []


@pytest.mark.parametrize("current", [b"", b"gone", b"\xff", None])
def test_a_build_mends_a_current_that_names_no_snapshot(current: bytes | None, small: Folder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    built = graph.build.build(small.path, out)
    (out / "current").unlink()
    if current is not None:
        (out / "current").write_bytes(current)
    assert graph.build.build(small.path, out) == built == snapshot.current(out)


def test_a_build_that_finds_its_snapshot_sweeps_what_a_killed_one_left(small: Folder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    graph.build.build(small.path, out)
    (out / ".building-killed" / "store").mkdir(parents=True)
    (out / ".building-killed" / "lock").touch()
    (out / ".building-switch").touch()
    graph.build.build(small.path, out)
    assert left_over(out) == []


def test_input_that_changes_meanwhile_is_not_published(small: Folder, tmp_path: Path) -> None:
    def edit(text: str, _: str) -> None:
        if text == "compacting":
            small.write("reference/things.ttl", THINGS + "# saved a moment later\n")

    with pytest.raises(BuildFailed, match="the input was changed while it was read; build again"):
        graph.build.build(small.path, tmp_path / "out", progress=edit)
    assert list((tmp_path / "out").iterdir()) == []


def test_so_many_snapshots_stay(small: Folder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for n in range(4):
        small.write("reference/things.ttl", THINGS + f"# {n}\n")
        built = graph.build.build(small.path, out, keep=2)
        os.utime(built.path, (n, n))
    assert len([path for path in out.iterdir() if path.is_dir()]) == 2
    assert snapshot.current(out) == built


# --- killed, crowded, full


def test_a_build_killed_at_any_moment_leaves_a_whole_snapshot(small: Folder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    context = get_context("forkserver")
    context.set_forkserver_preload(["graph.build", "ontology.conformance", "pyshacl"])

    def start(n: int) -> object:
        small.write("reference/things.ttl", THINGS + f"# {n}\n")
        process = context.Process(target=graph.build.build, args=(small.path, out))
        process.start()
        return process

    def named() -> str:
        return graph.build._name(graph.build._digests(small.path, []))

    start(-2).join()  # type: ignore[attr-defined]  the first one also starts the server
    begun = time.monotonic()
    start(-1).join()  # type: ignore[attr-defined]
    duration = time.monotonic() - begun
    current = snapshot.current(out)
    assert current.name == named()
    chance, seen, halfway = random.Random(43), set[bool](), 0
    for n in range(26):
        process = start(n)
        if n % 2:  # at any moment; the others while the folder is being written, however long that takes to begin
            time.sleep(duration * (n + chance.random()) / 26)
        else:
            while process.is_alive() and not left_over(out):  # type: ignore[attr-defined]
                time.sleep(0.001)
            time.sleep(duration * chance.random() / 2)
        process.kill()  # type: ignore[attr-defined]
        process.join()  # type: ignore[attr-defined]
        now = snapshot.current(out)
        assert now.name in (current.name, named())
        assert is_whole(now)
        seen.add(now.name == named())
        halfway += bool(left_over(out))
        current = now
    assert False in seen
    assert halfway  # at least one left something to sweep
    graph.build.build(small.path, out)
    assert snapshot.current(out).name == named()
    assert is_whole(snapshot.current(out))
    assert left_over(out) == []


def test_builds_at_the_same_time_end_well(small: Folder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    other = Folder(tmp_path / "other")
    (other.path / "reference").mkdir(parents=True)
    other.write("reference/things.ttl", THINGS + "# another\n")
    context = get_context("forkserver")
    names = set()
    for _ in range(2):
        folders = [small.path, small.path, other.path, other.path]
        processes = [context.Process(target=graph.build.build, args=(folder, out)) for folder in folders]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0] * 4
        names = {path.name for path in out.iterdir() if path.is_dir()}
        assert len(names) == 2
        assert all(is_whole(snapshot.current(out / name)) for name in names)
        assert snapshot.current(out).name in names
        assert left_over(out) == []
        small.write("reference/things.ttl", THINGS)  # the second round finds both built


LIMITED = """
import resource, sys
from api.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
main(["build", "--data", sys.argv[2], "--out", sys.argv[3]])
"""


@pytest.mark.parametrize("room", [0, 3000, 60_000])
def test_without_room_the_former_snapshot_stays(room: int, small: Folder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = graph.build.build(small.path, out)
    small.write("reference/things.ttl", THINGS + "# more\n")
    result = subprocess.run(
        [sys.executable, "-c", LIMITED, str(room), small.path, out],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    last = result.stderr.strip().splitlines()[-1]
    assert result.returncode == 1, result.stderr
    assert re.fullmatch(
        r"nothing was built: no room left at .*; free some, or name another folder with --out\. "
        r"The current snapshot, if there is one, still stands\.",
        last,
    )
    assert "Traceback" not in result.stderr
    assert snapshot.current(out) == before
    assert is_whole(before)
    assert {path.name for path in out.iterdir()} == {before.name, "current"}


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a full disk needs a mount, which this user or container may not make")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_leaves_the_former_snapshot(small: Folder, tiny_disk: Path) -> None:
    built = [graph.build.build(small.path, tiny_disk / "out")]

    def fill() -> None:
        for n in range(20):
            small.write("reference/things.ttl", THINGS + f"# {n}\n")
            built.append(graph.build.build(small.path, tiny_disk / "out", keep=20))

    with pytest.raises(BuildFailed, match="no room left at"):
        fill()
    assert snapshot.current(tiny_disk / "out") == built[-1]
    assert is_whole(built[-1])
    assert left_over(tiny_disk / "out") == []


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("file", "{out} is not a folder; name another folder with --out"),
        ("file/below", "{out} is not a folder; name another folder with --out"),
        ("/proc/snapshots", "{out} is not there and cannot be made; name another folder with --out"),
    ],
)
def test_a_folder_that_cannot_be_written_is_named(out: str, message: str, small: Folder, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / out
    with pytest.raises(BuildFailed) as error:
        graph.build.build(small.path, path)
    assert str(error.value) == (
        f"nothing was built: {message.format(out=path)}. The current snapshot, if there is one, still stands."
    )


def test_a_snapshot_is_no_folder_to_build_in(small: Folder, tmp_path: Path) -> None:
    built = graph.build.build(small.path, tmp_path / "out")
    with pytest.raises(BuildFailed, match="is one snapshot; name the folder of snapshots with --out"):
        graph.build.build(small.path, built.path)


def test_a_data_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidData, match="no such folder; name the one that holds reference/ and documents/"):
        graph.build.check(tmp_path / "missing")
    with pytest.raises(InvalidData, match=r"holds neither reference/\*\.ttl nor documents/\*\.yaml"):
        graph.build.check(tmp_path)


# --- expectations

EXPECTATIONS = [
    ('["foaf:Person"]\nleast = 2', 1, "foaf:Person: 1 found, at least 2 expected; find out what is missing, then "
     "correct the data or this number"),
    ('# no ["foaf:Person"]\n\n["foaf:Person"]\nmost = 0', 3, "foaf:Person: 1 found, at most 0 expected; find out what "
     "is new, then correct the data or this number"),
    ('[names]\nquery = "SELECT ?x { ?x a foaf:Person }"\nleast = 2\nmost = 3\n', 1, "names: 1 found, at least 2 "
     "expected; find out what is missing, then correct the data or this number"),
    ('["a b"]\nleast = 1', 1, "a b: 'a b' has no known prefix"),
    ("[foaf]\nleast = 'one'", 1, "foaf: give `least`, `most` or both, as whole numbers"),
    ("[foaf]\nleast = true", 1, "foaf: give `least`, `most` or both, as whole numbers"),
    ("[foaf]\nwhy = 'x'", 1, "foaf: give `least`, `most` or both"),
    ("[foaf]\nleast = 1\nquestion = 'x'", 1, "foaf: give `least`, `most` or both"),
    ("least = 1", 0, "least: give `least`, `most` or both"),
    ("[q]\nleast = 1\nquery = 'SELECT'", 1, "q: "),
    ("[q]\nleast = 1\nquery = 'ASK {}'", 1, "q: an ASK query counts nothing; write a SELECT"),
    ("[q]\nleast = 1\nquery = 'SELECT * { SERVICE <http://127.0.0.1:9/> {} }'", 1, "q: SERVICE is refused"),
    ("\n[q\nleast = 1", 2, "not TOML: "),
    ("[q]\nleast = ", 2, "not TOML: "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), EXPECTATIONS)
def test_an_expectation_that_is_not_met_or_not_written_right(text: str, line: int, message: str, small: Folder) -> None:
    small.write("expectations.toml", text)
    with pytest.raises(InvalidData) as error:
        graph.build.check(small.path)
    (violation,) = error.value.violations
    assert violation.file == str(small.path / "expectations.toml")
    assert violation.message.startswith(message)
    assert violation.line == line or message == "not TOML: "


def test_all_expectations_that_are_not_met_are_shown(small: Folder) -> None:
    small.write("expectations.toml", '["foaf:Person"]\nleast = 2\n["sit:Claim"]\nleast = 1\n[x]\nleast = "y"\n')
    with pytest.raises(InvalidData) as error:
        graph.build.check(small.path)
    assert [violation.line for violation in error.value.violations] == [1, 3, 5]


# --- the user's own RDF

PLAIN = [
    Quad(NamedNode(EXTRA + "a"), NamedNode(EXTRA + "p"), Literal("text", language="en")),
    Quad(NamedNode(EXTRA + "a"), NamedNode(EXTRA + "p"), Literal(5)),
    Quad(NamedNode(EXTRA + "a"), NamedNode(EXTRA + "q"), BlankNode("b")),
    Quad(BlankNode("b"), NamedNode(EXTRA + "p"), Literal("Привіт")),
]
NAMED = [*PLAIN, Quad(NamedNode(EXTRA + "a"), NamedNode(EXTRA + "p"), BlankNode("b"), NamedNode(EXTRA + "g"))]
ENDINGS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "owl": RdfFormat.RDF_XML,
    "xml": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
    "jsonld": RdfFormat.JSON_LD,
}


def loaded(*paths: Path) -> Store:
    store = Store()
    for number, (name, path) in enumerate(graph.build.extra_files(paths)):
        graph.build._load(store, path, graph.build._quads(name, path, number))
    return store


def canonical(quads: Iterator[Quad] | list[Quad]) -> set[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def wrong(*paths: Path) -> tuple[str, int, str]:
    with pytest.raises(InvalidData) as error:
        loaded(*paths)
    (violation,) = error.value.violations
    return violation.file, violation.line, violation.message


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_loads(ending: str, packed: bool, tmp_path: Path) -> None:
    form = ENDINGS[ending]
    quads = NAMED if form.supports_datasets else PLAIN
    content = serialize(quads if form.supports_datasets else [quad.triple for quad in quads], format=form) or b""
    path = tmp_path / f"mine.{ending}{'.gz' if packed else ''}"
    path.write_bytes(gzip.compress(content) if packed else content)
    store = loaded(path)
    assert canonical(list(store)) == canonical(quads)
    assert {g.value for g in store.named_graphs()} == ({EXTRA + "g"} if form.supports_datasets else set())


def test_named_graphs_stay_in_the_snapshot(small: Folder, tmp_path: Path) -> None:
    path = tmp_path / "mine.nq"
    path.write_bytes(serialize(NAMED, format=RdfFormat.N_QUADS) or b"")
    built = graph.build.build(small.path, tmp_path / "out", [path])
    store = Store.read_only(str(built.store))
    assert [g.value for g in store.named_graphs()] == [EXTRA + "g"]
    assert len(store) == built.manifest["triples"]
    assert len(list(store.quads_for_pattern(None, None, None, DefaultGraph()))) == len(store) - 1


def test_blank_nodes_of_two_files_are_not_one(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.nt").write_text(f"_:b <{EXTRA}p> '{name}' .\n".replace("'", '"'))
    assert len({quad.subject for quad in loaded(tmp_path)}) == 2


def test_a_folder_is_read_to_the_ground_and_other_files_are_left(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "one.nt").write_text(f'<{EXTRA}a> <{EXTRA}p> "1" .\n')
    (tmp_path / "a" / "b" / "two.ttl").write_text(f'<{EXTRA}a> <{EXTRA}p> "2" .\n')
    (tmp_path / "a" / "README.md").write_text("not RDF")
    (tmp_path / "a" / "picture.gz").write_bytes(b"\x00")
    (tmp_path / "no-ending").write_text("not RDF")
    assert {quad.object.value for quad in loaded(tmp_path)} == {"1", "2"}
    named = graph.build.extra_files([tmp_path, tmp_path / "one.nt"])
    assert [name for name, _ in named] == [f"{tmp_path.name}/a/b/two.ttl", f"{tmp_path.name}/one.nt"]


FORMATS = ".ttl, .nt, .trig, .nq, .rdf, .owl, .xml, .jsonld, each also as .gz"
UNKNOWN = f"unknown format; known are {FORMATS}, and .yaml for a sheet"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mine.csv", UNKNOWN),
        ("mine", UNKNOWN),
        ("missing.ttl", "no such file or folder"),
        ("empty", "holds no RDF file (.ttl, .nt, .trig, .nq, .rdf, .owl, .xml, .jsonld, each also as .gz)"),
    ],
)
def test_what_cannot_be_loaded_is_named(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").touch()
    (tmp_path / "mine").touch()
    (tmp_path / "empty").mkdir()
    assert wrong(tmp_path / name) == (str(tmp_path / name), 0, message)


BROKEN = {
    "mine.nt": ('<http://e/a> <http://e/p> "1" .\n' * 500 + "<http://e/a> <http://e/p> oops .\n", 501),
    "mine.nq": ('<http://e/a> <http://e/p> "1" <http://e/g> .\n<http://e/a> .\n', 2),
    "mine.ttl": ("<http://e/a> <http://e/p> 1 .\n<http://e/a> <http://e/p> 1 2 .\n", 2),
    "mine.trig": ("<http://e/g> {\n<http://e/a> <http://e/p> 1 .\n}}\n", 3),
    "mine.jsonld": ('{"http://e/p": 1,\n "@id": }\n', 2),
    "mine.rdf": ('<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<r:Description>\n</r:RDF>\n', 3),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_reported_at_the_line(name: str, tmp_path: Path) -> None:
    text, line = BROKEN[name]
    (tmp_path / name).write_text(text)
    file, found, message = wrong(tmp_path / name)
    assert (file, found) == (str(tmp_path / name), line)
    assert re.fullmatch(r"not (N-Triples|N-Quads|Turtle|TriG|JSON-LD|RDF/XML): .*", message)
    assert "Parser error" not in message


def test_a_broken_file_between_good_ones_leaves_nothing(small: Folder, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "a.nt").write_text('<http://e/a> <http://e/p> "1" .\n')
    (mine / "b.nt").write_text('<http://e/a> <http://e/p> "1" .\n<http://e/a> oops .\n')
    (mine / "c.nt").write_text('<http://e/a> <http://e/p> "1" .\n')
    before = graph.build.build(small.path, tmp_path / "out")
    with pytest.raises(InvalidData, match=r"b\.nt:2: not N-Triples"):
        graph.build.build(small.path, tmp_path / "out", [mine])
    assert snapshot.current(tmp_path / "out") == before
    assert left_over(tmp_path / "out") == []


def test_a_remote_context_is_not_fetched(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonld"
    path.write_text('{"@context": "http://127.0.0.1:9/context", "name": "x"}')
    message = "its @context lies at another address, and nothing is fetched; write the context into the file"
    assert wrong(path) == (str(path), 0, message)


@pytest.mark.parametrize("damage", ["cut", "turned", "none"])
def test_a_damaged_gzip_file_is_reported(damage: str, tmp_path: Path) -> None:
    content = bytearray(gzip.compress("".join(f'<http://e/{n}> <http://e/p> "1" .\n' for n in range(5000)).encode()))
    if damage == "cut":
        content = content[:-50]
    elif damage == "turned":
        content[-6] ^= 0xFF
    else:
        content = bytearray(b'<http://e/a> <http://e/p> "1" .\n')
    path = tmp_path / "mine.nt.gz"
    path.write_bytes(content)
    file, _, message = wrong(path)
    assert file == str(path)
    assert message.startswith("is no whole gzip file: ")


PREFIXES = """
@prefix sit: <https://w3id.org/sitrep/ont#> .
@prefix voc: <https://w3id.org/sitrep/voc/> .
@prefix id: <https://w3id.org/sitrep/id/> .
@prefix doc: <https://w3id.org/sitrep/doc/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix ex: <https://example.org/> .
"""
OWN_CLAIM = """
ex:claim a sit:Claim ; sit:kind voc:fact ; prov:wasAttributedTo id:russia ;
    rdf:subject id:armed-forces-of-ukraine ; rdf:predicate sit:operates ; rdf:object id:uav .
ex:passage a sit:Passage ; sit:carries ex:claim ; sit:inDocument doc:21b468746adfc9bb ; sit:mode voc:indirect ;
    sit:page 1 .
"""


def test_things_of_other_classes_are_not_ours_to_judge(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(PREFIXES + "ex:me a foaf:Person . ex:post a <http://www.w3.org/ns/org#Post> .\n")
    graph.build.check(FIRST_DOCUMENT, [path])


@pytest.mark.parametrize("ending", ["ttl", "ttl.gz"])
def test_a_bare_claim_is_refused_where_it_stands(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"mine.{ending}"
    text = (PREFIXES + "ex:me a foaf:Person .\nex:claim a sit:Claim .\n").encode()
    path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)
    with pytest.raises(InvalidData) as error:
        graph.build.check(FIRST_DOCUMENT, [path])
    assert {(v.file, v.line) for v in error.value.violations} == {(str(path), text.count(b"\n"))}
    assert any("Give the claim a claimant" in v.message for v in error.value.violations)


def test_limits_that_are_upside_down_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(
        PREFIXES
        + OWN_CLAIM
        + "ex:claim sit:measurand ex:q ; <https://schema.org/minValue> 5 ; <https://schema.org/maxValue> 3 .\n"
    )
    with pytest.raises(InvalidData, match=r"no larger than schema:maxValue"):
        graph.build.check(FIRST_DOCUMENT, [path])


def test_a_claim_of_the_users_own_gets_edges_and_labels(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(PREFIXES + OWN_CLAIM)
    store = Store()
    graph.build.assemble(store, FIRST_DOCUMENT, [(path.name, path)])
    forces, uav = (NamedNode(expand(f"id:{name}")) for name in ("armed-forces-of-ukraine", "uav"))
    assert Quad(forces, NamedNode(expand("sit:operates")), uav) in store
    claim = NamedNode(EXTRA + "claim")
    resting = [quad.subject for quad in store.quads_for_pattern(None, NamedNode(expand("sit:restsOn")), claim)]
    edge = NamedNode(expand("sit:operates"))
    operates = [node for node in resting if Quad(node, NamedNode(expand("sit:edge")), edge) in store]
    assert [Quad(node, NamedNode(expand("sit:to")), uav) in store for node in operates] == [True]
    (label,) = store.quads_for_pattern(claim, NamedNode(expand("rdfs:label")), None)
    assert "Russia" in label.object.value


def test_much_of_the_users_own_is_loaded(small: Folder, tmp_path: Path) -> None:
    path = tmp_path / "mine.nt"
    with path.open("w") as file:
        for n in range(300_000):
            file.write(f'<{EXTRA}s{n // 5}> <{EXTRA}p{n % 5}> "value {n}" .\n')
    begun = time.monotonic()
    built = graph.build.build(small.path, tmp_path / "out", [path])
    print(f"300,000 triples: {time.monotonic() - begun:.1f} s")
    assert is_whole(built)
    assert built.manifest["triples"] > 300_000
    assert json.loads((built.path / "manifest.json").read_text())["inputs"][-2]["name"] == "extra/mine.nt"


def test_a_script_without_a_guard_is_told_of_it(tmp_path: Path) -> None:
    """Processes that check the shapes read the script again; forms enough for more than one batch need them."""
    script = tmp_path / "script.py"
    script.write_text(f"import graph.build, pathlib\ngraph.build.check(pathlib.Path({str(ROOT / 'data')!r}))\n")
    result = subprocess.run([sys.executable, "-P", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 1
    assert 'build below `if __name__ == "__main__":`' in result.stderr
