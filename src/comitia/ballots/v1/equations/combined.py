"""All equations of a shuffle's proof checked as one product of powers.

Each equation says that some product is the identity. Raised to a coefficient of its own and
multiplied, they say it together, and if one of them does not hold the product is the identity with
a chance of 2^-128: the coefficients are a hash of the whole proof, so nobody can choose the proof
to fit them. That needs a group of prime order and every element a member, which the parser has
checked exactly. A product that is not the identity names no fault; the single equations do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain

from comitia.ballots.v1.equations.shuffle_statement import ShuffleStatement, independent_generators
from comitia.ballots.v1.model import ShuffleProof, canonical_json
from comitia.curve import Element, Group, Scalar

_COEFFICIENT_BYTES = 16


class _Product:
    """A product of powers under way: the exponents of each element are added up."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._exponents: dict[Element, Scalar] = {}

    def times(self, element: Element, exponent: Scalar) -> None:
        """Multiply by a power."""
        known = self._exponents.get(element)
        self._exponents[element] = exponent if known is None else known + exponent

    def times_all(self, elements: Sequence[Element], exponents: Sequence[Scalar]) -> None:
        """Multiply by powers of several."""
        for element, exponent in zip(elements, exponents, strict=True):
            self.times(element, exponent)

    def is_identity(self) -> bool:
        """Work the product out."""
        elements, exponents = list(self._exponents), list(self._exponents.values())
        return self._group.product_of_powers(elements, exponents).is_identity


def holds_combined(statement: ShuffleStatement, proof: ShuffleProof) -> bool:
    """Whether all equations of one row's proof hold, as far as anybody could make it seem."""
    group, product = statement.election.group, _Product(statement.election.group)
    coefficients = _Coefficients(statement, proof)
    t, s, u = proof.commitments, proof.responses, statement.derive_challenges()
    minus = group.scalar(0) - statement.derive_challenge(t, proof.chain)
    second = group.independent_generator(-1)
    generators = independent_generators(group, len(u))
    none = group.scalar(0)

    # t1: the commitments' product over the generators', to -c, times g^s1
    a = coefficients.draw()
    product.times_all(proof.permutation, [a * minus] * len(u))
    product.times_all(generators, [none - a * minus] * len(u))
    product.times(group.generator, a * s.s1)
    product.times(t.t1, none - a)

    # t2: the chain's last link over h to the product of u, to -c, times g^s2
    a, whole = coefficients.draw(), group.scalar(1)
    for one in u:
        whole = whole * one
    product.times(proof.chain[-1] if proof.chain else second, a * minus)
    product.times(second, none - a * minus * whole)
    product.times(group.generator, a * s.s2)
    product.times(t.t2, none - a)

    # t3: the commitments to u, to -c, times g^s3 and the generators to s'
    a = coefficients.draw()
    product.times_all(proof.permutation, [a * minus * one for one in u])
    product.times(group.generator, a * s.s3)
    product.times_all(generators, [a * one for one in s.s_prime])
    product.times(t.t3, none - a)

    # t41 and t42: the old ciphertexts to u, to -c, times the new ones to s', encrypted anew
    key = statement.election.public_key
    for base, old, new, found in (
        (key, [e.beta for e in statement.before], [e.beta for e in statement.after], t.t41),
        (
            group.generator,
            [e.alpha for e in statement.before],
            [e.alpha for e in statement.after],
            t.t42,
        ),
    ):
        a = coefficients.draw()
        product.times_all(old, [a * minus * one for one in u])
        product.times(base, none - a * s.s4)
        product.times_all(new, [a * one for one in s.s_prime])
        product.times(found, none - a)

    # the chain: each link to -c, times g^s^, times the link before it to s'
    links = list(chain([second], proof.chain))
    for i, link in enumerate(proof.chain):
        a = coefficients.draw()
        product.times(link, a * minus)
        product.times(group.generator, a * s.s_hat[i])
        product.times(links[i], a * s.s_prime[i])
        product.times(t.t_hat[i], none - a)
    return product.is_identity()


class _Coefficients:
    """128-bit numbers that follow from a whole proof and from everything that it is about."""

    def __init__(self, statement: ShuffleStatement, proof: ShuffleProof) -> None:
        self._group = statement.election.group
        content = canonical_json(proof.to_json())
        election = statement.election
        about = f"{election.fingerprint}|{election.public_key.text}|{statement.text}|".encode()
        self._digest = hashlib.sha256(b"comitia-combined-shuffle-v1|" + about + content).digest()
        self._drawn = 0

    def draw(self) -> Scalar:
        """Return the next coefficient."""
        self._drawn += 1
        block = hashlib.sha256(self._digest + self._drawn.to_bytes(8, "big")).digest()
        return self._group.reduce(block[:_COEFFICIENT_BYTES])
