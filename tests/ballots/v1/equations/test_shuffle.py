"""Proofs of shuffles: every field is held by its equations, and no cheat passes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from comitia.ballots.v1.equations import (
    ShuffleStatement,
    independent_generators,
    shuffle_failures,
    shuffle_statement,
)
from comitia.ballots.v1.equations.combined import _Coefficients, holds_combined
from comitia.ballots.v1.making import make_shuffle
from comitia.ballots.v1.model import Ciphertext, Fingerprint, Shuffle
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Element, Group
from tests.ballots.v1.shuffling import (
    MIXING,
    Prover,
    Shuffled,
    Trapdoors,
    all_equations,
    encrypted,
    encrypted_anew,
    failed,
    mixed_up,
    opened,
    shuffled,
    variants,
    with_proof,
    with_row,
)
from tests.elections import seeded

BOTH = pytest.mark.parametrize("group", [ED25519, BELENIOS_2048], ids=lambda group: group.name)
EVERY_GROUP = pytest.mark.parametrize(
    "group", [ED25519, BELENIOS_2048, RFC_3526_2048], ids=lambda group: group.name
)


@EVERY_GROUP
@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_sound_shuffle_has_no_failures_and_holds_the_same_contents(
    group: Group, count: int
) -> None:
    made = shuffled(group, count)
    assert made.failed() == []
    (before,), (after,) = made.before, made.shuffle.rows
    assert sorted(e.text for e in opened(after, group)) == sorted(
        e.text for e in opened(before, group)
    )
    assert not {part for e in after for part in (e.alpha, e.beta)} & {
        part for e in before for part in (e.alpha, e.beta)
    }


@BOTH
def test_several_questions_are_shuffled_and_proved_one_by_one(group: Group) -> None:
    made = shuffled(group, 2, 2)
    assert made.election.ranked_places == (0, 2)
    assert made.failed() == []
    one = group.scalar(1)
    proof = made.shuffle.proofs[1]
    false = replace(proof, responses=replace(proof.responses, s2=proof.responses.s2 + one))
    assert made.failed(with_proof(made.shuffle, false, 1)) == ["question 3, t2"]
    both = with_proof(with_proof(made.shuffle, false, 1), made.shuffle.proofs[1])
    assert made.failed(both) == [*all_equations(2), "question 3, t2"]


def test_a_failure_states_both_values_of_a_commitment() -> None:
    made = shuffled(ED25519, 2)
    (proof,) = made.shuffle.proofs
    s1 = proof.responses.s1 + ED25519.scalar(1)
    false = replace(proof, responses=replace(proof.responses, s1=s1))
    (failure,) = shuffle_failures(with_proof(made.shuffle, false), made.before, made.election)
    t1 = proof.commitments.t1
    assert failure.args == (
        "shuffle.proof",
        "question 1, t1",
        (t1 * ED25519.generator).text,
        t1.text,
    )


# Every field


def equations_of(where: str, count: int) -> list[str]:
    """Return the equations in which a response stands."""
    place = re.search(r"\[(\d+)\]", where)
    link = f"chain {int(place[1]) + 1}" if place else ""
    match re.split(r"[.\[]", where)[2]:
        case "s4":
            names = ["t41", "t42"]
        case "s_hat":
            names = [link]
        case "s_prime":
            names = ["t3", "t41", "t42", link]
        case name:
            names = [name.replace("s", "t")]
    return [subject for subject in all_equations(count) if subject.split(", ")[1] in names]


@BOTH
@pytest.mark.parametrize("count", [1, 3])
def test_every_field_of_a_proof_changed_fails_its_equations(group: Group, count: int) -> None:
    """Whatever is hashed changes the challenge, and so fails all of them."""
    made = shuffled(group, count)
    (proof,) = made.shuffle.proofs
    found, expected = {}, {}
    for where, changed in variants(proof, group):
        found[where] = made.failed(with_proof(made.shuffle, changed))
        is_response = where.startswith(".responses")
        expected[where] = equations_of(where, count) if is_response else all_equations(count)
    assert found == expected
    assert len(found) == 9 + 5 * count


@BOTH
def test_every_ciphertext_of_both_rows_is_hashed(group: Group) -> None:
    made = shuffled(group, 2)
    for where, rows in variants(made.before, group):
        assert failed(made.shuffle, rows, made.election) == all_equations(2), where
    for where, rows in variants(made.shuffle.rows, group):
        assert made.failed(replace(made.shuffle, rows=rows)) == all_equations(2), where


HELD_BY = {
    ".commitments.t1": ["t1"],
    ".commitments.t2": ["t2"],
    ".commitments.t3": ["t3"],
    ".commitments.t41": ["t41"],
    ".commitments.t42": ["t42"],
    ".commitments.t_hat[0]": ["chain 1"],
    ".commitments.t_hat[1]": ["chain 2"],
    ".permutation[0]": ["t1", "t3"],
    ".permutation[1]": ["t1", "t3"],
    ".chain[0]": ["chain 1", "chain 2"],
    ".chain[1]": ["t2", "chain 2"],
    "before[0].alpha": ["t42"],
    "before[0].beta": ["t41"],
    "before[1].alpha": ["t42"],
    "before[1].beta": ["t41"],
    "after[0].alpha": ["t42"],
    "after[0].beta": ["t41"],
    "after[1].alpha": ["t42"],
    "after[1].beta": ["t41"],
}
"""Where each value stands that is hashed as well, of a shuffle of two."""


@BOTH
def test_every_hashed_value_stands_in_its_equations_too(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the hashes held still, so that each equation shows what it holds by itself."""
    made = shuffled(group, 2)
    (proof,), (before,), (after,) = made.shuffle.proofs, made.before, made.shuffle.rows
    statement = ShuffleStatement(made.election, before, after, proof.permutation)
    u, c = (
        statement.derive_challenges(),
        statement.derive_challenge(proof.commitments, proof.chain),
    )
    monkeypatch.setattr(ShuffleStatement, "derive_challenges", lambda _: u)
    monkeypatch.setattr(ShuffleStatement, "derive_challenge", lambda *_: c)
    assert made.failed() == []
    found = {}
    for where, changed in variants(proof, group):
        if not where.startswith(".responses"):
            found[where] = made.failed(with_proof(made.shuffle, changed))
    for where, row in variants(before, group):
        found[f"before{where}"] = failed(made.shuffle, (row,), made.election)
    for where, row in variants(after, group):
        found[f"after{where}"] = made.failed(with_row(made.shuffle, row))
    assert found == {
        where: [f"question 1, {name}" for name in names] for where, names in HELD_BY.items()
    }


