"""Newer and older copies of a table merge; their order makes no difference."""

from __future__ import annotations

import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import pytest

from graph.errors import InvalidData
from graph.importers.copies import path_in
from tests.graph.importers.conftest import SAMPLES, Import, built, rows

STANDING = """SELECT ?measure ?day ?value WHERE { ?c prov:wasAttributedTo id:general-staff-ukraine ;
    sit:measurand ?q ; schema:value ?value . ?q sit:measure ?measure ; sit:asOf ?day .
    FILTER(STRSTARTS(STR(?day), "2030")) FILTER NOT EXISTS { ?later prov:wasRevisionOf ?c }
} ORDER BY ?measure ?day ?value"""


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The personnel sample without its last day and with another figure on the second."""
    content = json.loads((SAMPLES / "losses-personnel.json").read_text())[:2]
    content[1]["personnel"] = 139
    path = tmp_path / "older" / "personnel.json"
    path.parent.mkdir()
    path.write_text(json.dumps(content))
    return path


NEWER = "losses-personnel.json"


def test_older_and_newer_copies_end_alike_in_any_order(brought_in: Import, out: Path, older: Path) -> None:
    file = out / "losses.sheets.jsonl.gz"
    ends = []
    for order in ((older, NEWER, older), (NEWER, older), (older, NEWER), (NEWER, older, NEWER, older)):
        for copy in order:
            brought_in("losses", copy)
        ends.append(file.read_bytes())
        file.unlink()
    assert len(set(ends)) == 1


def test_after_older_newer_older_the_newer_figures_stand(brought_in: Import, out: Path, older: Path) -> None:
    brought_in("losses", NEWER)
    alone = rows(built(out), STANDING)
    (out / "losses.sheets.jsonl.gz").unlink()
    for copy in (older, NEWER, older):
        brought_in("losses", copy)
    store = built(out)
    assert rows(store, STANDING) == alone
    changed = """SELECT ?value ?was ?document ?outcome WHERE { ?c prov:wasRevisionOf ?e ; schema:value ?value .
        ?e schema:value ?was . ?p sit:carries ?e ; sit:inDocument ?document .
        ?k sit:first|sit:second ?c ; sit:first|sit:second ?e ; sit:outcome ?outcome . FILTER(?c != ?e) }"""
    assert set(rows(store, changed)) == {("140", "139", "doc:losses-personnel-2030-01-03", "voc:superseded")}


def test_the_summary_tells_what_changed(brought_in: Import, older: Path) -> None:
    first, second, third = (brought_in("losses", copy).changes for copy in (older, NEWER, older))
    assert (first.new, first.same, first.revised, first.withdrawn) == (3, 0, 0, 0)
    assert (second.new, second.same, second.revised, second.withdrawn) == (1, 2, 1, 0)
    assert (third.new, third.same, third.revised, third.withdrawn) == (0, 4, 0, 0)


def test_what_the_newest_copy_no_longer_has_is_withdrawn(brought_in: Import, out: Path, tmp_path: Path) -> None:
    brought_in("losses", NEWER)
    content = json.loads((SAMPLES / NEWER).read_text())
    del content[1]
    content.append({"date": "2030-01-09", "day": 9, "personnel": 190, "personnel*": "about"})
    (tmp_path / "next.json").write_text(json.dumps(content))
    summary = brought_in("losses", tmp_path / "next.json")
    assert summary.changes.withdrawn == 1
    assert not [row for row in rows(built(out), STANDING) if row[2] == "140"]
    again = brought_in("losses", NEWER)
    assert again.changes.withdrawn == 0


def test_a_dry_run_writes_nothing_and_tells_the_same(brought_in: Import, out: Path) -> None:
    told = brought_in("losses", NEWER, dry_run=True)
    assert not out.exists()
    assert told == brought_in("losses", NEWER)


def test_importing_again_changes_nothing(brought_in: Import, out: Path) -> None:
    brought_in("losses", NEWER)
    before = (out / "losses.sheets.jsonl.gz").read_bytes()
    assert brought_in("losses", NEWER).changes.same == 4
    assert (out / "losses.sheets.jsonl.gz").read_bytes() == before


def test_a_broken_copy_leaves_what_was_there(brought_in: Import, out: Path, tmp_path: Path) -> None:
    brought_in("losses", NEWER)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (tmp_path / "cut.json").write_bytes((SAMPLES / NEWER).read_bytes()[:-60])
    with pytest.raises(InvalidData, match=r"cut\.json:1\d: not JSON: .* cut off"):
        brought_in("losses", tmp_path / "cut.json")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_an_import_that_cannot_be_written_leaves_what_was_there(
    brought_in: Import, out: Path, older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_in("losses", older)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    written = os.fdopen

    def full(*given: Any, **how: Any) -> IO[bytes]:
        if len(list(out.glob(".writing-*"))) == 3:
            raise OSError(errno.ENOSPC, "no space left on the device")
        return written(*given, **how)

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OSError, match="no space left"):
        brought_in("losses", NEWER)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_two_imports_at_once_forget_nothing(brought_in: Import, out: Path, older: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(brought_in, "losses", name) for name in (older, NEWER)]:
            done.result()
    both = path_in(out, "losses").read_bytes()
    brought_in("losses", older)
    assert path_in(out, "losses").read_bytes() == both


def test_a_damaged_file_of_imports_is_told_of(brought_in: Import, out: Path) -> None:
    brought_in("losses", NEWER)
    file = out / "losses.sheets.jsonl.gz"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(InvalidData, match="is no whole gzip file"):
        built(out)
    with pytest.raises(InvalidData, match="is no whole gzip file"):
        brought_in("losses", NEWER)
