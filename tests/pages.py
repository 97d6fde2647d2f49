"""The project's Markdown pages as data: what is in their code blocks, run, and written back.

`make docs` (this module as a program) writes what the blocks really print; tests/test_docs.py compares.

* `console`: what follows `$ ` is a command, to the end of its quotes; the lines below are what it prints. `sitrep` is
  run; other commands are not. Nothing below a command: it must only succeed. A line `...` stands for any lines.
* `python`: all blocks of a page in one namespace; a `text` block right below holds what one prints.
* `LANGUAGE file=NAME`: a file that stands beside the commands of its page.
* between `<!-- commands -->` and `<!-- end -->`: every command and option, from the program itself.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parent.parent
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_RUN = re.compile(r"(^|\| *)sitrep (check|build|query|show|locate)\b")
_COMMANDS = re.compile(r"(?<=<!-- commands -->\n).*?(?=<!-- end -->)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    file: str | None
    body: str
    start: int
    end: int  # of the body, in the page's text

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A command of a console block, and what is said to come of it."""

    block: Block
    text: str
    output: str
    start: int
    end: int  # of the output, in the page's text

    def __str__(self) -> str:
        return f"{self.block}: {self.text}"

    @property
    def is_run(self) -> bool:
        return bool(_RUN.search(self.text)) and "new-sheet" not in self.text


def pages() -> list[Path]:
    """Every Markdown file that is part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = (
        listed.stdout.split("\n")
        if listed.returncode == 0
        else [*map(str, ROOT.glob("*.md")), *map(str, ROOT.glob("docs/**/*.md"))]
    )
    return sorted(ROOT / name for name in names if name and (ROOT / name).is_file())


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        language, *rest = match["info"].split() or [""]
        file = next((word.removeprefix("file=") for word in rest if word.startswith("file=")), None)
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(page, line, language, file, match["body"], match.start("body"), match.end("body")))
    return found


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block; one goes on while a quote is open, or behind a backslash."""
    lines = block.body.splitlines(keepends=True)
    at = block.start
    typed: list[str] = []
    ended = False
    start = output = at
    for line in lines:
        if line.startswith("$ ") and (ended or not typed):
            if typed:
                yield Command(block, "".join(typed), block.body[output - block.start : at - block.start], output, at)
            typed, ended, start = [line[2:]], False, at
        elif typed and not ended:
            typed.append(line.removeprefix("> "))
        at += len(line)
        if typed and not ended:
            text = "".join(typed)
            ended = text.count("'") % 2 == 0 and not text.rstrip().endswith("\\")
            output = at
    assert not typed or ended, f"{block}: a quote is left open from {start}"
    if typed:
        yield Command(block, "".join(typed), block.body[output - block.start :], output, block.end)


def ran(page: Path, snapshots: Path) -> Iterator[tuple[Command, str, int]]:
    """Each `sitrep` command of a page with what it printed and its exit code.

    They are run in the project's folder, or, where the page has files, in a folder of their own that holds these.
    """
    found = blocks(page)
    files = [block for block in found if block.file]
    with tempfile.TemporaryDirectory() as name:
        for block in files:
            path = Path(name) / str(block.file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body, encoding="utf-8")
        for block in found:
            for command in commands(block) if block.language == "console" else ():
                if command.is_run:
                    done = _run(command.text, Path(name) if files else ROOT, snapshots)
                    yield command, done.stdout + (done.stderr if done.returncode else ""), done.returncode


def _run(text: str, folder: Path, snapshots: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SITREP_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), clean.get("PATH", "")])
    environment = {**clean, "SITREP_SNAPSHOTS": str(snapshots), "PATH": path}
    return subprocess.run(
        ["bash", "-c", text], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def same(shown: str, printed: str) -> bool:
    """Whether a page shows what a command printed; names of snapshots and their folders differ by machine."""
    if not shown.strip():
        return True
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(_everywhere(line)) + r"\n" for line in shown.splitlines()
    )
    return re.fullmatch(pattern, "".join(f"{_everywhere(line)}\n" for line in printed.splitlines())) is not None