@BOTH
def test_two_values_exchanged_are_found(group: Group) -> None:
    made = shuffled(group, 3)
    (proof,) = made.shuffle.proofs
    t, s = proof.commitments, proof.responses
    changed = [
        replace(proof, permutation=proof.permutation[::-1]),
        replace(proof, chain=proof.chain[::-1]),
        replace(proof, chain=proof.permutation, permutation=proof.chain),
        replace(proof, commitments=replace(t, t41=t.t42, t42=t.t41)),
        replace(proof, commitments=replace(t, t_hat=t.t_hat[::-1])),
        replace(proof, responses=replace(s, s1=s.s2, s2=s.s1)),
        replace(proof, responses=replace(s, s_hat=s.s_prime, s_prime=s.s_hat)),
        replace(proof, responses=replace(s, s_prime=s.s_prime[::-1])),
    ]
    assert all(made.failed(with_proof(made.shuffle, one)) for one in changed)


# Rows that are no shuffle


def another(made: Shuffled) -> Ciphertext:
    """Return a ciphertext of a content that no ballot has."""
    return encrypted(
        made.election.group.generator_power(made.election.group.scalar(99)), 7, made.election
    )


CHANGES: dict[str, Callable[[Shuffled], list[Ciphertext]]] = {
    "two exchanged": lambda made: [*made.shuffle.rows[0][1::-1], made.shuffle.rows[0][2]],
    "one twice": lambda made: [made.shuffle.rows[0][0], *made.shuffle.rows[0][:2]],
    "one replaced": lambda made: [another(made), *made.shuffle.rows[0][1:]],
    "the old row": lambda made: list(made.before[0]),
    "one encrypted anew": lambda made: [
        *encrypted_anew(made.shuffle.rows[0][:1], made.election)[0],
        *made.shuffle.rows[0][1:],
    ],
    "halves exchanged": lambda made: [
        Ciphertext(made.shuffle.rows[0][0].alpha, made.shuffle.rows[0][1].beta),
        Ciphertext(made.shuffle.rows[0][1].alpha, made.shuffle.rows[0][0].beta),
        made.shuffle.rows[0][2],
    ],
    "one multiplied into another": lambda made: [
        made.shuffle.rows[0][0] * made.shuffle.rows[0][1],
        *made.shuffle.rows[0][1:],
    ],
}


