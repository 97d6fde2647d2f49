"""The documents are true: commands, options, errors, keys, links, and what is shown to be printed.

Where a page shows output that the program no longer gives, `make docs` writes it anew; read the change before you keep
it. README.md is held to the same rules as the pages in docs/.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox
import pytest

from api.cli import main
from graph import errors
from graph.curation.sheet import json_schema
from ontology.terms import PREFIXES
from tests import pages

ROOT = pages.ROOT
PAGES = pages.pages()
ALL = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
BLOCKS = [block for page in PAGES for block in pages.blocks(page)]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def of(language: str) -> list[pages.Block]:
    return [block for block in BLOCKS if block.language == language]


WITH_COMMANDS = sorted({block.page for block in of("console")})
WITH_PYTHON = sorted({block.page for block in of("python") if block.page.parent == ROOT / "docs"})


# --- what is shown is what happens


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name)
def test_commands_print_what_is_shown(page: Path, curated_snapshots: Path) -> None:
    for command, printed, code in pages.ran(page, curated_snapshots):
        assert pages.same(command.output, printed), f"{command}\nprints\n{printed}\nrun `make docs`"
        assert code == 0 or command.output, f"{command} ends with {code}"


@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated")  # oxrdflib 0.5 still asks rdflib for it
@pytest.mark.parametrize("page", WITH_PYTHON, ids=name)
def test_python_prints_what_is_shown(page: Path, curated_snapshots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.snapshot.default_folder", lambda: curated_snapshots)
    for block, shows, printed in pages.printed_by_python(page):
        assert (shows.body if shows else "") == printed, f"{block} prints\n{printed}\nrun `make docs`"


@pytest.mark.parametrize("block", of("sparql"), ids=str)
def test_queries_have_the_number_of_rows_that_is_shown(block: pages.Block, first_document: ox.Store) -> None:
    answer = first_document.query(block.body, prefixes=PREFIXES)
    counted = re.match(r"# (\d+) rows?\n", block.body)
    if counted:
        assert len(list(answer)) == int(counted[1])


@pytest.mark.parametrize("block", [block for block in of("turtle") if not block.file], ids=str)
def test_turtle_is_part_of_the_graph(block: pages.Block, first_document: ox.Store) -> None:
    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    shown = {quad.triple for quad in ox.parse((header + block.body).encode(), ox.RdfFormat.TURTLE)}
    missing = [triple for triple in shown if ox.Quad(*triple) not in first_document]
    assert shown
    assert not missing


@pytest.mark.parametrize("language", ["yaml", "turtle"])
def test_the_worked_example_is_whole(language: str) -> None:
    files = [block for block in of(language) if block.file and block.page == ROOT / "docs" / "curating.md"]
    assert files, "docs/curating.md has an example that the test above builds"


# --- nothing is left out


def options() -> Iterator[tuple[str, str]]:
    for command in main.commands.values():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                for option in (*parameter.opts, *parameter.secondary_opts):
                    yield str(command.name), option


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_documented(command: str) -> None:
    assert f"sitrep {command}" in ALL


def test_every_option_is_documented() -> None:
    missing = {f"{command} {option}" for command, option in options() if f"`{option}`" not in ALL}
    assert not missing


def test_the_list_of_commands_is_the_programs_own() -> None:
    page = ROOT / "docs" / "command-line.md"
    text = page.read_text(encoding="utf-8")
    assert pages.with_commands(text) == text, "run `make docs`"


@pytest.mark.parametrize(
    "error", [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, Exception)]
)
def test_every_error_is_documented(error: type[Exception]) -> None:
    assert f"`{error.__name__}`" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def places() -> list[tuple[str, str]]:
    """Top folder and name of every file and folder in the table of the architecture."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?) \|", page.split("## Where each thing lives\n")[1].split("\n## ")[0], re.MULTILINE)
    spans = [re.findall(r"`([^`]+)`", row) for row in rows]
    return [(row[0].split("/")[0], place.rstrip("/").split("/")[-1]) for row in spans for place in row]


@pytest.mark.parametrize(("top", "place"), sorted(set(places())))
def test_every_place_in_the_architecture_is_there(top: str, place: str) -> None:
    assert place == top or list((ROOT / top).rglob(place))


@pytest.mark.parametrize("package", ["ontology", "graph", "api"])
def test_every_module_has_its_place_in_the_architecture(package: str) -> None:
    modules = {path.name for path in (ROOT / package).glob("*.py")} - {"__init__.py"}
    named = {place for top, place in places() if top == package}
    # the words are read and their files named in one row
    assert modules - named <= {"files.py"}


def keys(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for part, definition in [("Sheet", schema), *schema["$defs"].items()]:
        for key in definition["properties"]:
            yield part, key


@pytest.mark.parametrize(("part", "key"), list(keys(json_schema())))
def test_every_key_of_a_sheet_is_explained(part: str, key: str) -> None:
    page = (ROOT / "docs" / "curating.md").read_text(encoding="utf-8")
    assert re.search(rf"^\|[^|]*`{key}`", page, re.MULTILINE), f"{part}: {key}"


def test_the_schema_of_a_sheet_is_the_models_own() -> None:
    written = (ROOT / "docs" / "sheet.schema.json").read_text(encoding="utf-8")
    assert written == json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", "run `make schema`"


def test_every_concept_is_listed() -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    vocabulary = ox.Store()
    vocabulary.load((ROOT / "ontology" / "vocab.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    query = "SELECT ?c { ?c skos:inScheme ?scheme }"
    concepts = {row[0].value.removeprefix(PREFIXES["voc"]) for row in vocabulary.query(query, prefixes=PREFIXES)}
    assert not {concept for concept in concepts if not re.search(rf"(?<![\w-]){concept}(?![\w-])", page)}


def test_every_direct_edge_is_listed() -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    rules = [path.read_text(encoding="utf-8") for path in (ROOT / "graph" / "rules").glob("2*.rq")]
    edges = {edge for rule in rules for edge in re.findall(r"sit:edge ([a-z]+:\w+)", rule)}
    assert edges
    assert not {edge for edge in edges if f"| `{edge}` |" not in page}


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    records = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert records
    assert not [record for record in records if f"decisions/{record}" not in index]
    assert [record[:4] for record in records] == [f"{number:04}" for number in range(1, len(records) + 1)]


# --- links and form


def links(page: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"\]\(([^)\s]+)\)", text)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_lines_have_120_characters_at_most(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    long = [line for line in text.splitlines() if len(line) > 120 and not line.startswith("|") and "](http" not in line]
    assert not long


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_ends_with_one_line_end_and_has_no_tabs(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\r" not in text
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def messages() -> list[str]:
    page = (ROOT / "docs" / "curating.md").read_text(encoding="utf-8").split("may say\n")[1]
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    return [re.sub(r"`+", "", row.split(" | ")[0].removeprefix("| ")).strip() for row in rows]


@pytest.mark.parametrize("message", messages())
def test_every_message_that_is_explained_is_given(message: str) -> None:
    files = [*(ROOT / "graph" / "curation").glob("*.py"), ROOT / "graph" / "times.py"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(files))
    source = re.sub(r'"\s+f?"', "", source).replace("`", "")  # a text in parts is one text
    parts = [part.strip(" ;,?") for part in message.split("...")]
    assert not [part for part in parts if part not in source]
