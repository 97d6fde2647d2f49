"""The command line, command by command; in this process where that is enough, in one of its own where it is not."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import click
import httpx2
import pytest
import rdflib
import yaml
from click.testing import CliRunner, Result

from api import server
from api.cli import main
from graph import snapshot
from graph.curation import sheet
from graph.curation.source import Source
from tests.api.conftest import PATIENCE, eventually
from tests.conftest import DATA, FIRST_DOCUMENT, TESTS

LOSSES = """SELECT ?value ?bound WHERE {
  ?q sit:measure voc:m-losses ; sit:when ?when . FILTER(STR(?when) = "2024")
  ?c sit:measurand ?q ; schema:value ?value ; sit:bound ?bound ; prov:wasAttributedTo id:syrskyi } ORDER BY ?value"""
ABOUT_GPS = "CONSTRUCT { id:gps skos:prefLabel ?name } WHERE { id:gps skos:prefLabel ?name }"
DRAFT = """id: my-draft
document:
  type: news-article
  label: A draft
  publisher: tsn
  date: 2025-01-21
  language: en
  excerpt: true
claims:
  - claimant: syrskyi
    kind: fact
    quantity: {about: ukraine, measure: uav-launched, day: 2025-01-20, value: 10, unit: drones}
    passages: [{mode: indirect}]
"""
Sitrep = Callable[..., Result]


@pytest.fixture
def sitrep(monkeypatch: pytest.MonkeyPatch, snapshots: Path) -> Sitrep:
    """A command on the first document's snapshot, by default; nothing is taken from the environment."""
    for name in [name for name in os.environ if name.startswith("SITREP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SITREP_SNAPSHOTS", str(snapshots))

    def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)

    return run


