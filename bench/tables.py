"""What runs have found, as tables; `python -m bench.tables` writes them into docs/performance.md again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.systems import ROOT
from bench.traffic import templates

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- side by side -->\n", "<!-- end side by side -->"
OURS, UNCACHED, LIMIT = "sitrep", "sitrep, no cache", "oxigraph serve"


def of(folder: Path) -> str:
    """The tables of all results in a folder, the smallest graph first."""
    found = [json.loads(path.read_text("utf-8")) for path in folder.glob("[0-9]*.json")]
    parts = [part for results in sorted(found, key=lambda each: each["triples"]) for part in _of_size(results)]
    doors = folder / "doors.json"
    if doors.is_file():
        parts += _of_doors(json.loads(doors.read_text("utf-8")))
    return "\n\n".join(parts) + "\n"


def write(text: str) -> None:
    """Put the tables into the page, between their marks."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


def _of_size(results: dict[str, Any]) -> Iterable[str]:
    systems: dict[str, Any] = results["systems"]
    build, mib = results["build"], 2**20
    yield f"### {results['triples']:,} triples, {results['claims']:,} claims"
    yield (
        f"Built in {build['seconds']:.0f} s, {results['triples'] / build['seconds']:,.0f} triples a second, with at "
        f"most {build['peak_memory'] / mib:,.0f} MiB; the engine alone loads it in {build['bulk_load_seconds']:.1f} s."
    )
    yield _table(
        ["The mix", *(f"{clients} clients" for clients in next(iter(systems.values()))["mix"]), "p99 of 8, ms",
         "cold, 8", "ready in, s", "MiB"],
        [
            [name, *(_rate(one["rate"]) for one in found["mix"].values()), f"{found['mix']['8']['p99']:,.1f}",
             _rate(found["cold"]["rate"]), f"{found['start']:.1f}", f"{found['memory'] / 2**20:,.0f}"]
            for name, found in systems.items()
        ],
    )  # fmt: skip
    others = [name for name in systems if name not in (OURS, UNCACHED)]
    yield _table(
        ["The mix by 8 clients, as times", *others],
        [
            [ours, *(_ratio(_mix(systems[ours]), _mix(systems[other])) for other in others)]
            for ours in (OURS, UNCACHED) if ours in systems
        ],
    )  # fmt: skip
    yield _table(
        [
            "Each query alone, 8 clients",
            *systems,
            *(["no cache / engine"] if {UNCACHED, LIMIT} <= systems.keys() else []),
        ],
        [_of_query(template.name, template.says, systems) for template in templates()],
    )


def _mix(found: dict[str, Any]) -> float:
    return float(found["mix"]["8"]["rate"])


def _of_query(name: str, says: str, systems: dict[str, Any]) -> list[str]:
    rates = {system: found["queries"][name]["rate"] for system, found in systems.items()}
    row = [says, *(_rate(rate) for rate in rates.values())]
    if {UNCACHED, LIMIT} <= rates.keys():
        row.append(_ratio(rates[UNCACHED], rates[LIMIT]))
    return row


def _of_doors(results: dict[str, Any]) -> Iterable[str]:
    doors: dict[str, dict[str, Any]] = results["doors"]
    sizes = sorted({int(size) for found in doors.values() for size in found})
    yield "### The same at each size"
    yield (
        "Milliseconds that one client alone waits, without the cache, all sizes in one run; the last column is\n"
        "the largest graph against the smallest."
    )
    yield _table(
        ["Door", *(f"{size:,} triples" for size in sizes), "grows to"],
        [
            [name, *(f"{found[str(size)]['p50']:.2f}" for size in sizes),
             _ratio(found[str(sizes[-1])]["p50"], found[str(sizes[0])]["p50"])]
            for name, found in doors.items()
        ],
    )  # fmt: skip


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else re.sub(r"\.?0+$", "", f"{rate:.2f}")


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.2f}" if one and other else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows))


if __name__ == "__main__":
    write(of(ROOT / "bench" / "results"))
