"""Files that are there whole or not at all, and folders that one process changes at a time."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process changes a folder, then keep others from it.

    Raises:
        OSError: the folder is not there.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def put(files: Mapping[Path, bytes]) -> None:
    """Write all files beside their places first, then put them there in their order, each by one rename.

    Raises:
        OSError: no room, or no permission; what could not be written changed nothing.
    """
    with ExitStack() as stack:
        ready: list[tuple[Path, Path]] = []
        for path, content in files.items():
            handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
            written = Path(name)
            stack.callback(written.unlink, missing_ok=True)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            written.chmod(0o644)
            ready.append((written, path))
        for written, path in ready:
            written.replace(path)
