"""What must hold of a shuffle (specification section "Shuffle algorithms", CheckShuffleProof).

A shuffle's row is the row before it, permuted and encrypted anew; its proof is Terelius and
Wikstroem's. Every value that a commitment hides under must be nobody's choice: the generators
follow from their numbers alone, and none is read from anywhere. All inputs are parsed already:
elements are members, scalars below q, every row as long as the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comitia.ballots.v1.equations.combined import holds_combined
from comitia.ballots.v1.equations.proofs import commitment, failed_challenge
from comitia.ballots.v1.equations.shuffle_statement import ShuffleStatement, independent_generators
from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.model import (
    Check,
    Election,
    Rows,
    Sha256Hex,
    Shuffle,
    ShuffleProof,
    SignedShuffle,
)
from comitia.curve import Element, Group, Scalar
from comitia.errors import CheckFailed


def shuffle_failures(shuffle: Shuffle, before: Rows, election: Election) -> Iterator[CheckFailed]:
    """Yield a failure for each equation of each question's proof that does not hold.

    before: the rows that the shuffle had to take: the tally's, or the shuffle before it.
    """
    places = election.ranked_places
    for place, row, old, proof in zip(places, shuffle.rows, before, shuffle.proofs, strict=True):
        statement = ShuffleStatement(election, old, row, proof.permutation)
        if election.group.multiplies_fast and holds_combined(statement, proof):
            continue
        for name, expected, found in _equations(statement, proof):
            if found != expected:
                subject = f"question {place + 1}, {name}"
                yield CheckFailed(Check.SHUFFLE_PROOF.id, subject, expected.text, found.text)


def _equations(
    statement: ShuffleStatement, proof: ShuffleProof
) -> Iterator[tuple[str, Element, Element]]:
    """Yield the name of each commitment, what it must be, and what it is."""
    group, key = statement.election.group, statement.election.public_key
    t, s = proof.commitments, proof.responses
    u = statement.derive_challenges()
    minus = group.scalar(0) - statement.derive_challenge(t, proof.chain)
    second = group.independent_generator(-1)
    generators = independent_generators(group, len(u))
    base = group.generator_power_vartime
    c_bar = group.product(list(proof.permutation)) / group.product(list(generators))
    yield "t1", c_bar.power_vartime(minus) * base(s.s1), t.t1
    last = proof.chain[-1] if proof.chain else second
    c_hat = last / second.power_vartime(_product(u, group))
    yield "t2", c_hat.power_vartime(minus) * base(s.s2), t.t2
    c_tilde = group.product_of_powers(proof.permutation, u)
    masked = group.product_of_powers(generators, s.s_prime)
    yield "t3", c_tilde.power_vartime(minus) * base(s.s3) * masked, t.t3
    negative = group.scalar(0) - s.s4
    for name, of_key, side, found in (
        ("t41", key.power_vartime(negative), "beta", t.t41),
        ("t42", base(negative), "alpha", t.t42),
    ):
        old = group.product_of_powers([getattr(e, side) for e in statement.before], u)
        new = group.product_of_powers([getattr(e, side) for e in statement.after], s.s_prime)
        yield name, old.power_vartime(minus) * of_key * new, found
    previous = second
    for i, link in enumerate(proof.chain):
        expected = (
            link.power_vartime(minus) * base(s.s_hat[i]) * previous.power_vartime(s.s_prime[i])
        )
        yield f"chain {i + 1}", expected, t.t_hat[i]
        previous = link


def _product(scalars: Sequence[Scalar], group: Group) -> Scalar:
    result = group.scalar(1)
    for scalar in scalars:
        result = result * scalar
    return result


def shuffle_signature_statement(
    election: Election, owner: int, public_key: Element, payload: Sha256Hex, mask: Element
) -> str:
    """Return what the challenge of a shuffle's signature hashes."""
    return (
        f"comitia-shuffle-v1|{election.group.name}|{election.fingerprint}"
        f"|{owner}|{public_key.text}|{payload}|{mask.text}"
    )


def signed_shuffle_failures(
    signed: SignedShuffle, public_key: Element, election: Election
) -> Iterator[CheckFailed]:
    """Yield a failure where a shuffle was not signed with its owner's key."""
    proof = signed.signature
    mask = commitment(election.group, proof, public_key)
    statement = shuffle_signature_statement(
        election, signed.owner, public_key, signed.payload, mask
    )
    expected = challenge(election.group, statement)
    yield from failed_challenge(Check.SHUFFLE_SIGNATURE, expected, proof, "signature")
