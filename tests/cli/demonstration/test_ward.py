from __future__ import annotations

from pathlib import Path

import pytest

from comitia.ballots.v1.model import CountingMethod, Method
from comitia.cli.demonstration.ward import Ward, first_preferences, load_file, load_ward
from comitia.errors import MalformedRecord


def written(folder: Path, text: str) -> Path:
    path = folder / "club.blt"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_ward_that_comes_along_has_its_declared_first_preferences() -> None:
    ward = load_ward(fast=False)
    assert len(ward.votes) == 1447
    assert ward.official is not None
    declared = tuple(f"{votes}.00000" for votes in first_preferences(ward.votes, 7))
    assert ward.official.stages[0] == declared
    assert (ward.official.quota, len(ward.official.stages)) == (290, 7)
    assert ward.blank == 0
    assert ward.counting == CountingMethod(Method.STV, blank=True, seats=4)


def test_the_fast_ward_has_every_tenth_paper_and_nothing_to_compare_with() -> None:
    whole, fast = load_ward(fast=False), load_ward(fast=True)
    assert fast.votes == whole.votes[::10]
    assert fast.official is None
    assert fast.candidates == whole.candidates


def test_a_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    path = written(tmp_path, '2 1\n2 2 1 0\n1 0\n0\n"A"\n"B"\n"T"\n')
    ward = load_file(path, fast=False)
    assert ward == Ward("T", str(path), ("A", "B"), 1, ((2, 1), (2, 1), (0, 0)), None)
    assert ward.blank == 1
    assert ward.counting == CountingMethod(Method.STV, blank=True, seats=1)


def test_a_file_without_a_title_is_called_by_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, '1 1\n1 1 0\n0\n"A"\n""\n')
    assert load_file(path, fast=False).title == "club"


def test_withdrawn_candidates_pass_their_papers_on(tmp_path: Path) -> None:
    path = written(tmp_path, '3 1\n-1\n1 1 3 0\n1 1 0\n1 2 0\n0\n"A"\n"B"\n"C"\n"T"\n')
    ward = load_file(path, fast=False)
    assert (ward.candidates, ward.votes) == (("B", "C"), ((0, 1), (0, 0), (1, 0)))


@pytest.mark.parametrize(
    "paper, ranks",
    [
        ("1 2=3", (1, 2, 2)),
        ("1=2 3", (1, 1, 2)),
        ("3 - 1", (3, 0, 1)),
        ("- 2", (0, 2, 0)),
    ],
)
def test_papers_with_ties_or_gaps_are_counted_by_schulze(
    paper: str, ranks: tuple[int, ...], tmp_path: Path
) -> None:
    path = written(tmp_path, f'3 2\n1 {paper} 0\n1 1 2 3 0\n0\n"A"\n"B"\n"C"\n"T"\n')
    ward = load_file(path, fast=False)
    assert ward.votes == (ranks, (1, 2, 3))
    assert ward.counting == CountingMethod(Method.SCHULZE, blank=True)


def test_first_preferences_are_those_of_who_stands_alone_in_first_place() -> None:
    votes = [(1, 2, 0), (1, 1, 2), (2, 0, 0), (0, 0, 0), (0, 1, 0)]
    assert first_preferences(votes, 3) == (1, 1, 0)


@pytest.mark.parametrize("candidates, fits", [(30, True), (31, False)])
def test_a_ranked_ballot_holds_thirty_candidates(
    candidates: int,
    fits: bool,  # noqa: FBT001 - pytest gives it
    tmp_path: Path,
) -> None:
    names = "".join(f'"C{number}"\n' for number in range(candidates))
    path = written(tmp_path, f'{candidates} 1\n1 1 0\n0\n{names}"T"\n')
    if fits:
        assert len(load_file(path, fast=False).candidates) == candidates
    else:
        with pytest.raises(MalformedRecord, match="31 candidates; a ranked ballot holds up to 30"):
            load_file(path, fast=False)


def test_the_withdrawn_need_no_place_on_the_ballot(tmp_path: Path) -> None:
    names = "".join(f'"C{number}"\n' for number in range(31))
    path = written(tmp_path, f'31 1\n-31\n1 31 1 0\n0\n{names}"T"\n')
    assert load_file(path, fast=False).votes == ((1, *[0] * 29),)


@pytest.mark.parametrize("papers, fits", [(100_000, True), (100_001, False)])
def test_an_electorate_has_its_limit(papers: int, fits: bool, tmp_path: Path) -> None:  # noqa: FBT001 - pytest gives it
    path = written(tmp_path, f'1 1\n{papers} 1 0\n0\n"A"\n"T"\n')
    if fits:
        assert len(load_file(path, fast=False).votes) == papers
    else:
        with pytest.raises(MalformedRecord, match="takes up to 100000"):
            load_file(path, fast=False)
