"""Every system on the same data, on this machine, in one run: `make bench`, or `python -m bench.run --help`.

Rates are answers a second. They mean something beside each other only: the machine, and what else it does, changes
from hour to hour. So all systems are started, and asked in turn, round after round, while the others are stopped; what
counts is the median of the rounds. Clients run on the same machine, as light as they can be.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from shutil import which

from bench import tables
from bench.copies import copies
from bench.data import built, claims_of
from bench.load import SLOW, Measured, load, middle, one
from bench.systems import ROOT, SYSTEMS, Running, System, forget, sitrep
from bench.traffic import Traffic, templates
from graph.snapshot import Snapshot

RESULTS = ROOT / "bench" / "results"
CLIENTS = (1, 8, 32)
MANY = 8
REQUESTS = 50_000  # of the mix: its rarer half is asked once, as in life
DOORS = {
    "a person's page": ("/id/bench-person-9", "text/html"),
    "a person as JSON": ("/id/bench-person-9", "application/json"),
    "an event as JSON": ("/id/bench-event-9", "application/json"),
    "a label by SPARQL": ("/sparql?query=SELECT%20*%20%7B%20id:bench-person-9%20rdfs:label%20?l%20%7D", "*/*"),
    "all about one by SPARQL": ("/sparql?query=SELECT%20*%20%7B%20id:bench-event-9%20?p%20?o%20%7D", "*/*"),
    "relations of a person": ("/id/bench-person-9/relations?limit=20", "application/json"),
    "relations of a hub": ("/id/bench-hub/relations?limit=20", "application/json"),
    "a hub's page": ("/id/bench-hub", "text/html"),
    "claims of a person": ("/id/bench-person-9/claims?limit=20", "application/json"),
    "a search": ("/search?q=horlen", "application/json"),
    "a picture of a person": ("/id/bench-person-9/view", "text/html"),
    "a picture of a hub": ("/id/bench-hub/view", "text/html"),
}


class Contestant:
    """A system in the run: started when it is first needed, at rest while others are asked."""

    def __init__(self, name: str, system: System, found: Snapshot) -> None:
        self.name, self.slow = name, system.slow
        self._system, self._snapshot = system, found
        self._context: AbstractContextManager[Running] | None = None
        self._running: Running | None = None
        self.mix: dict[int, list[Measured]] = defaultdict(list)
        self.queries: dict[str, list[Measured]] = defaultdict(list)
        self.start = self.memory = 0.0
        self.cold: Measured | None = None

    def begin(self, mix: list[str], seconds: float) -> None:
        """Start it from files that nobody has read, and ask it at once; then have it warm."""
        forget(self._snapshot.path)
        running = self._awake()
        self.start = running.seconds
        self.cold = load(running.address, mix, MANY, min(seconds, 3))
        load(running.address, mix, MANY, 2 * seconds)
        self._rest()
        self.memory = self._running.memory if self._running else 0

    def ask_mix(self, mix: list[str], clients: int, seconds: float) -> None:
        """Replay the mix."""
        self.mix[clients].append(load(self._awake().address, mix, clients, seconds))
        self._rest()

    def ask_alone(self, name: str, requests: list[str], seconds: float) -> None:
        """Replay one query; where one request takes long, its rate says it all."""
        address = self._awake().address
        alone = one(address, requests[0])
        if alone is None:
            found = Measured(0.0, 0.0, 0.0, 1)
        elif alone > SLOW:
            found = Measured(1 / alone, alone * 1000, alone * 1000, 0)
        else:
            found = load(address, requests, MANY, seconds)
        self.queries[name].append(found)
        self._rest()

    def ask_door(self, path: str, accept: str, seconds: float) -> None:
        """Ask one of our addresses by one client."""
        running = self._awake()
        self.queries[f"{accept} {path}"].append(
            load(running.address.removesuffix("/sparql?"), [path], 1, seconds, accept)
        )
        self._rest()

    def results(self) -> dict[str, object]:
        """All that was found, as JSON holds it."""
        return {
            "start": round(self.start, 2), "memory": self.memory, "cold": asdict(self.cold) if self.cold else None,
            "mix": {clients: rounded(middle(found)) for clients, found in self.mix.items()},
            "queries": {name: rounded(middle(found)) for name, found in self.queries.items()},
        }  # fmt: skip

    def end(self) -> None:
        """End it, and read what memory it holds by now."""
        if self._running is not None:
            self._running.resume()
            self.memory = max(self.memory, self._running.memory)
        self._stop()

    def _awake(self) -> Running:
        if self._running is None:
            self._context = self._system.start(self._snapshot)
            self._running = self._context.__enter__()
        self._running.resume()
        return self._running

    def _rest(self) -> None:
        assert self._running is not None
        if self._running.settled():
            self._running.pause()
        else:  # it works on what nobody waits for any more
            print(f"{self.name} does not come to rest: started anew", file=sys.stderr, flush=True)
            self._stop()

    def _stop(self) -> None:
        if self._context is not None:
            self._context.__exit__(None, None, None)
        self._context = self._running = None


def rounded(found: Measured) -> dict[str, float]:
    """What was measured, in digits that mean something."""
    return {name: float(f"{value:.4g}") for name, value in asdict(found).items()}


def contest(
    systems: Mapping[str, System], found: Snapshot, traffic: Traffic, rounds: int, seconds: float, each: float
) -> dict[str, object]:
    """Ask every system in turn: cold, then the mix by 1, 8 and 32 clients, then each query alone by 8."""
    mix = traffic.mix(REQUESTS)
    alone = {template.name: traffic.of(template.name, 2000) for template in templates()}
    contestants = [Contestant(name, system, found) for name, system in systems.items()]
    try:
        for contestant in contestants:
            print(f"  starting {contestant.name}", file=sys.stderr, flush=True)
            contestant.begin(mix, seconds)
        for number in range(rounds):
            taking_part = [one for one in contestants if number == 0 or not one.slow]
            print(f"  round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            for clients in CLIENTS:
                for contestant in taking_part:
                    contestant.ask_mix(mix, clients, seconds)
            for name, requests in alone.items():
                for contestant in taking_part:
                    contestant.ask_alone(name, requests, each)
    finally:
        for contestant in contestants:
            contestant.end()
    return {contestant.name: contestant.results() for contestant in contestants}


def doors(sizes: Mapping[int, Snapshot], rounds: int, seconds: float) -> dict[str, object]:
    """Our own doors at each size, in turn: what one client alone waits, in milliseconds, without the cache."""
    system = System(lambda found: sitrep(found, options=("--cache", "0")))
    servers = {size: Contestant(f"{size}", system, found) for size, found in sizes.items()}
    try:
        for _ in range(rounds):
            for path, accept in DOORS.values():
                for server in servers.values():
                    server.ask_door(path, accept, seconds)
    finally:
        for server in servers.values():
            server.end()
    return {
        name: {str(size): rounded(middle(server.queries[f"{accept} {path}"])) for size, server in servers.items()}
        for name, (path, accept) in DOORS.items()
    }


def machine() -> dict[str, object]:
    """What the numbers belong to."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    packages = ("pyoxigraph", "oxigraph", "rdflib", "rdflib-endpoint", "fastapi", "uvicorn", "sitrep")
    return {
        "system": platform.system(), "python": platform.python_version(), "cores": os.cpu_count(), "memory": memory,
        "versions": {name: version(name) for name in packages},
    }  # fmt: skip


