"""Shuffles: every ranked question's ballots in another order, encrypted anew, with a proof.

Specification tables GenShuffle and GenShuffleProof. The permutation and the randomness are drawn
here and live in this process alone, and in those that the caller spreads the work over: they are
neither returned nor written. The exponents of the chain are worked out first, so that its links,
too, are many powers of the same kind, none of which waits for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from comitia.ballots.v1.equations import (
    independent_generators,
    shuffle_signature_statement,
)
from comitia.ballots.v1.equations.shuffle_statement import ShuffleStatement
from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.making.keys import TrusteeSecret
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.making.spreading import Spread, spread_chunks
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
from comitia.curve import Element, Group, Randomness, Scalar

_SEED_BYTES = 64


def make_shuffle(
    rows: Rows,
    election: Election,
    randomness: Randomness,
    secret: TrusteeSecret | None = None,
    spread: Spread = map,
) -> Shuffle:
    """Return a shuffle of the ranked questions' ciphertexts, with a proof of each row.

    secret: the shuffler's; it keeps the order secret even where ``randomness`` can be guessed.
    spread: does the powers, chunk by chunk; the order of the ballots can be seen in the chunks.
    """
    hedge = b"" if secret is None else secret.exponent.to_bytes()
    seed = hedge + randomness(_SEED_BYTES)
    made = [
        _RowShuffle(election, row, place, seed, randomness, spread).run()
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
    """Commitments with the randomness that they hide under.

    total: the randomness of their product or, of a chain, of its last link as a power of g and h.
    """

    elements: tuple[Element, ...]
    randomness: tuple[Scalar, ...]
    total: Scalar


class _RowShuffle:
    """The shuffle of one question's row; places are counted from 0."""

    def __init__(  # noqa: PLR0913, PLR0917 - everything that a row's shuffle depends on
        self,
        election: Election,
        row: Sequence[Ciphertext],
        place: int,
        seed: bytes,
        randomness: Randomness,
        spread: Spread,
    ) -> None:
        self._election = election
        self._group = election.group
        self._row = row
        taken = derive_hash("|".join(one.text for one in row).encode())
        context = f"shuffle|{election.fingerprint}|{place}|{taken}"
        self._nonces = NonceSource(self._group, seed, context, randomness)
        self._spread = spread

    def run(self) -> tuple[tuple[Ciphertext, ...], ShuffleProof]:
        """Permute, encrypt anew, prove."""
        count = len(self._row)
        order = _permutation(count, self._nonces)
        exponents = [self._nonces.draw() for _ in range(count)]
        encrypted = spread_chunks(
            self._spread,
            partial(_encrypt_anew, self._group, self._election.public_key),
            list(zip(self._row, exponents, strict=True)),
        )
        after = tuple(encrypted[place] for place in order)
        return after, self._prove(after, exponents, order)

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
            permutation.total,
            chain.total,
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
        hidden = {place: generators[number] for number, place in enumerate(order)}
        elements = spread_chunks(
            self._spread,
            partial(_hide, self._group),
            [(hidden[place], exponent) for place, exponent in enumerate(randomness)],
        )
        return _Committed(tuple(elements), tuple(randomness), self._sum(randomness))

    def _commit_chain(self, u_prime: Sequence[Scalar]) -> _Committed:
        """Commit to each link, g^r times the link before to its challenge.

        Every link is a power of g times one of h, and its exponents follow from those before.
        """
        randomness = [self._nonces.draw() for _ in u_prime]
        of_g, of_h, powers = self._group.scalar(0), self._group.scalar(1), []
        h = self._group.independent_generator(-1)
        for scalar, exponent in zip(randomness, u_prime, strict=True):
            of_g, of_h = scalar + of_g * exponent, of_h * exponent
            powers.append((of_g, h, of_h))
        elements = spread_chunks(self._spread, partial(_link, self._group), powers)
        return _Committed(tuple(elements), tuple(randomness), of_g)

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
        columns = zip(
            generators, (one.beta for one in after), (one.alpha for one in after), strict=True
        )
        of_generators, of_betas, of_alphas = self._products(list(columns), mask_prime)
        return ShuffleCommitments(
            t1=group.generator_power(masks[0]),
            t2=group.generator_power(masks[1]),
            t3=group.generator_power(masks[2]) * of_generators,
            t41=key.power(negative) * of_betas,
            t42=group.generator_power(negative) * of_alphas,
            t_hat=tuple(
                spread_chunks(
                    self._spread,
                    partial(_link, group),
                    list(zip(mask_hat, links, mask_prime, strict=True)),
                )
            ),
        )

    def _products(
        self, rows: Sequence[tuple[Element, Element, Element]], exponents: Sequence[Scalar]
    ) -> list[Element]:
        """Return the product of each column, every row raised to its exponent."""
        work = list(zip(rows, exponents, strict=True))
        parts = spread_chunks(self._spread, partial(_multiply_powers, self._group), work)
        return [self._group.product([part[column] for part in parts]) for column in range(3)]

    def _sum(self, scalars: Sequence[Scalar]) -> Scalar:
        total = self._group.scalar(0)
        for scalar in scalars:
            total = total + scalar
        return total

    def _weighted(self, scalars: Sequence[Scalar], weights: Sequence[Scalar]) -> Scalar:
        return self._sum([one * weight for one, weight in zip(scalars, weights, strict=True)])


def _encrypt_anew(
    group: Group, key: Element, chunk: Sequence[tuple[Ciphertext, Scalar]]
) -> list[Ciphertext]:
    return [
        Ciphertext(one.alpha * group.generator_power(r), one.beta * key.power(r))
        for one, r in chunk
    ]


def _hide(group: Group, chunk: Sequence[tuple[Element, Scalar]]) -> list[Element]:
    """Return each element times a power of g."""
    return [group.generator_power(exponent) * element for element, exponent in chunk]


def _link(group: Group, chunk: Sequence[tuple[Scalar, Element, Scalar]]) -> list[Element]:
    """Return a power of g times a power of an element."""
    return [group.generator_power(of_g) * element.power(power) for of_g, element, power in chunk]


def _multiply_powers(
    group: Group, chunk: Sequence[tuple[tuple[Element, ...], Scalar]]
) -> list[tuple[Element, ...]]:
    """Return one row: the product of each column, every row raised to its exponent."""
    raised = [[element.power(exponent) for element in row] for row, exponent in chunk]
    return [tuple(group.product(list(column)) for column in zip(*raised, strict=True))]


def _permutation(count: int, nonces: NonceSource) -> list[int]:
    """Return a uniform permutation (GenPermutation): the place that each new place takes from.

    A scalar modulo k favours none of k places by more than k / q.
    """
    places = list(range(count))
    for first in range(count):
        chosen = first + int(nonces.draw()) % (count - first)
        places[first], places[chosen] = places[chosen], places[first]
    return places
