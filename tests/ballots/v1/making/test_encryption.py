"""Ballots as they are made: every permitted vote and no other, and nonces that never meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import gmpy2
import pytest

from comitia.ballots.v1.equations import audit_failures, encrypt
from comitia.ballots.v1.equations.proofs import commitment
from comitia.ballots.v1.making import (
    PreparedBallot,
    check_ballot,
    make_ballot,
    prepare_ballot,
    sign_ballot,
)
from comitia.ballots.v1.making.answers import _Branch, check_vote
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import (
    Ballot,
    Fingerprint,
    HomomorphicQuestion,
    ListsQuestion,
    Opening,
    RankedAnswer,
    RankedOpening,
    RankedQuestion,
    SummedQuestion,
    Uuid,
    width_of,
)
from comitia.curve import (
    BELENIOS_2048,
    ED25519,
    RFC_3526_2048,
    Element,
    Group,
    Scalar,
    expect_embedding,
)
from tests.ballots.v1.forging import lists_answer, secret_of, sum_answer, unsigned
from tests.ballots.v1.samples import FIELD, LISTED, LISTED_FIELD, RANKED, RANKED_FIELD, SMALL
from tests.elections import CHOOSE, GRADE, LISTS, RANK, YES_NO, Made, make_election, seeded

ANSWERS = ("A", "B", "C")
QUESTIONS = (
    HomomorphicQuestion("none at all", ANSWERS[:1], 0, 0),
    HomomorphicQuestion("any", ANSWERS[:2], 0, 2),
    HomomorphicQuestion("the only one", ANSWERS[:1], 1, 1),
    HomomorphicQuestion("exactly two", ANSWERS, 2, 2),
    HomomorphicQuestion("at most one", ANSWERS, 0, 1),
    HomomorphicQuestion("all", ANSWERS, 3, 3),
    HomomorphicQuestion("at least one, or blank", ANSWERS[:2], 1, 2, blank=True),
    HomomorphicQuestion("any, or blank", ANSWERS[:2], 0, 2, blank=True),
    HomomorphicQuestion("none, or blank", ANSWERS[:1], 0, 0, blank=True),
    HomomorphicQuestion("all, or blank", ANSWERS[:2], 2, 2, blank=True),
)


LISTS_QUESTIONS = (
    LISTS,
    ListsQuestion("one list alone", (("Only", "A", "B"),)),
    ListsQuestion("a list of nobody", (("Empty",), ("Full", "A"), ("Other", "B", "C"))),
)


def is_permitted(question: SummedQuestion, vote: Sequence[int]) -> bool:
    """Say what the protocol permits, in words of the tests' own."""
    if isinstance(question, ListsQuestion):
        first, chosen = 0, []
        for names in question.lists:
            chosen.append(vote[first : first + len(names)])
            first += len(names)
        of_chosen = [bits[1:] for bits in chosen if bits[0]]
        others = [bits[1:] for bits in chosen if not bits[0]]
        return len(of_chosen) == 1 and any(of_chosen[0]) and not any(map(any, others))
    if question.blank and vote[0]:
        return not any(vote[1:])
    return question.minimum <= sum(vote) <= question.maximum


def votes_on(question: SummedQuestion) -> list[tuple[int, ...]]:
    return list(product((0, 1), repeat=width_of(question.row_shape)))


def election_of(question: SummedQuestion, group: Group) -> Made:
    vote = next(vote for vote in votes_on(question) if is_permitted(question, vote))
    return make_election(group=group, questions=(question,), votes=((vote,),), trustees=1)


def opened(ballot: Ballot, made: Made) -> list[list[Element]]:
    """Decrypt a ballot with the key of the only trustee."""
    key = made.secrets[0].exponent
    return [[c.beta / c.alpha.power(key) for c in answer.choices] for answer in ballot.answers]


def every_vote_is_told(question: SummedQuestion, group: Group) -> None:
    """Make a ballot of every combination: it is valid and holds it, or it is refused."""
    made, made_of = election_of(question, group), {}
    credential = made.credentials.private[0][1]
    values = {0: group.identity, 1: group.generator}
    for vote in votes_on(question):
        try:
            record = make_ballot(made.election, credential, [vote], seeded("every vote"))
        except ValueError:
            made_of[vote] = False
            continue
        ballot = check_ballot(record, made.election)
        made_of[vote] = opened(ballot, made) == [[values[bit] for bit in vote]]
    assert made_of == {vote: is_permitted(question, vote) for vote in votes_on(question)}


