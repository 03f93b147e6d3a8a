"""What a shuffle's proof is about: the generators, and the challenges that follow from the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.model import Ciphertext, Election, ShuffleCommitments
from comitia.curve import Element, Group, Scalar

_GENERATORS: dict[str, list[Element]] = {}


def independent_generators(group: Group, count: int) -> Sequence[Element]:
    """Return h_0 and those that follow; each is derived once in a process."""
    known = _GENERATORS.setdefault(group.name, [])
    while len(known) < count:
        known.append(group.independent_generator(len(known)))
    return known[:count]


@dataclass(frozen=True, slots=True)
class ShuffleStatement:
    """What one row's proof is about, and the challenges that follow from it.

    before, after: the row and its shuffle. key: the election's.
    """

    election: Election
    before: Sequence[Ciphertext]
    after: Sequence[Ciphertext]
    permutation: Sequence[Element]

    @property
    def text(self) -> str:
        """str_c: both rows and the permutation's commitments."""
        return _listed_pairs(self.before) + _listed_pairs(self.after) + _listed(self.permutation)

    def derive_challenges(self) -> tuple[Scalar, ...]:
        """Return u_1 to u_N (GetNIZKPChallenges)."""
        fingerprint = self.election.fingerprint
        seed = hashlib.sha256(f"shuffle-challenges|{fingerprint}|{self.text}".encode()).hexdigest()
        return tuple(
            challenge(self.election.group, seed + hashlib.sha256(str(i).encode()).hexdigest())
            for i in range(len(self.before))
        )

    def derive_challenge(self, commitments: ShuffleCommitments, chain: Sequence[Element]) -> Scalar:
        """Return c, over everything that is public (GetNIZKPChallenge)."""
        t = commitments
        listed = _listed([t.t1, t.t2, t.t3, t.t41, t.t42, *t.t_hat])
        statement = f"{self.text}{_listed(chain)}{self.election.public_key.text}"
        return challenge(
            self.election.group,
            f"shuffle-challenge|{self.election.fingerprint}|{listed}{statement}",
        )


def _listed(elements: Sequence[Element]) -> str:
    return "".join(f"{element.text}," for element in elements)


def _listed_pairs(ciphertexts: Sequence[Ciphertext]) -> str:
    return "".join(f"{ciphertext.text}," for ciphertext in ciphertexts)
