"""A table of one's own: CSV in any encoding, workbooks, and what a mapping file may get wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from pyoxigraph import Store

import graph.build
from graph.curation import data
from graph.errors import InvalidData
from graph.importers import mapping, rows
from ontology.terms import PREFIXES, compact
from tests.conftest import DATA, TESTS
from tests.graph.importers.conftest import SAMPLES, Import

MAPPING, LOG = "drone-log.yaml", "drone-log.csv"
OWN = """@prefix id: <https://w3id.org/sitrep/id/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
id:our-newsroom a org:Organization ; skos:prefLabel "Our newsroom"@en ; skos:altLabel "Хтось"@uk .
"""
FIGURES = """SELECT ?who ?measure ?place ?day ?value ?bound ?url WHERE {
    ?p sit:inDocument doc:table-drone-log ; sit:carries ?c . ?c prov:wasAttributedTo ?who ; sit:measurand ?q ;
    schema:value ?value ; sit:bound ?bound . ?q sit:measure ?measure ; sit:when|schema:endDate ?day .
    FILTER(DATATYPE(?day) = xsd:date) OPTIONAL { ?q schema:location ?place }
    OPTIONAL { ?c prov:hadPrimarySource/schema:url ?url } } ORDER BY ?day ?measure"""
EXPECTED = [
    ("id:ukrainian-air-force", "voc:m-uav-launched", "", "2030-02-01", "1200", "voc:approx",
     "https://example.org/a.pdf#page=3"),
    ("id:ukrainian-air-force", "voc:m-uav-shot-down", "id:donetsk-oblast", "2030-02-01", "900", "voc:exact", ""),
    ("id:general-staff-ukraine", "voc:m-uav-launched", "", "2030-02-02", "50", "voc:exact",
     "https://example.org/b.pdf#page=1"),
    ("id:ukrainian-air-force", "voc:m-uav-launched", "", "2030-02-04", "10", "voc:exact",
     "https://example.org/d.pdf#page=2"),
]  # fmt: skip


def figures(out: Path) -> list[tuple[str, ...]]:
    store = Store()
    path = out / "table.sheets.jsonl.gz"
    store.bulk_extend(data.curated(DATA, [(path.name, path)]).quads)
    found = store.query(FIGURES, prefixes=PREFIXES)
    return [tuple(compact(v.value).strip("<>") if v and hasattr(v, "value") else "" for v in row) for row in found]  # type: ignore[union-attr]


def test_columns_become_claims(brought_in: Import, out: Path) -> None:
    summary = brought_in("table", MAPPING, LOG)
    assert figures(out) == EXPECTED
    assert dict(summary.reasons()) == {"the name means no declared thing": 3, "the cell is empty": 1}
    assert summary.unresolved == {("agent", "Хтось"): 2, ("place", "Небувала область"): 1}
    assert summary.tables[0][1] == "2030-02-04"  # the latest day in it is that of the copy
    assert not summary.keeps_names


def test_a_turtle_file_declares_names_of_ones_own(brought_in: Import, out: Path, tmp_path: Path) -> None:
    own, meant = tmp_path / "own.ttl", tmp_path / "mapping.yaml"
    own.write_text(OWN, encoding="utf-8")
    text = (SAMPLES / MAPPING).read_text(encoding="utf-8")
    meant.write_text(text.replace("publisher: tsn", "publisher: our-newsroom"), encoding="utf-8")
    with pytest.raises(InvalidData, match=r"unknown thing 'our-newsroom'.* or in a Turtle file"):
        brought_in("table", meant, LOG)
    summary = brought_in("table", meant, LOG, own)
    assert ("agent", "Хтось") not in summary.unresolved
    path = out / "table.sheets.jsonl.gz"
    store = Store()
    graph.build.assemble(store, DATA, graph.build.extra_files([path, own]))
    assert store.query(
        "ASK { doc:table-drone-log schema:publisher id:our-newsroom . ?c prov:wasAttributedTo id:our-newsroom }",
        prefixes=PREFIXES,
    )
    with pytest.raises(InvalidData, match="unknown thing 'our-newsroom'"):
        data.curated(DATA, [(path.name, path)])


def test_names_alone_are_no_table(brought_in: Import, tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_text(OWN, encoding="utf-8")
    with pytest.raises(InvalidData, match=r"own\.ttl: declares names; name the table, too"):
        brought_in("table", tmp_path / "own.ttl")


def test_an_unresolved_name_is_listed_with_the_nearest_one(brought_in: Import, out: Path, tmp_path: Path) -> None:
    log = tmp_path / LOG
    text = (SAMPLES / LOG).read_text(encoding="cp1251")
    log.write_text(text.replace("Небувала область", "Донеццька облсть"), encoding="cp1251")
    brought_in("table", MAPPING, log)
    listed = (out / "table.unresolved.csv").read_text(encoding="utf-8").splitlines()
    assert listed == ["kind,name,times,near", "agent,Хтось,2,", "place,Донеццька облсть,1,donetsk-oblast"]


def test_a_workbook_says_the_same(brought_in: Import, out: Path, tmp_path: Path) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "notes"
    page = book.create_sheet("лист")
    for line in (SAMPLES / LOG).read_text(encoding="cp1251").splitlines():
        page.append([float(cell) if cell in ("50", "7", "10") else cell for cell in line.split(";")])
    book.save(tmp_path / "log.xlsx")
    meant = tmp_path / "mapping.yaml"
    text = (SAMPLES / MAPPING).read_text(encoding="utf-8")
    meant.write_text(text.replace("delimiter: semicolon", "sheet: лист"), encoding="utf-8")
    brought_in("table", meant, tmp_path / "log.xlsx")
    assert figures(out) == EXPECTED
    meant.write_text(text.replace("delimiter: semicolon", "sheet: аркуш"), encoding="utf-8")
    with pytest.raises(InvalidData, match="has no sheet 'аркуш'; it has notes, лист"):
        brought_in("table", meant, tmp_path / "log.xlsx")


def test_a_value_behind_the_last_column_of_a_workbook_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (["day", "count"], ["2030-01-01", 5], ["2030-01-02", 6, None, "or 7?"]):
        page.append(row)
    book.save(tmp_path / "log.xlsx")
    with pytest.raises(InvalidData, match=r"log\.xlsx:3: a value behind the last column, 'count'; name its column"):
        list(rows.of_workbook(tmp_path / "log.xlsx", ("day", "count")))


def test_a_file_that_is_no_workbook_is_refused(brought_in: Import, tmp_path: Path) -> None:
    (tmp_path / "log.xlsx").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(InvalidData, match=r"log\.xlsx: is no whole Excel workbook"):
        brought_in("table", MAPPING, tmp_path / "log.xlsx")


def test_a_corrected_cell_revises_the_earlier_copy(brought_in: Import, out: Path, tmp_path: Path) -> None:
    newer = tmp_path / LOG
    text = (SAMPLES / LOG).read_text(encoding="cp1251")
    newer.write_text(
        text.replace("1 200", "1 300") + "05.02.2030;ПС;1;точно;1;;https://example.org/e;1\n", encoding="cp1251"
    )
    brought_in("table", MAPPING, LOG)
    summary = brought_in("table", MAPPING, newer)
    assert (summary.changes.revised, summary.changes.new) == (1, 1)
    assert brought_in("table", MAPPING, LOG).changes.revised == 0
    assert figures(out)[0][4] == "1300"


@pytest.mark.parametrize(
    ("decimals", "printed", "meant"),
    [
        (",", "1 200", "1200"), (",", "1.234.567,50", "1234567.5"), (",", "70,3", "70.3"), (",", "70,0", "70"),
        (",", "1'200", "1200"), (",", "1\u202f200", "1200"), (".", "1,234.5", "1234.5"), (".", "12.50", "12.5"),
        (".", "12,5", None), (",", "70.3", None), (".", "1,23,456", None), (".", "1,234'567", None), (".", "1 2", None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_signs_say_or_not_at_all(
    brought_in: Import, out: Path, tmp_path: Path, decimals: str, printed: str, meant: str | None
) -> None:
    mapped, log = tmp_path / "mapping.yaml", tmp_path / LOG
    text = (SAMPLES / MAPPING).read_text(encoding="utf-8").replace("encoding: cp1251", "encoding: utf-8")
    text = text.replace("measure: uav-launched", "measure: cost").replace("unit: drones", "unit: USD", 1)
    mapped.write_text(re.sub(r'decimals: *"[.,]"', f'decimals: "{decimals}"', text), encoding="utf-8")
    rows = (SAMPLES / LOG).read_text(encoding="cp1251")
    assert "1 200" in rows
    log.write_text(rows.replace("1 200", printed).replace("900,0", "900"), encoding="utf-8")
    if meant:
        brought_in("table", mapped, log)
        assert figures(out)[0][4] == meant
        return
    with pytest.raises(InvalidData, match=rf"{LOG}:\d+: .*{re.escape(printed)}.* is not a number whose decimals"):
        brought_in("table", mapped, log)


@pytest.mark.parametrize(
    ("decimals", "printed", "meant"),
    [
        (".", "61.0", "61"), (".", "1,500", "1500"), (".", "1234.000", "1234"), (",", "1.500", "1500"),
        (".", "1.500", None), (".", "1.000", None), (".", "61.5", None), (",", "1,500", None), (",", "1.234,5", None),
    ],
)  # fmt: skip
def test_a_count_has_no_fraction(
    brought_in: Import, out: Path, tmp_path: Path, decimals: str, printed: str, meant: str | None
) -> None:
    mapped, log = tmp_path / "mapping.yaml", tmp_path / LOG
    text = (SAMPLES / MAPPING).read_text(encoding="utf-8").replace("encoding: cp1251", "encoding: utf-8")
    mapped.write_text(text.replace('decimals: ","', f'decimals: "{decimals}"'), encoding="utf-8")
    rows = (SAMPLES / LOG).read_text(encoding="cp1251")
    log.write_text(rows.replace("1 200", printed).replace("900,0", "900"), encoding="utf-8")
    if meant:
        brought_in("table", mapped, log)
        assert figures(out)[0][4] == meant
        return
    other = "," if decimals == "." else "."
    message = (
        rf"{LOG}:2: запущено: '{re.escape(printed)}' has a fraction, but 'drones' is a count.*decimals: \"{other}\""
    )
    with pytest.raises(InvalidData, match=message):
        brought_in("table", mapped, log)
    assert not out.exists()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://javascript:alert(1)", "invalid port number; correct it"),
        ("https://[::1", "invalid IPv6 address; correct it"),
        ("www.example.org", "write the whole of it, with https:// in front"),
    ],
)
def test_an_address_that_is_none_is_told_with_the_line_of_the_table(
    brought_in: Import, out: Path, tmp_path: Path, url: str, message: str
) -> None:
    log = tmp_path / LOG
    rows = (SAMPLES / LOG).read_text(encoding="cp1251")
    log.write_text(rows.replace("https://example.org/b.pdf", url), encoding="cp1251")
    with pytest.raises(InvalidData, match=rf"{LOG}:3: '{re.escape(url)}' is no web address.*{re.escape(message)}"):
        brought_in("table", MAPPING, log)
    assert not out.exists()


def test_a_number_below_zero_is_refused(brought_in: Import, out: Path, tmp_path: Path) -> None:
    log = tmp_path / LOG
    rows = (SAMPLES / LOG).read_text(encoding="cp1251")
    log.write_text(rows.replace("1 200", "-6"), encoding="cp1251")
    with pytest.raises(InvalidData, match=rf"{LOG}:2: запущено: '-6' is below zero, which no measure can be; correct"):
        brought_in("table", MAPPING, log)
    assert not out.exists()
    mapped = tmp_path / "mapping.yaml"
    text = (SAMPLES / MAPPING).read_text(encoding="utf-8")
    mapped.write_text(text.replace("value: {column: запущено}", "value: -6"), encoding="utf-8")
    with pytest.raises(InvalidData, match=r"mapping.yaml:\d+: '-6' is below zero, which no measure can be; write 6"):
        brought_in("table", mapped, LOG)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("measure: uav-launched", "measure: uav-lanched", r"yaml:\d+: unknown measure 'uav-lanched'; did you mean"),
        ("точно: exact", "точно: exakt", r"yaml:\d+: unknown bound 'exakt'; did you mean exact"),
        ("unit: drones", "unit: dronez", r"yaml:\d+: unknown unit 'dronez'; did you mean drones"),
        ("    quantity:", "    quantitie:", r"yaml:\d+: unknown key 'quantitie'; did you mean quantity"),
        ("encoding: cp1251", "encoding: cp9999", r"yaml:\d+: there is no encoding 'cp9999'"),
        ("encoding: cp1251", "encoding: utf-8", r"csv:1: not UTF-8"),
        ("{column: запущено}", "{column: запущено!}", r"csv:1: the column 'запущено!' is missing; is it запущено\?"),
        ('dates: "%d.%m.%Y"', 'dates: "%d/%m/%Y"', r"csv:2: дата: '01\.02\.2030' is not written as %d/%m/%Y"),
        ("key: [дата, хто]", "key: [хто]", r"csv:5: says once more what line 2 says"),
        ("publisher: tsn", "publisher: tsm", r"yaml:5: unknown thing 'tsm'; declare it in data/reference/ first"),
        ("{ПС: ukrainian-air-force}", "{ПС: ukrainian-airforce}", r"yaml:\d+: unknown thing 'ukrainian-airforce"),
        ("about: ukraine", "about: ukrane", r"yaml:\d+: unknown thing 'ukrane'; did you mean ukraine"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    brought_in: Import, out: Path, tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = (SAMPLES / MAPPING).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mapping.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidData, match=message):
        brought_in("table", path, LOG)
    assert not out.exists()


def test_a_number_that_is_none_is_told_with_its_line(brought_in: Import, tmp_path: Path) -> None:
    text = (SAMPLES / LOG).read_text(encoding="cp1251")
    path = tmp_path / LOG
    path.write_text(text.replace("1 200", "many"), encoding="cp1251")
    with pytest.raises(InvalidData, match=r"csv:2: запущено: 'many' is not a number"):
        brought_in("table", MAPPING, path)


def test_one_mapping_and_one_table_are_needed(brought_in: Import) -> None:
    with pytest.raises(InvalidData, match="name one mapping file"):
        brought_in("table", LOG)


def test_the_schema_of_mappings_is_that_of_the_models() -> None:
    written = (TESTS.parent / "docs" / "table.schema.json").read_text(encoding="utf-8")
    assert json.loads(written) == mapping.json_schema()
