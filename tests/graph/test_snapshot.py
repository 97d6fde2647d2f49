"""Where snapshots lie: switching, sweeping, pruning, and who holds what."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from graph import snapshot
from graph.errors import DamagedSnapshot, NoSnapshot


def publish(folder: Path, name: str) -> snapshot.Snapshot:
    with snapshot.building(folder) as path:
        (path / "store").mkdir()
        (path / "store" / "data").write_text(name)
        return snapshot.publish(path, folder, name, {"triples": len(name)})


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_is_published_is_current(tmp_path: Path) -> None:
    for name in ("one", "two"):
        built = publish(tmp_path / "deep" / "folder", name)
        assert built == snapshot.current(tmp_path / "deep" / "folder")
        assert (built.name, built.manifest["triples"]) == (name, 3)
    assert names(tmp_path / "deep" / "folder") == {"one", "two", "current"}


def test_an_older_snapshot_can_be_made_current_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        publish(tmp_path, name)
    assert snapshot.make_current(tmp_path, "one") == snapshot.current(tmp_path)
    assert snapshot.current(tmp_path).name == "one"


def test_what_is_not_there_does_not_become_current(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    with pytest.raises(NoSnapshot, match="run `sitrep build` first"):
        snapshot.make_current(tmp_path, "two")
    assert snapshot.current(tmp_path).name == "one"


def test_a_snapshot_is_its_own_folder_of_snapshots(tmp_path: Path) -> None:
    built = publish(tmp_path, "one")
    assert snapshot.current(built.path) == built


@pytest.mark.parametrize("text", ["", "gone", "../one", "/etc", ".", "\0", "one\ntwo", "a" * 300, "\udcff"])
def test_a_current_that_names_no_snapshot_is_damage(text: str, tmp_path: Path) -> None:
    publish(tmp_path, "one")
    (tmp_path / "current").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(DamagedSnapshot, match=f"{tmp_path}/current names .*: build again with `sitrep build`"):
        snapshot.current(tmp_path)


def test_a_current_that_is_missing_beside_snapshots_or_other_files_is_damage(tmp_path: Path) -> None:
    for folder in (publish(tmp_path / "snapshots", "one").path.parent, tmp_path / "others"):
        folder.mkdir(exist_ok=True)
        (folder / "current").unlink(missing_ok=True)
        (folder / "notes.txt").touch()
        with pytest.raises(DamagedSnapshot, match=f"{folder}/current is missing, though the folder is not empty"):
            snapshot.current(folder)


def test_what_killed_builds_left_is_no_snapshot(tmp_path: Path) -> None:
    (tmp_path / ".building-killed").mkdir()
    with pytest.raises(NoSnapshot, match="there is no snapshot in") as error:
        snapshot.current(tmp_path)
    assert not isinstance(error.value, DamagedSnapshot)


@pytest.mark.parametrize("manifest", ["", "{", "\x00", "[]", "null", '{"name": "other"}', "[" * 100_000, None])
def test_a_broken_manifest_is_damage(manifest: str | None, tmp_path: Path) -> None:
    built = publish(tmp_path, "one")
    (built.path / "manifest.json").unlink()
    if manifest is not None:
        (built.path / "manifest.json").write_text(manifest)
    for folder in (tmp_path, built.path):
        with pytest.raises(DamagedSnapshot, match=f"{built.path}/manifest.json (has|is) .*: build again"):
            snapshot.current(folder)


def test_an_empty_folder_has_no_snapshot(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(NoSnapshot, match="there is no snapshot in"):
            snapshot.current(folder)


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    with pytest.raises(FileNotFoundError), snapshot.building(tmp_path) as path:
        snapshot.publish(path / "missing", tmp_path, "two", {})
    assert names(tmp_path) == {"one", "current"}
    assert snapshot.current(tmp_path).name == "one"


def test_left_overs_are_swept_by_the_next_build_but_running_builds_are_not(tmp_path: Path) -> None:
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / ".building-without-a-lock").mkdir()
    (tmp_path / ".building-killed").mkdir()
    (tmp_path / ".building-killed" / "lock").touch()
    (tmp_path / ".building-file").touch()
    with snapshot.building(tmp_path) as running:
        assert names(tmp_path) == {running.name}
        publish(tmp_path, "one")
        assert names(tmp_path) == {running.name, "one", "current"}
    assert names(tmp_path) == {"one", "current"}


def test_the_newest_snapshots_stay(tmp_path: Path) -> None:
    for n, name in enumerate("abcde"):
        os.utime(publish(tmp_path, name).path, (n, n))
    assert sorted(snapshot.prune(tmp_path, 3)) == ["a", "b"]
    assert names(tmp_path) == {"c", "d", "e", "current"}
    assert snapshot.prune(tmp_path, 3) == []


def test_the_current_snapshot_stays_however_old(tmp_path: Path) -> None:
    for n, name in enumerate("abc"):
        os.utime(publish(tmp_path, name).path, (n, n))
    snapshot.make_current(tmp_path, "a")
    assert sorted(snapshot.prune(tmp_path, 1)) == ["b", "c"]
    assert snapshot.current(tmp_path).name == "a"


def test_a_snapshot_in_use_is_not_pruned(tmp_path: Path) -> None:
    old = publish(tmp_path, "one")
    publish(tmp_path, "two")
    with snapshot.in_use(old):
        assert snapshot.prune(tmp_path, 1) == []
        assert (old.store / "data").read_text() == "one"
    assert snapshot.prune(tmp_path, 1) == ["one"]


def test_two_may_read_one_snapshot(tmp_path: Path) -> None:
    built = publish(tmp_path, "one")
    with snapshot.in_use(built), snapshot.in_use(built):
        pass


def test_a_snapshot_that_is_gone_cannot_be_used(tmp_path: Path) -> None:
    old = publish(tmp_path, "one")
    publish(tmp_path, "two")
    snapshot.prune(tmp_path, 1)
    with pytest.raises(NoSnapshot, match="the snapshot is gone"), snapshot.in_use(old):
        pass


def test_a_snapshot_pruned_while_a_reader_waits_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = publish(tmp_path, "one")
    publish(tmp_path, "two")
    lock = fcntl.flock

    def pruned_first(handle: object, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        snapshot.prune(tmp_path, 1)
        publish(tmp_path, "one")  # under the same name
        lock(handle, operation)  # type: ignore[arg-type]

    monkeypatch.setattr(fcntl, "flock", pruned_first)
    with pytest.raises(NoSnapshot, match="the snapshot is gone"), snapshot.in_use(old):
        pass


def test_a_snapshot_published_twice_is_one(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    (tmp_path / "one" / "mark").touch()
    assert publish(tmp_path, "one").name == "one"
    assert (tmp_path / "one" / "mark").exists()  # readers may have it open
    assert names(tmp_path) == {"one", "current"}


@pytest.mark.parametrize("file", ["manifest.json", "store.json", "store/data"])
def test_a_damaged_snapshot_is_replaced_by_one_of_its_name(file: str, tmp_path: Path) -> None:
    built = publish(tmp_path, "one")
    (built.path / file).unlink()
    publish(tmp_path, "one")
    assert (snapshot.current(tmp_path).store / "data").read_text() == "one"
    assert names(tmp_path) == {"one", "current"}


def test_a_damaged_snapshot_that_is_read_goes_out_of_sight_first(tmp_path: Path) -> None:
    damaged = publish(tmp_path, "one")
    (damaged.store / "data").write_text("two")
    with snapshot.in_use(damaged):
        snapshot.check(publish(tmp_path, "one"))
        (hidden,) = tmp_path.glob(".building-*")
        assert (hidden / "store" / "data").read_text() == "two"
    snapshot.make_current(tmp_path, "one")
    assert names(tmp_path) == {"one", "current"}


def test_a_switch_sweeps_what_killed_builds_left(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    (tmp_path / ".building-killed").mkdir()
    with snapshot.building(tmp_path) as running:
        (tmp_path / ".building-another").mkdir()
        snapshot.make_current(tmp_path, "one")
        assert names(tmp_path) == {"one", "current", running.name}


def test_folders_of_other_programs_are_not_pruned(tmp_path: Path) -> None:
    (tmp_path / "extension").mkdir()
    (tmp_path / "extension" / "manifest.json").write_text('{"manifest_version": 3}')
    for name in ("one", "two"):
        publish(tmp_path, name)
    assert snapshot.prune(tmp_path, 1) == ["one"]
    assert names(tmp_path) == {"two", "current", "extension"}


def test_a_left_over_of_pruning_is_not_in_the_way(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    publish(tmp_path, "two")
    (tmp_path / ".building-one").mkdir()
    (tmp_path / ".building-one" / "data").touch()
    assert snapshot.prune(tmp_path, 1) == ["one"]


def test_a_switch_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, "one")
    publish(tmp_path, "two")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        snapshot.make_current(tmp_path, "one")
    assert snapshot.current(tmp_path).name == "two"
    assert names(tmp_path) == {"one", "two", "current"}
