"""What tests of the facts share: a copy of the first document that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import FIRST_DOCUMENT

SHEET = "documents/2025-01-20-live-blog.yaml"


class Folder:
    """A data folder of one's own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def replace(self, name: str, old: str, new: str) -> None:
        """Put another text for the first occurrence of one."""
        text = self.text(name)
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def write(self, name: str, text: str) -> None:
        """Write a file whole."""
        (self.path / name).write_text(text, encoding="utf-8")

    def text(self, name: str) -> str:
        """What a file holds."""
        return (self.path / name).read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The first document, to be changed."""
    shutil.copytree(FIRST_DOCUMENT, tmp_path / "data")
    return Folder(tmp_path / "data")
