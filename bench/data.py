"""Snapshots of made-up data of a size, built once and kept in `.cache/bench`, and what the build took."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pyoxigraph as ox

from bench import generate
from bench.systems import BIN, ROOT
from graph import snapshot
from graph.errors import NoSnapshot
from graph.snapshot import Snapshot

FOLDER = ROOT / ".cache" / "bench"
GROUND = ROOT / "tests" / "fixtures" / "first-document"  # the curated data under it: it never changes
BASE, EACH = 12_000, 42  # triples of ontology and ground, and those that a claim becomes


def claims_of(triples: int) -> int:
    """How many claims make so many triples, about."""
    return max(100, (triples - BASE) // EACH)


def built(triples: int, again: bool = False) -> tuple[Snapshot, dict[str, float]]:
    """A snapshot of about so many triples, and what it took to build it: kept from run to run, unless asked again."""
    folder = FOLDER / f"{triples}"
    measured = folder / "build.json"
    try:
        if again:
            raise NoSnapshot(folder)
        return snapshot.current(folder / "snapshots"), json.loads(measured.read_text("utf-8"))
    except (NoSnapshot, FileNotFoundError):
        pass
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "data.nt.gz"
    print(f"building about {triples:,} triples", file=sys.stderr, flush=True)
    generate.write(claims_of(triples), source)
    shutil.rmtree(folder / "snapshots", ignore_errors=True)  # what is there already would be taken as it is
    seconds, peak = _measured_build(source, folder / "snapshots")
    found = snapshot.current(folder / "snapshots")
    took = {"seconds": seconds, "peak_memory": peak, "bulk_load_seconds": bulk_load(found)}
    measured.write_text(json.dumps(took) + "\n", "utf-8")
    return found, took


def _measured_build(source: Path, out: Path) -> tuple[float, int]:
    """Seconds, and the most bytes that the build and its children held at once."""
    begun = time.monotonic()
    process = psutil.Popen(
        [BIN / "sitrep", "build", source, "--data", GROUND, "--out", out], stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    peak = 0
    while process.poll() is None:
        try:
            held = [one.memory_info().rss for one in (process, *process.children(recursive=True))]
        except psutil.NoSuchProcess:
            continue
        peak = max(peak, sum(held))
        time.sleep(0.2)
    if process.returncode:
        sys.exit(f"the build of {source} failed")
    return time.monotonic() - begun, peak


def bulk_load(found: Snapshot) -> float:
    """Seconds that the engine alone takes for the finished triples: the limit of what a build can reach."""
    with TemporaryDirectory(dir=FOLDER) as folder:
        plain = Path(folder) / "dump.nq"
        with plain.open("wb") as file:
            subprocess.run(["gzip", "-dc", found.path / "dump.nq.gz"], stdout=file, check=True)
        begun = time.monotonic()
        store = ox.Store(str(Path(folder) / "store"))
        store.bulk_load(path=str(plain), format=ox.RdfFormat.N_QUADS)
        seconds = time.monotonic() - begun
        del store
    return seconds