@pytest.mark.parametrize("question", [*QUESTIONS, *LISTS_QUESTIONS], ids=lambda q: q.text)
def test_every_permitted_vote_makes_a_valid_ballot_and_no_other_does(
    question: SummedQuestion,
) -> None:
    every_vote_is_told(question, ED25519)


@pytest.mark.parametrize("question", [QUESTIONS[4], QUESTIONS[6], LISTS], ids=lambda q: q.text)
def test_every_permitted_vote_makes_a_valid_ballot_over_a_field(
    question: SummedQuestion,
) -> None:
    every_vote_is_told(question, BELENIOS_2048)


@pytest.mark.parametrize("question", [QUESTIONS[8], LISTS_QUESTIONS[1]], ids=lambda q: q.text)
def test_every_permitted_vote_makes_a_valid_ballot_modulo_a_safe_prime(
    question: SummedQuestion,
) -> None:
    every_vote_is_told(question, RFC_3526_2048)


def attempt(votes: Sequence[Sequence[int]]) -> str:
    """Return why a ballot is refused."""
    credential = SMALL.credentials.private[0][1]
    with pytest.raises(ValueError, match=r".") as caught:
        make_ballot(SMALL.election, credential, votes, seeded("refused"))
    return str(caught.value)


@pytest.mark.parametrize(
    "vote, problem",
    [
        ((1, 1, 0, 0), "a blank vote chooses nothing"),
        ((1, 1, 1, 1), "a blank vote chooses nothing"),
        ((0, 0, 0, 0), "expected from 1 to 2 choices, found 0"),
        ((0, 1, 1, 1), "expected from 1 to 2 choices, found 3"),
        ((0, 1, 0), "expected 4 times 0 or 1"),
        ((0, 1, 0, 0, 0), "expected 4 times 0 or 1"),
        ((), "expected 4 times 0 or 1"),
        ((0, 2, 0, 0), "expected 4 times 0 or 1"),
        ((0, 2, -1, 0), "expected 4 times 0 or 1"),
        ((2, 0, 0, 0), "expected 4 times 0 or 1"),
    ],
)
def test_a_vote_that_is_not_permitted_is_refused_in_words(
    vote: tuple[int, ...], problem: str
) -> None:
    assert attempt([vote, (1, 0)]) == f"question 1: {problem}"


def test_the_question_of_a_refused_vote_is_named_by_its_number() -> None:
    assert attempt([(0, 1, 0, 0), (1, 1)]) == "question 2: expected from 0 to 1 choices, found 2"


NUMBER = "expected one vote for each question"


@pytest.mark.parametrize("votes", [[], [(0, 1, 0, 0)], [(0, 1, 0, 0), (1, 0), (1, 0)]])
def test_there_is_one_vote_for_each_question(votes: list[tuple[int, ...]]) -> None:
    assert attempt(votes) == NUMBER


def ranked_attempt(question: RankedQuestion, vote: tuple[int, ...]) -> str:
    """Return why a vote on a ranked question is refused, or nothing where it is not."""
    try:
        check_vote(question, vote, 2)
    except ValueError as error:
        return str(error).removeprefix("question 2: ")
    return ""


TAKEN = "the count would not take these numbers"
SHAPE = "expected 3 numbers from 0 to 255"


@pytest.mark.parametrize(
    "vote, problem",
    [
        ((1, 2, 3), ""),
        ((0, 0, 0), ""),
        ((0, 1, 0), ""),
        ((1, 1, 2), TAKEN),
        ((2, 3, 0), TAKEN),
        ((1, 2, 255), TAKEN),
        ((1, 2), SHAPE),
        ((1, 2, 3, 0), SHAPE),
        ((), SHAPE),
        ((1, 2, 256), SHAPE),
        ((1, -1, 2), SHAPE),
    ],
)
def test_a_vote_on_a_ranked_question_is_one_that_the_count_takes(
    vote: tuple[int, ...], problem: str
) -> None:
    assert ranked_attempt(RANK, vote) == problem
    uncounted = replace(RANK, counting=None)
    assert ranked_attempt(uncounted, vote) == ("" if problem == TAKEN else problem)


