"""Both Meek rules against a second implementation of each, on ten thousand small elections."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from comitia.counting.count import Options, Rule, run
from comitia.counting.profile import Profile
from comitia.counting.rules.meek_nz import RULE as NZ
from comitia.counting.rules.meek_prf import RULE as PRF
from comitia.counting.sheet import Code, Kind, Sheet
from tests.counting.rules.naive_meek import Event, Outcome, naive_nz, naive_prf
from tests.counting.stv_elections import SEED, small_elections

ELECTIONS = 10_000


def figures(values: dict[int, Decimal], candidates: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(values.get(n, Decimal(0))) for n in range(1, candidates + 1))


def told(events: list[Event], candidates: int) -> list[object]:
    return [
        (
            event.excluded,
            figures(event.votes, candidates),
            Fraction(event.quota),
            figures(event.keep, candidates) if event.keep else (),
            event.elected,
        )
        for event in events
    ]


def told_by(sheet: Sheet) -> list[object]:
    """Return the stages that a count of papers stands behind."""
    return [
        (
            set(stage.excluded),
            stage.votes,
            stage.quota,
            stage.keep,
            set(stage.elected),
        )
        for stage in sheet.stages
        if stage.kind is not Kind.ELECTION
    ]


EVENTS = {
    Code.QUOTA_SET,
    Code.QUOTA_REACHED,
    Code.COUNTED_TIMES,
    Code.KEEPS_PART,
    Code.SURPLUS_LEFT,
    Code.SURPLUS_SMALL,
    Code.FEWEST_VOTES,
    Code.TIE_SETTLED,
    Code.NO_TRANSFER,
    Code.DEEMED_ELECTED,
}
OF_PRF = EVENTS | {Code.SURPLUS_STUCK, Code.WITHIN_SURPLUS}
OF_NZ = EVENTS | {
    Code.CANNOT_OVERTAKE,
    Code.MORE_THAN_PAPERS,
    Code.NOT_NAMED,
    Code.NO_MORE_THAN_PLACES,
    Code.PLACES_LEFT_EMPTY,
    Code.ABSOLUTE_MAJORITY,
    Code.MAJORITY_REACHED,
    Code.MAJORITY_SHARED,
    Code.FEWEST_EQUAL,
}
"""What a rule tells of in so many elections: all that can happen, but for clause 23."""


@pytest.mark.parametrize(
    "rule, naive, events", [(PRF, naive_prf, OF_PRF), (NZ, naive_nz, OF_NZ)], ids=["prf", "nz"]
)
def test_every_figure_is_that_of_the_naive_count(
    rule: Rule, naive: Callable[[Profile, int], Outcome], events: set[Code]
) -> None:
    met: set[Code] = set()
    for profile in small_elections(ELECTIONS):
        sheet = run(rule, profile, Options(seed=SEED))
        expected = naive(profile, profile.seats)

        assert set(sheet.winners) == expected.winners
        if expected.events:
            assert told_by(sheet) == told(expected.events, len(profile.candidates))
        else:
            assert [stage.kind for stage in sheet.stages] == [Kind.FIRST_PREFERENCES]
        met |= {fact.code for stage in sheet.stages for fact in stage.facts}
    assert met == events
