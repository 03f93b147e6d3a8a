"""Shuffles checked by the native kernel; whatever it does not pass, by the reference.

The equations are those of ``ballots.v1.equations.shuffle``, combined as in ``combined``: each
raised to a coefficient of 128 bits, which nobody can choose because it is a hash of everything that
the proof says and is about. Every element that the shuffle brings is checked to be a member
exactly. A record that is not exactly in canonical form is not read at all.

The kernel only ever says that a shuffle holds. libsodium repeats one equation of each row, and of a
random few ballots the equation of their link and the membership of their elements.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Final, NoReturn, final

from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.model import Ciphertext, Election, Rows
from comitia.curve import ED25519, Element
from comitia.curve.ed25519 import ORDER, EdwardsPoint, EdwardsScalar
from comitia.curve.generators import Generators
from comitia.curve.kernel import ACTIVE
from comitia.curve.lists import (
    ElementOf,
    Part,
    Repeated,
    ScalarOf,
    Template,
    derive_challenges,
    derive_coefficients,
    element_texts,
    inner_product,
    multiply_add,
    product,
)
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import SIZE, Layer, Standing
from comitia.verify.parallel import ParallelMap

_AT_ONCE: Final = 2048
"""Ballots of one piece of work: some ten megabytes in the kernel."""
_ONE_IN: Final = 2000
"""Of so many ballots one is looked at by libsodium as well; of every row at least one."""
_COEFFICIENT_BITS: Final = 128
_MEMBERS: Final = {Standing.MEMBER, Standing.IDENTITY}
_ZERO: Final = bytes(SIZE)


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """A row of ciphertexts as the kernel takes it; all members."""

    alphas: bytes
    betas: bytes


@dataclass(frozen=True, slots=True)
class EncodedRows:
    """The rows of the ranked questions."""

    rows: tuple[EncodedRow, ...]


def encode_rows(rows: Rows) -> EncodedRows:
    """Return rows as the kernel takes them."""
    return EncodedRows(
        tuple(
            EncodedRow(
                b"".join(one.alpha.sort_key for one in row),
                b"".join(one.beta.sort_key for one in row),
            )
            for row in rows
        )
    )


def decode_rows(encoded: EncodedRows) -> Rows:
    """Return rows as everything else takes them."""
    return tuple(
        tuple(
            Ciphertext(EdwardsPoint(_at(row.alphas, i)), EdwardsPoint(_at(row.betas, i)))
            for i in range(len(row.alphas) // SIZE)
        )
        for row in encoded.rows
    )


@unique
class _List(IntEnum):
    """The lists of a row and its proof, in the words of the model."""

    ALPHA = 0
    BETA = 1
    T = 2
    T_HAT = 3
    S = 4
    S_HAT = 5
    S_PRIME = 6
    PERMUTATION = 7
    CHAIN = 8


def shuffle_template(rows: int, count: int) -> Template:
    """Return the canonical form of a shuffle of so many rows of so many ciphertexts."""
    return Template(_shuffle_parts(rows, count))


def _shuffle_parts(rows: int, count: int) -> Iterator[Part]:
    yield '{"ciphertexts":['
    for row in range(rows):
        yield "[" if row == 0 else ",["
        alpha, beta = (ElementOf(_number(row, each)) for each in (_List.ALPHA, _List.BETA))
        yield Repeated(count, ('{"alpha":"', alpha, '","beta":"', beta, '"}'))
        yield "]"
    yield '],"proofs":['
    for row in range(rows):
        yield "" if row == 0 else ","
        t, s = ElementOf(_number(row, _List.T)), ScalarOf(_number(row, _List.S))
        yield from ('[["', t, '","', t, '","', t, '",["', t, '","', t, '"],[')
        yield Repeated(count, ('"', ElementOf(_number(row, _List.T_HAT)), '"'))
        yield from (']],["', s, '","', s, '","', s, '","', s, '",[')
        yield Repeated(count, ('"', ScalarOf(_number(row, _List.S_HAT)), '"'))
        yield "],["
        yield Repeated(count, ('"', ScalarOf(_number(row, _List.S_PRIME)), '"'))
        yield "]],["
        yield Repeated(count, ('"', ElementOf(_number(row, _List.PERMUTATION)), '"'))
        yield "],["
        yield Repeated(count, ('"', ElementOf(_number(row, _List.CHAIN)), '"'))
        yield "]]"
    yield "]}"


def _number(row: int, which: _List) -> int:
    return len(_List) * row + which


@final
class NativeShuffles:
    """The kernel made ready for an election's shuffles; its tally is counted."""

    def __init__(self, layer: Layer, election: Election) -> None:
        """Take a layer and an election over Ed25519."""
        self._layer = layer
        self._election = election
        self._template = shuffle_template(len(election.ranked_places), election.counted)

    def check(
        self, record: bytes, before: EncodedRows, map_unlocked: ParallelMap = map
    ) -> EncodedRows | None:
        """Return the rows of a shuffle that holds, None for one that does not.

        before: what it had to take, all members. Raises KernelDisagrees where libsodium finds a
        fault in what holds.
        """
        lists = self._template.read(record)
        if lists is None:
            return None
        rows = [
            _Row(
                self._layer,
                self._election,
                old,
                lists[_number(n, _List(0)) : _number(n + 1, _List(0))],
            )
            for n, old in enumerate(before.rows)
        ]
        if not all(row.holds(map_unlocked) for row in rows):
            return None
        return EncodedRows(
            tuple(EncodedRow(row.new[_List.ALPHA], row.new[_List.BETA]) for row in rows)
        )

    def disagree(self, what: str) -> NoReturn:
        """Say that the kernel and the reference come to different verdicts."""
        raise KernelDisagrees(self._layer.name, what)