@BOTH
@pytest.mark.parametrize("change", CHANGES)
def test_another_row_under_the_same_proof_fails_every_equation(group: Group, change: str) -> None:
    made = shuffled(group, 3)
    assert made.failed(with_row(made.shuffle, CHANGES[change](made))) == all_equations(3)


def permutation_matrix(order: list[int]) -> list[list[int]]:
    return [[int(old == taken) for old in range(len(order))] for taken in order]


def proved(made: Shuffled, taken: list[int], claimed: list[int]) -> Shuffle:
    """Return a shuffle that takes some ciphertexts, and a proof that it took others."""
    after, exponents = encrypted_anew([made.before[0][place] for place in taken], made.election)
    prover = Prover(made.election, made.before[0], after)
    return Shuffle((after,), (prover.prove(permutation_matrix(claimed), exponents),))


@BOTH
def test_the_tests_own_prover_is_sound_where_it_does_not_cheat(group: Group) -> None:
    """Two provers, one verifier; also where the permutation leaves everything in place."""
    made = shuffled(group, 3)
    for order in ([0, 1, 2], [2, 0, 1], [1, 0, 2]):
        assert made.failed(proved(made, order, order)) == []


PLACES = ["question 1, t41", "question 1, t42"]


@BOTH
@pytest.mark.parametrize(
    "taken, claimed",
    [
        pytest.param([0, 0, 1], [0, 2, 1], id="a duplicate and a dropped one"),
        pytest.param([1, 0, 2], [0, 1, 2], id="another order than proved"),
        pytest.param([2, 2, 2], [2, 1, 0], id="one three times"),
    ],
)
def test_ciphertexts_other_than_the_committed_permutation_takes_fail(
    group: Group, taken: list[int], claimed: list[int]
) -> None:
    made = shuffled(group, 3)
    assert made.failed(proved(made, taken, claimed)) == PLACES


@BOTH
def test_a_commitment_that_takes_one_ballot_twice_fails(group: Group) -> None:
    """Each generator stands in it once, so that the sum of the commitments is right."""
    made = shuffled(group, 3)
    after, exponents = encrypted_anew([made.before[0][n] for n in (0, 0, 2)], made.election)
    proof = Prover(made.election, made.before[0], after).prove(
        permutation_matrix([0, 0, 2]), exponents
    )
    found = made.failed(Shuffle((after,), (proof,)))
    assert found == ["question 1, t2", *PLACES]


@BOTH
def test_a_ciphertext_replaced_by_a_prover_who_knows_everything_fails(group: Group) -> None:
    made = shuffled(group, 3)
    row = [another(made), *made.before[0][1:]]
    after, exponents = encrypted_anew(row, made.election)
    proof = Prover(made.election, made.before[0], after).prove(
        permutation_matrix([0, 1, 2]), exponents
    )
    assert made.failed(Shuffle((after,), (proof,))) == PLACES


