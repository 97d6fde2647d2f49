"""Time and peak memory of the importers and of the build with all that they bring; written to docs/performance.md.

Run it with SITREP_TABLES set: `python bench/importers.py`. Each step is a process of its own.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "performance.md"
MARK = re.compile(r"(?<=<!-- importers -->\n).*?(?=<!-- end importers -->)", re.DOTALL)
IMPORTS = {
    "losses": [
        "russia_losses_personnel.json",
        "russia_losses_equipment.json",
        "russia_losses_equipment_correction.json",
    ],
    "estimates": ["economist-estimates.csv"],
    "oryx": [f"oryx-{status}.csv" for status in ("destroyed", "damaged", "abandoned", "captured")],
}


def measured(name: str, *arguments: str) -> tuple[str, str, str]:
    """Name, seconds and MiB of one call of sitrep."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", "from api.cli import main; main()", *arguments], cwd=ROOT, check=True)
    seconds = time.monotonic() - started
    return name, f"{seconds:.0f}", f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024:,}"


def main() -> None:
    """Import, build, write the table."""
    tables = Path(os.environ["SITREP_TABLES"])
    with tempfile.TemporaryDirectory() as place:
        out, snapshots = f"{place}/imports", f"{place}/snapshots"
        found = [
            measured(f"sitrep import {name}", "import", name, *(str(tables / file) for file in files), "--out", out)
            for name, files in IMPORTS.items()
        ]
        found.append(measured("sitrep build data/ imports", "build", str(ROOT / "data"), out, "--out", snapshots))
    rows = "".join(f"| `{name}` | {seconds} | {memory} |\n" for name, seconds, memory in found)
    # the peak is that of the largest process so far: it only grows from row to row
    table = f"| Command | Seconds | Peak MiB, so far |\n| --- | --- | --- |\n{rows}"
    text = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else "# Performance\n"
    if not MARK.search(text):
        text += "\n## Importers\n\nWritten by `bench/importers.py`.\n\n<!-- importers -->\n<!-- end importers -->\n"
    PAGE.write_text(MARK.sub(lambda _: "\n" + table + "\n", text), encoding="utf-8")


if __name__ == "__main__":
    main()
