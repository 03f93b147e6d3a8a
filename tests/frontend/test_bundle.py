"""The bundle that browsers are given is what the sources in frontend/ make, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.frontend.conftest import BUNDLE, ROOT

FRONTEND: Final = ROOT / "frontend"
PACKAGES: Final = FRONTEND / "node_modules"


@pytest.fixture(scope="session")
def packages(node: str) -> Path:
    """Give the folder of what the lock names, installed."""
    del node
    if not PACKAGES.is_dir():
        pytest.skip("frontend/node_modules is missing: `npm ci` in frontend/ makes it")
    return PACKAGES


@pytest.mark.usefixtures("packages")
def test_the_bundle_is_what_the_sources_make_wherever_and_whenever(
    node: str, tmp_path: Path
) -> None:
    for place, surroundings in ((ROOT, {}), (tmp_path, {"TZ": "Asia/Tokyo", "LC_ALL": "C"})):
        built = tmp_path / f"{place.name}.js"
        subprocess.run(
            [node, str(FRONTEND / "build.mjs"), str(built)],
            check=True,
            cwd=place,
            env={**os.environ, **surroundings},
        )
        assert built.read_bytes() == BUNDLE.read_bytes(), "run `npm run build` in frontend/"


def test_the_bundle_is_one_file_that_fetches_and_evaluates_nothing() -> None:
    text = BUNDLE.read_text(encoding="utf-8")
    strangers = (
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "eval(",
        "Function(",
        "import(",
        "\nimport ",
    )
    assert [word for word in strangers if word in text] == []
    assert text.count("import.meta.url") == text.count("new Worker(") == 1
    assert sorted(path.name for path in BUNDLE.parent.iterdir()) == [
        "booth.js",
        "noble-LICENSE.txt",
    ]


def test_the_licence_of_what_is_in_the_bundle_lies_beside_it(packages: Path) -> None:
    shipped = BUNDLE.with_name("noble-LICENSE.txt").read_bytes()
    for name in ("curves", "hashes"):
        assert (packages / "@noble" / name / "LICENSE").read_bytes() == shipped


def test_every_locked_package_has_a_hash_and_none_names_a_host() -> None:
    text = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    locked = {name: one for name, one in json.loads(text)["packages"].items() if name}
    assert [
        name for name, one in locked.items() if not one["integrity"].startswith("sha512-")
    ] == []
    stated = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    for name, version in {**stated["dependencies"], **stated["devDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == version


def test_of_what_is_locked_only_noble_is_in_the_bundle() -> None:
    packages = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    shipped = {name for name, one in packages.items() if name and not one.get("dev")}
    assert shipped == {"node_modules/@noble/curves", "node_modules/@noble/hashes"}
