"""The proofs of the protocol, as equations that hold or do not.

Every function recomputes a proof's commitments from its responses and compares challenges. All
inputs are public and already parsed: elements are members, scalars are below q, and the numbers of
proofs are those that the question demands. Variable time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from comitia.ballots.v1.equations.statements import (
    blank_overall_statement,
    blank_statement,
    challenge,
    interval_statement,
    list_statement,
    nonzero_statement,
    plaintext_statement,
)
from comitia.ballots.v1.model import Ciphertext, NonzeroProof, Proof
from comitia.ballots.v1.model.checks import Check
from comitia.curve import Element, Group, Scalar
from comitia.errors import CheckFailed


@dataclass(frozen=True, slots=True)
class ProofContext:
    """What every proof of an answer refers to.

    text: S0 or S, whichever the specification has for the proof. subject: its name in a failure.
    """

    group: Group
    key: Element
    text: str
    subject: str


def commitment(group: Group, proof: Proof, image: Element) -> Element:
    """Return g^response image^challenge, the commitment to a proof that image is a power of g."""
    powered = image.power_vartime(proof.challenge)
    return group.generator_power_vartime(proof.response) * powered


def commitment_for(base: Element, proof: Proof, image: Element) -> Element:
    """Return base^response image^challenge."""
    return base.power_vartime(proof.response) * image.power_vartime(proof.challenge)


def encryption_commitments(
    context: ProofContext, ciphertext: Ciphertext, value: int, proof: Proof
) -> tuple[Element, Element]:
    """Return A and B of a proof that ``ciphertext`` encrypts ``value``."""
    group = context.group
    beta = ciphertext.beta if value == 0 else ciphertext.beta / small_power(group, value)
    return commitment(group, proof, ciphertext.alpha), commitment_for(context.key, proof, beta)


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of a disjunction: that ``ciphertext`` encrypts ``value``."""

    ciphertext: Ciphertext
    value: int
    proof: Proof


def disjunction_commitments(context: ProofContext, branches: Sequence[Branch]) -> list[Element]:
    """Return A and B of each branch of a disjunction, in their order."""
    if context.group.multiplies_fast:
        return shared_commitments(context, branches)
    return plain_commitments(context, branches)


def plain_commitments(context: ProofContext, branches: Sequence[Branch]) -> list[Element]:
    """Return A and B of each branch as the specification has them."""
    return [
        element
        for one in branches
        for element in encryption_commitments(context, one.ciphertext, one.value, one.proof)
    ]


def shared_commitments(context: ProofContext, branches: Sequence[Branch]) -> list[Element]:
    """Return what ``plain_commitments`` returns, with fewer long powers.

    (beta / g^value)^challenge is beta^challenge g^(-value challenge): so all powers are of alpha
    and beta, to the challenges of all their branches, or of the generator and the key, which have
    tables. Nothing is left out and nothing is random: the elements are the same.
    """
    group, none = context.group, context.group.scalar(0)
    challenges: dict[Ciphertext, list[Scalar]] = {}
    for one in branches:
        challenges.setdefault(one.ciphertext, []).append(one.proof.challenge)
    powers = {
        image: zip(image.alpha.powers_vartime(c), image.beta.powers_vartime(c), strict=True)
        for image, c in challenges.items()
    }
    commitments: list[Element] = []
    for one in branches:
        alpha, beta = next(powers[one.ciphertext])
        response = one.proof.response
        commitments.append(group.generator_power_vartime(response) * alpha)
        masked = context.key.repeated_power_vartime(response) * beta
        if one.value:
            shift = none - group.scalar(one.value) * one.proof.challenge
            masked = masked * group.generator_power_vartime(shift)
        commitments.append(masked)
    return commitments


def multiply(ciphertexts: Sequence[Ciphertext], group: Group) -> Ciphertext:
    """Return the product, which encrypts the sum; of none, the one that encrypts 0 openly."""
    product = Ciphertext(group.identity, group.identity)
    for ciphertext in ciphertexts:
        product = product * ciphertext
    return product


@lru_cache(maxsize=1024)
def small_power(group: Group, exponent: int) -> Element:
    """Return the generator raised to a small public number; the same few come up all the time."""
    return group.generator_power_vartime(group.scalar(exponent))


def verify_interval(
    context: ProofContext,
    ciphertext: Ciphertext,
    values: Sequence[int],
    proofs: Sequence[Proof],
) -> None:
    """Check that a ciphertext encrypts one of ``values`` (specification section "iproof").

    proofs: one a value, in the same order. Raises CheckFailed.
    """
    commitments = disjunction_commitments(
        context, [Branch(ciphertext, *pair) for pair in zip(values, proofs, strict=True)]
    )
    expect_sum(context, interval_statement(context.text, ciphertext, commitments), proofs)


