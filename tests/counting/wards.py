"""The council wards of the reference data: their papers, and what is known of their counts."""

from __future__ import annotations

import json
import tarfile
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from comitia.counting.formats import read_profile
from comitia.counting.profile import Profile


@lru_cache
def wards(reference_data: Path) -> dict[str, Profile]:
    """Return the papers of all wards by the names of their files, in that order."""
    found = {}
    with tarfile.open(reference_data / "counting" / "scottish-wards.tar.xz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.name.endswith(".csv") else None
            if stream is not None:
                profile = read_profile(stream.read(), member.name)
                assert isinstance(profile, Profile)
                found[Path(member.name).stem] = profile
    return dict(sorted(found.items()))


@lru_cache
def known_results(reference_data: Path) -> dict[str, dict[str, Any]]:
    """Return what the list of the wards says of each: winners by two programs and officially."""
    with tarfile.open(reference_data / "counting" / "scottish-wards.tar.xz") as archive:
        stream = archive.extractfile("data_dev/manifest.json")
        assert stream is not None
        return {one["election"]: one for one in json.load(stream)["elections"]}


@lru_cache
def official_sheets(reference_data: Path) -> dict[str, dict[str, Any]]:
    """Return the councils' own count sheets by ward, their figures as `Decimal`."""
    path = reference_data / "counting" / "scottish-official-stages.json"
    found: dict[str, dict[str, Any]] = json.loads(path.read_text(), parse_float=Decimal)["wards"]
    return found
