"""The papers of a count: a file of any known format, or an election archive that verifies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from comitia.ballots.v1.model import (
    CountingMethod,
    Election,
    HomomorphicQuestion,
    Json,
    ListsQuestion,
    Method,
    Question,
    RankedQuestion,
    Reading,
)
from comitia.cli.election.board import read_board
from comitia.cli.files import read_plain
from comitia.cli.terminal import Terminal
from comitia.cli.verifying import find_archive, verify_found
from comitia.counting.count import Rule
from comitia.counting.formats import read_profile
from comitia.counting.formats.reading import MAX_BYTES
from comitia.counting.profile import (
    AnyProfile,
    Candidate,
    GradedPaper,
    GradedProfile,
    Paper,
    Profile,
    Ranking,
    TalliedProfile,
)
from comitia.errors import MalformedRecord
from comitia.verify import Verdict

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}")


def load_papers(path: Path, rule: Rule, question: str | None, terminal: Terminal) -> AnyProfile:
    """Return the papers of a file or archive.

    question: the number of the one to count, from 1; only for an archive.
    Raises MalformedRecord for a file of no known format and an archive that does not verify.
    """
    if path.is_dir() or path.suffix == ".bel":
        return _load_archive(path, rule, question, terminal)
    if question is not None:
        raise MalformedRecord("--question", "only an election archive has questions")
    return read_profile(read_plain(path, MAX_BYTES), str(path))


def _load_archive(path: Path, rule: Rule, question: str | None, terminal: Terminal) -> AnyProfile:
    found = find_archive(path)
    report = verify_found(found, None, None, terminal)
    where = str(found.path)
    if report.verdict is not Verdict.VALID:
        problem = f"the archive is {report.verdict.value}, and only a valid one is counted"
        raise MalformedRecord(where, f"{problem}; `comitia verify` says why")
    board = read_board(found.path)
    election = board.election
    place = _choose(election, rule, question, where)
    row = report.result[place] if isinstance(report.result, list) else None
    if not isinstance(row, list) or board.sized is None:
        raise AssertionError("a valid archive has a tally, and a result for each question")
    return profile_of(election, place, row, board.sized.total_weight)


def _choose(election: Election, rule: Rule, question: str | None, where: str) -> int:
    """Return the place of the question to count: the one asked for, or the only one that fits."""
    number = len(election.questions)
    if question is not None:
        if not _NUMBER.fullmatch(question) or int(question) > number:
            problem = f"expected a question's number, from 1 to {number}, found {question[:40]!r}"
            raise MalformedRecord("--question", problem)
        return int(question) - 1
    fitting = [
        place
        for place, one in enumerate(election.questions)
        if (kind := kind_of(one)) is not None and kind in rule.takes
    ]
    if len(fitting) != 1:
        many = f"{len(fitting)} of its {number} questions" if fitting else "no question"
        problem = f"{rule.name} can count {many}"
        hint = "; choose one with --question" if fitting else ""
        raise MalformedRecord(where, problem + hint)
    return fitting[0]


def kind_of(question: Question) -> type[AnyProfile] | None:
    """Return the kind of papers that a question's result holds, None where no rule counts it."""
    match question:
        case HomomorphicQuestion():
            return TalliedProfile
        case ListsQuestion():
            return None
        case RankedQuestion(counting=CountingMethod(method=method)):
            graded = method in {Method.MAJORITY_JUDGMENT, Method.SCORE}
            return GradedProfile if graded else Profile
        case _:
            return Profile


def profile_of(election: Election, place: int, row: Sequence[Json], counted: int) -> AnyProfile:
    """Return the papers of a question.

    row: its part of the result. counted: the ballots, each as often as its weight says.
    """
    question = election.questions[place]
    title = f"{election.name}: {question.text}" if election.name else question.text
    match question:
        case HomomorphicQuestion():
            return _tallied(question, title, _whole(row), counted)
        case RankedQuestion():
            vectors = Counter(tuple(_whole(v)) for v in row if isinstance(v, list))
            return _opened(question, title, vectors, len(row))
        case ListsQuestion():
            where = f"question {place + 1}"
            raise MalformedRecord(where, "no counting rule shares out seats among lists")


def _tallied(
    question: HomomorphicQuestion, title: str, votes: Sequence[int], counted: int
) -> TalliedProfile:
    of_answers = votes[1:] if question.blank else votes
    return TalliedProfile(
        title, 0, _candidates(question.answers), tuple(of_answers), counted, question.maximum
    )


def _opened(
    question: RankedQuestion, title: str, vectors: Counter[tuple[int, ...]], opened: int
) -> AnyProfile:
    candidates, counting = _candidates(question.answers), question.counting
    taken = {v: n for v, n in vectors.items() if question.read(v) is not Reading.INVALID}
    rejected = opened - sum(taken.values())
    in_order = sorted(taken.items())
    if counting is not None and counting.method is Method.MAJORITY_JUDGMENT:
        graded = (GradedPaper(n, tuple(g - 1 if g else None for g in v)) for v, n in in_order)
        return GradedProfile(
            title, 0, candidates, tuple(graded), scale=counting.grades, rejected=rejected
        )
    if counting is not None and counting.method is Method.SCORE:
        scored = (GradedPaper(n, v) for v, n in in_order)
        return GradedProfile(
            title, 0, candidates, tuple(scored), most=counting.most, rejected=rejected
        )
    seats = 0 if counting is None else counting.seats
    papers = tuple(Paper(n, ranking_of(v)) for v, n in in_order)
    return Profile(title, seats, candidates, papers, rejected=rejected)


def ranking_of(vector: Sequence[int]) -> Ranking:
    """Return the places of a ballot's ranks: 1 the first, 0 for not ranked.

    However many ranks are skipped in one place, one empty place stands for them: that something is
    missing there is all that a rule asks.
    """
    places: dict[int, list[int]] = {}
    for number, rank in enumerate(vector, 1):
        if rank:
            places.setdefault(rank, []).append(number)
    ranking: list[tuple[int, ...]] = []
    before = 0
    for rank in sorted(places):
        if rank > before + 1:
            ranking.append(())
        ranking.append(tuple(places[rank]))
        before = rank
    return tuple(ranking)


def _candidates(names: Iterable[str]) -> tuple[Candidate, ...]:
    return tuple(Candidate(name) for name in names)


def _whole(values: Sequence[Json]) -> tuple[int, ...]:
    return tuple(int(value) for value in values if isinstance(value, int | str))
