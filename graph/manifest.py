"""What a snapshot consists of: the size and SHA-256 of each of its files, written down in the snapshot itself.

`manifest.json` lists all that stands beside the store, and says what the snapshot was built from; the same input gives
the same bytes. `store.json` lists the files of the store: RocksDB writes ids and times of its own into them, so these
differ from build to build. Opening a snapshot for reading changes none of its files, not even RocksDB's log, so all are
listed. Each of the two lists carries the SHA-256 of its own content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from graph.errors import DamagedSnapshot

MANIFEST: Final = "manifest.json"
STORE_FILES: Final = "store.json"
SMALL: Final = 4 * 1024**2
"""Bytes of a file whose SHA-256 is compared whenever a snapshot is opened; of larger ones that takes too long."""
_STORE = "store/"
_OTHER_BYTES = "has other bytes than the build wrote"


def write(folder: Path, about: Mapping[str, Any]) -> None:
    """List all files of a finished snapshot, in two files beside them; `about` goes into the manifest.

    Raises:
        OSError: no room, or no permission.
    """
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    listed = {name: {"bytes": path.stat().st_size, "sha256": _digest(path)} for name, path in paths.items()}
    store = {name: entry for name, entry in listed.items() if name.startswith(_STORE)}
    beside = {name: entry for name, entry in listed.items() if name not in store}
    (folder / STORE_FILES).write_bytes(_text({"files": store}))
    (folder / MANIFEST).write_bytes(_text({**about, "files": beside}))


def read(folder: Path, file: str = MANIFEST) -> dict[str, Any]:
    """One of the two lists of a snapshot.

    Raises:
        DamagedSnapshot: it is missing, not as it was written, or of another program.
    """
    try:
        raw = (folder / file).read_bytes()
        found = json.loads(raw)
    except FileNotFoundError:
        raise DamagedSnapshot(folder, file, "is missing") from None
    except OSError as error:
        raise _unreadable(folder, file, error) from None
    except (ValueError, RecursionError):
        raise DamagedSnapshot(folder, file, _OTHER_BYTES) from None
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        raise DamagedSnapshot(folder, file, "is of another version of sitrep, or of another program")
    found.pop("sha256", None)
    if _text(found) != raw:
        raise DamagedSnapshot(folder, file, _OTHER_BYTES)
    return found


def sizes(folder: Path) -> dict[str, int]:
    """Bytes of every file of a snapshot, by its path in it; the two lists themselves are left out.

    Raises:
        DamagedSnapshot: see `read`.
    """
    return {
        name: entry["bytes"] for file in (MANIFEST, STORE_FILES) for name, entry in read(folder, file)["files"].items()
    }


def damage(folder: Path, whole: bool = False) -> Iterator[DamagedSnapshot]:
    """Every file of a snapshot that is missing or changed, in the order of their names.

    Args:
        folder: the snapshot's.
        whole: compare the SHA-256 of all files, and not only of those up to SMALL.
    """
    for file in (MANIFEST, STORE_FILES):
        try:
            listed = read(folder, file)["files"]
        except DamagedSnapshot as error:
            yield error
            continue
        for name, entry in listed.items():
            try:
                wrong = _wrong(folder / name, entry, whole)
            except OSError as error:
                yield _unreadable(folder, name, error)
            else:
                if wrong:
                    yield DamagedSnapshot(folder, name, wrong)


def _wrong(path: Path, entry: Mapping[str, Any], whole: bool) -> str:
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return "is missing"
    if size != entry["bytes"]:
        return f"has {size:,} bytes, not {entry['bytes']:,}"
    if (whole or size <= SMALL) and _digest(path) != entry["sha256"]:
        return _OTHER_BYTES
    return ""


def _unreadable(folder: Path, file: str, error: OSError) -> DamagedSnapshot:
    return DamagedSnapshot(folder, file, f"cannot be read ({error.strerror})")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(content: Mapping[str, Any]) -> bytes:
    """A list as it is written, with a SHA-256 of its own."""
    digest = hashlib.sha256(_json(content)).hexdigest()
    return _json({**content, "sha256": digest})


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
