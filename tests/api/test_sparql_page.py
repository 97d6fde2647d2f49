"""docs/sparql.md is true: its curl commands and Python are run against a server, and print what the page shows.

As a program this module writes the answers anew (`make docs`).
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.routes.sparql import MAX_BODY, SHORT
from api.workers import Limits
from graph.guard import MAX_DEPTH, MAX_LENGTH, MAX_PARTS
from tests import pages
from tests.api.conftest import Serve, Server

PAGE = pages.ROOT / "docs" / "sparql.md"
SHOWN_AT = "http://127.0.0.1:8000"


def printed(address: str) -> Iterator[tuple[int, int, str, str]]:
    """Of each command and Python block: where its output stands in the page, what is shown, and what it prints."""
    space: dict[str, Any] = {"__name__": "__page__"}
    found = pages.blocks(PAGE)
    for block, after in zip(found, [*found[1:], None], strict=True):
        for command in pages.commands(block) if block.language == "console" else ():
            done = subprocess.run(
                ["bash", "-c", command.text.replace(SHOWN_AT, address)],
                capture_output=True,
                text=True,
                timeout=120,
                check=True,
            )
            yield command.start, command.end, command.output, ended(done.stdout.replace(address, SHOWN_AT))
        if block.language == "py" and after and after.language == "text":
            output = io.StringIO()
            with contextlib.redirect_stdout(output), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # these libraries' own
                exec(compile(block.body.replace(SHOWN_AT, address), str(block), "exec"), space)
            yield after.start, after.end, after.body, output.getvalue().replace(address, SHOWN_AT)


def ended(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n") + "\n"


@pytest.fixture(scope="module")
def server(serve: Serve, curated_snapshots: Path) -> Server:
    return serve(curated_snapshots, "--result-size", "1")


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
def test_the_answers_are_real(server: Server) -> None:
    shown = list(printed(server.address))
    assert len(shown) >= 14
    for _, _, there, now in shown:
        assert there == now, "run `make docs`"


def test_the_limits_are_those_of_the_program() -> None:
    text = PAGE.read_text(encoding="utf-8")
    limits = Limits()
    assert (limits.deadline, limits.memory, limits.result, limits.waiting) == (10, 1024**3, 64 * 1024**2, 64)
    assert f"{MAX_LENGTH // 1024} Ki characters, {MAX_DEPTH} brackets deep, {MAX_PARTS:,} operators" in text
    assert MAX_BODY == 1024**2
    named = set(
        re.findall(r"`([a-z]+)`", text.split("## Formats")[1].split("Nothing is lost")[0].replace("`format=`", ""))
    )
    assert named <= set(SHORT)


def main() -> None:
    """Write the page's answers anew."""
    import graph.build
    from tests.api import conftest
    from tests.conftest import DATA

    with tempfile.TemporaryDirectory() as folder, contextlib.contextmanager(conftest.serving)() as start:
        graph.build.build(DATA, Path(folder))
        text = PAGE.read_text(encoding="utf-8")
        for begin, end, _, now in sorted(printed(start(Path(folder), "--result-size", "1").address), reverse=True):
            text = text[:begin] + now + text[end:]
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
