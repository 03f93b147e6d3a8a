"""What holds of both Meek rules."""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting import words
from comitia.counting.count import Options, Rule, run
from comitia.counting.formats import read_rankings
from comitia.counting.profile import Profile, Ranking
from comitia.counting.rules import RULES
from comitia.counting.rules.meek_nz import RULE as NZ
from comitia.counting.rules.meek_prf import RULE as PRF
from comitia.counting.sheet import Kind
from comitia.counting.words import action_of, sentences_of
from tests.counting.rules.ers97_meek import (
    algorithm_123,
    differing,
    model_election,
    reference_figures,
    stage_figures,
)
from tests.counting.stv_elections import (
    SEED,
    election,
    elections,
    listed,
    pooled,
    renumbered,
    renumbered_back,
    single_papers,
    votes,
)

both = pytest.mark.parametrize("rule", [PRF, NZ], ids=lambda rule: rule.name)
SEEDED = Options(seed=SEED)
STAGES_OF_REFERENCE = (1, 2, 4, 5, 7, 9)


@both
def test_the_rule_is_known_by_its_name(rule: Rule) -> None:
    assert RULES[rule.name] is rule


def test_algorithm_123_on_our_tree_gives_every_figure_of_the_reference(
    reference_data: Path,
) -> None:
    reference = reference_figures(reference_data)
    ours = algorithm_123(model_election(reference_data), 6)

    # The reference does not print the spread of surpluses before Wright's exclusion.
    printed = [figures for stage, figures in enumerate(ours) if stage != 4]
    assert [differing(*pair) for pair in zip(reference, printed, strict=True)] == [{}] * 6
    assert sum(len(figures) for figures in reference) == 78


def test_the_prf_rule_differs_from_the_reference_where_it_stops_elsewhere(
    reference_data: Path,
) -> None:
    reference = reference_figures(reference_data)
    figures = stage_figures(run(PRF, model_election(reference_data)))
    found = [
        differing(expected, figures[stage - 1])
        for expected, stage in zip(reference, STAGES_OF_REFERENCE, strict=True)
    ]

    assert found[:4] == [{}, {}, {}, {}]
    # The surpluses are spread further: 41.955370 papers are exhausted, in the reference 41.954... .
    assert found[4] == {"Exhausted": (Decimal("41.95"), Decimal("41.96"))}
    # The count ends as soon as Vicar reaches the falling quota, not when the surpluses are spread.
    assert sorted(found[5]) == [
        "Abbot",
        "Carpenter",
        "Duke",
        "Exhausted",
        "Freeman",
        "Prince",
        "Quota",
        "Smith",
        "Vicar",
    ]
    assert 78 - sum(map(len, found)) == 68


def test_the_nz_rule_differs_from_the_reference_where_it_excludes_earlier(
    reference_data: Path,
) -> None:
    sheet = run(NZ, model_election(reference_data))
    found = [
        differing(expected, stage_figures(sheet)[stage - 1])
        for expected, stage in zip(
            reference_figures(reference_data), STAGES_OF_REFERENCE, strict=True
        )
    ]

    # Whoever cannot catch up is excluded before the surpluses are spread (clause 13).
    assert [13 - len(one) for one in found] == [13, 4, 5, 2, 3, 4]
    assert [sheet.name(n) for stage in sheet.stages for n in stage.excluded] == [
        "Monk",
        "Glazier",
        "Wright",
        "Baron",
    ]


@both
def test_the_model_election_has_the_winners_of_the_reference(
    reference_data: Path, rule: Rule
) -> None:
    sheet = run(rule, model_election(reference_data))

    assert [sheet.name(n) for n in sheet.winners] == [
        "Smith",
        "Duke",
        "Carpenter",
        "Freeman",
        "Prince",
        "Vicar",
    ]
    assert [action_of(stage, sheet) for stage in sheet.stages] == [
        "First preferences",
        "Surpluses distributed",
        "Exclusion of Monk",
        "Surpluses distributed",
        "Exclusion of Glazier",
        "Exclusion of Wright",
        "Surpluses distributed",
        "Exclusion of Baron",
        "Surpluses distributed",
    ]


@both
@given(profile=elections())
def test_papers_are_conserved_at_every_stage(rule: Rule, profile: Profile) -> None:
    sheet = run(rule, profile, SEEDED)

    assert sheet.valid + sheet.invalid == profile.size
    assert [sum(stage.votes) + stage.non_transferable for stage in sheet.stages] == [
        sheet.valid for _ in sheet.stages
    ]
    assert len(set(sheet.winners)) == len(sheet.winners) == places_filled(rule, profile)


def places_filled(rule: Rule, profile: Profile) -> int:
    """Return how many are elected: in New Zealand only who is named on some paper."""
    if rule is PRF or profile.seats == 1:
        return profile.seats
    named = {n for paper in single_papers(profile, over_gaps=False) for n in paper}
    return min(profile.seats, len(named))


