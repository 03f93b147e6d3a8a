"""Ballots checked by the native kernel, many at once; whatever it does not pass, by the reference.

The kernel only ever says that a ballot holds. Of every other ballot the checks in ``ballots`` find
out what is wrong and say it, and where they find nothing the two disagree, which stops everything.
A random sample of the ballots that pass is checked again by libsodium for the same reason.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comitia.ballots.v1.equations import NotTraceable, compile_recipe
from comitia.ballots.v1.model import (
    Ciphertext,
    Election,
    EncryptedTally,
    Question,
    RankedQuestion,
    width_of,
)
from comitia.ballots.v1.parse import find_credential, largest_ballot_bytes, read_content
from comitia.curve import ED25519
from comitia.curve.ed25519 import EdwardsPoint
from comitia.curve.kernel import ACTIVE
from comitia.curve.recipes import Findings, Kitchen
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import SIZE
from comitia.errors import StorageUnavailable
from comitia.verify.one_ballot import BallotCheck, ChunkFindings
from comitia.verify.parallel import Opener
from comitia.verify.structure import BallotPlace

_ONE_IN: Final = 2000
"""Of so many ballots that pass one is checked again; of every run at least one."""


@dataclass(frozen=True, slots=True)
class NativeChunk:
    """Some ballots, with all that checking them needs. sampled: places of those to check again."""

    open_archive: Opener
    election: Election
    kitchen: Kitchen
    ballots: tuple[BallotPlace, ...]
    sampled: frozenset[int]


def make_kitchen(election: Election) -> Kitchen | None:
    """Return the kernel made ready for an election's ballots, or None where it has no use."""
    key = election.public_key
    if ACTIVE is None or election.group is not ED25519 or not isinstance(key, EdwardsPoint):
        return None
    try:
        recipe = compile_recipe(election)
    except NotTraceable:
        return None
    return Kitchen(ACTIVE, recipe, ED25519.generator, key)


def choose_sample(number: int) -> frozenset[int]:
    """Return which of so many ballots are checked twice: nobody can tell beforehand."""
    size = 0 if number == 0 else max(1, number // _ONE_IN)
    return frozenset(secrets.randbelow(number) for _ in range(size))


def check_natively(chunk: NativeChunk) -> ChunkFindings:
    """Check some ballots. Raises KernelDisagrees where kernel and libsodium do."""
    return _Check(chunk).run()


class _Check:
    """The checks of one chunk."""

    def __init__(self, chunk: NativeChunk) -> None:
        self._chunk = chunk
        self._election = chunk.election
        self._findings = ChunkFindings()

    def run(self) -> ChunkFindings:
        """Read all ballots, have the kernel check them, and the reference what is left."""
        chunk = self._chunk
        largest = largest_ballot_bytes(self._election.questions, self._election.group)
        with chunk.open_archive() as stream:
            fitting = [b.located.record.size <= largest for b in chunk.ballots]
            texts = [
                read_content(stream, ballot.located.record, largest) if fits else b""
                for ballot, fits in zip(chunk.ballots, fitting, strict=True)
            ]
            found = self._cook(texts)
            for place, ballot in enumerate(chunk.ballots):
                check = BallotCheck(self._election, ballot, self._findings)
                if found.passed[place]:
                    self._take(place, check, texts[place], found)
                else:
                    before = self._findings.faults
                    check.run(stream)
                    if self._findings.faults == before:
                        self._disagree("a ballot in which libsodium finds no fault")
        self._add(found)
        return self._findings

    def _cook(self, texts: Sequence[bytes]) -> Findings:
        ballots = self._chunk.ballots
        weights = [ballot.weight for ballot in ballots]
        counts = [weight is not None for weight in weights]
        plain = all(weight in {None, 1} for weight in weights)
        return self._chunk.kitchen.check(
            texts, counts, None if plain else [w or 0 for w in weights]
        )

    def _take(self, place: int, check: BallotCheck, text: bytes, found: Findings) -> None:
        """Take a ballot that passed: what is left is what the archive says of it."""
        self._findings.ballots += 1
        check.compare_hash(found.digests[SIZE * place : SIZE * (place + 1)].hex())
        if find_credential(text) != check.ballot.credential:
            raise StorageUnavailable("the archive changed while it was being read; try again")
        if place in self._chunk.sampled and not check.holds(text):
            self._disagree("a ballot in which libsodium finds a fault")

    def _add(self, found: Findings) -> None:
        """Add what passed and counts to the tally."""
        if found.tallied:
            tally = _tally_of(found, self._chunk.ballots, self._election.questions)
            self._findings.add(tally, self._election.questions)

    def _disagree(self, what: str) -> None:
        raise KernelDisagrees(self._chunk.kitchen.layer.name, what)


def _tally_of(
    found: Findings, ballots: Sequence[BallotPlace], questions: Sequence[Question]
) -> EncryptedTally:
    """Return the tally of the ballots that passed and count."""
    sums = _ciphertexts(found.tally)
    ranked = sum(isinstance(question, RankedQuestion) for question in questions)
    size = 2 * SIZE * ranked
    counted = [
        list(_ciphertexts(found.exported[size * place : size * (place + 1)]))
        for place, ballot in enumerate(ballots)
        if found.passed[place] and ballot.weight is not None
    ]
    rows: list[tuple[Ciphertext, ...]] = []
    number = 0
    for question in questions:
        if isinstance(question, RankedQuestion):
            rows.append(tuple(of_ballot[number] for of_ballot in counted))
            number += 1
        else:
            rows.append(tuple(next(sums) for _ in range(width_of(question.row_shape))))
    return tuple(rows)


def _ciphertexts(encodings: bytes) -> Iterator[Ciphertext]:
    for first in range(0, len(encodings), 2 * SIZE):
        alpha, beta = encodings[first : first + SIZE], encodings[first + SIZE : first + 2 * SIZE]
        yield Ciphertext(EdwardsPoint(alpha), EdwardsPoint(beta))
