"""What separated candidates at a stage: the excluded from the next, the elected from the quota.

A margin is one of its stage and not of the election. Fewer papers than it says may have changed the
result, because they would have changed earlier stages too; and more may have changed nothing.
Everything is read off the sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from comitia.counting.sheet import Kind, Purpose, Sheet, Stage


@dataclass(frozen=True, slots=True)
class Margin:
    """What lay between candidates and what they were compared with.

    stage: counted from 1. purpose: ELECTED or EXCLUDED. candidates: those excluded together, or one
    elected. against: the candidate who came next, None for the quota.
    votes: of the next less those of the last excluded; of the elected less the quota.
    """

    stage: int
    purpose: Purpose
    candidates: tuple[int, ...]
    against: int | None
    votes: Fraction


def margins_of(sheet: Sheet) -> tuple[Margin, ...]:
    """Return the margins in order of the stages, exclusions before elections.

    Whoever is elected without the quota has none: the rule asked for something else.
    """
    found: list[Margin] = []
    out = set(sheet.withdrawn)
    for number, stage in enumerate(sheet.stages, 1):
        before = sheet.stages[number - 2] if number > 1 else stage
        found += _excluded(number, stage, before, _standing(sheet, out))
        found += _elected(number, stage, stage.quota or sheet.quota)
        out |= {*stage.elected, *stage.excluded}
    return tuple(found)


def _standing(sheet: Sheet, out: set[int]) -> tuple[int, ...]:
    return tuple(n for n in range(1, len(sheet.names) + 1) if n not in out)


def _excluded(
    number: int, stage: Stage, before: Stage, standing: tuple[int, ...]
) -> Iterator[Margin]:
    """Compare those whose exclusion this stage carries out, by the figures that decided it.

    Whoever else leaves at the stage, because all places are filled, was compared with nobody.
    """
    excluded = tuple(n for n in stage.excluded if n in stage.candidates)
    others = [n for n in standing if n not in stage.candidates]
    if stage.kind is not Kind.EXCLUSION or not excluded or not others:
        return
    following = min(others, key=lambda n: before.votes[n - 1])
    margin = before.votes[following - 1] - max(before.votes[n - 1] for n in excluded)
    yield Margin(number, Purpose.EXCLUDED, excluded, following, margin)


def _elected(number: int, stage: Stage, quota: Fraction | None) -> Iterator[Margin]:
    for candidate in stage.elected:
        votes = stage.votes[candidate - 1]
        if quota is not None and votes >= quota:
            yield Margin(number, Purpose.ELECTED, (candidate,), None, votes - quota)
