"""What a snapshot consists of is written down in it, and every byte that differs is found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from graph import manifest, snapshot
from graph.errors import DamagedSnapshot, NoSnapshot
from graph.manifest import SMALL, damage, sizes
from graph.snapshot import Snapshot
from graph.store import Store, open_store


@pytest.fixture
def copy(snapshots: Path, tmp_path: Path) -> Path:
    """The first document's snapshot, to be damaged."""
    return Path(shutil.copytree(snapshot.current(snapshots).path, tmp_path / "copy"))


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def found(folder: Path, whole: bool = True) -> dict[str, str]:
    return {error.file.removeprefix(f"{folder}/"): error.what for error in damage(folder, whole)}


def test_every_file_is_listed_with_its_size(copy: Path) -> None:
    listed = sizes(copy)
    assert sorted([*listed, "manifest.json", "store.json"]) == files(copy)
    assert all((copy / name).stat().st_size == size for name, size in listed.items())


def test_reading_changes_no_file(copy: Path) -> None:
    with open_store(copy) as store:
        assert len(store.select("SELECT * { ?s ?p ?o }")) > 1000
        assert store.lists
        assert store.adjacency
    assert found(copy) == {}


def test_a_missing_file_is_found_wherever_it_is(copy: Path) -> None:
    for name in files(copy):
        content = (copy / name).read_bytes()
        (copy / name).unlink()
        assert found(copy, whole=False)[name] == "is missing"
        with pytest.raises(DamagedSnapshot, match=rf"{copy}/{name} is missing: build again with `sitrep build`"):
            open_store(copy)
        (copy / name).write_bytes(content)
    assert found(copy) == {}


def test_a_file_that_is_cut_or_longer_is_found(copy: Path) -> None:
    for name in files(copy):
        content = (copy / name).read_bytes()
        for other in (content[: len(content) // 2], content + b"\n"):
            (copy / name).write_bytes(other)
            assert len(other) == len(content) or name in found(copy, whole=False), name
        (copy / name).write_bytes(content)


def test_a_changed_byte_is_found_wherever_it_is(copy: Path) -> None:
    for name in files(copy):
        content = (copy / name).read_bytes()
        for place in {0, len(content) // 2, len(content) - 1} if content else ():
            other = bytearray(content)
            other[place] ^= 1
            (copy / name).write_bytes(other)
            assert found(copy) == {name: "has other bytes than the build wrote"}, (name, place)
        (copy / name).write_bytes(content)


@pytest.mark.parametrize("listing", ["manifest.json", "store.json"])
def test_a_list_that_says_other_things_is_found(copy: Path, listing: str) -> None:
    content = json.loads((copy / listing).read_text(encoding="utf-8"))
    content["triples"] = 1
    (copy / listing).write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    assert found(copy, whole=False) == {listing: "has other bytes than the build wrote"}
    (copy / listing).unlink()
    (copy / listing).mkdir()
    assert found(copy)[listing] == "cannot be read (Is a directory)"


def test_all_that_is_damaged_is_found_at_once(copy: Path) -> None:
    (copy / "timeline.sqlite").write_bytes(b"")
    (copy / "lists.sqlite").unlink()
    (copy / "store" / "CURRENT").unlink()
    assert list(found(copy)) == ["lists.sqlite", "timeline.sqlite", "store/CURRENT"]


def test_a_large_file_is_read_only_when_all_is_checked(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(SMALL + 1))
    (tmp_path / "small").write_bytes(bytes(SMALL))
    manifest.write(tmp_path, {})
    for name in ("large", "small"):
        with (tmp_path / name).open("r+b") as file:
            file.write(b"x")
    assert list(found(tmp_path, whole=False)) == ["small"]
    assert list(found(tmp_path)) == ["large", "small"]


def test_a_snapshot_that_is_pruned_meanwhile_is_gone_and_not_damaged(copy: Path) -> None:
    built = snapshot.current(copy)
    shutil.rmtree(copy)
    with pytest.raises(NoSnapshot, match="the snapshot is gone") as error:
        snapshot.check(built)
    assert not isinstance(error.value, DamagedSnapshot)


# --- what is damaged after the opening


def broken(built: Snapshot) -> None:
    """Damage the data of a store that opens nevertheless, past the checks."""
    for path in built.store.glob("*.sst"):
        content = bytearray(path.read_bytes())
        if len(content) > 10_000:  # blocks of data come first; what the opening reads stands behind them
            for place in range(100, len(content) * 3 // 4, 500):
                content[place] ^= 0xFF
            path.write_bytes(content)


def test_damage_that_a_question_meets_is_told_as_such(copy: Path) -> None:
    built = snapshot.current(copy)
    broken(built)
    with Store(built) as store:
        # nothing that sorts or groups: over broken blocks the engine then takes memory without end
        for ask in (
            lambda: store.about("https://w3id.org/sitrep/id/syrskyi"),
            lambda: store.select("SELECT * { ?s ?p ?o }"),
            lambda: store.answer("SELECT * { ?s ?p ?o }", ["text/csv"]),
        ):
            with pytest.raises(DamagedSnapshot, match=rf"{copy}/store/\d+\.sst cannot be read \(corruption\)"):
                ask()


def test_a_store_that_does_not_open_is_told_as_such(copy: Path) -> None:
    built = snapshot.current(copy)
    (built.store / "CURRENT").write_text("nonsense")
    with pytest.raises(DamagedSnapshot, match=f"{copy}/store cannot be read"):
        Store(built)
    with snapshot._claimed(copy) as free:
        assert free