def test_a_blank_vote_is_one_only_where_it_is_allowed() -> None:
    assert ranked_attempt(GRADE, (0, 0)) == TAKEN
    assert RANK.counting is not None
    assert GRADE.counting is not None
    allowing = replace(GRADE, counting=replace(GRADE.counting, blank=True))
    assert ranked_attempt(allowing, (0, 0)) == ""
    assert ranked_attempt(allowing, (0, 1)) == TAKEN


@pytest.mark.parametrize("made", [RANKED, RANKED_FIELD], ids=lambda m: m.election.group.name)
def test_a_ranked_ballot_holds_its_numbers_and_only_all_trustees_see_them(made: Made) -> None:
    vote = ((3, 1, 2), (1, 0), (2, 1))[: len(made.election.questions)]
    credential = made.credentials.private[0][1]
    record = make_ballot(made.election, credential, vote, seeded("ranked"))
    answer = check_ballot(record, made.election).answers[0]
    content = answer.choices[0].beta
    for secret in made.secrets:
        content = content / answer.choices[0].alpha.power(secret.exponent)
    embedding = expect_embedding(made.election.group)
    assert content == embedding.embed((3, 1, 2))


def test_the_opening_of_a_ranked_answer_is_its_numbers_and_shows_nothing() -> None:
    credential, vote = RANKED.credentials.private[0][1], ((3, 1, 2), (1, 0), (2, 1))
    ballot = prepare_ballot(RANKED.election, credential, vote, seeded("ranked"))
    first, _, last = ballot.open().openings
    assert [
        opening.values for opening in (*first, *last) if isinstance(opening, RankedOpening)
    ] == [
        (3, 1, 2),
        (2, 1),
    ]
    assert list(audit_failures(ballot.open(), RANKED.election)) == []
    shown = repr(ballot) + repr(first[0]) + repr(ballot.open())
    assert "(3, 1, 2)" not in shown
    assert first[0].randomness.text not in shown


def test_with_a_stuck_generator_two_ranked_ballots_share_no_commitment() -> None:
    credential, found = RANKED.credentials.private[0][1], set()
    for ranks in ((1, 2, 3), (3, 2, 1)):
        record = make_ballot(RANKED.election, credential, (ranks, (1, 0), (1, 1)), stuck)
        for answer in check_ballot(record, RANKED.election).answers:
            if isinstance(answer, RankedAnswer):
                mask = commitment(ED25519, answer.proof, answer.choice.alpha)
                found |= {mask, answer.choice.alpha}
    assert len(found) == 8


def test_a_ranked_vote_is_embedded_only_where_the_group_can() -> None:
    """No election of such a group is read; whoever makes one by hand is told."""
    election = replace(FIELD.election, questions=(RANK,))
    credential = FIELD.credentials.private[0][1]
    with pytest.raises(ValueError, match=r"^BELENIOS-2048 holds no integers$"):
        make_ballot(election, credential, ((1, 2, 3),), seeded("no numbers"))
    opening = RankedOpening(election.group.scalar(1), (1, 2, 3))
    with pytest.raises(ValueError, match=r"^BELENIOS-2048 holds no integers$"):
        encrypt(opening, election)


def test_nothing_is_drawn_for_a_vote_that_is_refused() -> None:
    def randomness(size: int) -> bytes:
        raise AssertionError(size)

    credential = SMALL.credentials.private[0][1]
    with pytest.raises(ValueError, match="found 0"):
        make_ballot(SMALL.election, credential, [(0, 0, 0, 0), (1, 0)], randomness)


# A generator that repeats itself


def stuck(size: int) -> bytes:
    return bytes(size)


def ballot_with(votes: Sequence[Sequence[int]], voter: int = 0) -> Ballot:
    credential = SMALL.credentials.private[voter][1]
    return check_ballot(make_ballot(SMALL.election, credential, votes, stuck), SMALL.election)


def alphas(ballot: Ballot) -> list[Element]:
    return [choice.alpha for answer in ballot.answers for choice in answer.choices]


VOTES = [
    [first, second]
    for first in votes_on(CHOOSE)
    for second in votes_on(YES_NO)
    if is_permitted(CHOOSE, first) and is_permitted(YES_NO, second)
]


def test_with_a_stuck_generator_no_two_ciphertexts_share_their_randomness() -> None:
    found = [alpha for votes in VOTES for alpha in alphas(ballot_with(votes))]
    assert len(set(found)) == len(found) == 6 * len(VOTES)


