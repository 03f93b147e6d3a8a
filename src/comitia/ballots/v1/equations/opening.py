"""Opening a tally with its trustees' shares (specification section "Election result").

PUBLIC DATA ONLY. The native kernel opens many ciphertexts at once where it is active; the equations
as they are written are the reference, and open one at random again.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from comitia.ballots.v1.model import (
    Ciphertext,
    EncryptedTally,
    PartialDecryption,
    SingleTrustee,
    Trustees,
    owner_ranges,
)
from comitia.curve import ED25519, Element, Group, Scalar, kernel
from comitia.curve.ed25519 import ORDER, EdwardsPoint
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import SIZE, Layer

_FEWEST: Final = 16
_AT_ONCE: Final = 4096


class RowOfFactors(NamedTuple):
    """One trustee's factors of a row. power: what each is raised to, None where it stands alone."""

    factors: Sequence[Element]
    power: Scalar | None


def interpolate(index: int, indexes: Collection[int], group: Group) -> Scalar:
    """Return the Lagrange coefficient at 0 of one index among several (section "Election result").

    indexes: of the members of a group whose shares are used, from 1, ``index`` among them.
    """
    numerator, denominator = 1, 1
    for other in indexes:
        if other != index:
            numerator = numerator * other % group.order
            denominator = denominator * (other - index) % group.order
    return group.scalar(numerator * pow(denominator, -1, group.order) % group.order)


def open_tally(
    tally: EncryptedTally,
    shares: Mapping[int, PartialDecryption],
    trustees: Trustees,
    group: Group,
) -> tuple[tuple[Element, ...], ...]:
    """Return g^votes for each ciphertext. Raises KernelDisagrees where libsodium finds another.

    shares: by owner, exactly those that ``choose_owners`` has chosen.
    """
    powers: dict[int, Scalar | None] = {}
    for trustee, owners in owner_ranges(trustees):
        indexes = {owner - owners.start + 1: owner for owner in owners if owner in shares}
        for index, owner in indexes.items():
            alone = isinstance(trustee, SingleTrustee)
            powers[owner] = None if alone else interpolate(index, indexes, group)
    return tuple(
        open_row(
            row,
            [RowOfFactors(shares[owner].factors[i], power) for owner, power in powers.items()],
            group,
        )
        for i, row in enumerate(tally)
    )


def open_row(
    row: Sequence[Ciphertext], used: Sequence[RowOfFactors], group: Group
) -> tuple[Element, ...]:
    """Return what the ciphertexts of a row hold."""
    layer = kernel.ACTIVE
    if layer is None or group is not ED25519 or len(row) < _FEWEST:
        return plain_row(row, used, group)
    return tuple(
        element
        for first in range(0, len(row), _AT_ONCE)
        for element in native_row(
            layer,
            row[first : first + _AT_ONCE],
            [RowOfFactors(one.factors[first : first + _AT_ONCE], one.power) for one in used],
        )
    )


def plain_row(
    row: Sequence[Ciphertext], used: Sequence[RowOfFactors], group: Group
) -> tuple[Element, ...]:
    """Return what ``open_row`` does by the equations as they are written."""
    return tuple(
        ciphertext.beta
        / group.product(
            [
                one.factors[j] if one.power is None else one.factors[j].power_vartime(one.power)
                for one in used
            ]
        )
        for j, ciphertext in enumerate(row)
    )


def native_row(
    layer: Layer, row: Sequence[Ciphertext], used: Sequence[RowOfFactors]
) -> tuple[Element, ...]:
    """Return what ``open_row`` does, by the kernel. All elements are members."""
    opened = layer.decode(b"".join(ciphertext.beta.sort_key for ciphertext in row)).points
    for factors, power in used:
        points = layer.decode(b"".join(factor.sort_key for factor in factors)).points
        exponent = -(1 if power is None else int(power)) % ORDER
        scalars = exponent.to_bytes(SIZE, "little") * len(row)
        opened = layer.combine(opened, *layer.multiply(points, scalars).products)
    encodings = layer.encode(opened)
    found = [EdwardsPoint(encodings[at : at + SIZE]) for at in range(0, len(encodings), SIZE)]
    sampled = secrets.randbelow(len(row))
    of_sample = [RowOfFactors(one.factors[sampled : sampled + 1], one.power) for one in used]
    if plain_row(row[sampled : sampled + 1], of_sample, ED25519) != (found[sampled],):
        raise KernelDisagrees(layer.name, "what a ciphertext of the tally holds")
    return tuple(found)