def mixing(made: Shuffled, trapdoors: Trapdoors | None = None) -> Shuffle:
    """Return a proof that two ciphertexts are the old ones times a matrix with sums of 1."""
    after, exponents = encrypted_anew(mixed_up(made.before[0], made.election.group), made.election)
    prover = Prover(made.election, made.before[0], after, trapdoors)
    return Shuffle((after,), (prover.prove(MIXING, exponents),))


@BOTH
def test_a_matrix_that_is_no_permutation_fails_at_the_product_of_challenges(
    group: Group,
) -> None:
    made = shuffled(group, 2)
    assert made.failed(mixing(made)) == ["question 1, t2"]


# Other elections, other questions, other shuffles


@BOTH
def test_a_proof_for_another_election_fails(group: Group) -> None:
    made = shuffled(group, 2)
    others = [
        replace(made.election, fingerprint=Fingerprint("b" * 43)),
        replace(made.election, public_key=made.election.public_key * group.generator),
    ]
    for other in others:
        assert failed(made.shuffle, made.before, other) == all_equations(2)


def test_the_number_of_an_election_s_question_is_in_no_proof_and_its_row_is() -> None:
    """A proof speaks of its rows: those of another question are others."""
    made = shuffled(ED25519, 2, 2)
    exchanged = replace(made.shuffle, proofs=made.shuffle.proofs[::-1])
    assert made.failed(exchanged) == [*all_equations(2), *all_equations(2, 3)]
    rows = replace(made.shuffle, rows=made.shuffle.rows[::-1])
    assert made.failed(rows) == [*all_equations(2), *all_equations(2, 3)]
    assert (
        failed(
            replace(made.shuffle, rows=made.shuffle.rows[::-1], proofs=made.shuffle.proofs[::-1]),
            made.before[::-1],
            made.election,
        )
        == []
    )


@BOTH
def test_shuffles_hold_one_after_the_other_and_not_the_other_way_round(group: Group) -> None:
    made = shuffled(group, 2)
    second = make_shuffle(made.shuffle.rows, made.election, seeded("second"))
    assert failed(second, made.shuffle.rows, made.election) == []
    assert failed(second, made.before, made.election) == all_equations(2)
    assert failed(made.shuffle, second.rows, made.election) == all_equations(2)


# Generators


def test_generators_are_derived_once_and_in_order() -> None:
    first = [ED25519.independent_generator(n) for n in range(4)]
    assert list(independent_generators(ED25519, 4)) == first
    assert list(independent_generators(ED25519, 2)) == first[:2]
    assert list(independent_generators(ED25519, 0)) == []


@BOTH
def test_attack_21_a_proof_with_generators_that_are_not_from_the_seed_fails(group: Group) -> None:
    """Independent of one another, for all that anybody knows; but not the ones that follow."""
    made = shuffled(group, 2)
    own = tuple(group.independent_generator(1000 + n) for n in range(2))
    order = [1, 0]
    after, exponents = encrypted_anew([made.before[0][n] for n in order], made.election)
    prover = Prover(made.election, made.before[0], after, Trapdoors(generators=own))
    proof = prover.prove(permutation_matrix(order), exponents)
    found = made.failed(Shuffle((after,), (proof,)))
    assert found == ["question 1, t1", "question 1, t3"]
    exchanged = tuple(group.independent_generator(n) for n in (1, 0))
    prover = Prover(made.election, made.before[0], after, Trapdoors(generators=exchanged))
    proof = prover.prove(permutation_matrix(order), exponents)
    assert made.failed(Shuffle((after,), (proof,))) == ["question 1, t3"]


