"""The counting methods of the Belenios program, asked through its command line.

Where COMITIA_REFERENCE_TOOL does not name the program, tests that ask it are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from comitia.counting.profile import GradedPaper, GradedProfile, Paper, Profile, Ranking
from comitia.counting.sheet import Grades, Levels, Pairwise, Purpose, Sheet, Table
from tests.counting.random_elections import named

VARIABLE = "COMITIA_REFERENCE_TOOL"
SEVERAL = 4


def ask_all(elections: Sequence[list[list[int]]], *options: Sequence[str]) -> list[Any]:
    """Return the program's answers on elections: ballots as it reads them, options for each."""
    path = os.environ.get(VARIABLE)
    if not path:
        pytest.skip(f"{VARIABLE} does not name the reference's belenios-tool")
    if not Path(path).is_file():
        pytest.fail(f"{VARIABLE} names {path}, which is no file")
    with ThreadPoolExecutor(SEVERAL) as threads:
        return list(threads.map(partial(_ask, path), elections, *options))


def _ask(path: str, ballots: list[list[int]], *options: str) -> Any:  # noqa: ANN401 - JSON
    done = subprocess.run(
        [path, "method", *options],
        input=json.dumps(ballots),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ballots_of(profile: Profile) -> list[list[int]]:
    """Return each paper by its ranks: of every candidate in file order, 0 for not ranked."""
    return [
        _ranks(paper.ranking, len(profile.candidates))
        for paper in profile.papers
        for _ in range(paper.count)
    ]


def _ranks(ranking: Ranking, candidates: int) -> list[int]:
    rank_of = {n: rank for rank, level in enumerate(ranking, 1) for n in level}
    return [rank_of.get(n, 0) for n in range(1, candidates + 1)]


def ranking_of(ballot: Sequence[int]) -> Ranking:
    """Return a ballot's ranks as levels; ranks that nobody holds are levels of nobody."""
    return tuple(
        tuple(n for n, given in enumerate(ballot, 1) if given == rank)
        for rank in range(1, max(ballot, default=0) + 1)
    )


def grades_of(profile: GradedProfile) -> list[list[int]]:
    """Return each paper's grades: 1 for the best, 0 for none."""
    return [
        [0 if grade is None else grade + 1 for grade in paper.grades]
        for paper in profile.papers
        for _ in range(paper.count)
    ]


def numbered(levels: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return candidates as ours are numbered, from 1, each level in file order."""
    return [sorted(n + 1 for n in level) for level in levels]


def ranked_profile(ballots: Sequence[Sequence[int]], candidates: int, seats: int = 1) -> Profile:
    """Return ballots of ranks as papers, each its own entry."""
    papers = tuple(Paper(1, ranking_of(ballot)) for ballot in ballots)
    return Profile("", seats, named(candidates), papers)


def graded_profile(ballots: Sequence[Sequence[int]], candidates: int, grades: int) -> GradedProfile:
    """Return ballots of grades as papers: 1 the best, 0 none."""
    papers = tuple(
        GradedPaper(1, tuple(grade - 1 if grade else None for grade in ballot))
        for ballot in ballots
    )
    scale = tuple(f"grade {n}" for n in range(1, grades + 1))
    return GradedProfile("", 1, named(candidates), papers, scale)


def told_of_schulze(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what the program says of a Schulze count, candidates from 1."""
    # Circles back to oneself decide nothing.
    paths = [
        [[0, 0] if place == column else path for column, path in enumerate(row)]
        for place, row in enumerate(answer["beatpaths"])
    ]
    return answer | {"beatpaths": paths, "winners": numbered(answer["winners"])}


def sheet_of_schulze(sheet: Sheet) -> dict[str, Any]:
    """Return the same of a sheet of ours."""
    over, paths, against = (one for one in sheet.details if isinstance(one, Pairwise))
    blank = blank_papers(sheet)
    return {
        "valid": sheet.valid - blank,
        "blank": blank,
        "raw": [list(row) for row in over.figures],
        "beatpaths": [
            [list(pair) for pair in zip(*rows, strict=True)]
            for rows in zip(paths.figures, against.figures, strict=True)
        ],
        "winners": levels_of(sheet),
    }


def told_of_judgment(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what the program says of a majority judgment, candidates from 1."""
    invalid = len(answer["invalid"])
    return answer | {"invalid": invalid, "winners": numbered(answer["winners"])}


def sheet_of_judgment(sheet: Sheet) -> dict[str, Any]:
    """Return the same of a sheet of ours."""
    (grades,) = (one for one in sheet.details if isinstance(one, Grades))
    blank = blank_papers(sheet)
    return {
        "raw": [list(row) for row in grades.counts],
        "valid": sheet.valid - blank,
        "blank": blank,
        "invalid": sheet.invalid,
        "winners": levels_of(sheet),
    }


def told_of_stv(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what the program says of an STV count, candidates from 1, each event of one."""
    events = [
        [what, n + 1]
        for what, numbers in answer["events"]
        for n in ([numbers] if isinstance(numbers, int) else numbers)[
            : 1 if "Tie" in what else None
        ]
    ]
    return {
        "valid": len(answer["ballots"]),
        "invalid": len(answer["invalid"]),
        "ties": [event for event in events if "Tie" in event[0]],
        "events": [event for event in events if "Tie" not in event[0]],
        "winners": [n + 1 for n in answer["winners"]],
    }


def sheet_of_stv(sheet: Sheet) -> dict[str, Any]:
    """Return the same of a sheet of ours."""
    names = {Purpose.ELECTED: "TieWin", Purpose.EXCLUDED: "TieLose"}
    return {
        "valid": sheet.valid,
        "invalid": sheet.invalid,
        "ties": [[names[tie.purpose], tie.decided] for tie in sheet.ties],
        "events": [
            [what, n]
            for stage in sheet.stages
            for what, numbers in (("Lose", stage.excluded), ("Win", stage.elected))
            for n in numbers
        ],
        "winners": list(sheet.winners),
    }


def blank_papers(sheet: Sheet) -> int:
    """Return how many blank papers a sheet counts."""
    (table,) = (one for one in sheet.details if isinstance(one, Table) and "blank" in one.name)
    return int(table.rows[0][0])


def levels_of(sheet: Sheet) -> list[list[int]]:
    """Return the order of a sheet's candidates."""
    (found,) = (one for one in sheet.details if isinstance(one, Levels))
    return [list(level) for level in found.levels]