def in_a_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a user starts it."""
    command = [sys.executable, "-c", "from api.cli import main; main()", *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SITREP_")}
    return subprocess.run(
        command,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def commands() -> list[str]:
    return sorted(main.commands)


# --- help and wrong use


@pytest.mark.parametrize("command", [None, *commands()])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_explains_itself(sitrep: Sitrep, command: str | None, option: str) -> None:
    result = sitrep(*([command] if command else []), option)
    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")


def test_the_list_of_commands_cuts_no_sentence(sitrep: Sitrep) -> None:
    assert "..." not in sitrep("--help").output.split("Commands:")[1]


def test_every_option_says_what_it_does() -> None:
    for command in main.commands.values():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{command.name} {parameter.opts}"


def test_the_version_is_told(sitrep: Sitrep) -> None:
    assert sitrep("--version").output.startswith("sitrep 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("show",),
        ("show", "a", "b"),
        ("build", "--keep", "0"),
        ("query", "-f", "pdf", "ASK {}"),
        ("locate",),
    ],
)
def test_wrong_use_ends_with_2(sitrep: Sitrep, arguments: tuple[str, ...]) -> None:
    result = sitrep(*arguments)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr


# --- check and build


def test_check_counts_what_it_found(sitrep: Sitrep) -> None:
    result = sitrep("check", "--data", FIRST_DOCUMENT)
    assert result.exit_code == 0
    assert result.stdout.startswith("all is well: 1 sheet, 46 claims, 64 passages, ")


def test_check_warns_of_terms_that_may_be_over_and_does_not_fail(sitrep: Sitrep) -> None:
    result = sitrep("check", "--data", FIRST_DOCUMENT, "--today", "2025-01-20")
    assert result.exit_code == 0
    assert "all is well" in result.stdout
    warned = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
    assert any("offices.ttl:" in line and "id:mb-syrskyi has no end and does not say" in line for line in warned)


def test_check_names_file_and_line(sitrep: Sitrep, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    path = tmp_path / "documents" / "a.yaml"
    path.write_text("id: a\ndocument:\n  typ: report\n", encoding="utf-8")
    result = sitrep("check", "--data", tmp_path)
    assert result.exit_code == 1
    assert f"{path}:3: unknown key 'typ'; did you mean type?" in result.stderr
    assert result.stderr.rstrip().endswith("to mend; nothing was built.")
    assert result.stdout == ""


def test_check_of_a_missing_folder_is_a_message(sitrep: Sitrep, tmp_path: Path) -> None:
    result = sitrep("check", "--data", tmp_path / "nothing")
    assert result.exit_code == 1
    assert "no such folder" in result.stderr


def test_build_makes_a_snapshot_once(sitrep: Sitrep, tmp_path: Path) -> None:
    first = sitrep("build", "--data", FIRST_DOCUMENT, "--out", tmp_path / "out")
    again = sitrep("build", "--data", FIRST_DOCUMENT, "--out", tmp_path / "out")
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout == again.stdout
    assert "46 claims, in " in first.stdout
    assert "already built from this input" in again.stderr
    name = (tmp_path / "out" / "current").read_text().strip()
    assert first.stdout.startswith(f"snapshot {name}: ")


def test_build_takes_the_users_own_rdf(sitrep: Sitrep, tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    own.write_text("<https://example.org/a> <https://example.org/b> 1 .", encoding="utf-8")
    assert sitrep("build", "--data", FIRST_DOCUMENT, "--out", tmp_path / "out", own).exit_code == 0
    query = "SELECT ?v { <https://example.org/a> <https://example.org/b> ?v }"
    assert "1 row\n" in sitrep("query", "--snapshots", tmp_path / "out", query).stdout


def test_build_refuses_what_it_cannot_read(sitrep: Sitrep, tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    own.write_bytes(b"x")
    result = sitrep("build", "--data", FIRST_DOCUMENT, "--out", tmp_path / "out", own)
    assert result.exit_code == 1
    assert "unknown format" in result.stderr


def test_build_says_when_it_cannot_write(sitrep: Sitrep, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = sitrep("build", "--data", FIRST_DOCUMENT, "--out", tmp_path / "file")
    assert result.exit_code == 1
    assert "nothing was built" in result.stderr


# --- query


def test_a_query_is_a_table_by_default(sitrep: Sitrep) -> None:
    result = sitrep("query", LOSSES)
    assert result.exit_code == 0
    assert result.stdout == "value   bound\n150000  voc:exact\n434000  voc:more-than\n2 rows\n"


@pytest.mark.parametrize("argument", ["-", None])
def test_a_query_comes_from_standard_input(sitrep: Sitrep, argument: str | None) -> None:
    result = sitrep("query", *([argument] if argument else []), stdin=LOSSES)
    assert "434000" in result.stdout


def test_a_query_comes_from_a_file(sitrep: Sitrep, tmp_path: Path) -> None:
    path = tmp_path / "losses.rq"
    path.write_text(LOSSES, encoding="utf-8")
    assert "434000" in sitrep("query", path).stdout


def test_a_describe_without_braces_is_no_file(sitrep: Sitrep) -> None:
    result = sitrep("query", "DESCRIBE id:gps")
    assert result.exit_code == 0
    assert "Global Positioning System" in result.stdout


def test_one_row_is_not_rows(sitrep: Sitrep) -> None:
    assert sitrep("query", LOSSES + " LIMIT 1").stdout.endswith("\n1 row\n")
    assert sitrep("query", LOSSES + " LIMIT 0").stdout == "0 rows\n"


def test_long_lines_are_whole_in_a_pipe(sitrep: Sitrep) -> None:
    result = sitrep("query", "SELECT ?a WHERE { BIND(CONCAT('x', REPLACE('%s', '-', 'y')) AS ?a) }" % ("-" * 1000))
    assert "x" + "y" * 1000 in result.stdout


def test_csv_and_tsv(sitrep: Sitrep) -> None:
    rows = list(csv.reader(io.StringIO(sitrep("query", "-f", "csv", LOSSES).stdout)))
    assert [row[0] for row in rows] == ["value", "150000", "434000"]
    assert sitrep("query", "-f", "tsv", LOSSES).stdout.splitlines()[0] == "?value\t?bound"


def test_json_and_xml(sitrep: Sitrep) -> None:
    answer = json.loads(sitrep("query", "-f", "json", LOSSES).stdout)
    assert [row["value"]["value"] for row in answer["results"]["bindings"]] == ["150000", "434000"]
    root = ElementTree.fromstring(sitrep("query", "-f", "xml", LOSSES).stdout)
    assert root.tag == "{http://www.w3.org/2005/sparql-results#}sparql"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD parser uses it
@pytest.mark.parametrize(("output", "rdf"), [("turtle", "turtle"), ("nt", "nt"), ("xml", "xml"), ("json", "json-ld")])
def test_a_graph_comes_in_every_rdf_format(sitrep: Sitrep, output: str, rdf: str) -> None:
    found = rdflib.Graph().parse(data=sitrep("query", "-f", output, ABOUT_GPS).stdout, format=rdf)
    assert [str(name) for name in found.objects()] == ["Global Positioning System"]


def test_a_graph_is_turtle_by_default(sitrep: Sitrep) -> None:
    found = rdflib.Graph().parse(data=sitrep("query", ABOUT_GPS).stdout, format="turtle")
    assert len(found) == 1


def test_a_dry_run_of_an_import_needs_no_folder(
    sitrep: Sitrep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table = str(TESTS / "fixtures" / "tables" / "losses-personnel.json")
    told = sitrep("import", "losses", table, "--data", str(DATA), "--dry-run")
    assert (told.exit_code, told.stderr) == (0, "")
    assert " new, 0 as before" in told.stdout
    assert not list(tmp_path.iterdir())
    refused = sitrep("import", "losses", table, "--data", str(DATA))
    assert refused.exit_code == 2
    assert "--out imports" in refused.stderr


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT * { id:syrsky ?p ?o }", "no row: `id:syrsky` is not in the graph; `id:syrskyi` is\n"),
        ("SELECT * { ?s ?p ?o } LIMIT 0", "the pattern has rows, but LIMIT 0 lets none through"),
    ],
)
def test_a_query_without_rows_is_told_why(sitrep: Sitrep, query: str, why: str) -> None:
    told = sitrep("query", query)
    assert (told.exit_code, told.stdout) == (0, "0 rows\n")
    assert why in told.stderr
    assert sitrep("query", "-f", "csv", query).stderr == ""
    assert sitrep("query", "SELECT * { id:syrskyi ?p ?o }").stderr == ""


def test_why_there_is_no_row_is_not_waited_for(snapshots: Path) -> None:
    slow = "import graph.explanation as e, time; e.explained = lambda *_: time.sleep(600)"
    program = f"{slow}; import api.cli as c; c.PATIENCE = 0.01; c.main()"
    query = "SELECT * { id:syrsky ?p ?o }"
    command = [sys.executable, "-c", program, "query", "--snapshots", str(snapshots), query]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 rows\n", "")


def test_a_yes_is_true_in_a_table(sitrep: Sitrep) -> None:
    assert sitrep("query", "ASK { id:gps a skos:Concept }").stdout == "true\n"
    assert sitrep("query", "ASK { id:gps a sit:Claim }").stdout == "false\n"
    assert json.loads(sitrep("query", "-f", "json", "ASK { id:gps a sit:Claim }").stdout)["boolean"] is False


@pytest.mark.parametrize(
    ("output", "query"), [("turtle", "ASK {}"), ("csv", "ASK {}"), ("tsv", ABOUT_GPS), ("nt", LOSSES)]
)
def test_a_format_that_does_not_fit_is_wrong_use(sitrep: Sitrep, output: str, query: str) -> None:
    result = sitrep("query", "-f", output, query)
    assert result.exit_code == 2
    assert f"{output} does not fit" in result.stderr


def test_a_syntax_error_points_at_its_place(sitrep: Sitrep) -> None:
    result = sitrep("query", "SELECT ?x WHERE {\n  ?x a nosuch:Claim\n}")
    assert result.exit_code == 1
    *_, line, mark = result.stderr.splitlines()
    assert line == "  ?x a nosuch:Claim"
    assert mark.strip() == "^"
    assert len(result.stderr) < 400


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT * { SERVICE <http://example.org/sparql> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT * { ?s nosuch:p ?o }", "nosuch"),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE"),
    ],
)
def test_what_the_graph_refuses_ends_with_1(sitrep: Sitrep, query: str, why: str) -> None:
    result = sitrep("query", query)
    assert result.exit_code == 1
    assert why in result.stderr
    assert "Traceback" not in result.output


def test_a_query_may_be_given_a_time(snapshots: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    ended = in_a_process("query", "--timeout", "0.5", endless, SITREP_SNAPSHOTS=str(snapshots))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "the query was ended after 0.5 seconds; narrow it, or ask for less at once\n"
    in_time = in_a_process("query", "--timeout", "60", "ASK {}", SITREP_SNAPSHOTS=str(snapshots))
    assert (in_time.returncode, in_time.stdout) == (0, "true\n")
    assert in_a_process("query", "--timeout", "0", "ASK {}").returncode == 2


def test_a_missing_file_and_a_binary_one_are_wrong_use(sitrep: Sitrep, tmp_path: Path) -> None:
    result = sitrep("query", tmp_path / "nothing.rq")
    assert result.exit_code == 2
    assert "neither a query nor a file" in result.stderr
    (tmp_path / "a.rq").write_bytes(b"\xff\xfe")
    assert "not a text in UTF-8" in sitrep("query", tmp_path / "a.rq").stderr
    assert "not a text in UTF-8" in sitrep("query", "-", stdin=b"\xff").stderr


# --- show


def test_show_takes_a_slug_or_an_iri(sitrep: Sitrep) -> None:
    by_slug = sitrep("show", "atacms-m39a1")
    assert by_slug.exit_code == 0
    assert by_slug.stdout == sitrep("show", "https://w3id.org/sitrep/id/atacms-m39a1").stdout
    for text in ("M39A1 ATACMS Block IA", "190 miles", "297.729 to 313.822 km", "hedged; 1 claim", "2229-2545"):
        assert text in by_slug.stdout


def test_lines_in_a_pipe_are_whole_and_end_without_blanks(sitrep: Sitrep) -> None:
    lines = sitrep("show", "ukraine").stdout.splitlines()
    assert lines
    assert all(line == line.rstrip() for line in lines)
    assert "\x1b" not in "".join(lines)
    for line in lines:
        assert not line.startswith("     ") or not line.strip(), f"a folded line: {line!r}"


def test_show_speaks_ukrainian(sitrep: Sitrep) -> None:
    assert sitrep("show", "syrskyi", "--language", "uk").stdout.startswith("Олександр Сирський\n")


def test_show_says_what_it_left_out(sitrep: Sitrep) -> None:
    result = sitrep("show", "podolyak", "--limit", "1")
    assert "and 3 more: raise --limit" in result.stdout
    assert "raise --limit" not in sitrep("show", "podolyak").stdout


def test_one_claim_is_not_claims(sitrep: Sitrep) -> None:
    assert "1 claims" not in sitrep("show", "atacms-m39a1").stdout


@pytest.mark.parametrize("name", ["nobody-at-all-of-this-name", "https://example.org/a", "not an iri <"])
def test_an_unknown_thing_ends_with_1(sitrep: Sitrep, name: str) -> None:
    result = sitrep("show", name)
    assert result.exit_code == 1
    assert "nothing is known about" in result.stderr
    assert result.stdout == ""


def test_a_slip_of_the_finger_is_answered_with_a_suggestion(sitrep: Sitrep) -> None:
    assert "did you mean syrskyi?" in sitrep("show", "syrskyy").stderr


# --- locate


def test_locate_prints_digest_length_and_offsets(sitrep: Sitrep, tmp_path: Path) -> None:
    text = "Ґанок: one\nand 43 of them\n43 again"
    path = tmp_path / "text.txt"
    path.write_text(text, encoding="utf-8")
    assert sitrep("locate", path, "43").stdout.splitlines() == [
        f"sha256: {sha256(text.encode()).hexdigest()}",
        f"length: {len(text)}",
        "at: 15-17   line 2, the whole line: 11-25",
        "at: 26-28   line 3, the whole line: 26-34",
    ]
    assert text[15:17] == text[26:28] == "43"


def test_locate_counts_any_line_end_as_one(sitrep: Sitrep, tmp_path: Path) -> None:
    outputs = []
    for name, end in (("lf", "\n"), ("crlf", "\r\n"), ("cr", "\r")):
        path = tmp_path / name
        path.write_bytes(f"one{end}two{end}three".encode())
        outputs.append(sitrep("locate", path, "three").stdout)
    assert len(set(outputs)) == 1
    assert "at: 8-13 " in outputs[0]


def test_locate_without_a_phrase_prints_what_the_document_needs(sitrep: Sitrep, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("a", encoding="utf-8")
    assert [line.split(":")[0] for line in sitrep("locate", path).stdout.splitlines()] == ["sha256", "length"]


@pytest.mark.parametrize("phrase", ["absent", ""])
def test_locate_says_when_the_phrase_is_not_there(sitrep: Sitrep, tmp_path: Path, phrase: str) -> None:
    path = tmp_path / "text.txt"
    path.write_text("a b", encoding="utf-8")
    result = sitrep("locate", path, phrase)
    assert result.exit_code == 1
    assert "does not stand in" in result.stderr


def test_locate_refuses_what_is_not_utf_8(sitrep: Sitrep, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes("Київ".encode("cp1251"))
    result = sitrep("locate", path)
    assert result.exit_code == 1
    assert "not UTF-8 (byte 0)" in result.stderr


# --- new-sheet


def test_new_sheet_prints_yaml(sitrep: Sitrep) -> None:
    assert yaml.safe_load(sitrep("new-sheet").stdout)["id"] == "my-document"


def test_new_sheet_writes_and_never_overwrites(sitrep: Sitrep, tmp_path: Path) -> None:
    path = tmp_path / "sheet.yaml"
    assert sitrep("new-sheet", path).exit_code == 0
    assert path.read_text(encoding="utf-8").partition("\n")[2] == sitrep("new-sheet").stdout
    path.write_text("mine", encoding="utf-8")
    again = sitrep("new-sheet", path)
    assert again.exit_code == 2
    assert "already there" in again.stderr
    assert path.read_text(encoding="utf-8") == "mine"


def test_new_sheet_says_when_it_cannot_write(sitrep: Sitrep, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = sitrep("new-sheet", tmp_path / "file" / "sheet.yaml")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("folder", [".", "draft/documents", "a/b/c"])
def test_new_sheet_makes_folders_and_leads_to_the_schema(sitrep: Sitrep, tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "sheet.yaml"
    written = sitrep("new-sheet", path)
    assert written.exit_code == 0
    assert f"run `sitrep check {path}`" in written.stdout
    schema = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / schema).resolve() == DATA.parent / "docs" / "sheet.schema.json"
    assert "$schema" not in sitrep("new-sheet").stdout  # nobody knows where that will lie


def test_a_draft_is_checked_and_built_beside_the_data(sitrep: Sitrep, tmp_path: Path) -> None:
    draft, out = tmp_path / "draft.yaml", tmp_path / "out"
    draft.write_text(DRAFT, encoding="utf-8")
    checked = sitrep("check", FIRST_DOCUMENT, draft)
    assert checked.exit_code == 0, checked.stderr
    assert "2 sheets, 47 claims" in checked.stdout
    assert "47 claims, in " in sitrep("build", FIRST_DOCUMENT, draft, "--out", out).stdout
    assert (
        "Syrskyi: 10 drones launched, 2025-01-20  [fact; excerpt]"
        in sitrep("show", "doc:my-draft", "--snapshots", out).stdout
    )
    draft.write_text(DRAFT.replace("claimant: syrskyi", "claimant: syrsky"), encoding="utf-8")
    wrong = sitrep("check", FIRST_DOCUMENT, draft)
    assert wrong.exit_code == 1
    assert f"{draft}:10: unknown thing 'syrsky'; did you mean syrskyi?" in wrong.stderr


def test_a_draft_may_use_names_that_another_file_declares(sitrep: Sitrep, tmp_path: Path) -> None:
    draft, own = tmp_path / "draft.yaml", tmp_path / "own.ttl"
    draft.write_text(DRAFT.replace("publisher: tsn", "publisher: our-newsroom"), encoding="utf-8")
    own.write_text(
        "@prefix id: <https://w3id.org/sitrep/id/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        'id:our-newsroom a <http://www.w3.org/ns/org#Organization> ; skos:prefLabel "Our newsroom"@en .\n',
        encoding="utf-8",
    )
    assert "unknown thing 'our-newsroom'" in sitrep("check", FIRST_DOCUMENT, draft).stderr
    both = sitrep("check", FIRST_DOCUMENT, draft, own)
    assert both.exit_code == 0, both.stderr


def test_a_sheet_of_the_data_named_once_more_is_read_once(sitrep: Sitrep) -> None:
    sheets = sorted((FIRST_DOCUMENT / "documents").glob("*.yaml"))
    result = sitrep("check", FIRST_DOCUMENT, *sheets)
    assert result.exit_code == 0, result.stderr
    assert "1 sheet, 46 claims" in result.stdout


def test_a_draft_with_the_name_of_another_sheet_is_refused(sitrep: Sitrep, tmp_path: Path) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_text(next((FIRST_DOCUMENT / "documents").glob("*.yaml")).read_text(encoding="utf-8"), encoding="utf-8")
    result = sitrep("check", FIRST_DOCUMENT, copy)
    assert result.exit_code == 1
    assert f"{copy}:3: 21b468746adfc9bb is already declared at " in result.stderr


def test_a_folder_of_sheets_alone_is_no_folder_to_load(sitrep: Sitrep, tmp_path: Path) -> None:
    (tmp_path / "draft.yaml").write_text(DRAFT, encoding="utf-8")
    assert f"name sheets one by one, as in {tmp_path}/*.yaml" in sitrep("check", FIRST_DOCUMENT, tmp_path).stderr


def test_the_template_is_a_sheet(sitrep: Sitrep, tmp_path: Path) -> None:
    path = tmp_path / "sheet.yaml"
    sitrep("new-sheet", path)
    assert len(sheet.read(Source(path, path.name)).claims) == 3


def test_the_template_with_slugs_of_its_own_builds(sitrep: Sitrep, tmp_path: Path) -> None:
    for name in ("reference", "documents"):
        (tmp_path / name).mkdir()
        for file in (FIRST_DOCUMENT / name).iterdir():
            (tmp_path / name / file.name).write_bytes(file.read_bytes())
    path = tmp_path / "documents" / "my-document.yaml"
    sitrep("new-sheet", path)
    text = path.read_text(encoding="utf-8")
    for placeholder, slug in (
        ("slug-of-the-outlet", "tsn"),
        ("slug-of-the-channel", "tsn"),
        ("slug-of-the-speaker", "syrskyi"),
    ):
        text = text.replace(placeholder, slug)
    path.write_text(text, encoding="utf-8")
    result = sitrep("check", "--data", tmp_path)
    assert result.exit_code == 0, result.stderr
    assert "2 sheets, 49 claims" in result.stdout


# --- the environment, and processes of their own


def test_the_environment_gives_defaults(sitrep: Sitrep, snapshots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITREP_FORMAT", "csv")
    assert sitrep("query", LOSSES).stdout.startswith("value,bound")
    monkeypatch.setenv("SITREP_LANGUAGE", "uk")
    assert sitrep("show", "syrskyi").stdout.startswith("Олександр")
    monkeypatch.setenv("SITREP_DATA", str(FIRST_DOCUMENT))
    assert "1 sheet," in sitrep("check").stdout


def test_an_option_beats_the_environment(sitrep: Sitrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITREP_FORMAT", "csv")
    assert json.loads(sitrep("query", "-f", "json", LOSSES).stdout)


@pytest.mark.parametrize("command", [("query", "ASK {}"), ("show", "syrskyi")])
def test_without_a_snapshot_the_next_step_is_told(sitrep: Sitrep, tmp_path: Path, command: tuple[str, str]) -> None:
    result = sitrep(command[0], "--snapshots", tmp_path, command[1])
    assert result.exit_code == 1
    assert str(tmp_path) in result.stderr
    assert "run `sitrep build` first" in result.stderr


def test_a_process_answers_on_standard_output_only(snapshots: Path) -> None:
    done = in_a_process("query", "-f", "csv", LOSSES, SITREP_SNAPSHOTS=str(snapshots))
    assert (done.returncode, done.stderr) == (0, "")
    assert "434000" in done.stdout


def test_a_process_fails_on_standard_error_only(tmp_path: Path) -> None:
    done = in_a_process("show", "syrskyi", SITREP_SNAPSHOTS=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("there is no snapshot in ")
    assert in_a_process("nonsense").returncode == 2


def test_a_process_prints_cyrillic_whatever_the_locale(snapshots: Path) -> None:
    done = in_a_process("show", "--language", "uk", "syrskyi", SITREP_SNAPSHOTS=str(snapshots), LC_ALL="C.UTF-8")
    assert done.stdout.startswith("Олександр Сирський")


def test_a_closed_pipe_is_no_error_message(snapshots: Path) -> None:
    program = f"{sys.executable} -c 'from api.cli import main; main()' query 'SELECT * {{ ?s ?p ?o }}' | head -n 1"
    done = subprocess.run(
        ["bash", "-c", program], env={**os.environ, "SITREP_SNAPSHOTS": str(snapshots)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "BrokenPipeError" not in done.stderr


# --- view and serve


def test_view_writes_one_file(sitrep: Sitrep, tmp_path: Path) -> None:
    path = tmp_path / "picture.html"
    result = sitrep("view", "syrskyi", "-o", path)
    assert result.exit_code == 0, result.output
    assert str(path) in result.stdout
    assert "Oleksandr Syrskyi" in path.read_text(encoding="utf-8")


def test_view_of_an_unknown_thing_writes_nothing(sitrep: Sitrep, tmp_path: Path) -> None:
    path = tmp_path / "picture.html"
    result = sitrep("view", "nobody-of-this-name", "-o", path)
    assert result.exit_code == 1
    assert "nothing is known about" in result.stderr
    assert not path.exists()


def test_view_says_when_it_cannot_write(sitrep: Sitrep, tmp_path: Path) -> None:
    result = sitrep("view", "syrskyi", "-o", tmp_path / "no" / "folder.html")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def gone(file: str) -> Callable[[Path], str]:
    def damage(folder: Path) -> str:
        path = snapshot.current(folder).path / file
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        return f"{path}/" if file == "store" else f"{path} is missing"

    return damage


def cut(file: str) -> Callable[[Path], str]:
    def damage(folder: Path) -> str:
        path = snapshot.current(folder).path / file
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        return f"{path} has "

    return damage


def of_another_version(folder: Path) -> str:
    path = snapshot.current(folder).path / "manifest.json"
    path.write_text('{"counts": {}, "inputs": [], "triples": 7162, "version": "0.1.0"}\n', encoding="utf-8")
    return f"{path} is of another version of sitrep, or of another program"


def named(text: bytes) -> Callable[[Path], str]:
    def damage(folder: Path) -> str:
        (folder / "current").write_bytes(text)
        return f"{folder}/current names "

    return damage


def without_current(folder: Path) -> str:
    (folder / "current").unlink()
    return f"{folder}/current is missing, though the folder is not empty"


def without_a_folder(folder: Path) -> str:
    shutil.rmtree(snapshot.current(folder).path)
    return f"{folder}/current names the snapshot "


def of_another_program(folder: Path) -> str:
    shutil.rmtree(snapshot.current(folder).path)
    (folder / "current").rename(folder / "notes.txt")
    return f"{folder}/current is missing, though the folder is not empty"


DAMAGE = {
    "a manifest lost": gone("manifest.json"), "a manifest cut": cut("manifest.json"),
    "a list of the store cut": cut("store.json"), "statistics cut": cut("statistics.json"),
    "an index cut": cut("timeline.sqlite"), "a store cut": cut("store/CURRENT"), "a lock lost": gone("lock"),
    "a store lost": gone("store"), "an index lost": gone("lists.sqlite"),
    "another version": of_another_version, "another program": of_another_program,
    "no current": without_current, "an empty current": named(b""), "a binary current": named(b"\xff\0\n"),
    "a current that leads elsewhere": named(b"../elsewhere"),
    "a current that leads nowhere": named(b"0123456789abcdef"),
    "a snapshot lost": without_a_folder,
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_serve_neither_replaces_nor_removes_what_is_damaged(
    damage: Callable[[Path], str], sitrep: Sitrep, tmp_path: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(snapshots, tmp_path / "snapshots"))
    message = damage(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    monkeypatch.setattr(server, "listening", lambda *_: pytest.fail("it listens"))
    for command in (("serve", "--data", FIRST_DOCUMENT), ("serve", "--workers", "2"), ("verify",)):
        result = sitrep(*command, "--snapshots", folder)
        assert result.exit_code == 1
        assert message in result.stderr
        assert "`sitrep build`" in result.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    # and a build mends it
    assert sitrep("build", "--data", FIRST_DOCUMENT, "--out", folder).exit_code == 0
    assert sitrep("verify", folder).exit_code == 0


@pytest.mark.parametrize("left", [None, "", ".building-killed"])
def test_serve_builds_where_there_is_nothing(
    left: str | None, sitrep: Sitrep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "snapshots"
    if left is not None:
        (folder / left).mkdir(parents=True)
    monkeypatch.setattr(server, "run", lambda listener, *_: listener.close())
    result = sitrep("serve", "--port", "0", "--data", FIRST_DOCUMENT, "--snapshots", folder)
    assert (result.exit_code, "sitrep is served at" in result.stdout) == (0, True)
    assert {path.name for path in folder.iterdir()} == {snapshot.current(folder).name, "current"}


def test_verify_checks_every_snapshot_of_a_folder(sitrep: Sitrep, snapshots: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(snapshots, tmp_path / "snapshots"))
    built = snapshot.current(folder)
    old = Path(shutil.copytree(built.path, folder / "old"))
    result = sitrep("verify", "--snapshots", folder)
    assert result.exit_code == 0, result.output
    assert re.findall(r"snapshot (\w+): \d+ files, [\d,]+ bytes, all whole", result.stdout) == [built.name, "old"]
    for file in ("dump.trig.gz", "sides.sqlite"):
        (old / file).write_bytes(bytes(9))
    result = sitrep("verify", folder)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"snapshot {built.name}: ")
    assert f"The current snapshot, {built.name}, is whole" in result.stderr
    assert [line.split(" has ")[0] for line in result.stderr.splitlines()[:2]] == [
        f"{old}/dump.trig.gz", f"{old}/sides.sqlite"
    ]  # fmt: skip
    assert sitrep("verify", built.path).exit_code == 0
    assert sitrep("verify", old).exit_code == 1


def test_verify_says_where_there_is_no_snapshot(sitrep: Sitrep, tmp_path: Path) -> None:
    result = sitrep("verify", tmp_path / "none")
    assert (result.exit_code, result.stderr.split(" in ")[0]) == (1, "there is no snapshot")


@pytest.mark.parametrize("command", [("query", "ASK {}"), ("show", "syrskyi"), ("view", "syrskyi")])
def test_a_damaged_snapshot_is_not_asked(
    sitrep: Sitrep, command: tuple[str, str], snapshots: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(snapshots, tmp_path / "snapshots"))
    message = cut("timeline.sqlite")(folder)
    result = sitrep(command[0], "--snapshots", folder, command[1])
    assert result.exit_code == 1
    assert message in result.stderr
    assert "build again with `sitrep build`" in result.stderr


def test_serve_says_when_the_port_is_taken(sitrep: Sitrep) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = sitrep("serve", "--port", taken.getsockname()[1])
    assert result.exit_code == 1
    assert "cannot be used" in result.stderr
    assert "(or SITREP_PORT=8001 make serve)" in result.stderr


def test_small_answers_are_sent_at_once() -> None:
    """Nagle's algorithm holds the second packet of an answer back until the client acknowledges the first."""

    async def delays() -> list[int]:
        seen: list[int] = []

        async def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            seen.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listener = server.listening("127.0.0.1", 0)
        async with await asyncio.start_server(accepted, sock=listener):
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            await reader.read()
            writer.close()
        return seen

    assert asyncio.run(delays()) == [1]