def test_with_a_stuck_generator_two_voters_share_no_randomness() -> None:
    votes = VOTES[0]
    found = [alpha for voter in range(4) for alpha in alphas(ballot_with(votes, voter))]
    assert len(set(found)) == 24


def test_with_a_stuck_generator_two_signatures_share_no_commitment() -> None:
    found = set()
    for votes in VOTES:
        ballot = ballot_with(votes)
        proof = ballot.signature.proof
        found.add(commitment(ED25519, proof, ballot.credential))
    assert len(found) == len(VOTES)


def test_with_a_stuck_generator_no_two_proofs_of_a_ballot_share_a_commitment() -> None:
    ballot = ballot_with(VOTES[0])
    found = []
    for number in range(len(ballot.answers)):
        answer = sum_answer(ballot, number)
        for choice, proofs in zip(answer.choices, answer.individual_proofs, strict=True):
            found += [commitment(ED25519, proof, choice.alpha) for proof in proofs]
    assert len(set(found)) == len(found) == 12


def test_fresh_randomness_makes_two_ballots_of_one_vote_differ() -> None:
    credential, randomness = SMALL.credentials.private[0][1], seeded("two of one vote")
    one, other = (
        check_ballot(make_ballot(SMALL.election, credential, VOTES[0], randomness), SMALL.election)
        for _ in range(2)
    )
    assert not set(alphas(one)) & set(alphas(other))


def test_with_a_stuck_generator_no_two_proofs_of_a_vote_on_lists_share_a_commitment() -> None:
    """Two responses to two challenges with one mask would give a ciphertext's randomness away."""
    found = []
    for vote in ((1, 1, 0, 0, 0), (1, 1, 1, 0, 0)):
        credential = LISTED.credentials.private[0][1]
        record = make_ballot(LISTED.election, credential, [vote, (0, 0)], stuck)
        answer = lists_answer(check_ballot(record, LISTED.election))
        for choice, proofs in zip(answer.choices, answer.individual_proofs, strict=True):
            found += [commitment(ED25519, proof, choice.alpha) for proof in proofs]
        for (own, *others), proofs in zip(answer.choices_by_list, answer.list_proofs, strict=True):
            summed = ED25519.product([choice.alpha for choice in others])
            found += [
                commitment(ED25519, proof, alpha)
                for proof, alpha in zip(proofs, (own.alpha, summed), strict=True)
            ]
        found.append(answer.nonzero_proof.commitment)
    assert len(set(found)) == len(found) == 2 * (10 + 4 + 1)


# Prepared, and then signed or opened


def prepared(votes: Sequence[Sequence[int]] = ((0, 1, 0, 1), (1, 0))) -> PreparedBallot:
    credential = SMALL.credentials.private[0][1]
    return prepare_ballot(SMALL.election, credential, votes, seeded("prepared"))


def test_the_hash_that_a_voter_notes_is_the_one_that_is_signed() -> None:
    ballot = prepared()
    credential = SMALL.credentials.private[0][1]
    record = sign_ballot(ballot.unsigned, credential, SMALL.election, seeded("signed"))
    signed = check_ballot(record, SMALL.election)
    assert signed.signature.hash == signed.signed_hash == ballot.hash
    assert ballot.open().unsigned.derive_signed_hash() == ballot.hash
    assert unsigned(signed) == ballot.unsigned


def test_a_ballot_that_is_made_at_once_is_one_that_is_prepared_and_signed() -> None:
    credential, votes = SMALL.credentials.private[0][1], ((0, 1, 0, 1), (1, 0))
    at_once = make_ballot(SMALL.election, credential, votes, seeded("one stream"))
    randomness = seeded("one stream")
    ballot = prepare_ballot(SMALL.election, credential, votes, randomness)
    assert sign_ballot(ballot.unsigned, credential, SMALL.election, randomness) == at_once


@pytest.mark.parametrize(
    "made, votes",
    [
        pytest.param(SMALL, ((0, 1, 0, 1), (1, 0)), id="choices"),
        pytest.param(SMALL, ((1, 0, 0, 0), (0, 0)), id="blank"),
        pytest.param(LISTED, ((0, 0, 0, 1, 1), (0, 1)), id="lists"),
    ],
)
def test_what_is_opened_are_the_choices_of_the_voter(
    made: Made, votes: tuple[tuple[int, ...], ...]
) -> None:
    ballot = prepare_ballot(made.election, made.credentials.private[0][1], votes, seeded("opened"))
    audited = ballot.open()
    values = tuple(
        tuple(opening.value for opening in row if isinstance(opening, Opening))
        for row in audited.openings
    )
    assert values == votes
    assert list(audit_failures(audited, made.election)) == []


