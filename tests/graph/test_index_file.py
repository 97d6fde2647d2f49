"""SQLite files of a snapshot are whole, or an error says why there is none."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from graph.errors import DamagedSnapshot
from graph.index_file import IndexFile, writing

TABLES, INDEXES = "CREATE TABLE thing (iri TEXT);", "CREATE INDEX thing_iri ON thing (iri);"


def test_what_was_written_is_read_by_the_same_version_alone(tmp_path: Path) -> None:
    path = tmp_path / "things.sqlite"
    with writing(path, 7, TABLES, INDEXES) as database:
        database.execute("INSERT INTO thing VALUES ('a')")
    with IndexFile(path, 7, "index of things") as index, index.asked() as database:
        assert database.execute("SELECT iri FROM thing").fetchall() == [("a",)]
    with pytest.raises(DamagedSnapshot, match="no index of things that this version reads"):
        IndexFile(path, 8, "index of things")


def test_damage_that_a_question_meets_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "things.sqlite"
    fill(path, 1000)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with (
        IndexFile(path, 7, "index of things") as index,
        pytest.raises(DamagedSnapshot, match=rf"{path} is no whole index of things \(.*malformed.*\): build again"),
        index.asked() as database,
    ):
        database.execute("SELECT COUNT(*) FROM thing WHERE iri > ''").fetchall()


def test_a_file_that_is_gone_when_a_second_thread_asks_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "things.sqlite"
    fill(path, 1000)
    with IndexFile(path, 7, "index of things") as index, index.asked():
        path.unlink()
        with pytest.raises(DamagedSnapshot, match=f"{path} is missing: build again"), index.asked():
            pass


def test_a_folder_that_is_not_there_is_an_error_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "none" / "things.sqlite"
    with pytest.raises(OSError, match="unable to open") as error, writing(path, 7, TABLES, INDEXES):
        pass
    assert (error.value.errno, error.value.filename) == (errno.EACCES, str(path))


def fill(path: Path, pages: int) -> None:
    with writing(path, 7, TABLES, INDEXES) as database:
        database.execute(f"PRAGMA max_page_count = {pages}")
        database.executemany("INSERT INTO thing VALUES (?)", (("a" * 1000,) for _ in range(100)))


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    fill(tmp_path / "things.sqlite", 1000)
    with pytest.raises(OSError, match="full") as error:
        fill(tmp_path / "things.sqlite", 3)
    assert error.value.errno == errno.ENOSPC