@both
@given(profile=elections())
def test_hopeful_candidates_keep_all_excluded_ones_nothing(rule: Rule, profile: Profile) -> None:
    sheet = run(rule, profile, SEEDED)
    elected: set[int] = set()
    excluded = set(profile.withdrawn)

    for stage in sheet.stages:
        excluded.update(stage.excluded)
        for n, (credited, keep) in enumerate(
            zip(stage.votes, stage.keep, strict=bool(stage.keep)), 1
        ):
            if n in profile.withdrawn:
                assert (credited, keep) == votes(0, 0)
            elif n in excluded:
                assert keep == 0
                assert credited == 0 or stage.kind is Kind.ELECTION
            elif n in elected:
                assert 0 < keep <= 1
            else:
                assert keep == 1
        elected.update(stage.elected)


@both
@given(profile=elections())
def test_order_and_pooling_of_papers_do_not_matter(rule: Rule, profile: Profile) -> None:
    assert run(rule, pooled(profile), SEEDED) == run(rule, profile, SEEDED)


@both
@given(data=st.data())
def test_numbers_of_candidates_do_not_matter_where_nothing_is_tied(
    rule: Rule, data: st.DataObject
) -> None:
    profile = data.draw(elections(least=2))
    new = data.draw(st.permutations(range(1, len(profile.candidates) + 1)))

    sheet = run(rule, profile)
    other = run(rule, renumbered(profile, new))

    if sheet.ties and sheet.ties[0].decided:
        assert len(other.ties) > 0
    else:
        assert listed(renumbered_back(other, new)) == listed(sheet)


@both
def test_papers_that_rank_nobody_who_stands_are_invalid(rule: Rule) -> None:
    papers = [(3, ((1,), (2,))), (2, ()), (1, ((3,),)), (1, ((1, 2),)), (2, ((2, 3),))]

    sheet = run(rule, election(papers, 1, 3, withdrawn=[3]))

    assert (sheet.valid, sheet.invalid) == (5, 4)
    assert sheet.stages[0].votes == votes(3, 2, 0)
    assert sheet.winners == (1,)


@pytest.mark.parametrize(
    "rule, invalid, first", [(PRF, 0, (4, 2)), (NZ, 1, (3, 2))], ids=["prf", "nz"]
)
def test_a_skipped_place_ends_the_paper_in_new_zealand_only(
    rule: Rule, invalid: int, first: Sequence[int]
) -> None:
    sheet = run(rule, election([(3, ((1,),)), (2, ((2,),)), (1, ((), (1,)))], 2, 2))

    assert (sheet.invalid, sheet.stages[0].votes) == (invalid, votes(*first))


@both
def test_as_many_candidates_as_seats_are_elected_after_one_count(rule: Rule) -> None:
    sheet = run(rule, election({"1": 1, "2": 5}, 2, 2))

    assert sheet.winners == (2, 1)
    assert [(stage.kind, stage.elected, stage.keep) for stage in sheet.stages] == [
        (Kind.FIRST_PREFERENCES, (2, 1), votes(1, 1))
    ]


@both
def test_papers_that_all_say_the_same_elect_in_their_order(rule: Rule) -> None:
    sheet = run(rule, election({"2134": 9}, 3, 4))

    assert (sheet.winners, sheet.ties) == ((2, 1, 3), ())


@both
def test_blank_papers_change_nothing_but_their_number(rule: Rule) -> None:
    papers: list[tuple[int, Ranking]] = [(6, ((1,), (2,))), (2, ((2,),)), (3, ((3,),))]
    sheet = run(rule, election(papers, 2, 3))
    other = run(rule, election([*papers, (5, ())], 2, 3))

    assert other == replace(sheet, invalid=5)


@both
def test_one_candidate_without_papers_is_elected(rule: Rule) -> None:
    assert run(rule, election({}, 1, 1)).winners == (1,)


@both
def test_no_papers_are_counted_any_more_when_the_last_exclusion_decides(rule: Rule) -> None:
    sheet = run(rule, election({"12": 2, "23": 2, "31": 2}, 2, 3), SEEDED)

    first, last = sheet.stages
    (out,) = last.excluded
    assert last.kind is Kind.ELECTION
    assert sheet.winners == last.elected == tuple(n for n in (1, 2, 3) if n != out)
    assert last.votes == first.votes == votes(2, 2, 2)
    assert last.non_transferable == 0
    names = words.join([sheet.name(n) for n in last.elected])
    assert sentences_of(last, sheet)[-2:] == (
        "No papers are transferred any more.",
        f"As many candidates remain as places; {names} are elected.",
    )


@both
def test_every_ward_is_counted_and_conserved(rule: Rule, reference_data: Path) -> None:
    counted = 0
    with tarfile.open(reference_data / "counting" / "scottish-wards.tar.xz") as archive:
        for member in archive:
            if not member.name.endswith(".csv"):
                continue
            stream = archive.extractfile(member)
            assert stream is not None
            profile = read_rankings(stream.read(), member.name)
            sheet = run(rule, profile)
            assert (sheet.decided, len(sheet.winners), sheet.ties) == (True, profile.seats, ())
            for stage in sheet.stages:
                assert sum(stage.votes) + stage.non_transferable == sheet.valid
                assert sentences_of(stage, sheet)
            counted += 1
    assert counted == 364
