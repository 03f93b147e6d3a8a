from __future__ import annotations

from pathlib import Path

import pytest

from comitia.cli.demonstration.ward import Ward, load_file, load_ward
from comitia.errors import MalformedRecord


def written(folder: Path, text: str) -> Path:
    path = folder / "club.blt"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_ward_that_comes_along_has_its_declared_first_preferences() -> None:
    ward = load_ward(fast=False)
    assert len(ward.votes) == 1447
    assert ward.official == ward.plain_count()
    assert not ward.allows_blank


def test_the_fast_ward_has_every_tenth_paper_and_nothing_to_compare_with() -> None:
    whole, fast = load_ward(fast=False), load_ward(fast=True)
    assert fast.votes == whole.votes[::10]
    assert fast.official is None
    assert fast.candidates == whole.candidates


def test_a_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    path = written(tmp_path, '2 1\n2 2 1 0\n1 0\n0\n"A"\n"B"\n"T"\n')
    assert load_file(path, fast=False) == Ward("T", str(path), ("A", "B"), (1, 1, None), None)


def test_a_file_without_a_title_is_called_by_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, '1 1\n1 1 0\n0\n"A"\n""\n')
    assert load_file(path, fast=False).title == "club"


def test_withdrawn_candidates_pass_their_papers_on(tmp_path: Path) -> None:
    path = written(tmp_path, '3 1\n-1\n1 1 3 0\n1 1 0\n1 2 0\n0\n"A"\n"B"\n"C"\n"T"\n')
    ward = load_file(path, fast=False)
    assert (ward.candidates, ward.votes) == (("B", "C"), (1, None, 0))
    assert ward.plain_count() == (1, 1, 1)


@pytest.mark.parametrize("papers, fits", [(100_000, True), (100_001, False)])
def test_an_electorate_has_its_limit(papers: int, fits: bool, tmp_path: Path) -> None:  # noqa: FBT001 - pytest gives it
    path = written(tmp_path, f'1 1\n{papers} 1 0\n0\n"A"\n"T"\n')
    if fits:
        assert len(load_file(path, fast=False).votes) == papers
    else:
        with pytest.raises(MalformedRecord, match="takes up to 100000"):
            load_file(path, fast=False)
