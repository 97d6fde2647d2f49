"""What `sitrep check` says about a break: breaks.yaml beside this file, and what does not fit into such a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

import graph.build
from api.cli import main
from graph.curation import sheet
from graph.curation.source import Source
from graph.errors import InvalidData
from tests.conftest import DATA
from tests.graph.conftest import SHEET, Folder

BREAKS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "breaks.yaml").read_text(encoding="utf-8"),
)


def line_of(at: str | int, text: str) -> int:
    return at if isinstance(at, int) else next(n for n, line in enumerate(text.split("\n"), 1) if at in line)


def checked(folder: Folder) -> list[tuple[str, int, str]]:
    """Every violation: its file within the data folder, its line and its message."""
    with pytest.raises(InvalidData) as error:
        graph.build.check(folder.path)
    start = f"{folder.path}/"
    return [(v.file.removeprefix(start), v.line, v.message.replace(start, "DATA/")) for v in error.value.violations]


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: case["break"])
def test_a_break_is_reported_where_it_stands(case: dict[str, Any], folder: Folder) -> None:
    name = case.get("in", SHEET)
    if "replace" in case:
        folder.replace(name, case["replace"], case["by"])
    else:
        folder.write(name, case["by"])
    expected = [
        (file, line_of(row["at"], folder.text(file)), row["says"])
        for row in case["violations"]
        for file in [row.get("in", name)]
    ]
    assert checked(folder) == expected


def test_violations_of_all_files_are_shown_together(folder: Folder) -> None:
    folder.replace(SHEET, "kind: estimate", "kind: estimat")
    folder.replace(SHEET, "unit: people", "unit: peple")
    folder.replace(SHEET, "date: 2025-01-19", "date: 2025-02-30")
    folder.replace("reference/people.ttl", 'foaf:familyName "Podolyak" ;', 'foaf:familyName "Podolyak"')
    folder.write("documents/second.yaml", "id: second\n")
    found = checked(folder)
    assert [file for file, *_ in found] == [*[SHEET] * 3, "documents/second.yaml", "reference/people.ttl"]


def test_unknown_names_of_all_files_are_shown_together(folder: Folder) -> None:
    folder.replace(SHEET, "claimant: syrskyi", "claimant: syrski")
    folder.replace(SHEET, "at: 194-343", "at: 194-9999")
    folder.replace("reference/weapons.ttl", "voc:w-uav", "voc:w-uavv")
    assert [file for file, *_ in checked(folder)] == [SHEET, SHEET, "reference/weapons.ttl"]


def test_a_document_with_two_sheets_is_reported_once(folder: Folder) -> None:
    folder.write("documents/2025-01-21-copy.yaml", folder.text(SHEET))
    found = checked(folder)
    copied = [row for row in found if "21b468746adfc9bb is already declared" in row[2]]
    assert copied == [
        (
            "documents/2025-01-21-copy.yaml",
            3,
            f"21b468746adfc9bb is already declared at DATA/{SHEET}:3; declare it once, and use its name everywhere",
        )
    ]
    assert all("is already declared" in message for _, _, message in found)


def test_the_command_says_it_line_by_line_and_builds_nothing(folder: Folder, tmp_path: Path) -> None:
    folder.replace(SHEET, "kind: estimate", "kind: estimat")
    expected = (
        f"{folder.path}/{SHEET}:84: unknown kind 'estimat'; did you mean estimate?\n1 to mend; nothing was built."
    )
    out = tmp_path / "snapshots"
    for command in (["check"], ["build", "--out", str(out)]):
        result = CliRunner().invoke(main, [*command, "--data", str(folder.path)])
        assert result.exit_code == 1
        assert expected in result.stderr
    assert not out.exists() or not list(out.iterdir())


def test_a_sheet_that_is_not_utf_8_is_reported_at_the_line(folder: Folder) -> None:
    path = folder.path / SHEET
    path.write_bytes(path.read_bytes().replace(b"Farewell call", b"Farewell \xff call", 1))
    line = line_of("Farewell", path.read_text(encoding="latin-1"))
    assert checked(folder) == [(SHEET, line, "not UTF-8; save the file as UTF-8")]


@pytest.mark.parametrize("name", ["documents/second.yml", "documents/second.ttl", "documents/2025/second.yaml"])
def test_a_file_that_would_not_be_read_is_reported(name: str, folder: Folder) -> None:
    (folder.path / name).parent.mkdir(exist_ok=True)
    folder.write(name, "id: second\n")
    message = "is not read; documents/ itself holds *.yaml files: rename or move it"
    assert checked(folder) == [(name, 0, message)]


def test_notes_and_leftovers_of_editors_are_not_read(folder: Folder) -> None:
    for name in ("documents/.#draft.yaml", "documents/draft.yaml~", "reference/README.md", "reference/.people.ttl.swp"):
        folder.write(name, "\t")
    graph.build.check(folder.path)


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(folder: Folder) -> None:
    plain = sheet.read(Source(folder.path / SHEET, SHEET))
    for name in (SHEET, "reference/people.ttl"):
        text = folder.text(name).replace("\n", "\r\n")
        (folder.path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert sheet.read(Source(folder.path / SHEET, SHEET)) == plain
    graph.build.check(folder.path)


def test_an_event_may_have_a_label_a_language(folder: Folder) -> None:
    folder.replace(SHEET, "label: Farewell call between Sybiha and Blinken", "label: {en: Call, uk: Дзвінок}")
    event = sheet.read(Source(folder.path / SHEET, SHEET)).events["ev-call-sybiha-blinken"]
    assert event.label == {"en": "Call", "uk": "Дзвінок"}


def test_thousands_may_be_grouped_as_printed(folder: Folder) -> None:
    folder.replace(SHEET, "value: 434000", "value: 434,000")
    claim = sheet.read(Source(folder.path / SHEET, SHEET)).claims[0]
    assert claim.quantity is not None
    assert claim.quantity.value == "434000"


def _as_editors_read_it(path: Path) -> Any:
    """YAML 1.2's core schema, which editors use: numbers and booleans, but no dates."""

    class Core(yaml.SafeLoader):
        pass

    Core.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    return yaml.load(path.read_text(encoding="utf-8"), Core)


@pytest.mark.parametrize(
    "path",
    [*sorted((DATA / "documents").glob("*.yaml")), Path(sheet.__file__).with_name("template.yaml")],
    ids=lambda p: p.stem,
)
def test_an_editor_finds_no_fault_with_a_valid_sheet(path: Path) -> None:
    schema = sheet.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    faults = jsonschema.Draft202012Validator(schema).iter_errors(_as_editors_read_it(path))
    assert [fault.message for fault in faults] == []
