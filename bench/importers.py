"""Time and peak memory of the importers and of the build with all that they bring; written to docs/performance.md.

    SITREP_TABLES=folder .venv/bin/python -m bench.importers --out somewhere

Each step is a process of its own, and its peak is the largest process among it and its workers. What is built stays in
the folder that --out names, to be served and looked at.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "performance.md"
MARK = re.compile(r"(?<=<!-- importing -->\n).*?(?=<!-- end importing -->)", re.DOTALL)
ORYX = [f"oryx-{status}.csv" for status in ("destroyed", "damaged", "abandoned", "captured")]
IMPORTS = (
    ("losses", *(f"russia_losses_{name}.json" for name in ("personnel", "equipment", "equipment_correction"))),
    ("estimates", "economist-estimates.csv"),
    ("oryx", *ORYX),
    ("attacks", "attacks-2026-05-17.csv", "missiles_and_uavs.csv"),
    ("ftm", "zala.ftm.json"),
)


def measured(name: str, *arguments: str) -> tuple[str, float, int]:
    """Name, seconds and MiB of one call of sitrep.

    Raises:
        ClickException: the call failed.
    """
    click.echo(f"sitrep {' '.join(arguments)}")
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", "from api.cli import main; main()", *arguments], cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise click.ClickException(f"sitrep {name} failed")
    return f"sitrep {name}", time.monotonic() - started, usage.ru_maxrss // 1024


def machine() -> str:
    """The machine in a few words: processor, cores, Python, store."""
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return (
        f"{found[1] if found else platform.machine()}, {os.cpu_count()} cores; Python {platform.python_version()}, "
        f"pyoxigraph {version('pyoxigraph')}; load {os.getloadavg()[0]:.1f} when it began"
    )


@click.command()
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="An empty folder; gets imports/, snapshots/."
)
def main(out: Path) -> None:
    """Import, build, write the table."""
    tables, where = Path(os.environ["SITREP_TABLES"]), machine()
    if out.is_dir() and any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty: a copy that was imported before would be read again")

    def imported(
        name: str, *files: str, into: str = "imports", options: tuple[str, ...] = ()
    ) -> tuple[str, float, int]:
        paths = [str(tables / file) for file in files]
        return measured(
            " ".join(["import", name, *options]), "import", name, *paths, *options, "--out", f"{out / into}"
        )

    found = [
        *(imported(*importer) for importer in IMPORTS),
        imported("oryx", *ORYX, into="items", options=("--items",)),
        measured(
            "build data/ imports", "build", f"{ROOT / 'data'}", f"{out / 'imports'}", "--out", f"{out / 'snapshots'}"
        ),
    ]
    rows = "".join(f"| `{name}` | {seconds:.0f} | {memory:,} |\n" for name, seconds, memory in found)
    table = f"{where}.\n\n| Command | Seconds | Peak MiB |\n| --- | ---: | ---: |\n{rows}"
    text = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else "# Performance\n"
    if not MARK.search(text):
        text += (
            "\n## Importing\n\nAll public tables of [importing.md](importing.md), and one build with what they bring. "
            "Written by `bench/importers.py`.\n\n<!-- importing -->\n<!-- end importing -->\n"
        )
    PAGE.write_text(MARK.sub(lambda _: "\n" + table + "\n", text), encoding="utf-8")


if __name__ == "__main__":
    main()