def test_ctrl_c_ends_the_server_quietly(snapshots: Path) -> None:
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--snapshots", str(snapshots)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[-1]
    eventually(lambda: _answers(f"{address}/readyz"))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (0, "")


def _answers(address: str) -> bool:
    try:
        return httpx2.get(address).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.parametrize("name", ["id:syrskyi", "<https://w3id.org/sitrep/id/syrskyi>", "id/syrskyi"])
def test_show_takes_a_prefixed_name(sitrep: Sitrep, name: str) -> None:
    assert sitrep("show", name).stdout == sitrep("show", "syrskyi").stdout


def test_show_finds_a_document_by_its_name_alone(sitrep: Sitrep) -> None:
    document = "21b468746adfc9bb"
    assert sitrep("show", document).stdout == sitrep("show", f"doc/{document}").stdout
    assert sitrep("show", document).exit_code == 0


def test_show_lists_the_claims_of_a_document_in_order(sitrep: Sitrep) -> None:
    shown = sitrep("show", "doc:21b468746adfc9bb", "--limit", "100").stdout
    starts = [int(start) for start in re.findall(r"[;\[] ?(\d+)-\d+[,\]]", shown.partition("Claims in it\n")[2])]
    assert shown.count("\n  - ") == 46
    assert len(starts) == 46
    assert starts == sorted(starts)
    few = sitrep("show", "doc:21b468746adfc9bb", "--limit", "3").stdout.partition("Claims in it\n")[2]
    assert few.count("  - ") == 3
    assert "and 43 more: raise --limit" in few
    assert "Claims in it" not in sitrep("show", "syrskyi").stdout


def test_a_query_needs_some_memory(sitrep: Sitrep) -> None:
    result = sitrep("serve", "--memory", "255")
    assert result.exit_code == 2
    assert "255" in result.stderr