def make_native_shuffles(election: Election) -> NativeShuffles | None:
    """Return the kernel made ready for an election's shuffles, or None where it has no use."""
    if ACTIVE is None or election.group is not ED25519:
        return None
    return NativeShuffles(ACTIVE, election)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some ballots of a row."""

    row: _Row
    first: int
    number: int

    def add_up(self) -> _Sums | None:
        """Return the part's share of every sum; None where an element is no member."""
        return self.row.add_up(self.first, self.number)


@dataclass(frozen=True, slots=True)
class _Sums:
    """A part's share of the two sides of the equation, of the exponent of g, and of u's product."""

    left: bytes
    right: bytes
    of_generator: int
    of_challenges: int


_GENERATORS: dict[str, Generators] = {}
"""Of each layer by its name: they are derived once in a process."""


@final
class _Row:
    """One row's proof: its lists, and what follows from them."""

    def __init__(
        self, layer: Layer, election: Election, old: EncodedRow, new: tuple[bytes, ...]
    ) -> None:
        self._layer = layer
        self._key = election.public_key
        self.new = new
        self._old = old
        self._count = len(new[_List.ALPHA]) // SIZE
        self._h = _GENERATORS.setdefault(layer.name, Generators(layer)).first(self._count)
        self._second: Element = ED25519.independent_generator(-1)
        self._last: Element = self._second
        if self._count:
            self._last = EdwardsPoint(_at(new[_List.CHAIN], self._count - 1))
        self._seed, digest = self._hash(election)
        self._minus = -int.from_bytes(digest, "big") % ORDER
        about = [self._seed.encode(), digest, *(new[each] for each in _SCALARS)]
        self._digest = hashlib.sha256(b"comitia-native-shuffle-v1|" + b"".join(about)).digest()
        drawn = derive_coefficients(self._digest, 0, len(_COMMITMENTS))
        self._a = _integers(drawn)

    def _hash(self, election: Election) -> tuple[str, bytes]:
        """Return the seed of u and the hash that c is, as ``ShuffleStatement`` derives them."""
        new, fingerprint = self.new, election.fingerprint
        seed = hashlib.sha256(f"shuffle-challenges|{fingerprint}|".encode())
        main = hashlib.sha256(f"shuffle-challenge|{fingerprint}|".encode())
        for each in (_List.T, _List.T_HAT):
            for piece in element_texts(new[each]):
                main.update(piece)
        for pieces in (
            element_texts(self._old.alphas, self._old.betas),
            element_texts(new[_List.ALPHA], new[_List.BETA]),
            element_texts(new[_List.PERMUTATION]),
        ):
            for piece in pieces:
                seed.update(piece)
                main.update(piece)
        for piece in element_texts(new[_List.CHAIN]):
            main.update(piece)
        main.update(self._key.text.encode())
        return seed.hexdigest(), main.digest()

    def holds(self, map_unlocked: ParallelMap) -> bool:
        """Whether every element is a member and all equations hold."""
        standings = self._layer.check_points(self.new[_List.T])
        if not set(standings) <= _MEMBERS:
            return False
        parts = (
            _Part(self, first, min(_AT_ONCE, self._count - first))
            for first in range(0, self._count, _AT_ONCE)
        )
        sums: list[_Sums] = []
        for found in map_unlocked(_Part.add_up, parts):
            if found is None:
                return False
            sums.append(found)
        u = _integer(product(b"".join(_bytes(one.of_challenges) for one in sums)))
        if not self._balances(sums, u):
            return False
        self._repeat_t2(u)
        for _ in range(-(-self._count // _ONE_IN)):
            self._repeat_ballot(secrets.randbelow(self._count))
        return True

    def add_up(self, first: int, number: int) -> _Sums | None:
        """Return the share of some ballots in all equations, each raised to its coefficient."""
        part = slice(SIZE * first, SIZE * (first + number))
        new = [one[part] for one in self.new]
        members = [new[each] for each in (_List.T_HAT, *_ON_THE_LEFT)]
        known = [one[part] for one in (self._h, self._old.alphas, self._old.betas)]
        decoded = self._layer.decode(b"".join((*members, *known)))
        points, checked = decoded.points, number * len(members)
        in_subgroup = self._layer.multiply(points.part(0, checked)).in_subgroup
        if in_subgroup.count(1) != checked or decoded.on_curve.count(1) != len(points):
            return None
        u = derive_challenges(self._seed, first, number)
        b = self._coefficients(first, number + 1)
        left = self._layer.sum_multiples(
            points.part(number, len(points) - number), self._exponents(u, b, first, number)
        )
        right = self._layer.sum_multiples(points.part(0, number), b[:-SIZE], _COEFFICIENT_BITS)
        return _Sums(
            self._layer.encode(left),
            self._layer.encode(right),
            _integer(inner_product(new[_List.S_HAT], b[:-SIZE])),
            _integer(product(u)),
        )

    def _coefficients(self, first: int, number: int) -> bytes:
        """Return those of the chain's equations; behind the last one stands 0."""
        there = min(number, self._count - first)
        drawn = derive_coefficients(self._digest, len(_COMMITMENTS) + first, there)
        return drawn + _ZERO * (number - there)

    def _exponents(self, u: bytes, b: bytes, first: int, number: int) -> bytes:
        """Return the exponents of _ON_THE_LEFT, of the generators and of the old row."""
        minus, end = self._minus, SIZE * (first + number)
        a1, _, a3, a41, a42 = self._a
        s_prime = self.new[_List.S_PRIME]
        here, following = s_prime[SIZE * first : end], s_prime[SIZE * (first + 1) : end + SIZE]
        following = following.ljust(SIZE * number, b"\x00")
        # A link is in its own equation, and in the next one as the link before.
        links = multiply_add(number, following, b[SIZE:], _ZERO)
        links = multiply_add(number, _bytes(minus), b[:-SIZE], links)
        return b"".join(
            (
                multiply_add(number, u, _bytes(a3 * minus), _bytes(a1 * minus)),
                links,
                multiply_add(number, here, _bytes(a42), _ZERO),
                multiply_add(number, here, _bytes(a41), _ZERO),
                multiply_add(number, here, _bytes(a3), _bytes(-a1 * minus)),
                multiply_add(number, u, _bytes(a42 * minus), _ZERO),
                multiply_add(number, u, _bytes(a41 * minus), _ZERO),
            )
        )

    def _balances(self, sums: list[_Sums], u: int) -> bool:
        """Whether both sides are equal, with what stands in the equations once; u: u's product."""
        a1, a2, a3, a41, a42 = self._a
        s1, s2, s3, s4 = _integers(self.new[_List.S])
        of_links = sum(one.of_generator for one in sums)
        first = _integer(self._coefficients(0, 1)) * _integer(_at(self.new[_List.S_PRIME], 0))
        left = (
            (ED25519.generator.sort_key, a1 * s1 + a2 * s2 + a3 * s3 - a42 * s4 + of_links),
            (self._key.sort_key, -a41 * s4),
            (self._second.sort_key, first - a2 * self._minus * u),
            (self._last.sort_key, a2 * self._minus),
            *((one.left, 1) for one in sums),
        )
        commitments = (_at(self.new[_List.T], k) for k in range(len(self._a)))
        right = (*zip(commitments, self._a, strict=True), *((one.right, 1) for one in sums))
        return self._sum(left) == self._sum(right)

    def _sum(self, terms: Sequence[tuple[bytes, int]]) -> bytes:
        decoded = self._layer.decode(b"".join(encoding for encoding, _ in terms))
        exponents = b"".join(_bytes(exponent) for _, exponent in terms)
        return self._layer.encode(self._layer.sum_multiples(decoded.points, exponents))

    def _repeat_t2(self, u: int) -> None:
        """Have libsodium repeat the equation that holds the product of all challenges."""
        s2, t2 = EdwardsScalar(_at(self.new[_List.S], 1)), EdwardsPoint(_at(self.new[_List.T], 1))
        c_hat = self._last / self._second.power_vartime(ED25519.scalar(u))
        masked = c_hat.power_vartime(ED25519.scalar(self._minus))
        if masked * ED25519.generator_power_vartime(s2) != t2:
            self._disagree("t2 of a shuffle")

    def _repeat_ballot(self, i: int) -> None:
        """Have libsodium and the reference repeat what one ballot brings."""
        new = self.new
        for each in (_List.T_HAT, *_ON_THE_LEFT):
            text = _at(new[each], i)[::-1].hex()
            if ED25519.find_element(text) is None:
                self._disagree(f"whether {text} is a member")
        block = hashlib.sha256(str(i).encode()).hexdigest()
        expected = challenge(ED25519, self._seed + block).to_bytes()
        if derive_challenges(self._seed, i, 1) != expected:
            self._disagree(f"challenge {i + 1} of a shuffle")
        link: Element = EdwardsPoint(_at(new[_List.CHAIN], i))
        previous: Element = EdwardsPoint(_at(new[_List.CHAIN], i - 1)) if i else self._second
        s_hat, s_prime = (EdwardsScalar(_at(new[e], i)) for e in (_List.S_HAT, _List.S_PRIME))
        masked = link.power_vartime(ED25519.scalar(self._minus)) * ED25519.generator_power_vartime(
            s_hat
        )
        if masked * previous.power_vartime(s_prime) != EdwardsPoint(_at(new[_List.T_HAT], i)):
            self._disagree(f"link {i + 1} of a shuffle's chain")

    def _disagree(self, what: str) -> NoReturn:
        raise KernelDisagrees(self._layer.name, what)


_ON_THE_LEFT: Final = (_List.PERMUTATION, _List.CHAIN, _List.ALPHA, _List.BETA)
"""New elements with exponents of full length."""
_SCALARS: Final = (_List.S, _List.S_HAT, _List.S_PRIME)
_COMMITMENTS: Final = ("t1", "t2", "t3", "t41", "t42")


def _bytes(number: int) -> bytes:
    return (number % ORDER).to_bytes(SIZE, "little")


def _integer(scalar: bytes) -> int:
    return int.from_bytes(scalar, "little")


def _integers(scalars: bytes) -> list[int]:
    return [_integer(_at(scalars, i)) for i in range(len(scalars) // SIZE)]


def _at(buffer: bytes, place: int) -> bytes:
    return buffer[SIZE * place : SIZE * (place + 1)]