def _everywhere(line: str) -> str:
    line = re.sub(r"(^snapshot )[0-9a-f]{16}", r"\1NAME", line.rstrip())
    return re.sub(r"in \S*/[0-9a-f]{16}$", "in FOLDER", line)


def printed_by_python(page: Path) -> Iterator[tuple[Block, Block | None, str]]:
    """Each Python block of a page, the block that shows what it prints (None if none does), and what it printed."""
    space: dict[str, Any] = {"__name__": "__page__"}
    found = blocks(page)
    for block, after in zip(found, [*found, None][1:], strict=True):
        if block.language == "python":
            output = io.StringIO()
            with redirect_stdout(output):
                exec(compile(block.body, str(block), "exec"), space)
            shows = after if after and after.language == "text" and after.file is None else None
            yield block, shows, output.getvalue()


@cache
def command_reference() -> str:
    """Every command with its arguments, options, defaults and environment variables, as Markdown."""
    from api.cli import main

    parts = []
    parent = click.Context(main, info_name="sitrep", **main.context_settings)
    for name, command in sorted(main.commands.items()):
        context = click.Context(command, info_name=name, parent=parent)
        usage = " ".join(command.collect_usage_pieces(context))
        text = re.sub(r"\s+", " ", (command.help or "").split("\b")[0].split("\f")[0]).strip()
        parts.append(f"### `sitrep {name}`\n\n```text\nsitrep {name} {usage}\n```\n\n{_wrapped(text)}\n")
        rows = [_option(option, context) for option in command.params if isinstance(option, click.Option)]
        if rows:
            parts.append(
                "| Option | Meaning | Default | Variable |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"
            )
    return "\n" + "\n".join(parts) + "\n"


def _wrapped(text: str) -> str:
    import textwrap

    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _option(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    kind = option.type
    values = " " + " ".join(f"`{choice}`" for choice in kind.choices) if isinstance(kind, click.Choice) else ""
    help_text = (option.help or "").replace("|", "\\|")
    stated = re.search(r"\s*\[default: (.*)\]$", help_text)
    default = stated[1] if stated else ""
    if not default and option.default not in (None, False, ()) and not option.is_flag:
        default = f"`{option.get_default(context)}`" if isinstance(option.default, str | int | float | Path) else ""
    meaning = help_text[: stated.start()] if stated else help_text
    variable = f"`{option.envvar}`" if isinstance(option.envvar, str) else ""
    return f"| {names}{values} | {meaning} | {default} | {variable} |"


def with_commands(text: str) -> str:
    """A page's text with its list of commands as the program has them."""
    return _COMMANDS.sub(lambda _: command_reference(), text)


def main() -> None:
    """Write into every page what its blocks print; tell which pages changed."""
    import graph.build
    import graph.snapshot
    from graph.curation.data import default_folder

    with tempfile.TemporaryDirectory() as name:
        snapshots = Path(name)
        graph.build.build(default_folder(), snapshots)
        graph.snapshot.default_folder = lambda: snapshots
        for page in pages():
            before = page.read_text(encoding="utf-8")
            changes = [
                (command.start, command.end, output if output.endswith("\n") or not output else output + "\n")
                for command, output, _ in ran(page, snapshots)
                if not same(command.output, output)
            ]
            if page.parent == ROOT / "docs":
                changes += [
                    (shows.start, shows.end, output)
                    for _, shows, output in printed_by_python(page)
                    if shows and shows.body != output
                ]
            text = before
            for start, end, output in sorted(changes, reverse=True):
                text = text[:start] + output + text[end:]
            text = with_commands(text)
            if text != before:
                page.write_text(text, encoding="utf-8")
                print(f"{page.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
