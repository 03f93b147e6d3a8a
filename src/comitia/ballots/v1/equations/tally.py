"""From ballots to the result (specification sections "Encrypted tally" to "Election result")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isqrt

from comitia.ballots.v1.equations.proofs import (
    commitment,
    commitment_for,
    expect_challenge,
    failed_challenge,
    small_power,
)
from comitia.ballots.v1.equations.statements import (
    challenge,
    decryption_statement,
    knowledge_statement,
)
from comitia.ballots.v1.model import (
    Ciphertext,
    Election,
    EncryptedTally,
    HomomorphicAnswer,
    HomomorphicQuestion,
    PartialDecryption,
    TrusteeKey,
)
from comitia.ballots.v1.model.checks import Check
from comitia.curve import Element, Group
from comitia.errors import CheckFailed


def shape_of(questions: Sequence[HomomorphicQuestion]) -> tuple[int, ...]:
    """Return the number of ciphertexts of each question in a tally."""
    return tuple(question.choice_count for question in questions)


def empty_tally(shape: Sequence[int], group: Group) -> EncryptedTally:
    """Return the tally of no ballots."""
    nothing = Ciphertext(group.identity, group.identity)
    return tuple((nothing,) * count for count in shape)


def combine_tallies(one: EncryptedTally, other: EncryptedTally) -> EncryptedTally:
    """Return the componentwise product of two tallies of one shape."""
    return tuple(
        tuple(a * b for a, b in zip(row, other_row, strict=True))
        for row, other_row in zip(one, other, strict=True)
    )


def tally_of_answers(answers: Sequence[HomomorphicAnswer]) -> EncryptedTally:
    """Return the tally that one ballot of weight 1 makes."""
    return tuple(answer.choices for answer in answers)


def verify_knowledge(key: TrusteeKey, group: Group, subject: str) -> None:
    """Check that whoever published a key knows its secret (section "Verification keys")."""
    statement = knowledge_statement(
        group, key.public_key, commitment(group, key.proof, key.public_key)
    )
    expect_challenge(Check.SETUP_TRUSTEES, challenge(group, statement), key.proof, subject)


def decryption_failures(
    share: PartialDecryption, tally: EncryptedTally, public_key: Element, election: Election
) -> Iterator[CheckFailed]:
    """Yield a failure for each factor whose proof does not hold (section "Partial decryptions").

    share: in the shape of ``tally``. In this wire version alpha and the factor are not in the
    hash: see the bound proof.
    """
    group, check = election.group, Check.DECRYPTION_PROOF
    for i, row in enumerate(tally):
        for j, ciphertext in enumerate(row):
            factor, proof = share.factors[i][j], share.proofs[i][j]
            commitments = (
                commitment(group, proof, public_key),
                commitment_for(ciphertext.alpha, proof, factor),
            )
            statement = decryption_statement(election.fingerprint, public_key, commitments)
            subject = f"question {i + 1}, choice {j + 1}"
            yield from failed_challenge(check, challenge(group, statement), proof, subject)


def open_tally(
    tally: EncryptedTally, shares: Sequence[PartialDecryption]
) -> tuple[tuple[Element, ...], ...]:
    """Return g^votes for each ciphertext, from the shares of all single trustees."""
    opened = []
    for i, row in enumerate(tally):
        elements = []
        for j, ciphertext in enumerate(row):
            element = ciphertext.beta
            for share in shares:
                element = element / share.factors[i][j]
            elements.append(element)
        opened.append(tuple(elements))
    return tuple(opened)


def find_exponent(element: Element, group: Group, largest: int) -> int | None:
    """Return the v in [0, largest] with g^v = element, or None where there is none.

    Baby steps and giant steps: time and memory grow with the square root of ``largest``.
    """
    step = isqrt(largest) + 1
    babies: dict[Element, int] = {}
    power = group.identity
    for i in range(step):
        babies.setdefault(power, i)
        power = power * group.generator
    giant, here = power, element
    for i in range(step):
        if (found := babies.get(here)) is not None and i * step + found <= largest:
            return i * step + found
        here = here / giant
    return None


def verify_count(opened: Element, votes: int, ballots: int, group: Group, subject: str) -> None:
    """Check that an opened ciphertext holds the stated number of votes, at most one a ballot."""
    if votes <= ballots and small_power(group, votes) == opened:
        return
    true_votes = find_exponent(opened, group, ballots)
    expected = f"{true_votes}" if true_votes is not None else f"a number from 0 to {ballots}"
    found = f"{votes}" if true_votes is not None else "a ciphertext that holds no such number"
    raise CheckFailed(Check.RESULT_VALUE.id, subject, expected, found)
