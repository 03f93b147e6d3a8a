from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.count import Options, run
from comitia.counting.formats.debian import parse_debian
from comitia.counting.lots import Decision
from comitia.counting.profile import Candidate, Paper, Profile
from comitia.counting.rules import RULES
from comitia.counting.sheet import Means, Pairwise, Purpose, Sheet, Table, Tie
from comitia.counting.words import decision_of
from comitia.errors import MalformedRecord
from tests.counting.peers import ask
from tests.counting.profiles import profiles
from tests.counting.random_elections import named, ranked_election, rearranged, renumbered

RULE = RULES["debian"]
ELECTIONS = 10_000
Votes = dict[tuple[int, int], int]


def sheet_of(profile: Profile, **options: Any) -> Sheet:  # noqa: ANN401 - what Options takes
    return run(RULE, profile, Options(**options))


def matrix_of(sheet: Sheet) -> list[list[int]]:
    (found,) = (detail for detail in sheet.details if isinstance(detail, Pairwise))
    return [list(row) for row in found.figures]


def rows_of(sheet: Sheet, name: str) -> list[tuple[Any, ...]]:
    (found,) = (d for d in sheet.details if isinstance(d, Table) and d.name == name)
    return list(found.rows)


def dropped_of(sheet: Sheet) -> list[int]:
    return [row[0] for row in rows_of(sheet, "dropped options")]


def last_set_of(sheet: Sheet) -> list[int]:
    rows = rows_of(sheet, "Schwartz sets")
    return [option for number, option in rows if number == rows[-1][0]]


def drafts(*papers: tuple[int, str], options: int = 3) -> Profile:
    """Return papers like (3, "BA>C"): B and A on one level, then C."""
    return Profile(
        "",
        1,
        named(options),
        tuple(
            Paper(n, tuple(tuple(ord(c) - 64 for c in level) for level in order.split(">")))
            if order
            else Paper(n, ())
            for n, order in papers
        ),
    )


# The reference's 39 votes


def debian_vote(vote: dict[str, Any]) -> tuple[Profile, Options]:
    papers = []
    for text, number in vote["ballots"].items():
        ranks = {n: int(rank, 36) for n, rank in enumerate(text, 1) if rank != "-"}
        levels = (tuple(n for n in ranks if ranks[n] == r) for r in sorted(set(ranks.values())))
        papers.append(Paper(number, tuple(levels)))
    profile = Profile(vote["id"], 1, tuple(map(Candidate, vote["options"])), tuple(papers))
    ratios = {n: Fraction(str(ratio)) for n, ratio in enumerate(vote["majority_ratio"], 1)}
    quorum = Fraction(str(vote["quorum"]))
    return profile, Options(default=vote["default_option"], quorum=quorum, ratios=ratios)


def require_official(sheet: Sheet, vote: dict[str, Any]) -> None:
    """Compare every figure of a sheet with what was published, and the reasons with the text."""
    matrix, default = vote["official_matrix"], vote["default_option"]
    assert matrix_of(sheet) == matrix, vote["id"]
    assert dropped_of(sheet) == vote["official_dropped"], vote["id"]
    for option, reason, votes, against, needed in rows_of(sheet, "dropped options"):
        over, under = matrix[option - 1][default - 1], matrix[default - 1][option - 1]
        assert (votes, against) == (over, under)
        assert reason == ("quorum" if over < vote["quorum"] else "majority")
        assert votes < needed
    assert (list(sheet.winners), sheet.decided) == (vote["official_winners"], True), vote["id"]


def test_all_reference_votes_have_the_official_figures(reference_data: Path) -> None:
    votes = json.loads((reference_data / "counting" / "debian-votes.json").read_bytes())

    reasons: Counter[str] = Counter()
    for vote in votes:
        sheet = run(RULE, *debian_vote(vote))
        require_official(sheet, vote)
        reasons.update(row[1] for row in rows_of(sheet, "dropped options"))
    assert len(votes) == 39
    assert reasons == {"majority": 22}


def test_all_reference_votes_are_counted_from_their_tally_sheets(reference_data: Path) -> None:
    votes = json.loads((reference_data / "counting" / "debian-votes.json").read_bytes())

    for vote in votes:
        lines = [f"V: {ranks}\n" * number for ranks, number in vote["ballots"].items()]
        profile = parse_debian("".join(lines), vote["id"])
        require_official(run(RULE, profile, debian_vote(vote)[1]), vote)
    assert len(votes) == 39


