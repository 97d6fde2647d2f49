"""The template of a sheet, which leads an editor to the schema from wherever the sheet lies."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import graph


def template(folder: Path | None = None) -> str:
    """A commented sheet, to be filled in.

    Args:
        folder: where it will lie. Its first line names the schema from there; it is left out where that is unknown, and
            in an installation that has no docs/.
    """
    line, _, rest = files("graph.curation").joinpath("template.yaml").read_text(encoding="utf-8").partition("\n")
    schema = Path(graph.__file__).resolve().parent.parent / "docs" / "sheet.schema.json"
    if folder is None or not schema.is_file():
        return rest
    return f"{line.partition('=')[0]}={Path(os.path.relpath(schema, folder.resolve())).as_posix()}\n{rest}"
