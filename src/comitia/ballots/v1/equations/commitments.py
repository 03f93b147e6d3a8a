"""Commitments of the proofs of many decryption factors at once. PUBLIC DATA ONLY.

The native kernel computes them where it is active and there are enough of them; the equations of
``proofs``, one after the other, are the reference, and compute one at random again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from comitia.ballots.v1.equations.proofs import commitment, commitment_for
from comitia.ballots.v1.model import EncryptedTally, Proof
from comitia.curve import ED25519, Element, Group, kernel
from comitia.curve.ed25519 import EdwardsPoint
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import SIZE, Layer, Table

_FEWEST: Final = 8
"""For fewer the kernel's table of the key is not worth while."""
_AT_ONCE: Final = 4096


@dataclass(frozen=True, slots=True)
class FactorProof:
    """What a proof is about: that ``factor`` is alpha to the power of the private key.

    question, choice: the ciphertext's place in the encrypted tally, both from 0.
    """

    question: int
    choice: int
    alpha: Element
    factor: Element
    proof: Proof


def factor_proofs(
    tally: EncryptedTally,
    factors: Sequence[Sequence[Element]],
    proofs: Sequence[Sequence[Proof]],
) -> list[FactorProof]:
    """Return the proofs of a share with what each is about, in the order of the tally."""
    return [
        FactorProof(i, j, ciphertext.alpha, factors[i][j], proofs[i][j])
        for i, row in enumerate(tally)
        for j, ciphertext in enumerate(row)
    ]


def factor_commitments(
    group: Group, public_key: Element, proofs: Sequence[FactorProof]
) -> Iterator[tuple[Element, Element]]:
    """Yield g^response key^challenge and alpha^response factor^challenge of each proof."""
    layer = kernel.ACTIVE
    if layer is None or group is not ED25519 or len(proofs) < _FEWEST:
        for about in proofs:
            yield plain_commitments(group, public_key, about)
        return
    for first in range(0, len(proofs), _AT_ONCE):
        yield from native_commitments(layer, public_key, proofs[first : first + _AT_ONCE])


def plain_commitments(
    group: Group, public_key: Element, about: FactorProof
) -> tuple[Element, Element]:
    """Return both commitments of one proof by the equations as they are written."""
    return (
        commitment(group, about.proof, public_key),
        commitment_for(about.alpha, about.proof, about.factor),
    )


def native_commitments(
    layer: Layer, public_key: Element, proofs: Sequence[FactorProof]
) -> list[tuple[Element, Element]]:
    """Return the commitments of some proofs. Raises KernelDisagrees where libsodium finds others.

    All elements are members, which their parser has checked.
    """
    responses = b"".join(about.proof.response.to_bytes() for about in proofs)
    challenges = b"".join(about.proof.challenge.to_bytes() for about in proofs)
    alphas = layer.decode(b"".join(about.alpha.sort_key for about in proofs)).points
    factors = layer.decode(b"".join(about.factor.sort_key for about in proofs)).points
    bases = ((_generator(layer), responses), (_tabulate(layer, public_key), challenges))
    of_key = layer.encode(layer.combine(fixed=bases, number=len(proofs)))
    (powers,) = layer.multiply(alphas, responses).products
    (images,) = layer.multiply(factors, challenges).products
    of_factor = layer.encode(layer.combine(powers, images))
    found: list[tuple[Element, Element]] = [
        (EdwardsPoint(of_key[place : place + SIZE]), EdwardsPoint(of_factor[place : place + SIZE]))
        for place in range(0, len(of_key), SIZE)
    ]
    sampled = secrets.randbelow(len(proofs))
    if found[sampled] != plain_commitments(ED25519, public_key, proofs[sampled]):
        raise KernelDisagrees(layer.name, "the commitments of a decryption proof")
    return found


@lru_cache(maxsize=1)
def _generator(layer: Layer) -> Table:
    return _tabulate(layer, ED25519.generator)


def _tabulate(layer: Layer, base: Element) -> Table:
    return layer.tabulate(layer.decode(base.sort_key).points)
