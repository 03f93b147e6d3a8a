"""The proofs of the protocol, as equations that hold or do not.

Every function recomputes a proof's commitments from its responses and compares challenges. All
inputs are public and already parsed: elements are members, scalars are below q, and the numbers of
proofs are those that the question demands. Variable time.
"""

from __future__ import annotations

from collections.abc import Sequence

from comitia.ballots.v1.equations.statements import (
    blank_overall_statement,
    blank_statement,
    challenge,
    interval_statement,
)
from comitia.ballots.v1.model import Ciphertext, Proof
from comitia.ballots.v1.model.checks import Check
from comitia.curve import Element, Group, Scalar
from comitia.errors import CheckFailed


def commitment(group: Group, proof: Proof, image: Element) -> Element:
    """Return g^response image^challenge, the commitment to a proof that image is a power of g."""
    powered = image.power_vartime(proof.challenge)
    return group.generator_power_vartime(proof.response) * powered


def commitment_for(base: Element, proof: Proof, image: Element) -> Element:
    """Return base^response image^challenge."""
    return base.power_vartime(proof.response) * image.power_vartime(proof.challenge)


def encryption_commitments(
    group: Group, key: Element, ciphertext: Ciphertext, value: int, proof: Proof
) -> tuple[Element, Element]:
    """Return A and B of a proof that ``ciphertext`` encrypts ``value`` under ``key``."""
    beta = ciphertext.beta if value == 0 else ciphertext.beta / small_power(group, value)
    return commitment(group, proof, ciphertext.alpha), commitment_for(key, proof, beta)


def small_power(group: Group, exponent: int) -> Element:
    """Return the generator raised to a small public number."""
    return group.generator_power_vartime(group.scalar(exponent))


def verify_interval(
    group: Group,
    key: Element,
    context: str,
    ciphertext: Ciphertext,
    values: Sequence[int],
    proofs: Sequence[Proof],
    subject: str,
) -> None:
    """Check that a ciphertext encrypts one of ``values`` (specification section "iproof").

    Raises CheckFailed, naming ``subject``.
    """
    commitments: list[Element] = []
    for value, proof in zip(values, proofs, strict=True):
        commitments.extend(encryption_commitments(group, key, ciphertext, value, proof))
    statement = interval_statement(context, ciphertext, commitments)
    expect_sum(group, challenge(group, statement), proofs, subject)


def verify_blank(
    group: Group,
    key: Element,
    context: str,
    blank: Ciphertext,
    total: Ciphertext,
    proofs: Sequence[Proof],
    subject: str,
) -> None:
    """Check that ``blank`` or ``total`` encrypts 0 (specification section "bproof")."""
    of_blank, of_total = proofs
    commitments = [
        *encryption_commitments(group, key, blank, 0, of_blank),
        *encryption_commitments(group, key, total, 0, of_total),
    ]
    expect_sum(group, challenge(group, blank_statement(context, commitments)), proofs, subject)


def verify_blank_overall(
    group: Group,
    key: Element,
    context: str,
    blank: Ciphertext,
    total: Ciphertext,
    values: Sequence[int],
    proofs: Sequence[Proof],
    subject: str,
) -> None:
    """Check that ``blank`` encrypts 1 or ``total`` one of ``values`` (section "bproof")."""
    of_blank, *of_total = proofs
    commitments = [*encryption_commitments(group, key, blank, 1, of_blank)]
    for value, proof in zip(values, of_total, strict=True):
        commitments.extend(encryption_commitments(group, key, total, value, proof))
    statement = blank_overall_statement(context, commitments)
    expect_sum(group, challenge(group, statement), proofs, subject)


def expect_sum(group: Group, expected: Scalar, proofs: Sequence[Proof], subject: str) -> None:
    """Check that the challenges of a disjunction add up to the hash of its statement."""
    found = group.scalar(0)
    for proof in proofs:
        found = found + proof.challenge
    if found != expected:
        raise CheckFailed(
            Check.BALLOT_PROOF.id,
            subject,
            f"challenges that add up to {expected.text}",
            f"challenges that add up to {found.text}",
        )


def expect_challenge(check: Check, expected: Scalar, proof: Proof, subject: str) -> None:
    """Check that a single proof's challenge is the hash of its statement."""
    if proof.challenge != expected:
        raise CheckFailed(
            check.id, subject, f"the challenge {expected.text}", f"{proof.challenge.text}"
        )
