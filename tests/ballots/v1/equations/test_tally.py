"""From ballots to the result: products, proofs of decryption, and the numbers behind them."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations, product
from typing import cast

import pytest

from comitia.ballots.v1.equations import (
    choose_owners,
    combine_tallies,
    decryption_failures,
    empty_tally,
    find_exponent,
    open_tally,
    ranked_rows,
    sort_ranked,
    tally_of_answers,
    verify_count,
    verify_knowledge,
    with_ranked_rows,
)
from comitia.ballots.v1.making import derive_result
from comitia.ballots.v1.model import (
    Ballot,
    Ciphertext,
    HomomorphicQuestion,
    PartialDecryption,
    Proof,
    TrusteeKey,
    Vector,
    name_choice,
)
from comitia.curve import ED25519, Element, Group, expect_embedding
from comitia.errors import CheckFailed
from tests.ballots.v1.forging import ballot_of
from tests.ballots.v1.samples import FIELD, LISTED, LISTED_FIELD, RANKED, RANKED_FIELD, SMALL
from tests.curve.groups import TINY_CURVE, TINY_FIELD
from tests.elections import CHOOSE, RANK, YES_NO, Keyholders, Made, make_election, weights_of
from tests.verify.trusteeship import group_of, together

QUESTIONS = SMALL.election.questions
BOTH = pytest.mark.parametrize(
    "made", [pytest.param(SMALL, id="Ed25519"), pytest.param(FIELD, id="BELENIOS-2048")]
)


def power(exponent: int, group: Group = ED25519) -> Element:
    return group.generator_power(group.scalar(exponent % group.order))


# Tallies


def test_a_tally_has_a_row_a_question_and_a_ciphertext_a_choice() -> None:
    assert SMALL.election.questions == (CHOOSE, YES_NO)
    assert SMALL.election.shape == (4, 2)
    neutral = Ciphertext(ED25519.identity, ED25519.identity)
    assert empty_tally(QUESTIONS, ED25519) == ((neutral,) * 4, (neutral,) * 2)


def test_the_tally_of_all_ballots_is_their_product() -> None:
    tally = empty_tally(QUESTIONS, ED25519)
    for number in range(len(SMALL.ballots)):
        one = tally_of_answers(ballot_of(SMALL, number).answers, 1, ED25519)
        assert one == tuple(answer.choices for answer in ballot_of(SMALL, number).answers)
        tally = combine_tallies(one, tally, QUESTIONS)
    assert tally == SMALL.tally


def test_the_empty_tally_adds_nothing() -> None:
    assert combine_tallies(SMALL.tally, empty_tally(QUESTIONS, ED25519), QUESTIONS) == SMALL.tally


def test_tallies_of_two_shapes_are_a_callers_mistake() -> None:
    for questions in ((CHOOSE,), (CHOOSE, HomomorphicQuestion("?", ("A",), 0, 1))):
        with pytest.raises(ValueError, match="shorter"):
            combine_tallies(SMALL.tally, empty_tally(questions, ED25519), QUESTIONS)


@pytest.mark.parametrize("weight", [0, 2, 999_999, 2**30 - 1, 2**30, 10**11])
def test_a_weighted_ballot_is_its_own_power(weight: int) -> None:
    answers = ballot_of(LISTED).answers
    exponent = ED25519.scalar(weight)
    assert tally_of_answers(answers, weight, ED25519) == tuple(
        tuple(Ciphertext(c.alpha.power(exponent), c.beta.power(exponent)) for c in answer.choices)
        for answer in answers
    )


def test_a_weight_counts_as_often_as_the_ballot_would() -> None:
    answers = ballot_of(SMALL).answers
    tally = empty_tally(QUESTIONS, ED25519)
    for weight in range(5):
        assert tally_of_answers(answers, weight, ED25519) == tally
        tally = combine_tallies(tally, tally_of_answers(answers, 1, ED25519), QUESTIONS)


def test_a_weight_larger_than_the_order_of_a_group_is_taken_modulo_it() -> None:
    """No list of credentials can be refused for a weight of 64 digits; a tally must not fail."""
    answers = ballot_of(SMALL).answers
    order = ED25519.order
    assert tally_of_answers(answers, order + 2, ED25519) == tally_of_answers(answers, 2, ED25519)


def test_the_tally_of_weighted_lists_holds_their_weights() -> None:
    weights = weights_of(LISTED.credentials)
    ballots = [ballot_of(LISTED, number) for number in range(3)]
    assert [weights[ballot.credential.text] for ballot in ballots] == [5, 3, 0]
    questions = LISTED.election.questions
    tally = empty_tally(questions, ED25519)
    for ballot in ballots:
        weight = weights[ballot.credential.text]
        of_ballot = tally_of_answers(ballot.answers, weight, ED25519)
        tally = combine_tallies(tally, of_ballot, questions)
    assert tally == LISTED.tally
    assert LISTED.result == ((5, 5, 5, 3, 3), (5, 0))


# Proofs of knowledge


def plus_one(proof: Proof, group: Group) -> list[Proof]:
    """Return a proof with its challenge changed, and one with its response changed."""
    one = group.scalar(1)
    return [
        replace(proof, challenge=proof.challenge + one),
        replace(proof, response=proof.response + one),
    ]


@BOTH
def test_a_trustees_proof_changed_anywhere_fails_for_that_trustee(made: Made) -> None:
    group, key = made.election.group, made.keys[0]
    verify_knowledge(key, group, "trustee 1")
    others = [
        *(replace(key, proof=proof) for proof in plus_one(key.proof, group)),
        replace(key, public_key=key.public_key * group.generator),
    ]
    for other in others:
        with pytest.raises(CheckFailed, match=r"^setup.trustees: trustee 1: expected the challen"):
            verify_knowledge(other, group, "trustee 1")


def test_a_trustees_proof_is_none_for_another_trustee() -> None:
    one, other = SMALL.keys
    with pytest.raises(CheckFailed, match=r"^setup.trustees: trustee 2: "):
        verify_knowledge(TrusteeKey(other.public_key, one.proof), ED25519, "trustee 2")


# Proofs of decryption


def places(made: Made) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(made.tally) for j in range(len(row))]


def with_proof(share: PartialDecryption, i: int, j: int, proof: Proof) -> PartialDecryption:
    rows = [list(row) for row in share.proofs]
    rows[i][j] = proof
    return replace(share, proofs=tuple(map(tuple, rows)))


def with_factor(share: PartialDecryption, i: int, j: int, factor: Element) -> PartialDecryption:
    rows = [list(row) for row in share.factors]
    rows[i][j] = factor
    return replace(share, factors=tuple(map(tuple, rows)))


def failed(share: PartialDecryption, made: Made, owner: int = 1) -> list[tuple[str, str]]:
    key = made.keys[owner - 1].public_key
    found = decryption_failures(share, made.tally, key, made.election)
    return [(failure.check, failure.subject) for failure in found]


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(SMALL, id="Ed25519"),
        pytest.param(FIELD, id="BELENIOS-2048"),
        pytest.param(LISTED, id="lists, Ed25519"),
        pytest.param(LISTED_FIELD, id="lists, BELENIOS-2048"),
    ],
)
def test_every_scalar_and_factor_of_a_share_is_held_by_exactly_its_equation(made: Made) -> None:
    group, share = made.election.group, made.shares[0]
    assert failed(share, made) == []
    for i, j in places(made):
        changed = [with_proof(share, i, j, p) for p in plus_one(share.proofs[i][j], group)]
        changed.append(with_factor(share, i, j, share.factors[i][j] * group.generator))
        name = name_choice(j, made.election.shape[i])
        expected = [("decryption.proof", f"question {i + 1}, {name}")]
        assert [failed(other, made) for other in changed] == [expected] * 3


def test_a_share_of_another_trustee_fails_everywhere() -> None:
    subjects = [f"question {i + 1}, choice {j + 1}" for i, j in places(SMALL)]
    expected = [("decryption.proof", subject) for subject in subjects]
    assert failed(SMALL.shares[1], SMALL, owner=1) == expected


def test_attack_2_a_share_of_another_ciphertext_fails_there() -> None:
    share = SMALL.shares[0]
    swapped = with_factor(share, 1, 0, share.factors[1][1])
    swapped = with_proof(swapped, 1, 0, share.proofs[1][1])
    assert failed(swapped, SMALL) == [("decryption.proof", "question 2, choice 1")]


# Opening


def test_the_shares_of_all_trustees_open_the_number_of_votes() -> None:
    opened = open_tally(SMALL.tally, dict(enumerate(SMALL.shares, 1)), SMALL.trustees, ED25519)
    assert SMALL.result == ((1, 2, 2, 1), (2, 1))
    assert opened == tuple(tuple(map(power, row)) for row in ((1, 2, 2, 1), (2, 1)))


def test_fewer_shares_open_nothing() -> None:
    opened = open_tally(SMALL.tally, {1: SMALL.shares[0]}, SMALL.trustees, ED25519)
    found = {find_exponent(element, ED25519, 100) for row in opened for element in row}
    assert found == {None}


def threshold_election(threshold: int, size: int, singles: tuple[int, int] = (0, 0)) -> Made:
    """Hold an election with a group that has single trustees before and behind it."""
    before, behind = (
        Keyholders(made.trustees[:number], made.secrets[:number])
        for made, number in zip((SMALL, make_election(seed="behind")), singles, strict=True)
    )
    keyholders = together(before, group_of(threshold, size), behind)
    return make_election(
        questions=(YES_NO,),
        votes=(((1, 0),), ((0, 1),), ((1, 0),)),
        keyholders=keyholders,
        seed="threshold",
    )


OPENED = ((power(2), power(1)),)


@pytest.mark.parametrize(
    "threshold, size, singles",
    [
        (1, 1, (0, 0)),
        (2, 3, (0, 0)),
        (1, 3, (0, 0)),
        (3, 3, (0, 0)),
        (3, 5, (1, 1)),
        (2, 3, (2, 0)),
    ],
)
def test_any_members_as_many_as_the_threshold_open_the_same(
    threshold: int, size: int, singles: tuple[int, int]
) -> None:
    made = threshold_election(threshold, size, singles)
    first = 1 + singles[0]
    owners = range(first, first + size)
    needed = {*range(1, first), *range(first + size, len(made.keys) + 1)}
    shares = dict(enumerate(made.shares, 1))
    for members in combinations(owners, threshold):
        some = {owner: shares[owner] for owner in (*members, *needed)}
        assert open_tally(made.tally, some, made.trustees, ED25519) == OPENED
    for members in combinations(owners, threshold - 1):
        few = {owner: shares[owner] for owner in (*members, *needed)}
        assert open_tally(made.tally, few, made.trustees, ED25519) != OPENED


def test_a_share_of_more_members_than_are_needed_opens_the_same() -> None:
    """Only those that ``choose_owners`` gives are asked for, but a point more is no mistake."""
    made = threshold_election(2, 3)
    shares = dict(enumerate(made.shares, 1))
    assert open_tally(made.tally, shares, made.trustees, ED25519) == OPENED


def test_the_lowest_numbers_of_a_group_are_chosen_and_every_single_trustee() -> None:
    trustees = threshold_election(2, 3, (1, 1)).trustees
    for able in chain.from_iterable(combinations(range(1, 6), n) for n in range(6)):
        members = [owner for owner in able if 2 <= owner <= 4][:2]
        enough = {1, 5} <= set(able) and len(members) == 2
        expected = (1, *members, 5) if enough else None
        assert choose_owners(trustees, set(able)) == expected
    assert choose_owners((), ()) == ()


def test_of_single_trustees_every_one_is_needed() -> None:
    chosen = {able: choose_owners(SMALL.trustees, able) for able in ((), (1,), (2,), (1, 2))}
    assert chosen == {(): None, (1,): None, (2,): None, (1, 2): (1, 2)}


def test_two_groups_choose_each_for_themselves() -> None:
    trustees = together(group_of(2, 3), group_of(1, 2, seed="other")).trustees
    assert choose_owners(trustees, {2, 3, 5}) == (2, 3, 5)
    assert choose_owners(trustees, {1, 2, 3, 4, 5}) == (1, 2, 4)
    assert choose_owners(trustees, {1, 4, 5}) is None
    assert choose_owners(trustees, {1, 2, 3}) is None


@pytest.mark.parametrize("largest", [*range(1, 20), 24, 25, 26, 99, 100, 101])
def test_every_number_up_to_the_largest_is_found_and_no_other(largest: int) -> None:
    found = [find_exponent(power(votes), ED25519, largest) for votes in range(-2, largest + 4)]
    assert found == [None, None, *range(largest + 1), None, None, None]


def test_where_zero_is_the_largest_only_the_identity_is_found() -> None:
    found = [find_exponent(power(votes), ED25519, 0) for votes in (-1, 0, 1, 2)]
    assert found == [None, 0, None, None]


def test_a_large_number_is_found_in_a_moment() -> None:
    largest = 10**7
    numbers = (largest - 1, largest, largest + 1, 1_234_567)
    found = [find_exponent(power(votes), ED25519, largest) for votes in numbers]
    assert found == [largest - 1, largest, None, 1_234_567]


@pytest.mark.parametrize("group", [TINY_CURVE, TINY_FIELD], ids=lambda group: group.name)
def test_every_exponent_of_a_tiny_group_is_found_below_every_bound(group: Group) -> None:
    q = group.order
    for exponent, largest in product(range(q), range(q)):
        expected = exponent if exponent <= largest else None
        assert find_exponent(power(exponent, group), group, largest) == expected


@pytest.mark.parametrize("votes", [0, 1, 4])
def test_the_right_number_of_votes_holds(votes: int) -> None:
    verify_count(power(votes), votes, 4, ED25519, "question 1, choice 1")


@pytest.mark.parametrize(
    "opened, votes, expected, found",
    [
        (3, 2, "3", "2"),
        (0, 1, "0", "1"),
        (3, 10**9, "3", "1000000000"),
        (5, 5, "a number from 0 to 4", "a ciphertext that holds no such number"),
        (-1, 0, "a number from 0 to 4", "a ciphertext that holds no such number"),
        (10**9, 4, "a number from 0 to 4", "a ciphertext that holds no such number"),
    ],
)
def test_another_number_of_votes_is_refused_with_the_right_one(
    opened: int, votes: int, expected: str, found: str
) -> None:
    with pytest.raises(CheckFailed) as caught:
        verify_count(power(opened), votes, 4, ED25519, "question 1, choice 1")
    assert caught.value.args == ("result.value", "question 1, choice 1", expected, found)


@pytest.mark.parametrize("votes", [0, 2**24 + 1, 10**11])
def test_a_count_beyond_any_search_is_still_checked(votes: int) -> None:
    verify_count(power(votes), votes, 10**11, ED25519, "question 1, choice 1")


@pytest.mark.parametrize("votes, most", [(3, 10**11), (2**24 + 1, 2**24 + 1), (10**11 + 1, 10**11)])
def test_a_false_count_beyond_any_search_is_refused_without_the_right_one(
    votes: int, most: int
) -> None:
    """Weights have no limit in an archive; nobody may be kept busy by a number in one."""
    opened = power(votes) if votes > most else power(votes - 1)
    with pytest.raises(CheckFailed) as caught:
        verify_count(opened, votes, most, ED25519, "question 1, choice 1")
    assert caught.value.args == (
        "result.value",
        "question 1, choice 1",
        f"the number from 0 to {most} that the ciphertext holds",
        f"{votes}",
    )


# Ranked ballots, which are opened one by one


def ranked_ballots() -> list[Ballot]:
    return [ballot_of(RANKED, number) for number in range(len(RANKED.ballots))]


def test_ranked_ballots_stand_side_by_side_in_the_order_of_their_ciphertexts() -> None:
    questions = RANKED.election.questions
    tally = empty_tally(questions, ED25519)
    neutral = Ciphertext(ED25519.identity, ED25519.identity)
    assert tally == ((), (neutral, neutral), ())
    for ballot in ranked_ballots():
        tally = combine_tallies(tally, tally_of_answers(ballot.answers, 1, ED25519), questions)
    for place in (0, 2):
        cast = [ballot.answers[place].choices[0] for ballot in ranked_ballots()]
        assert list(tally[place]) == cast
        assert list(sort_ranked(tally, questions)[place]) == sorted(cast, key=reversed_texts)
    assert sort_ranked(tally, questions) == RANKED.tally
    assert sort_ranked(tally[::1], questions)[1] == tally[1], "sums are not sorted"


def reversed_texts(ciphertext: Ciphertext) -> tuple[bytes, bytes]:
    """Return the little-endian bytes, by whose order the reference sorts on the curve."""
    return (
        bytes.fromhex(ciphertext.alpha.text)[::-1],
        bytes.fromhex(ciphertext.beta.text)[::-1],
    )


def test_over_a_field_ranked_ballots_are_sorted_as_numbers() -> None:
    row = RANKED_FIELD.tally[0]
    assert list(row) == sorted(row, key=lambda c: (int(c.alpha.text), int(c.beta.text)))


def test_ballots_with_equal_first_halves_are_sorted_by_the_second() -> None:
    """Nobody makes them by chance; a hostile voter can try."""
    first, second = Ciphertext(power(1), power(2)), Ciphertext(power(1), power(3))
    in_order = sorted((first, second), key=reversed_texts)
    for row in ((first, second), (second, first)):
        assert sort_ranked((row,), (RANK,)) == (tuple(in_order),)


@pytest.mark.parametrize("weight", [0, 2, 2**30])
def test_a_ranked_answer_is_raised_to_no_weight(weight: int) -> None:
    """Its ciphertext is opened by itself; the other answers of the ballot are raised."""
    answers = ballot_of(RANKED).answers
    ranks, choices, grades = tally_of_answers(answers, weight, ED25519)
    assert (ranks, grades) == (answers[0].choices, answers[2].choices)
    assert choices != answers[1].choices


def test_rows_are_taken_out_and_put_back_where_the_ranked_questions_are() -> None:
    election, tally = RANKED.election, RANKED.tally
    rows = ranked_rows(tally, election)
    assert rows == (tally[0], tally[2])
    assert with_ranked_rows(tally, rows, election) == tally
    turned = (rows[0][::-1], rows[1][::-1])
    assert with_ranked_rows(tally, turned, election) == (turned[0], tally[1], turned[1])
    with pytest.raises(ValueError, match=r"zip"):
        with_ranked_rows(tally, rows[:1], election)
    assert ranked_rows(SMALL.tally, SMALL.election) == ()
    assert with_ranked_rows(SMALL.tally, (), SMALL.election) == SMALL.tally


@pytest.mark.parametrize("made", [RANKED, RANKED_FIELD], ids=lambda m: m.election.group.name)
def test_the_shares_of_a_shuffled_tally_hold_ballot_by_ballot(made: Made) -> None:
    key, one = made.keys[0].public_key, made.election.group.scalar(1)
    share = made.shares[0]
    assert list(decryption_failures(share, made.shuffled, key, made.election)) == []
    for number, proof in enumerate(share.proofs[0]):
        false = replace(proof, response=proof.response + one)
        row = (*share.proofs[0][:number], false, *share.proofs[0][number + 1 :])
        changed = replace(share, proofs=(row, *share.proofs[1:]))
        (failure,) = decryption_failures(changed, made.shuffled, key, made.election)
        assert failure.subject == f"question 1, choice {number + 1}"


def test_shares_are_of_the_shuffled_ballots_and_not_of_the_recorded_ones() -> None:
    found = decryption_failures(
        RANKED.shares[0], RANKED.tally, RANKED.keys[0].public_key, RANKED.election
    )
    assert len(list(found)) == 6, "both ranked rows, and not the sums between them"


def test_a_result_holds_the_numbers_of_every_ballot_in_the_order_of_the_last_shuffle() -> None:
    election, shares = RANKED.election, dict(enumerate(RANKED.shares, 1))
    result = derive_result(RANKED.shuffled, shares, RANKED.trustees, 3, election)
    assert result == RANKED.result
    opened = open_tally(RANKED.shuffled, shares, RANKED.trustees, ED25519)
    embedding = expect_embedding(ED25519)
    assert [embedding.embed(vector) for vector in cast("tuple[Vector, ...]", result[0])] == list(
        opened[0]
    )