def verify_blank(
    context: ProofContext, blank: Ciphertext, total: Ciphertext, proofs: Sequence[Proof]
) -> None:
    """Check that ``blank`` or ``total`` encrypts 0 (specification section "bproof")."""
    of_blank, of_total = proofs
    branches = [Branch(blank, 0, of_blank), Branch(total, 0, of_total)]
    commitments = disjunction_commitments(context, branches)
    expect_sum(context, blank_statement(context.text, commitments), proofs)


def verify_blank_overall(
    context: ProofContext,
    blank: Ciphertext,
    total: Ciphertext,
    values: Sequence[int],
    proofs: Sequence[Proof],
) -> None:
    """Check that ``blank`` encrypts 1 or ``total`` one of ``values`` (section "bproof")."""
    of_blank, *of_total = proofs
    branches = [
        Branch(blank, 1, of_blank),
        *(Branch(total, *pair) for pair in zip(values, of_total, strict=True)),
    ]
    commitments = disjunction_commitments(context, branches)
    expect_sum(context, blank_overall_statement(context.text, commitments), proofs)


def verify_list(
    context: ProofContext, choices: Sequence[Ciphertext], proofs: Sequence[Proof]
) -> None:
    """Check that a list is chosen or none of its candidates is (section "list-proofs").

    choices: the list's own, then its candidates'.
    """
    of_list, of_candidates = proofs
    candidates = multiply(choices[1:], context.group)
    branches = [Branch(choices[0], 1, of_list), Branch(candidates, 0, of_candidates)]
    commitments = disjunction_commitments(context, branches)
    expect_sum(context, list_statement(context.text, commitments), proofs)


def verify_nonzero(context: ProofContext, total: Ciphertext, proof: NonzeroProof) -> None:
    """Check that a ciphertext does not encrypt 0 (section "nonzero-proof").

    The commitment is beta^s y^(-s r) for a secret s: the identity exactly where the value is 0.
    That it is a member of the group, without which it would prove nothing, is the parser's check.
    """
    group, (first, second) = context.group, proof.responses
    if proof.commitment.is_identity:
        found = "the identity, which marks a zero"
        raise CheckFailed(Check.BALLOT_PROOF.id, context.subject, "a commitment", found)
    commitments = (
        proof.commitment,
        total.alpha.power_vartime(first) * group.generator_power_vartime(second),
        total.beta.power_vartime(first)
        * context.key.repeated_power_vartime(second)
        * proof.commitment.power_vartime(proof.challenge),
    )
    expected = challenge(group, nonzero_statement(context.text, commitments))
    if proof.challenge != expected:
        found = proof.challenge.text
        raise CheckFailed(
            Check.BALLOT_PROOF.id, context.subject, f"the challenge {expected.text}", found
        )


def verify_plaintext(context: ProofContext, ciphertext: Ciphertext, proof: Proof) -> None:
    """Check that whoever made a ciphertext knows its randomness (section "nh-answers")."""
    mask = commitment(context.group, proof, ciphertext.alpha)
    statement = plaintext_statement(context.text, context.key, ciphertext, mask)
    expected = challenge(context.group, statement)
    expect_challenge(Check.BALLOT_PROOF, expected, proof, context.subject)


def expect_sum(context: ProofContext, statement: str, proofs: Sequence[Proof]) -> None:
    """Check that the challenges of a disjunction add up to the hash of its statement."""
    expected = challenge(context.group, statement)
    found = context.group.scalar(0)
    for proof in proofs:
        found = found + proof.challenge
    if found != expected:
        raise CheckFailed(
            Check.BALLOT_PROOF.id,
            context.subject,
            f"challenges that add up to {expected.text}",
            f"challenges that add up to {found.text}",
        )


def expect_challenge(check: Check, expected: Scalar, proof: Proof, subject: str) -> None:
    """Check that a single proof's challenge is the hash of its statement."""
    if proof.challenge != expected:
        raise CheckFailed(
            check.id, subject, f"the challenge {expected.text}", f"{proof.challenge.text}"
        )


def failed_challenge(
    check: Check, expected: Scalar, proof: Proof, subject: str
) -> Iterator[CheckFailed]:
    """Yield the failure that ``expect_challenge`` raises, or nothing."""
    try:
        expect_challenge(check, expected, proof, subject)
    except CheckFailed as failure:
        yield failure
