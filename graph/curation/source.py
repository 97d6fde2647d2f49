"""A YAML file as plain strings, lists and mappings, with the line of every value.

All scalars are strings, so that a date, `[2025-01-18..2025-01-20]` or `78e9` mean what they look like.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from graph import bounds
from graph.errors import InvalidData, Violation

Place = tuple[str | int, ...]


def named(place: Place) -> str:
    """A place as its reader would call it: the key, or which entry of which list."""
    match place:
        case (*_, str(key), int(number)):
            return f"entry {number + 1} of `{key}`"
        case (*_, last):
            return f"`{last}`"
    return "the sheet"


class _Loader(yaml.SafeLoader):
    """Counts how deeply lists and mappings stand inside each other: PyYAML reads them by recursion."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self._depth += 1
        if self._depth > bounds.MAX_DEPTH:
            problem = f"more than {bounds.MAX_DEPTH} lists and mappings inside each other"
            here = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=here)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class Source:
    """One YAML file: its `content`, and the way from a place in it back to a line.

    Raises:
        InvalidData: not UTF-8, not YAML, a tab, a key given twice, an empty value, or not a mapping.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.renamed: dict[Place, str] = {}  # keys that were replaced, and what stood there
        self._lines: dict[Place, int] = {}
        self._wrong: list[Violation] = []
        self._seen: set[int] = set()
        text = self._text(path)
        try:
            root = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            raise InvalidData([Violation(name, *_broken(error))]) from None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            message = "a character that no text holds; delete it, it may not show in your editor"
            raise InvalidData([Violation(name, line, message)]) from None
        except RecursionError:
            raise InvalidData([Violation(name, 0, "brackets in brackets without end; close them")]) from None
        if not isinstance(root, yaml.MappingNode):
            raise InvalidData([Violation(name, 1, "a sheet starts with keys such as `id:`; see `sitrep new-sheet`")])
        self.content: dict[str, Any] = self._value(root, ())
        if self._wrong:
            raise InvalidData(self._wrong)

    def line(self, place: Sequence[str | int]) -> int:
        """The line (from 1) of a place, or of the nearest thing around it."""
        at = tuple(place)
        while at and at not in self._lines:
            at = at[:-1]
        return self._lines.get(at, 1)

    def violation(self, place: Sequence[str | int], message: str) -> Violation:
        """What is wrong at a place."""
        return Violation(self.name, self.line(place), message)

    def rename(self, names: Mapping[str, str], parts: Collection[str]) -> None:
        """Replace names, as keys and as values, in some of the topmost parts of the content.

        Raises:
            InvalidData: a mapping holds a name and what replaces it.
        """
        wrong: list[Violation] = []
        for part in parts:
            if part in self.content:
                self.content[part] = self._renamed(self.content[part], (part,), (part,), names, wrong)
        if wrong:
            raise InvalidData(wrong)

    def _renamed(self, value: Any, old: Place, new: Place, names: Mapping[str, str], wrong: list[Violation]) -> Any:
        """A value with other names in it; lines found at its old place are found at the new one, too."""
        if old in self._lines:
            self._lines.setdefault(new, self._lines[old])
        if isinstance(value, str):
            return names.get(value, value)
        if isinstance(value, list):
            return [self._renamed(item, (*old, n), (*new, n), names, wrong) for n, item in enumerate(value)]
        result: dict[str, Any] = {}
        for key, item in value.items():
            now = names.get(key, key)
            if now != key:
                self.renamed[(*new, now)] = key
                if now in value:
                    wrong.append(self.violation((*old, key), f"{key} is now {now}, which stands here, too; keep one"))
            result[now] = self._renamed(item, (*old, key), (*new, now), names, wrong)
        return result

    def _text(self, path: Path) -> str:
        bounds.check_size(path, self.name, bounds.MAX_SHEET, "write several sheets, each of a document of its own")
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise InvalidData([Violation(self.name, line, "not UTF-8; save the file as UTF-8")]) from None
        tabs = [n for n, line in enumerate(text.split("\n"), 1) if "\t" in line]
        if tabs:
            raise InvalidData([Violation(self.name, n, "a tab; use spaces") for n in tabs])
        return text

    def _value(self, node: yaml.Node, place: Place) -> Any:
        if id(node) in self._seen:
            # Its line is that of the key or list around it; the node itself stands at its anchor. To refuse it is also
            # what keeps nine short lines from growing into a billion values.
            self._wrong.append(self.violation(place, "an alias (`*name`); write the value out"))
            return ""
        self._seen.add(id(node))
        self._lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*place, n)) for n, item in enumerate(node.value)]
        if node.value == "" and getattr(node, "style", None) is None:
            self._wrong.append(self.violation(place, f"{named(place)} has no value; give one or leave the line out"))
        return node.value

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._wrong.append(Violation(self.name, line, "a key must be a plain word"))
                continue
            key = key_node.value
            at = (*place, key)
            if key in content:
                first = self._lines[at]
                self._wrong.append(
                    Violation(self.name, line, f"`{key}` is given twice, first on line {first}; keep one")
                )
                continue
            self._lines[at] = line
            content[key] = self._value(value_node, at)
            self._lines[at] = line
        return content


def _broken(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """The line where YAML stops making sense, and where the part began that does not end well."""
    mark, began = error.problem_mark or error.context_mark, error.context_mark
    line = mark.line + 1 if mark else 0
    since = f", in what began on line {began.line + 1}" if began and 0 <= began.line < line - 1 else ""
    problem = f"{error.context}, {error.problem}" if str(error.problem).startswith("but ") else error.problem
    why = f"{problem or error.context}{since}"
    return line, f"not YAML: {why}; check the indentation, the colons and the quotes around here"
