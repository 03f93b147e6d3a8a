"""The reference elections, unpacked once."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def valid_elections(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with one folder for each sound election of the reference."""
    folder = tmp_path_factory.mktemp("valid")
    with tarfile.open(reference_data / "vectors" / "valid.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="session")
def stuffed_ballot(reference_data: Path) -> bytes:
    """Give the reference's ballot that claims eleven votes."""
    with tarfile.open(reference_data / "vectors" / "invalid.tar.xz") as archive:
        member = next(member for member in archive if member.name.endswith("stuffed.ballot"))
        stream = archive.extractfile(member)
        assert stream is not None
        return stream.read().strip()