def chosen(names: list[str] | None, triples: int) -> Iterator[tuple[str, System]]:
    """The systems that were asked for and that this machine has."""
    for name, system in SYSTEMS.items():
        if names and name not in names:
            continue
        if system.needs and which(system.needs) is None:
            print(f"{name} is left out: {system.needs} is not installed", file=sys.stderr)
        elif triples > system.most:
            print(f"{name} is left out: it takes part up to {system.most:,.0f} triples", file=sys.stderr)
        else:
            yield name, system


def main() -> None:
    """Measure, keep what was found as JSON, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, action="append", help="about so many; may be given again [10^5, 10^6]")
    parser.add_argument("--system", action="append", choices=[*SYSTEMS], help="these only; may be given again")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of the mix, for each number of clients")
    parser.add_argument("--each", type=float, default=2, help="seconds of each query alone")
    parser.add_argument("--rebuild", action="store_true", help="and measure the build anew")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the JSON")
    parser.add_argument("--copies", type=int, action="append", help="for the doors: of the smallest graph [1, 10]")
    parser.add_argument("--page", action="store_true", help="write the tables into docs/performance.md")
    given = parser.parse_args()
    given.results.mkdir(parents=True, exist_ok=True)
    sizes = given.triples or [100_000, 1_000_000]
    snapshots = {size: built(size, given.rebuild) for size in sizes}
    for size, (found, building) in snapshots.items():
        triples = int(found.manifest["triples"])
        print(f"{triples:,} triples", file=sys.stderr, flush=True)
        systems = dict(chosen(given.system, triples))
        traffic = Traffic(claims_of(size))
        keep(
            given.results / f"{size}.json",
            {
                "machine": machine(), "triples": triples, "claims": found.manifest["counts"]["sit:Claim"],
                "rounds": given.rounds, "seconds": given.seconds, "build": building,
                "systems": contest(systems, found, traffic, given.rounds, given.seconds, given.each),
            },
        )  # fmt: skip
    print("our other doors, as the graph grows", file=sys.stderr, flush=True)
    smallest, _ = snapshots[min(sizes)]
    grown = [copies(smallest, count) for count in given.copies or (1, 10)]
    opened = {int(found.manifest["triples"]): found for found in grown}
    keep(
        given.results / "doors.json",
        {"machine": machine(), "rounds": given.rounds, "doors": doors(opened, given.rounds, given.each)},
    )
    text = tables.of(given.results)
    print(text)
    if given.page:
        tables.write(text)


def keep(path: Path, results: Mapping[str, object]) -> None:
    """Write results as JSON."""
    path.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