# Single paragraphs


def test_the_whole_sheet_of_a_circle() -> None:
    """A over B by 8 to 4, B over C by 9 to 3, C over A by 7 to 5; nobody ranks the default."""
    profile = drafts((5, "A>B>C"), (4, "B>C>A"), (3, "C>A>B"), (2, ""), options=4)

    sheet = sheet_of(profile, default=4, quorum=Fraction(12))

    assert (sheet.winners, sheet.quota, sheet.stages, sheet.ties) == ((1,), None, (), ())
    assert sheet.details == (
        Pairwise("preferences", ((0, 8, 5, 12), (4, 0, 9, 12), (7, 3, 0, 12), (0, 0, 0, 0))),
        Table(
            "dropped options",
            ("option", "dropped for", "votes over default", "votes under it", "votes needed"),
            (),
        ),
        Table(
            "Schwartz sets",
            ("from round", "option"),
            ((Fraction(1), 1), (Fraction(1), 2), (Fraction(1), 3), (Fraction(2), 1)),
        ),
        Table(
            "weakest defeats, dropped",
            ("round", "option", "defeats", "votes", "votes against"),
            ((Fraction(1), 3, 1, Fraction(7), Fraction(5)),),
        ),
    )


@pytest.mark.parametrize(
    "quorum, ratio, dropped",
    [
        pytest.param("6", "1", [], id="just the quorum"),
        pytest.param("6.000000000000001", "1", [("quorum", 7)], id="hardly under the quorum"),
        pytest.param("0", "3", [], id="just 3 to 1"),
        pytest.param("0", "3.0000000000000001", [("majority", 7)], id="hardly under 3 to 1"),
        pytest.param("9", "9", [("quorum", 9)], id="the quorum is asked first"),
    ],
)
def test_quorum_and_majority_are_compared_exactly(
    quorum: str, ratio: str, dropped: list[tuple[str, int]]
) -> None:
    profile = drafts((6, "A>B"), (2, "B>A"), options=2)

    sheet = sheet_of(profile, default=2, quorum=Fraction(quorum), ratios={1: Fraction(ratio)})

    assert rows_of(sheet, "dropped options") == [
        (1, reason, Fraction(6), Fraction(2), Fraction(needed)) for reason, needed in dropped
    ]
    assert sheet.winners == ((2,) if dropped else (1,))


def test_as_many_votes_over_the_default_as_under_it_are_no_majority() -> None:
    sheet = sheet_of(drafts((3, "A>B"), (3, "B>A"), options=2), default=2)

    row = (1, "majority", Fraction(3), Fraction(3), Fraction(4))
    assert rows_of(sheet, "dropped options") == [row]
    assert sheet.winners == (2,)


def test_an_option_that_is_dropped_beats_nobody_any_more() -> None:
    """A wins against B and C alone but lacks the majority of 3 to 1 over C."""
    profile = drafts((4, "A>B>C"), (3, "B>C>A"), (3, "A>B>C"), options=3)

    assert sheet_of(profile, default=3, ratios={1: Fraction(3)}).winners == (2,)
    assert sheet_of(profile, default=3, ratios={1: Fraction(2)}).winners == (1,)


def test_equally_weak_defeats_are_dropped_together() -> None:
    """Three drafts in a circle, all by 2 to 1: after one round no defeat is left."""
    profile = drafts((1, "A>B>C"), (1, "B>C>A"), (1, "C>A>B"), options=4)

    sheet = sheet_of(profile, default=4)

    two, one, first = Fraction(2), Fraction(1), Fraction(1)
    assert rows_of(sheet, "weakest defeats, dropped") == [
        (first, 1, 2, two, one),
        (first, 2, 3, two, one),
        (first, 3, 1, two, one),
    ]
    assert last_set_of(sheet) == [1, 2, 3]


