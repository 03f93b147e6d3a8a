"""Instant run-off against a second count from the text, and against two other programs."""

from __future__ import annotations

from dataclasses import replace

from comitia.counting.count import Options, run
from comitia.counting.profile import Profile
from comitia.counting.rules.irv import RULE
from comitia.counting.sheet import Kind, Means
from tests.counting.peers import ask
from tests.counting.rules.naive_transfers import (
    close_elections,
    naive_irv,
    outcome_of,
    question,
)
from tests.counting.stv_elections import SEED, small_elections

ELECTIONS = 10_000
OF_VOTEKIT = 500
"""It takes some milliseconds for each."""


def elections(number: int) -> list[Profile]:
    return [replace(profile, seats=1) for profile in small_elections(number)]


def test_every_figure_elimination_and_tie_is_that_of_the_naive_count() -> None:
    lots = last_two = 0
    for profile in elections(ELECTIONS):
        sheet = run(RULE, profile, Options(seed=SEED))
        assert outcome_of(sheet) == naive_irv(profile)
        lots += any(tie.means is Means.SEED for tie in sheet.ties)
        last_two += sheet.stages[-1].kind is Kind.ELECTION

    # What could go wrong did occur.
    assert (lots > 2000, last_two > 300) == (True, True)


def test_ties_of_many_are_narrowed_as_in_the_naive_count() -> None:
    partial = 0
    for profile in close_elections(2000):
        sheet = run(RULE, replace(profile, seats=1), Options(seed=SEED))
        assert outcome_of(sheet) == naive_irv(profile)
        partial += any(tie.means is Means.LOOK_BACK_IN_PART for tie in sheet.ties)

    assert partial > 100


def test_the_winner_is_one_whom_pref_voting_finds_for_some_way_to_break_ties() -> None:
    """And the only one of those, where no tie had to be broken."""
    profiles = elections(ELECTIONS)
    possible = ask("pref_voting_irv", [question(profile) for profile in profiles])
    sheets = [run(RULE, profile, Options(seed=SEED)) for profile in profiles]

    assert [
        sheet.winners[0] in winners for sheet, winners in zip(sheets, possible, strict=True)
    ] == [True] * ELECTIONS
    untied = [place for place, sheet in enumerate(sheets) if not sheet.ties]
    assert len(untied) > 3000
    assert [list(sheets[place].winners) for place in untied] == [possible[p] for p in untied]


def test_the_winner_is_that_of_votekit_where_nobody_was_tied() -> None:
    counted = [(one, run(RULE, one, Options(seed=SEED))) for one in elections(4 * OF_VOTEKIT)]
    untied = [(one, sheet) for one, sheet in counted if sheet.valid and not sheet.ties]
    asked = untied[:OF_VOTEKIT]

    assert len(asked) == OF_VOTEKIT
    assert [list(sheet.winners) for _, sheet in asked] == ask(
        "votekit_irv", [question(profile) for profile, _ in asked]
    )
