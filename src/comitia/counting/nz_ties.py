"""Ties in New Zealand's local elections: Local Electoral Regulations 2001, Schedule 1A, Part 5.

Clause 40, "ahead at first difference": whoever did not have more votes than another of the tied at
the earliest step at which they differed is to be excluded. Clauses 41 to 48: where that names
nobody, whoever has the lowest pseudo-random number, made from the numbers of candidates, vacancies
and papers, so that a recount comes to the same.

Own readings:

- clause 40: where several were behind at the first difference, their own first difference decides
  among them, and so on (so does D. Hill's program, on which the official one is founded);
- clauses 42, 45 to 47: the number of candidates and their order are those of the file, withdrawn
  ones included, because the Schedule goes on calling them candidates;
- clauses 43 to 45: the first candidate has the fifth number that is generated;
- Hill's program takes 10,000 for the 1,000 of clause 42 and each number's remainder by 10,000, and
  turns the numbers round at the first step already; here it is done as the text says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from comitia.counting.count import Count, tied_for
from comitia.counting.sheet import Means, Purpose


class FirstDifferences:
    """The votes of everybody at each step of a count, and the ties that they decide."""

    def __init__(self, count: Count) -> None:
        """Begin without any step."""
        self._count = count
        self._steps: list[tuple[int, Mapping[int, int]]] = []

    @property
    def steps(self) -> int:
        """How many steps have been noted."""
        return len(self._steps)

    def note(self, votes: Mapping[int, int]) -> None:
        """Keep the votes at a step, which belongs to the stage that is written next."""
        self._steps.append((len(self._count.stages) + 1, dict(votes)))

    def choose_to_exclude(self, tied: Sequence[int], step: int) -> int:
        """Return who of the tied is to be excluded at a step, and record what decided it."""
        behind, stage = self._behind(tied)
        if len(behind) == 1:
            if len(tied) > 1:
                self._count.note_tie(tied, Purpose.EXCLUDED, behind[0], Means.LOOK_FORWARD, stage)
            return behind[0]
        everybody = range(1, len(self._count.names) + 1)
        numbers = pseudo_random_numbers(everybody, self._count.seats, self._count.valid, step)
        lowest = min(behind, key=numbers.__getitem__)
        self._count.note_tie(tied, Purpose.EXCLUDED, lowest, Means.RULE)
        return lowest

    def _behind(self, tied: Sequence[int]) -> tuple[Sequence[int], int]:
        """Return whoever was behind at the first difference, and its stage (clause 40)."""
        decided = 0
        for stage, votes in self._steps:
            behind = tied_for({n: votes[n] for n in tied}, best=False)
            if len(behind) < len(tied):
                tied, decided = behind, stage
        return tied, decided


def pseudo_random_numbers(
    candidates: Sequence[int], vacancies: int, papers: int, step: int
) -> dict[int, int]:
    """Return each candidate's pseudo-random number at a step, from 1 (clauses 41 to 48)."""
    generated = _generate(len(candidates) + 5, vacancies, (papers + 1000 * (papers % 10)) % 30323)
    for _ in range(4):
        next(generated)
    numbers: list[int] = []
    while len(numbers) < len(candidates):
        number = next(generated)
        if number not in numbers:
            numbers.append(number)
    if step % 2 == 0:
        numbers = [10_000 - number for number in numbers]
    return dict(zip(candidates, numbers, strict=True))


def _generate(x: int, y: int, z: int) -> Iterator[int]:
    """Yield pseudo-random numbers from three seeds (clauses 42, 43)."""
    while True:
        x, y, z = 171 * x % 30269, 172 * y % 30307, 170 * z % 30323
        yield 10_000 * x // 30269 + 10_000 * y // 30307 + 10_000 * z // 30323
