"""Shuffles with trapdoors, and ballots that are made to be recognised: rows 21 and 31.

The equations one by one, over both kinds of group, are the matter of the tests beside them
(``tests/ballots/v1/equations/test_shuffle.py``); here are whole archives.
"""

from __future__ import annotations

import inspect
import json
from functools import cache
from typing import Any, Final

import pytest

from comitia.ballots.v1.equations import shuffle_statement
from comitia.ballots.v1.equations.statements import challenge, plaintext_statement, voter_context
from comitia.ballots.v1.making import check_ballot, derive_secret, make_shuffle
from comitia.ballots.v1.model import (
    Ciphertext,
    Election,
    Proof,
    RankedAnswer,
    Reading,
    Rows,
    Shuffle,
    derive_ballot_record,
)
from comitia.curve import ED25519, Element, Group, Randomness, expect_embedding
from comitia.curve.ed25519 import Ed25519
from comitia.verify import Report, Verdict
from tests.attacks.hostile import places_of
from tests.ballots.v1.forging import ballot_of, forged_answer, signed_again, unsigned, with_answer
from tests.ballots.v1.shuffling import MIXING, Prover, Trapdoors, encrypted_anew, mixed_up
from tests.elections import RANK, RANK_VOTES, Made, make_election, put_together, seeded
from tests.elections import verify_bytes as verify
from tests.verify.building import hold_again

LOG: Final = ED25519.scalar(777)
"""What whoever made the generators would have kept to themself."""


@cache
def two_voters() -> Made:
    """Return an election with two ranked ballots."""
    return make_election(questions=(RANK,), votes=((RANK_VOTES[0],), (RANK_VOTES[3],)))


def forged_archive() -> bytes:
    """Return an archive in which the only shuffle made two other ballots of the two cast."""
    made = two_voters()
    election, (row,) = made.election, made.tally
    after, exponents = encrypted_anew(mixed_up(row, ED25519), election)
    prover = Prover(election, row, after, Trapdoors(log=LOG))
    shuffle = Shuffle((after,), (prover.prove(MIXING, exponents),))
    return put_together(hold_again(made, shuffles=[(1, shuffle)]))


def test_attack_21_ballots_changed_by_a_trapdoor_fail_at_their_shuffle() -> None:
    report = verify(forged_archive())
    assert report.verdict is Verdict.INVALID
    assert list(places_of(report)) == ["shuffle.proof"]
    assert [place.height for place in places_of(report)["shuffle.proof"]] == [5]


def test_attack_21_a_verifier_that_took_such_generators_would_count_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that the test above shows something: this is what the trapdoor is worth."""
    honest = Ed25519.independent_generator

    def trapdoored(group: Ed25519, number: int) -> Element:
        return ED25519.generator_power(LOG) if number == -1 else honest(group, number)

    archive = forged_archive()
    monkeypatch.setattr(Ed25519, "independent_generator", trapdoored)
    report = verify(archive)
    assert report.verdict is Verdict.VALID
    cast = [list(vote) for vote in (RANK_VOTES[0], RANK_VOTES[3])]
    assert not [vector for vector in ranked_result(report) if vector in cast]


def ranked_result(report: Report) -> list[list[int]]:
    result: Any = report.result
    rows: list[list[int]] = result[0]
    return rows


@pytest.mark.parametrize("first", [-1, 0], ids=["all of them", "all but the secondary one"])
def test_attack_21_an_honest_shuffle_with_other_generators_fails(
    first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = two_voters()
    honest = Ed25519.independent_generator

    def other(group: Ed25519, number: int) -> Element:
        return honest(group, number + 1000 if number >= first else number)

    def shuffled(rows: Rows, election: Election, randomness: Randomness) -> Shuffle:
        with monkeypatch.context() as patch:
            patch.setattr(Ed25519, "independent_generator", other)
            patch.setattr(shuffle_statement, "_GENERATORS", {})
            return make_shuffle(rows, election, randomness)

    shuffle = shuffled(made.tally, made.election, seeded("elsewhere"))
    report = verify(put_together(hold_again(made, shuffles=[(1, shuffle)])))
    assert list(places_of(report)) == ["shuffle.proof"]


def test_attack_21_generators_follow_from_their_numbers_and_nothing_can_be_put_in_their_place() -> (
    None
):
    """No record, no setting and no argument names one: there is no way to hand one over."""
    for given in (shuffle_statement.independent_generators, Group.independent_generator):
        names = set(inspect.signature(given).parameters)
        assert names <= {"self", "group", "number", "count"}


# Ballots that are made to be recognised


HIDDEN: Final = (201, 202, 203)
"""Numbers that no count takes, by which a voter could be told from all others."""


def with_first_ballot(record: bytes) -> bytes:
    made = two_voters()
    return put_together(hold_again(made, ballots=[record, made.ballots[1]]))


def told(report: Report) -> str:
    """Return all that a report says besides the result as it is recorded."""
    whole: Any = report.to_json()
    return json.dumps({name: value for name, value in whole.items() if name != "result"})


def test_attack_31_numbers_that_no_count_takes_are_in_no_message() -> None:
    made = two_voters()
    answer = forged_answer(made, made.election.questions[0], HIDDEN)
    ballot = signed_again(with_answer(ballot_of(made), 0, answer), made)
    record = derive_ballot_record(unsigned(ballot), ballot.signature)
    report = verify(with_first_ballot(record))
    assert report.verdict is Verdict.VALID
    assert list(HIDDEN) in ranked_result(report), "what the protocol publishes"
    assert RANK.read(HIDDEN) is Reading.INVALID
    false = verify(put_together(hold_again(made, ballots=made.ballots, result=((HIDDEN,) * 2,))))
    assert list(places_of(false)) == ["result.value"]
    for said in (told(report), told(false)):
        assert "201, 202" not in said
        assert "[201" not in said


def ballot_of_element(content: Element) -> bytes:
    """Return the first voter's ballot with any member of the group in it."""
    made = two_voters()
    election, voter = made.election, ballot_of(made)
    group = election.group
    secret = derive_secret(made.credentials.private[0][1], election.uuid, group)
    exponent, mask = group.scalar(4711), group.scalar(42)
    masked = election.public_key.power(exponent)
    choice = Ciphertext(group.generator_power(exponent), masked * content)
    context = voter_context(election.fingerprint, group.generator_power(secret))
    statement = plaintext_statement(
        context, election.public_key, choice, group.generator_power(mask)
    )
    hashed = challenge(group, statement)
    answer = RankedAnswer(choice, Proof(hashed, mask - exponent * hashed))
    ballot = signed_again(with_answer(voter, 0, answer), made)
    return derive_ballot_record(unsigned(ballot), ballot.signature)


def test_attack_31_a_plaintext_that_is_no_numbers_at_all_is_told_by_its_place_alone() -> None:
    """Any member can be encrypted; a mark of 250 bits would else go from voter to reader."""
    content = ED25519.generator_power(ED25519.scalar(123_456_789))
    record = ballot_of_element(content)
    check_ballot(record, two_voters().election)
    report = verify(with_first_ballot(record))
    assert report.verdict is Verdict.VALID
    numbers = expect_embedding(ED25519).extract(content, 3)
    place = ranked_result(report).index(list(numbers)) + 1
    (warning,) = (w for w in report.warnings if w.id == "result.value")
    assert warning.text == (
        f"Of question 1, 1 opened ballots do not hold numbers as they are encoded: {place}."
    )
    assert content.text not in json.dumps(report.to_json())
    assert f"{numbers[0]}, {numbers[1]}" not in told(report)