def test_a_tie_waits_for_the_casting_vote_whatever_the_seed() -> None:
    profile = drafts((2, "AB>C"))
    decision = Decision(frozenset({1, 2}), 2, "the leader's casting vote, 3 May")

    waiting = sheet_of(profile, default=3, seed="a seed")
    decided = sheet_of(profile, default=3, seed="a seed", decisions=(decision,))

    assert (waiting.decided, waiting.winners) == (False, ())
    assert waiting.ties == (Tie((1, 2), Purpose.ELECTED, None, Means.CASTING_VOTE),)
    assert decision_of(waiting.ties[0]) == (
        "elected, by nobody yet: whoever has the casting vote decides, and it must be recorded"
    )
    assert (decided.decided, decided.winners) == (True, (2,))
    assert decided.ties == (Tie((1, 2), Purpose.ELECTED, 2, Means.PERSON, recorded=decision.how),)


def test_a_recorded_casting_vote_without_a_tie_is_refused() -> None:
    decision = Decision(frozenset({1, 2}), 2, "too early")

    with pytest.raises(MalformedRecord, match="decisions"):
        sheet_of(drafts((2, "A>B>C")), default=3, decisions=(decision,))


@pytest.mark.parametrize("papers", [(), ((4, ""),), ((3, "ABC"),)], ids=["none", "blank", "equal"])
def test_the_default_wins_where_nobody_prefers_anything(
    papers: tuple[tuple[int, str], ...],
) -> None:
    assert sheet_of(drafts(*papers), default=3).winners == (3,)


def test_the_default_may_stand_alone() -> None:
    assert sheet_of(drafts((1, "A"), options=1), default=1).winners == (1,)


def test_a_withdrawn_option_is_left_out() -> None:
    profile = Profile("", 0, named(3), (Paper(3, ((1,), (2,))),), frozenset({1}))

    sheet = sheet_of(profile, default=3)

    assert (sheet.winners, dropped_of(sheet)) == ((2,), [])
    assert matrix_of(sheet) == [[0, 0, 0], [0, 0, 3], [0, 0, 0]]


@pytest.mark.parametrize(
    "options, where",
    [
        pytest.param({}, "default", id="no default"),
        pytest.param({"default": 0}, "default", id="none such"),
        pytest.param({"default": 4}, "default", id="past the last"),
        pytest.param({"default": 2}, "default", id="withdrawn"),
        pytest.param({"default": 3, "seats": 2}, "seats", id="two seats"),
        pytest.param({"default": 3, "quorum": Fraction(-1)}, "quorum", id="below 0"),
        pytest.param({"default": 3, "ratios": {4: Fraction(3)}}, "ratios", id="no such option"),
        pytest.param({"default": 3, "ratios": {1: Fraction(1, 2)}}, "ratios", id="a minority"),
        pytest.param({"default": 3, "ratios": {3: Fraction(3)}}, "ratios", id="of the default"),
    ],
)
def test_what_cannot_be_counted_is_refused(options: dict[str, Any], where: str) -> None:
    profile = Profile("", 0, named(3), (Paper(1, ((1,),)),), frozenset({2}))

    with pytest.raises(MalformedRecord) as refused:
        sheet_of(profile, **options)

    assert refused.value.where == where


# A second count, written from the text


def votes_in(profile: Profile) -> tuple[list[int], Votes]:
    standing = [n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn]
    votes: Votes = {(a, b): 0 for a in standing for b in standing}
    for paper in profile.papers:
        place = {n: rank for rank, level in enumerate(paper.ranking) for n in level}
        for a, b in votes:
            if place.get(a, len(paper.ranking)) < place.get(b, len(paper.ranking)):
                votes[a, b] += paper.count
    return standing, votes


def acceptable(profile: Profile, options: Options) -> list[int]:
    """Return the options that A.6.2 and A.6.3 leave."""
    standing, votes = votes_in(profile)
    default = options.default
    assert default is not None
    left = []
    for a in standing:
        over, under = votes[a, default], votes[default, a]
        ratio = options.ratios.get(a, Fraction(1))
        if a == default or (over >= options.quorum and over >= ratio * under and over > under):
            left.append(a)
    return left


