"""Scottish STV against a second count from the text, and against pref_voting."""

from __future__ import annotations

from comitia.counting.count import Options, run
from comitia.counting.rules.scottish_stv import RULE
from comitia.counting.sheet import Kind, Means, Sheet
from tests.counting.peers import ask
from tests.counting.rules.naive_transfers import (
    close_elections,
    naive_scottish_stv,
    outcome_of,
    question,
)
from tests.counting.stv_elections import SEED, small_elections

ELECTIONS = 10_000


def test_every_figure_election_and_tie_is_that_of_the_naive_count() -> None:
    surpluses = lots = 0
    for profile in small_elections(ELECTIONS):
        sheet = run(RULE, profile, Options(seed=SEED))
        assert outcome_of(sheet) == naive_scottish_stv(profile, profile.seats)
        surpluses += any(stage.kind is Kind.SURPLUS for stage in sheet.stages)
        lots += any(tie.means is Means.SEED for tie in sheet.ties)

    # What could go wrong did occur.
    assert (surpluses > 2000, lots > 2000) == (True, True)


def test_ties_of_many_are_narrowed_as_in_the_naive_count() -> None:
    partial = 0
    for profile in close_elections(2000):
        sheet = run(RULE, profile, Options(seed=SEED))
        assert outcome_of(sheet) == naive_scottish_stv(profile, profile.seats)
        partial += any(tie.means is Means.LOOK_BACK_IN_PART for tie in sheet.ties)

    assert partial > 100


def lot_after_looking_back(sheet: Sheet) -> bool:
    """Tell whether a lot decided between some of the tied only, the others being told apart."""
    pairs = zip(sheet.ties, sheet.ties[1:], strict=False)
    return (Means.LOOK_BACK_IN_PART, Means.SEED) in [(a.means, b.means) for a, b in pairs]


def test_winners_are_those_of_pref_voting_which_draws_lots_among_all_who_were_tied() -> None:
    """It looks back as we do, but forgets whom that told apart if it comes to a lot after all.

    Rule 51(2)(b) has a lot only between those who were equal at all stages; such elections are
    left out. Its floating point makes no difference in any of the others.
    """
    profiles = list(small_elections(ELECTIONS))
    ours = [run(RULE, profile, Options(seed=SEED)) for profile in profiles]
    theirs = ask("pref_voting_scottish", [question(profile) for profile in profiles])

    compared = [place for place in range(ELECTIONS) if not lot_after_looking_back(ours[place])]
    assert len(compared) > ELECTIONS - 200
    assert [sorted(ours[place].winners) for place in compared] == [
        theirs[place] for place in compared
    ]
