"""Files of other projects that pages are served with, and the notices that their licences ask to travel along.

`python -m api.vendored node_modules` copies the files out of npm packages into static/vendor/ and writes
THIRD-PARTY.txt beside them, from what the packages say themselves; make runs it, and nothing of it is committed.
vis-network is served from the wheel of pyvis.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from api.picture import vendor_files

FOLDER = Path(__file__).parent / "static" / "vendor"
NOTICES = "THIRD-PARTY.txt"
FILES: Mapping[str, tuple[str, ...]] = {
    "@zazuko/yasgui": ("build/yasgui.min.js", "build/yasgui.min.css"),
    "vis-timeline": ("standalone/umd/vis-timeline-graph2d.min.js", "styles/vis-timeline-graph2d.min.css"),
    "world-atlas": ("countries-50m.json",),
}
"""What is taken of each npm package. A `.js` file may have parts of all that its package depends on built into it."""
_DATA = {"world-atlas": "The outlines were made from Natural Earth (https://www.naturalearthdata.com/), public domain."}
_NAMED_LIKE = re.compile(r"(?i)(licen[cs]e|copying|notice)([._-].*)?")
_RULE = "=" * 80
_MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


def vendor(modules: Path, folder: Path = FOLDER) -> None:
    """Put the files of npm packages, and the notices, into an empty folder.

    Args:
        modules: the `node_modules` that npm installed.
        folder: is made anew.

    Raises:
        OSError: a package or a file of it is missing.
        ValueError: the text of a package's licence is neither in it nor known here.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for package, files in FILES.items():
        for file in files:
            shutil.copyfile(modules / package / file, folder / Path(file).name)
    (folder / NOTICES).write_text("\n\n".join(_notices(modules)) + "\n", encoding="utf-8")


def _notices(modules: Path) -> Iterator[str]:
    yield "Files of other projects that sitrep is served with, and their licences."
    for package, files in FILES.items():
        names = ", ".join(Path(file).name for file in files)
        yield f"{_RULE}\n{names}\n\n{_notice(modules, package)}"
        if package in _DATA:
            yield _DATA[package]
        for part in sorted(_parts(modules, package) - {package}):
            yield f"{'-' * 80}\nParts of this package may be built into {names}:\n\n{_notice(modules, part)}"
    for name, path in vendor_files().items():
        yield f"{_RULE}\n{name}, in the wheel of pyvis\n\n{_own_notice(path)}"
        yield f"The MIT licence reads:\n\n{_MIT}"
    pyvis = distribution("pyvis")
    texts = [str(file.locate()) for file in pyvis.files or () if _NAMED_LIKE.fullmatch(file.name)]
    if not texts:
        raise ValueError("pyvis has no licence file")
    yield f"{'-' * 80}\npyvis {pyvis.version}\n\n" + "\n\n".join(
        Path(text).read_text("utf-8").strip() for text in texts
    )


def _own_notice(script: Path) -> str:
    """The comment at the top of a script: its name, version, authors and licence."""
    found = re.match(r"/\*+(.*?@license.*?)\*/", script.read_text(encoding="utf-8"), re.DOTALL)
    if not found:
        raise ValueError(f"{script} does not begin with its licence")
    return "\n".join(line.strip().removeprefix("*").strip() for line in found[1].splitlines()).strip()


def _notice(modules: Path, package: str) -> str:
    """What a package says of itself, and the text of its licence."""
    about = _about(modules, package)
    licence = _licence(about)
    author = about.get("author", package)
    author = author if isinstance(author, str) else str(author.get("name", package))
    files = sorted(path for path in (modules / package).iterdir() if _NAMED_LIKE.fullmatch(path.name))
    if files:
        text = "\n\n".join(path.read_text(encoding="utf-8").strip() for path in files)
    elif licence == "MIT":
        text = f"(The package has no file with its licence; what follows is the text of MIT.)\n\n{author}\n\n{_MIT}"
    elif package in FILES:
        raise ValueError(f"{package} has no file with its licence, {licence}")
    else:
        text = f"(The package has no file with its licence. It comes from {_source(about)}.)"
    return f"{package} {about['version']}\nLicence: {licence}\nAuthor: {author}\n\n{text}"


def _licence(about: Mapping[str, Any]) -> str:
    """SPDX's name of a package's licence; older packages have an object, or a list of them."""
    given = about.get("license", about.get("licenses", "not named; see below"))
    named = given if isinstance(given, list) else [given]
    return " OR ".join(str(one.get("type")) if isinstance(one, dict) else str(one) for one in named)


def _source(about: Mapping[str, Any]) -> str:
    given = about.get("repository", about.get("homepage", "the npm registry"))
    return str(given.get("url") if isinstance(given, dict) else given)


def _parts(modules: Path, package: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """A package and all that it depends on, as far as npm put it at the top."""
    found = {package}
    about = _about(modules, package)
    for name in {**about.get("dependencies", {}), **about.get("peerDependencies", {})}:
        if name not in seen | found and (modules / name / "package.json").is_file():
            found |= _parts(modules, name, seen | frozenset(found))
    return found


def _about(modules: Path, package: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((modules / package / "package.json").read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    vendor(Path(sys.argv[1]))
