"""The ballots of real elections are the same in every format that can hold them."""

import tarfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from comitia.counting.formats import read_rankings
from comitia.counting.formats.abif import write_abif
from comitia.counting.formats.blt import write_blt
from comitia.counting.formats.preflib import write_preflib
from comitia.counting.profile import Candidate, Profile, Ranking

EACH = 20


@pytest.fixture(scope="module")
def wards(reference_data: Path) -> list[Profile]:
    """Return every so many wards, without the parties."""
    path = reference_data / "counting" / "scottish-wards.tar.xz"
    files = []
    with tarfile.open(path) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.name.endswith(".csv") else None
            if content is not None:
                files.append((member.name, content.read()))
    read = [read_rankings(content, name) for name, content in sorted(files)[::EACH]]
    return [
        replace(profile, candidates=tuple(Candidate(one.name) for one in profile.candidates))
        for profile in read
    ]


def papers_of(profile: Profile) -> Counter[Ranking]:
    papers: Counter[Ranking] = Counter()
    for paper in profile.papers:
        papers[paper.ranking] += paper.count
    return papers


@pytest.mark.parametrize("write", [write_blt, write_preflib, write_abif])
def test_a_ward_is_the_same_again(write: Callable[[Profile], str], wards: list[Profile]) -> None:
    assert len(wards) == 19
    for ward in wards:
        again = read_rankings(write(ward).encode(), ward.title)
        assert (again.title, again.display_names()) == (ward.title, ward.display_names())
        assert again.seats in {ward.seats, 0}
        assert papers_of(again) == papers_of(ward)
