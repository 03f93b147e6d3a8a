"""Shuffles without the rest of an election, and a prover of the tests' own that may cheat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from comitia.ballots.v1.equations import ShuffleStatement, shuffle_failures
from comitia.ballots.v1.equations.combined import holds_combined
from comitia.ballots.v1.making import make_shuffle
from comitia.ballots.v1.model import (
    Ciphertext,
    Election,
    Fingerprint,
    RankedQuestion,
    Rows,
    Shuffle,
    ShuffleCommitments,
    ShuffleProof,
    ShuffleResponses,
    Uuid,
)
from comitia.curve import ED25519, Element, Group, Scalar
from comitia.verify.native_shuffles import NativeShuffles, encode_rows
from tests.curve.kernels import LAYERS
from tests.elections import YES_NO, seeded

KEY = 12_345
"""The secret of the key of every election here."""


@dataclass(frozen=True)
class Shuffled:
    """A sound shuffle, and what it took."""

    election: Election
    before: Rows
    shuffle: Shuffle

    def failed(self, shuffle: Shuffle | None = None) -> list[str]:
        """Return the equations that do not hold."""
        return failed(shuffle or self.shuffle, self.before, self.election)


def failed(shuffle: Shuffle, before: Rows, election: Election) -> list[str]:
    """Return the equations that do not hold; whoever checks them together must agree.

    The combined check says so of each row, and every layer of the kernel of the whole shuffle.
    """
    found = [failure.subject for failure in shuffle_failures(shuffle, before, election)]
    parts = zip(election.ranked_places, shuffle.rows, before, shuffle.proofs, strict=True)
    for place, row, old, proof in parts:
        statement = ShuffleStatement(election, old, row, proof.permutation)
        is_faulty = any(subject.startswith(f"question {place + 1},") for subject in found)
        assert holds_combined(statement, proof) is not is_faulty
    if election.group is ED25519:
        passed = None if found else encode_rows(shuffle.rows)
        for layer in LAYERS:
            native = NativeShuffles(layer, election)
            assert native.check(shuffle.to_bytes(), encode_rows(before)) == passed
    return found


def all_equations(count: int, question: int = 1) -> list[str]:
    """Return the names of all equations of a row, in their order."""
    names = ["t1", "t2", "t3", "t41", "t42", *(f"chain {n + 1}" for n in range(count))]
    return [f"question {question}, {name}" for name in names]


def election_of(group: Group, counted: int, questions: int = 1) -> Election:
    """Return an election with ranked questions, and others between them."""
    ranked = RankedQuestion("?", ("A", "B"))
    asked = tuple(question for _ in range(questions) for question in (ranked, YES_NO))
    key = group.generator_power(group.scalar(KEY))
    return Election(
        Uuid("1" * 14), "", "", group, key, asked, Fingerprint("a" * 43), counted=counted
    )


def encrypted(content: Element, number: int, election: Election) -> Ciphertext:
    """Return a ciphertext whose randomness follows from a number."""
    exponent = election.group.scalar(1000 + number)
    alpha = election.group.generator_power(exponent)
    return Ciphertext(alpha, election.public_key.power(exponent) * content)


@cache
def shuffled(group: Group, count: int, questions: int = 1) -> Shuffled:
    """Return a shuffle of rows of different contents."""
    election = election_of(group, count, questions)
    before = tuple(
        tuple(
            encrypted(group.generator_power(group.scalar(1 + n)), 100 * row + n, election)
            for n in range(count)
        )
        for row in range(questions)
    )
    shuffle = make_shuffle(before, election, seeded(f"shuffle {group.name} {count} {questions}"))
    return Shuffled(election, before, shuffle)


def opened(row: Sequence[Ciphertext], group: Group) -> list[Element]:
    """Return what ciphertexts hold."""
    return [one.beta / one.alpha.power(group.scalar(KEY)) for one in row]


def with_proof(shuffle: Shuffle, proof: ShuffleProof, row: int = 0) -> Shuffle:
    """Return a shuffle with another proof of a row."""
    proofs = (*shuffle.proofs[:row], proof, *shuffle.proofs[row + 1 :])
    return replace(shuffle, proofs=proofs)


def with_row(shuffle: Shuffle, new: Sequence[Ciphertext], row: int = 0) -> Shuffle:
    """Return a shuffle with another row of ciphertexts."""
    return replace(shuffle, rows=(*shuffle.rows[:row], tuple(new), *shuffle.rows[row + 1 :]))


def variants(value: Any, group: Group) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any part of a proof
    """Yield a value with each element and scalar in it changed once, and where."""
    match value:
        case Element():
            yield "", value * group.generator
        case Scalar():
            yield "", value + group.scalar(1)
        case tuple():
            for place, part in enumerate(value):
                for where, new in variants(part, group):
                    yield f"[{place}]{where}", (*value[:place], new, *value[place + 1 :])
        case _:
            for name in value.__dataclass_fields__:
                for where, new in variants(getattr(value, name), group):
                    yield f".{name}{where}", replace(value, **{name: new})


Matrix = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Trapdoors:
    """What a cheat has in place of independent generators.

    generators: h_1 to h_N, or None for the honest ones. log: the logarithm of h, by which a
    product of challenges that is wrong is made right, or None.
    """

    generators: tuple[Element, ...] | None = None
    log: Scalar | None = None


class Prover:
    """Proves that a row is another one transformed by a matrix, as well as anybody could.

    matrix: by new place and old place; of an honest shuffle that of a permutation. The new row's
    product with it must be the old row; ``exponents`` are those it was encrypted anew with.
    """

    def __init__(
        self,
        election: Election,
        before: Sequence[Ciphertext],
        after: Sequence[Ciphertext],
        trapdoors: Trapdoors | None = None,
    ) -> None:
        self._election = election
        self._group = election.group
        self._before = before
        self._after = after
        self._trapdoors = trapdoors or Trapdoors()
        self._numbers = seeded("a prover of the tests")
        second = self._group.independent_generator(-1)
        if self._trapdoors.log is not None:
            second = self._group.generator_power(self._trapdoors.log)
        self._second = second

    def _draw(self, count: int) -> list[Scalar]:
        return [self._group.reduce(self._numbers(64)) for _ in range(count)]

    def _base(self, exponent: Scalar) -> Element:
        return self._group.generator_power(exponent)

    def _sum(self, scalars: Sequence[Scalar]) -> Scalar:
        total = self._group.scalar(0)
        for scalar in scalars:
            total = total + scalar
        return total

    def _dot(self, one: Sequence[Scalar], other: Sequence[Scalar]) -> Scalar:
        return self._sum([a * b for a, b in zip(one, other, strict=True)])

    def prove(self, matrix: Matrix, exponents: Sequence[Scalar]) -> ShuffleProof:
        """Return the proof."""
        group, count = self._group, len(matrix)
        power = group.product_of_powers
        generators = self._trapdoors.generators or tuple(
            group.independent_generator(n) for n in range(count)
        )
        m = [[group.scalar(value % group.order) for value in row] for row in matrix]
        r = self._draw(count)
        permutation = tuple(
            self._base(r[j]) * power(generators, [m[i][j] for i in range(count)])
            for j in range(count)
        )
        statement = ShuffleStatement(self._election, self._before, self._after, permutation)
        u = statement.derive_challenges()
        u_prime = [self._dot(row, u) for row in m]
        r_hat, chain, links, chained = self._draw(count), [], [self._second], group.scalar(0)
        for exponent, challenge in zip(r_hat, u_prime, strict=True):
            chain.append(self._base(exponent) * links[-1].power(challenge))
            links.append(chain[-1])
            chained = chained * challenge + exponent
        w, w_hat, w_prime = self._draw(4), self._draw(count), self._draw(count)
        negative = group.scalar(0) - w[3]
        betas, alphas = [e.beta for e in self._after], [e.alpha for e in self._after]
        commitments = ShuffleCommitments(
            self._base(w[0]),
            self._base(w[1]),
            self._base(w[2]) * power(generators, w_prime),
            self._election.public_key.power(negative) * power(betas, w_prime),
            self._base(negative) * power(alphas, w_prime),
            tuple(
                self._base(hat) * link.power(prime)
                for hat, link, prime in zip(w_hat, links, w_prime, strict=False)
            ),
        )
        c = statement.derive_challenge(commitments, chain)
        if self._trapdoors.log is not None:
            chained = chained + self._trapdoors.log * (self._product(u_prime) - self._product(u))
        responses = ShuffleResponses(
            w[0] + c * self._sum(r),
            w[1] + c * chained,
            w[2] + c * self._dot(r, u),
            w[3] + c * self._dot(exponents, u_prime),
            tuple(hat + c * one for hat, one in zip(w_hat, r_hat, strict=True)),
            tuple(prime + c * one for prime, one in zip(w_prime, u_prime, strict=True)),
        )
        return ShuffleProof(commitments, responses, permutation, tuple(chain))

    def _product(self, scalars: Sequence[Scalar]) -> Scalar:
        result = self._group.scalar(1)
        for scalar in scalars:
            result = result * scalar
        return result


def encrypted_anew(
    row: Sequence[Ciphertext], election: Election, seed: str = "anew"
) -> tuple[tuple[Ciphertext, ...], list[Scalar]]:
    """Return the same contents in new ciphertexts, and the exponents that made them."""
    group, numbers = election.group, seeded(seed)
    exponents = [group.reduce(numbers(64)) for _ in row]
    new = tuple(
        Ciphertext(
            one.alpha * group.generator_power(exponent),
            one.beta * election.public_key.power(exponent),
        )
        for one, exponent in zip(row, exponents, strict=True)
    )
    return new, exponents


MIXING: Matrix = ((2, -1), (0, 1))
"""No permutation, and every row's sum is 1: all equations but that of the product allow it."""


def mixed_up(row: Sequence[Ciphertext], group: Group) -> tuple[Ciphertext, Ciphertext]:
    """Return the two ciphertexts that ``MIXING`` makes two old ones of.

    Half of the first, and the second times that half: two voters' ballots made into something else.
    """
    first, second = row
    half = group.scalar((group.order + 1) // 2)
    one = Ciphertext(first.alpha.power(half), first.beta.power(half))
    return one, second * one