@BOTH
def test_attack_21_who_knows_a_logarithm_of_a_generator_changes_ballots(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trapdoor: a verifier that uses it sees nothing, and ours rejects."""
    made, log = shuffled(group, 2), group.scalar(777)
    forged = mixing(made, Trapdoors(log=log))
    before, after = opened(made.before[0], group), opened(forged.rows[0], group)
    assert not set(before) & set(after), "both ballots are others"
    assert made.failed(forged) == ["question 1, t2", "question 1, chain 1"]
    honest = type(group).independent_generator

    def trapdoored(self: Group, number: int) -> Element:
        return group.generator_power(log) if number == -1 else honest(self, number)

    monkeypatch.setattr(type(group), "independent_generator", trapdoored)
    assert made.failed(forged) == [], "with the trapdoor in the verifier it would pass"


@BOTH
def test_attack_21_a_prover_with_other_generators_is_rejected(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The maker's own code, run where the generators were put there by somebody."""
    made = shuffled(group, 2)
    known = {n: group.generator_power(group.scalar(5 + n)) for n in range(-1, 2)}
    with monkeypatch.context() as patch:
        patch.setattr(type(group), "independent_generator", lambda _, number: known[number])
        patch.setattr(shuffle_statement, "_GENERATORS", {})
        forged = make_shuffle(made.before, made.election, seeded("trapdoored"))
        assert list(shuffle_failures(forged, made.before, made.election)) == []
    assert made.failed(forged) == [f"question 1, {name}" for name in ("t1", "t2", "t3", "chain 1")]


# The combined check


@BOTH
def test_every_field_changes_the_coefficients(group: Group) -> None:
    made = shuffled(group, 2)
    (proof,), (before,), (after,) = made.shuffle.proofs, made.before, made.shuffle.rows
    election = made.election
    statement = ShuffleStatement(election, before, after, proof.permutation)
    about = [
        replace(statement, election=replace(election, fingerprint=Fingerprint("b" * 43))),
        replace(statement, election=replace(election, public_key=group.generator)),
        *(replace(statement, before=row) for _, row in variants(before, group)),
        *(replace(statement, after=row) for _, row in variants(after, group)),
    ]
    drawn = [_Coefficients(statement, proof).draw()]
    drawn += [_Coefficients(one, proof).draw() for one in about]
    for _, changed in variants(proof, group):
        one = replace(statement, permutation=changed.permutation)
        drawn.append(_Coefficients(one, changed).draw())
    assert len(set(drawn)) == len(drawn) == 1 + 2 + 8 + 9 + 5 * 2


def test_coefficients_differ_from_one_another_and_have_128_bits() -> None:
    made = shuffled(ED25519, 2)
    (proof,) = made.shuffle.proofs
    statement = ShuffleStatement(
        made.election, made.before[0], made.shuffle.rows[0], proof.permutation
    )
    one, other = (_Coefficients(statement, proof) for _ in range(2))
    drawn = [int(one.draw()) for _ in range(50)]
    assert drawn == [int(other.draw()) for _ in range(50)]
    assert len(set(drawn)) == 50
    assert 2**120 < max(drawn) < 2**128


@BOTH
def test_errors_that_would_cancel_in_a_plain_product_are_found(group: Group) -> None:
    """Two commitments wrong by the same factor, one up and one down, under fixed challenges."""
    made = shuffled(group, 2)
    (proof,), (before,), (after,) = made.shuffle.proofs, made.before, made.shuffle.rows
    s = proof.responses
    one = group.scalar(1)
    false = replace(proof, responses=replace(s, s1=s.s1 + one, s2=s.s2 - one))
    statement = ShuffleStatement(made.election, before, after, proof.permutation)
    assert not holds_combined(statement, false)
    assert made.failed(with_proof(made.shuffle, false)) == ["question 1, t1", "question 1, t2"]
    false = replace(proof, responses=replace(s, s_hat=(s.s_hat[0] + one, s.s_hat[1] - one)))
    assert made.failed(with_proof(made.shuffle, false)) == [
        "question 1, chain 1",
        "question 1, chain 2",
    ]


@pytest.mark.parametrize("count", [0, 1, 40])
def test_the_combined_check_holds_of_longer_rows_and_of_none(count: int) -> None:
    made = shuffled(BELENIOS_2048, count)
    assert made.failed() == []