def left_at_last(options: Sequence[int], votes: Votes) -> list[int]:
    """Return what A.6.4 to A.6.7 leave: transitive defeats by repeated joining, as the text."""
    pairwise = {(a, b) for a in options for b in options if votes[a, b] > votes[b, a]}
    while True:
        transitive = set(pairwise)
        while more := {(a, d) for a, b in transitive for c, d in transitive if b == c} - transitive:
            transitive |= more
        schwartz = [
            a
            for a in options
            if all((a, b) in transitive or (b, a) not in transitive for b in options)
        ]
        among = {(a, b) for a, b in pairwise if a in schwartz and b in schwartz}
        if not among:
            return schwartz

        def weaker(one: tuple[int, int], other: tuple[int, int]) -> bool:
            (a, x), (b, y) = one, other
            return votes[a, x] < votes[b, y] or (
                votes[a, x] == votes[b, y] and votes[x, a] > votes[y, b]
            )

        pairwise -= {one for one in among if not any(weaker(other, one) for other in among)}


def random_votes() -> list[tuple[Profile, Options]]:
    random = Random(2003)
    found = []
    for _ in range(ELECTIONS):
        profile = ranked_election(random, candidates=6, equal=0.1)
        standing = [n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn]
        # The default often stands behind whatever a paper ranks, as in real votes.
        default = random.choice(standing)
        if random.random() < 0.9:
            profile = without(profile, default)
        ratios = {
            n: Fraction(random.choice(("1", "1", "3/2", "2", "3")))
            for n in standing
            if n != default
        }
        quorum = Fraction(random.choice((0, 0, 1, 3, 5)), random.choice((1, 2)))
        found.append((profile, Options(seats=1, default=default, quorum=quorum, ratios=ratios)))
    return found


def without(profile: Profile, option: int) -> Profile:
    papers = tuple(
        Paper(paper.count, tuple(tuple(n for n in level if n != option) for level in paper.ranking))
        for paper in profile.papers
    )
    return Profile("", 1, profile.candidates, papers, profile.withdrawn)


def test_random_votes_go_as_the_text_says() -> None:
    rounds = ties = dropped = 0
    for profile, options in random_votes():
        sheet = run(RULE, profile, options)
        standing, votes = votes_in(profile)
        kept = acceptable(profile, options)
        assert dropped_of(sheet) == [n for n in standing if n not in kept]
        last = left_at_last(kept, votes)
        assert last_set_of(sheet) == last
        assert list(sheet.winners) == (last if len(last) == 1 else [])
        assert sheet.decided == (len(last) == 1)
        rounds += bool(rows_of(sheet, "weakest defeats, dropped"))
        ties += not sheet.decided
        dropped += bool(dropped_of(sheet))
    assert (rounds, ties, dropped) == (150, 585, 2357)


def test_pref_voting_leaves_the_same_options_of_random_votes() -> None:
    questions = []
    for profile, options in random_votes():
        _, votes = votes_in(profile)
        kept = acceptable(profile, options)
        defeats = [
            (a, b, votes[a, b], votes[b, a])
            for a in kept
            for b in kept
            if votes[a, b] > votes[b, a]
        ]
        questions.append({"options": kept, "defeats": defeats})

    answers = ask("pref_voting_schwartz", questions)

    assert [last_set_of(run(RULE, *vote)) for vote in random_votes()] == answers


def test_without_a_dropped_option_the_last_set_is_schulzes_first_level() -> None:
    compared = 0
    for profile, options in random_votes():
        sheet = run(RULE, profile, options)
        if not dropped_of(sheet):
            schulze = run(RULES["schulze"], profile, Options(seats=1))
            assert [last_set_of(sheet)] == [list(schulze.details[3].levels[0])]  # type: ignore[union-attr]
            compared += 1
    assert compared == 7643


@given(profiles(), st.randoms())
def test_neither_order_nor_pooling_of_papers_matters(profile: Profile, random: Random) -> None:
    default = min(set(range(1, len(profile.candidates) + 1)) - profile.withdrawn)
    options = Options(seats=1, default=default)

    assert run(RULE, rearranged(profile, random), options) == run(RULE, profile, options)


@given(st.data(), profiles())
def test_other_numbers_give_the_same_result(data: st.DataObject, profile: Profile) -> None:
    numbers = tuple(data.draw(st.permutations(range(1, len(profile.candidates) + 1))))
    default = min(set(range(1, len(profile.candidates) + 1)) - profile.withdrawn)

    sheet = sheet_of(profile, seats=1, default=default)
    other = sheet_of(renumbered(profile, numbers), seats=1, default=numbers[default - 1])

    assert last_set_of(other) == sorted(numbers[n - 1] for n in last_set_of(sheet))
    assert other.winners == tuple(numbers[n - 1] for n in sheet.winners)
