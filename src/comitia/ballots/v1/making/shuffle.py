"""Shuffles: every ranked question's ballots in another order, encrypted anew, with a proof.

Specification tables GenShuffle and GenShuffleProof. The permutation and the randomness are drawn
here and live in this process alone: they are neither returned nor written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comitia.ballots.v1.equations import (
    independent_generators,
    shuffle_signature_statement,
)
from comitia.ballots.v1.equations.shuffle_statement import ShuffleStatement
from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.making.keys import TrusteeSecret
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import (
    Ciphertext,
    Election,
    Proof,
    Rows,
    Sha256Hex,
    Shuffle,
    ShuffleCommitments,
    ShuffleProof,
    ShuffleResponses,
    SignedShuffle,
    derive_hash,
)
from comitia.curve import Element, Randomness, Scalar

_SEED_BYTES = 64


def make_shuffle(
    rows: Rows,
    election: Election,
    randomness: Randomness,
    secret: TrusteeSecret | None = None,
) -> Shuffle:
    """Return a shuffle of the ranked questions' ciphertexts, with a proof of each row.

    secret: the shuffler's; it keeps the order secret even where ``randomness`` can be guessed.
    """
    hedge = b"" if secret is None else secret.exponent.to_bytes()
    seed = hedge + randomness(_SEED_BYTES)
    made = [
        _RowShuffle(election, row, place, seed, randomness).run()
        for place, row in zip(election.ranked_places, rows, strict=True)
    ]
    return Shuffle(tuple(row for row, _ in made), tuple(proof for _, proof in made))


def sign_shuffle(
    owner: int,
    payload: Sha256Hex,
    secret: TrusteeSecret,
    election: Election,
    randomness: Randomness,
) -> SignedShuffle:
    """Sign the hash of one's shuffle with one's key, for the file beside the archive."""
    group = election.group
    context = f"shuffle signature|{election.fingerprint}|{owner}|{payload}"
    mask = NonceSource(group, secret.exponent.to_bytes(), context, randomness).draw()
    public_key = group.generator_power(secret.exponent)
    statement = shuffle_signature_statement(
        election, owner, public_key, payload, group.generator_power(mask)
    )
    hashed = challenge(group, statement)
    return SignedShuffle(owner, payload, Proof(hashed, mask - secret.exponent * hashed))


@dataclass(frozen=True, slots=True, repr=False)
class _Committed:
    """Commitments with the randomness that they hide under."""

    elements: tuple[Element, ...]
    randomness: tuple[Scalar, ...]


class _RowShuffle:
    """The shuffle of one question's row; places are counted from 0."""

    def __init__(
        self,
        election: Election,
        row: Sequence[Ciphertext],
        place: int,
        seed: bytes,
        randomness: Randomness,
    ) -> None:
        self._election = election
        self._group = election.group
        self._row = row
        taken = derive_hash("|".join(one.text for one in row).encode())
        context = f"shuffle|{election.fingerprint}|{place}|{taken}"
        self._nonces = NonceSource(self._group, seed, context, randomness)
        self._randomness = randomness

    def run(self) -> tuple[tuple[Ciphertext, ...], ShuffleProof]:
        """Permute, encrypt anew, prove."""
        count = len(self._row)
        order = _permutation(count, self._nonces)
        exponents = [self._nonces.draw() for _ in range(count)]
        encrypted = [
            self._encrypt_anew(one, exponent)
            for one, exponent in zip(self._row, exponents, strict=True)
        ]
        after = tuple(encrypted[place] for place in order)
        return after, self._prove(after, exponents, order)

    def _encrypt_anew(self, one: Ciphertext, exponent: Scalar) -> Ciphertext:
        masked = self._election.public_key.power(exponent)
        return Ciphertext(one.alpha * self._group.generator_power(exponent), one.beta * masked)

    def _prove(
        self, after: Sequence[Ciphertext], exponents: Sequence[Scalar], order: Sequence[int]
    ) -> ShuffleProof:
        count = len(order)
        permutation = self._commit_permutation(order)
        statement = ShuffleStatement(self._election, self._row, after, permutation.elements)
        u = statement.derive_challenges()
        u_prime = [u[place] for place in order]
        chain = self._commit_chain(u_prime)
        masks = [self._nonces.draw() for _ in range(4)]
        mask_hat = [self._nonces.draw() for _ in range(count)]
        mask_prime = [self._nonces.draw() for _ in range(count)]
        commitments = self._commitments(after, chain.elements, masks, mask_hat, mask_prime)
        c = statement.derive_challenge(commitments, chain.elements)
        secrets = (
            self._sum(permutation.randomness),
            self._chained(chain.randomness, u_prime),
            self._weighted(permutation.randomness, u),
            self._weighted(exponents, u),
        )
        s1, s2, s3, s4 = (mask + c * secret for mask, secret in zip(masks, secrets, strict=True))
        responses = ShuffleResponses(
            s1,
            s2,
            s3,
            s4,
            tuple(m + c * r for m, r in zip(mask_hat, chain.randomness, strict=True)),
            tuple(m + c * v for m, v in zip(mask_prime, u_prime, strict=True)),
        )
        return ShuffleProof(commitments, responses, permutation.elements, chain.elements)

    def _commit_permutation(self, order: Sequence[int]) -> _Committed:
        generators = independent_generators(self._group, len(order))
        randomness = [self._nonces.draw() for _ in order]
        elements: dict[int, Element] = {}
        for generator, place in zip(generators, order, strict=True):
            elements[place] = self._group.generator_power(randomness[place]) * generator
        in_order = tuple(elements[place] for place in range(len(order)))
        return _Committed(in_order, tuple(randomness))

    def _commit_chain(self, u_prime: Sequence[Scalar]) -> _Committed:
        elements, randomness = [], []
        previous = self._group.independent_generator(-1)
        for exponent in u_prime:
            randomness.append(self._nonces.draw())
            previous = self._group.generator_power(randomness[-1]) * previous.power(exponent)
            elements.append(previous)
        return _Committed(tuple(elements), tuple(randomness))

    def _commitments(
        self,
        after: Sequence[Ciphertext],
        chain: Sequence[Element],
        masks: Sequence[Scalar],
        mask_hat: Sequence[Scalar],
        mask_prime: Sequence[Scalar],
    ) -> ShuffleCommitments:
        group, key = self._group, self._election.public_key
        generators = independent_generators(group, len(after))
        negative = group.scalar(0) - masks[3]
        links = [group.independent_generator(-1), *chain[:-1]] if chain else []
        return ShuffleCommitments(
            t1=group.generator_power(masks[0]),
            t2=group.generator_power(masks[1]),
            t3=group.generator_power(masks[2]) * self._powers(generators, mask_prime),
            t41=key.power(negative) * self._powers([one.beta for one in after], mask_prime),
            t42=group.generator_power(negative)
            * self._powers([one.alpha for one in after], mask_prime),
            t_hat=tuple(
                group.generator_power(hat) * link.power(prime)
                for hat, link, prime in zip(mask_hat, links, mask_prime, strict=True)
            ),
        )

    def _powers(self, elements: Sequence[Element], exponents: Sequence[Scalar]) -> Element:
        return self._group.product(
            [one.power(exponent) for one, exponent in zip(elements, exponents, strict=True)]
        )

    def _sum(self, scalars: Sequence[Scalar]) -> Scalar:
        total = self._group.scalar(0)
        for scalar in scalars:
            total = total + scalar
        return total

    def _weighted(self, scalars: Sequence[Scalar], weights: Sequence[Scalar]) -> Scalar:
        return self._sum([one * weight for one, weight in zip(scalars, weights, strict=True)])

    def _chained(self, randomness: Sequence[Scalar], u_prime: Sequence[Scalar]) -> Scalar:
        """Return the randomness of the chain's last link: each times all challenges after it."""
        total, factor = self._group.scalar(0), self._group.scalar(1)
        for scalar, exponent in zip(reversed(randomness), reversed(u_prime), strict=True):
            total = total + scalar * factor
            factor = factor * exponent
        return total


def _permutation(count: int, nonces: NonceSource) -> list[int]:
    """Return a uniform permutation (GenPermutation): the place that each new place takes from.

    A scalar modulo k favours none of k places by more than k / q.
    """
    places = list(range(count))
    for first in range(count):
        chosen = first + int(nonces.draw()) % (count - first)
        places[first], places[chosen] = places[chosen], places[first]
    return places
