"""What pages are served with from other projects carries its licences: in the folder, in the wheel, over HTTP."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.picture import vendor_files
from api.vendored import FILES, FOLDER, NOTICES, vendor
from tests.conftest import TESTS

ROOT = TESTS.parent
LICENCE = "Permission is granted to invented people to do invented things."


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """npm packages of the names that are taken, each with a licence and one that it depends on."""
    for number, (package, files) in enumerate(FILES.items(), 1):
        for file in files:
            path = tmp_path / package / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{file} of {package}")
        written(tmp_path, package, f"{number}.0.0", dependencies={"part": "^1"})
    written(tmp_path, "part", "1.2.3", peerDependencies={"peer": "*", "not-installed": "*"})
    written(tmp_path, "peer", "4.5.6", dependencies={"part": "*"})
    return tmp_path


def written(modules: Path, package: str, version: str, **more: object) -> None:
    folder = modules / package
    folder.mkdir(parents=True, exist_ok=True)
    about = {"name": package, "version": version, "license": "ISC", "author": {"name": "Somebody"}, **more}
    (folder / "package.json").write_text(json.dumps(about))
    (folder / "LICENSE.md").write_text(f"{package}: {LICENCE}\n")


def test_files_are_copied_and_their_notices_written(modules: Path, tmp_path: Path) -> None:
    folder = tmp_path / "vendor"
    vendor(modules, folder)
    taken = {Path(file).name for files in FILES.values() for file in files}
    assert {path.name for path in folder.iterdir()} == {*taken, NOTICES}
    text = (folder / NOTICES).read_text(encoding="utf-8")
    for name in (*taken, *vendor_files()):
        assert name in text
    for package, version in (
        *((name, f"{n}.0.0") for n, name in enumerate(FILES, 1)),
        ("part", "1.2.3"),
        ("peer", "4.5.6"),
    ):
        assert f"{package} {version}\nLicence: ISC\nAuthor: Somebody\n\n{package}: {LICENCE}" in text
    assert "naturalearthdata.com" in text
    assert "* @version 9.1.2" not in text
    assert "@version 9.1.2" in text  # of vis-network, from its own first lines
    assert "West Health Institute" in text  # pyvis


def test_a_package_that_has_no_licence_is_not_taken(modules: Path, tmp_path: Path) -> None:
    (modules / "world-atlas" / "LICENSE.md").unlink()
    with pytest.raises(ValueError, match="world-atlas has no file with its licence, ISC"):
        vendor(modules, tmp_path / "vendor")


def test_a_package_without_a_file_has_the_text_of_the_licence_that_it_names(modules: Path, tmp_path: Path) -> None:
    written(modules, "world-atlas", "3.0.0", license="MIT")
    (modules / "world-atlas" / "LICENSE.md").unlink()
    written(modules, "part", "1.2.3", license={"type": "Zlib"}, repository={"url": "https://example.org/part"})
    (modules / "part" / "LICENSE.md").unlink()
    vendor(modules, tmp_path / "vendor")
    text = (tmp_path / "vendor" / NOTICES).read_text(encoding="utf-8")
    assert re.search(
        r"world-atlas 3\.0\.0\nLicence: MIT\nAuthor: Somebody\n\n\(The package has no file .*\n\nSomebody\n\nPer", text
    )
    assert (
        "part 1.2.3\nLicence: Zlib\nAuthor: Somebody\n\n(The package has no file with its licence. It comes from"
        in text
    )


@pytest.mark.parametrize("name", [*(Path(file).name for files in FILES.values() for file in files), *vendor_files()])
def test_every_file_that_is_served_is_in_the_notices(client: TestClient, name: str) -> None:
    answer = client.get(f"/static/vendor/{NOTICES}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    (section,) = [part for part in answer.text.split("=" * 80)[1:] if name in part.split("\n\n")[0]]
    assert re.search(r"\d+\.\d+\.\d+", section)
    assert re.search(r"Permission (is hereby granted|to use, copy, modify)", section)


def test_nothing_else_of_others_is_served() -> None:
    known = {Path(file).name for files in FILES.values() for file in files}
    assert {path.name for path in FOLDER.iterdir()} - {NOTICES, ".ready"} == known


def test_every_page_leads_to_the_notices(client: TestClient) -> None:
    for path in ("/", "/id/syrskyi", "/nothing"):
        assert f'href="/static/vendor/{NOTICES}"' in client.get(path, headers={"Accept": "text/html"}).text


UV = shutil.which("uv") or shutil.which(str(ROOT / ".uv" / "bin" / "uv"))


@pytest.mark.skipif(UV is None, reason="uv, which builds the wheel, is not on this machine")
def test_the_wheel_carries_the_notices(tmp_path: Path) -> None:
    command = [str(UV), "build", "--wheel", "--quiet", "--out-dir", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        prefix = "api/static/vendor/"
        carried = {name.removeprefix(prefix) for name in packed.namelist() if name.startswith(prefix)}
        text = packed.read(f"{prefix}{NOTICES}").decode()
    assert text == (FOLDER / NOTICES).read_text(encoding="utf-8")
    assert {name for name in carried - {NOTICES, ".ready"} if name not in text} == set()


def test_crawlers_are_asked_to_leave_what_has_no_end(client: TestClient) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /sparql", "Disallow: /explore", "Disallow: /*?"} < set(lines)
    assert "Disallow: /" not in lines
