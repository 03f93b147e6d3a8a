"""Encrypted answers: every choice encrypted, and every proof that an answer needs.

Every exponent in a voter's own ciphertexts is known to their maker. The commitments of a branch of
a disjunction, true or simulated, are therefore one formula: for a ciphertext (g^r, y^r g^m), a
branch that claims the value M with challenge c and mask w has A = g^w and
B = y^w g^((m - M) c), and its response is w - r c. For the true branch m = M, so B needs no power
of g. Only g and y are raised, and the calls are the same whichever branch is true. The proof that a
sum is not 0 has the same property: its commitments are powers of g and y. So has a sum itself: it
is the encryption of a known number under a known exponent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, assert_never

from comitia.ballots.v1.equations.proofs import multiply
from comitia.ballots.v1.equations.statements import (
    answer_context,
    blank_overall_statement,
    blank_statement,
    challenge,
    interval_statement,
    list_statement,
    nonzero_statement,
    plaintext_statement,
)
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import (
    Answer,
    AnyOpening,
    Ciphertext,
    HomomorphicAnswer,
    HomomorphicQuestion,
    ListsAnswer,
    ListsQuestion,
    NonzeroProof,
    Opening,
    Proof,
    Question,
    RankedAnswer,
    RankedOpening,
    RankedQuestion,
    Reading,
    width_of,
)
from comitia.curve import Element, Group, Scalar, expect_embedding
from comitia.curve.embedding import LARGEST as LARGEST_NUMBER

_Item = TypeVar("_Item")

_POWERS_OF_A_SUM: Final = 3
"""A sum that is encrypted anew takes two powers of g and one of y."""


@dataclass(frozen=True, slots=True, repr=False)
class EncryptedAnswer:
    """An answer, and what its maker knows of each of its ciphertexts."""

    answer: Answer
    openings: tuple[AnyOpening, ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Branch:
    """A claim that a ciphertext holds a value."""

    opening: Opening
    claimed: int


def check_vote(question: Question, vote: Sequence[int], number: int) -> None:
    """Refuse a vote that its question does not permit, before any of it is encrypted.

    Raises ``ValueError``, naming the question.
    """
    if isinstance(question, RankedQuestion):
        _check_ranks(question, vote, number)
        return
    expected = width_of(question.row_shape)
    if len(vote) != expected or any(bit not in {0, 1} for bit in vote):
        raise ValueError(f"question {number}: expected {expected} times 0 or 1")
    match question:
        case HomomorphicQuestion():
            _check_sum(question, vote, number)
        case ListsQuestion():
            _check_lists(question, vote, number)
        case _:
            assert_never(question)


def _check_ranks(question: RankedQuestion, vote: Sequence[int], number: int) -> None:
    expected = len(question.answers)
    if len(vote) != expected or any(not 0 <= value <= LARGEST_NUMBER for value in vote):
        raise ValueError(f"question {number}: expected {expected} numbers from 0 to 255")
    if question.read(vote) is Reading.INVALID:
        raise ValueError(f"question {number}: the count would not take these numbers")


def _check_sum(question: HomomorphicQuestion, vote: Sequence[int], number: int) -> None:
    chosen = sum(vote[question.blank :])
    if question.blank and vote[0] == 1:
        if chosen:
            raise ValueError(f"question {number}: a blank vote chooses nothing")
    elif not question.minimum <= chosen <= question.maximum:
        bounds = f"from {question.minimum} to {question.maximum}"
        raise ValueError(f"question {number}: expected {bounds} choices, found {chosen}")


def _check_lists(question: ListsQuestion, vote: Sequence[int], number: int) -> None:
    lists = _split(vote, tuple(len(names) for names in question.lists))
    if sum(bits[0] for bits in lists) != 1:
        raise ValueError(f"question {number}: expected exactly one list")
    if any(sum(bits[1:]) for bits in lists if not bits[0]):
        raise ValueError(f"question {number}: a candidate of a list that is not chosen")
    if not any(sum(bits[1:]) for bits in lists):
        raise ValueError(f"question {number}: expected at least one candidate of the list")


def _split(items: Sequence[_Item], lengths: Sequence[int]) -> list[Sequence[_Item]]:
    """Return a flat row cut into lists."""
    lists, first = [], 0
    for length in lengths:
        lists.append(items[first : first + length])
        first += length
    return lists


class AnswerMaker:
    """Encrypts and proves the answers of one ballot."""

    def __init__(self, group: Group, key: Element, voter: str, nonces: NonceSource) -> None:
        self._group = group
        self._key = key
        self._voter = voter
        self._nonces = nonces

    def answer(self, question: Question, vote: Sequence[int]) -> EncryptedAnswer:
        """Return an encrypted answer with all its proofs.

        vote: one that ``check_vote`` permits.
        """
        if isinstance(question, RankedQuestion):
            return self._ranked_answer(vote)
        openings = tuple(Opening(self._nonces.draw(), bit) for bit in vote)
        choices = tuple(self._encrypt(opening) for opening in openings)
        individual = tuple(
            self._prove_interval(self._voter, choice, opening, range(2))
            for choice, opening in zip(choices, openings, strict=True)
        )
        answer: Answer
        match question:
            case HomomorphicQuestion():
                answer = self._sum_answer(question, openings, choices, individual)
            case ListsQuestion():
                answer = self._lists_answer(question, openings, choices, individual)
            case _:
                assert_never(question)
        return EncryptedAnswer(answer, openings)

    def _ranked_answer(self, vote: Sequence[int]) -> EncryptedAnswer:
        """Return all numbers in one ciphertext; how long that takes depends on them."""
        group, opening = self._group, RankedOpening(self._nonces.draw(), tuple(vote))
        content = expect_embedding(group).embed(opening.values)
        choice = Ciphertext(
            group.generator_power(opening.randomness),
            self._key.power(opening.randomness) * content,
        )
        mask = self._nonces.draw()
        statement = plaintext_statement(self._voter, self._key, choice, group.generator_power(mask))
        hashed = challenge(group, statement)
        proof = Proof(hashed, mask - opening.randomness * hashed)
        return EncryptedAnswer(RankedAnswer(choice, proof), (opening,))

    def _sum_answer(
        self,
        question: HomomorphicQuestion,
        openings: Sequence[Opening],
        choices: tuple[Ciphertext, ...],
        individual: tuple[tuple[Proof, ...], ...],
    ) -> HomomorphicAnswer:
        context = answer_context(self._voter, choices)
        total = self._total(openings[question.blank :])
        values = range(question.minimum, question.maximum + 1)
        if not question.blank:
            product = self._multiply(choices, total)
            overall = self._prove_interval(context, product, total, values)
            return HomomorphicAnswer(choices, individual, overall, None)
        blank = openings[0]
        overall = self._prove(
            [_Branch(blank, 1), *(_Branch(total, value) for value in values)],
            lambda commitments: blank_overall_statement(context, commitments),
        )
        blank_proof = self._prove(
            [_Branch(blank, 0), _Branch(total, 0)],
            lambda commitments: blank_statement(context, commitments),
        )
        return HomomorphicAnswer(choices, individual, overall, blank_proof)

    def _lists_answer(
        self,
        question: ListsQuestion,
        openings: Sequence[Opening],
        choices: tuple[Ciphertext, ...],
        individual: tuple[tuple[Proof, ...], ...],
    ) -> ListsAnswer:
        context = answer_context(self._voter, choices)
        lengths = tuple(len(names) for names in question.lists)
        of_lists = _split(openings, lengths)
        chosen = self._total([of_list[0] for of_list in of_lists])
        product = self._multiply([row[0] for row in _split(choices, lengths)], chosen)
        (overall,) = self._prove_interval(context, product, chosen, range(1, 2))
        list_proofs = tuple(
            self._prove(
                [_Branch(of_list[0], 1), _Branch(self._total(of_list[1:]), 0)],
                lambda commitments: list_statement(context, commitments),
            )
            for of_list in of_lists
        )
        candidates = [opening for of_list in of_lists for opening in of_list[1:]]
        nonzero = self._prove_nonzero(context, self._total(candidates))
        return ListsAnswer(lengths, choices, individual, overall, list_proofs, nonzero)

    def _prove_nonzero(self, context: str, opening: Opening) -> NonzeroProof:
        """Prove that a ciphertext does not hold 0; the commitment hides what else it holds."""
        group, value = self._group, self._group.scalar(opening.value)
        blind, first, second = (self._nonces.draw() for _ in range(3))
        exponent = opening.randomness * first + second
        commitments = (
            group.generator_power(value * blind),
            group.generator_power(exponent),
            self._key.power(exponent) * group.generator_power(value * first),
        )
        hashed = challenge(group, nonzero_statement(context, commitments))
        blinded = blind * hashed
        responses = (first - blinded, second + blinded * opening.randomness)
        return NonzeroProof(commitments[0], hashed, responses)

    def _encrypt(self, opening: Opening) -> Ciphertext:
        masked = self._key.power(opening.randomness)
        value = self._group.generator if opening.value else self._group.identity
        return Ciphertext(self._group.generator_power(opening.randomness), masked * value)

    def _multiply(self, choices: Sequence[Ciphertext], total: Opening) -> Ciphertext:
        """Return the product of ciphertexts, of which ``total`` is the opening."""
        if 2 * len(choices) <= _POWERS_OF_A_SUM * self._group.products_a_power:
            return multiply(choices, self._group)
        masked = self._key.power(total.randomness)
        content = self._shift(total.value, self._group.scalar(1))
        return Ciphertext(self._group.generator_power(total.randomness), masked * content)

    def _shift(self, distance: int, factor: Scalar) -> Element:
        """Return g^(distance factor); for 0, too, a power is computed, lest the time tell."""
        group = self._group
        power = group.generator_power(group.scalar((distance or 1) % group.order) * factor)
        return power if distance else group.identity

    def _total(self, openings: Sequence[Opening]) -> Opening:
        randomness = self._group.scalar(0)
        for opening in openings:
            randomness = randomness + opening.randomness
        return Opening(randomness, sum(opening.value for opening in openings))

    def _prove_interval(
        self, context: str, ciphertext: Ciphertext, opening: Opening, values: range
    ) -> tuple[Proof, ...]:
        return self._prove(
            [_Branch(opening, value) for value in values],
            lambda commitments: interval_statement(context, ciphertext, commitments),
        )

    def _prove(
        self, branches: Sequence[_Branch], statement: Callable[[Sequence[Element]], str]
    ) -> tuple[Proof, ...]:
        """Prove that one of the claims holds, hiding which.

        Whichever it is, the library gets the same calls in the same order: first what every branch
        needs, then what all branches but the true one need.
        """
        group, key = self._group, self._key
        masks = [self._nonces.draw() for _ in branches]
        challenges = [self._nonces.draw() for _ in branches]
        firsts = [group.generator_power(mask) for mask in masks]
        seconds = [key.power(mask) for mask in masks]
        true = next(i for i, b in enumerate(branches) if b.opening.value == b.claimed)
        own = group.scalar(0)
        for i in (i for i in range(len(branches)) if i != true):
            distance = branches[i].opening.value - branches[i].claimed
            seconds[i] = seconds[i] * self._shift(distance, challenges[i])
            own = own - challenges[i]
        commitments = [each for pair in zip(firsts, seconds, strict=True) for each in pair]
        challenges[true] = own + challenge(group, statement(commitments))
        return tuple(
            Proof(c, mask - branch.opening.randomness * c)
            for branch, mask, c in zip(branches, masks, challenges, strict=True)
        )