def test_a_ballot_is_signed_only_with_the_credential_that_it_names() -> None:
    with pytest.raises(ValueError, match=r"^the ballot was prepared with another credential$"):
        sign_ballot(
            prepared().unsigned,
            SMALL.credentials.private[1][1],
            SMALL.election,
            seeded("other"),
        )


@pytest.mark.parametrize(
    "change", [{"uuid": Uuid("9" * 14)}, {"fingerprint": Fingerprint("b" * 43)}], ids=repr
)
def test_a_ballot_is_signed_only_for_the_election_that_it_names(change: dict[str, Any]) -> None:
    other = replace(SMALL.election, **change)
    with pytest.raises(ValueError, match=r"^the ballot was prepared for another election$"):
        sign_ballot(prepared().unsigned, SMALL.credentials.private[0][1], other, seeded("other"))


def test_an_opened_ballot_holds_no_secret_of_its_voter() -> None:
    """Neither the credential, nor its secret, nor a nonce of a proof or of a signature."""
    drawn: list[Scalar] = []
    credential = SMALL.credentials.private[0][1]
    with pytest.MonkeyPatch.context() as patch:
        draw = NonceSource.draw

        def watched(source: NonceSource) -> Scalar:
            drawn.append(draw(source))
            return drawn[-1]

        patch.setattr(NonceSource, "draw", watched)
        ballot = prepared()
    audited = ballot.open()
    file = audited.to_bytes().decode()
    opened = [opening.randomness for row in audited.openings for opening in row]
    secrets = {scalar.text for scalar in drawn} - {scalar.text for scalar in opened}
    # Of a simulated branch the challenge is published, of a true one only the response.
    published = {text for text in secrets if f'"challenge":"{text}"' in file}
    assert len(opened) == 6
    assert len(drawn) == 6 + 2 * (6 * 2 + 3 + 2 + 2)
    assert len(published) == 6 + 2 + 1 + 1, "one of two each, two of three, one of two twice"
    hidden = [*(secrets - published), secret_of(SMALL, 0).text, credential]
    assert [text for text in hidden if text in file] == []
    assert all(f'"randomness":"{scalar.text}"' in file for scalar in opened), "or nothing could be"


def test_what_a_maker_knows_is_in_no_repr() -> None:
    opening = Opening(ED25519.scalar(5), 1)
    ballot = prepared()
    shown = repr(opening) + repr(_Branch(opening, 1)) + repr(ballot) + repr(ballot.open())
    words = ("randomness", "value", "claimed", "openings")
    assert not [name for name in words if name in shown]


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(FIELD, id="BELENIOS-2048"),
        pytest.param(LISTED_FIELD, id="lists, BELENIOS-2048"),
        pytest.param(RANKED_FIELD, id="ranked, RFC-3526-2048"),
    ],
)
def test_no_exponent_of_a_ballot_in_the_making_meets_a_power_in_variable_time(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Powers of public numbers, as in membership tests, have the order as exponent."""
    powmod, raised = gmpy2.powmod, []
    group, key = made.election.group, made.election.public_key

    def remembered(base: Any, exponent: Any, modulus: Any) -> Any:  # noqa: ANN401 - as of gmpy2
        raised.append(int(exponent))
        return powmod(base, exponent, modulus)

    def refused(*_: object) -> None:
        raise AssertionError("a power in variable time")

    monkeypatch.setattr(gmpy2, "powmod", remembered)
    for name in ("power_vartime", "powers_vartime", "repeated_power_vartime"):
        monkeypatch.setattr(type(key), name, refused)
    _, credential = made.credentials.private[0]
    votes = [VOTE_OF[type(question)] for question in made.election.questions]
    make_ballot(made.election, credential, votes, seeded("a guard"))
    assert set(raised) <= {group.order}
    with pytest.raises(AssertionError, match=r"^a power in variable time$"):
        group.generator_power_vartime(group.scalar(2))


VOTE_OF = {HomomorphicQuestion: (1, 0), ListsQuestion: (1, 1, 1, 0, 0), RankedQuestion: (1, 2, 3)}
