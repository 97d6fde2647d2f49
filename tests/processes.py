"""Processes as tests see them. Any may end between two looks; what has ended has no children, files or memory."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil


def children(process: int) -> set[int]:
    """The process ids of a process's children."""
    with suppress(psutil.NoSuchProcess):
        return {child.pid for child in psutil.Process(process).children()}
    return set()


def descendants(process: int) -> set[int]:
    """The process ids of its children, of theirs, and so on."""
    with suppress(psutil.NoSuchProcess):
        return {child.pid for child in psutil.Process(process).children(recursive=True)}
    return set()


def handles(process: int) -> int:
    """How many files, sockets and pipes a process has open."""
    with suppress(psutil.NoSuchProcess):
        return int(psutil.Process(process).num_fds())
    return 0


def opened(process: int) -> list[str]:
    """What a process has open, by path; with files that are deleted and still held, which psutil leaves out."""
    found = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for handle in Path(f"/proc/{process}/fd").iterdir():
            with suppress(FileNotFoundError):
                found.append(str(handle.readlink()))
    return found


def computes(process: int) -> bool:
    """Whether a process is computing, not waiting for something."""
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(process).status() == psutil.STATUS_RUNNING)
    return False


def resident(process: int) -> int:
    """KiB of memory that a process has."""
    with suppress(psutil.NoSuchProcess):
        return int(psutil.Process(process).memory_info().rss) // 1024
    return 0
