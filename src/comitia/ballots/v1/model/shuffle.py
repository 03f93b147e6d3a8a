"""Shuffles of ranked ballots (specification section "Shuffles", as in CHVote 1.3.2).

Names: ``t``, ``s``, ``c`` and ``c_hat`` of the specification are here commitments, responses,
permutation commitments and the chain; a hat or a tilde is spelled out.
"""

from __future__ import annotations

from dataclasses import dataclass

from comitia.ballots.v1.model.canonical import Json, Sha256Hex, canonical_json, derive_hash
from comitia.ballots.v1.model.common import Ciphertext
from comitia.curve import Element, Scalar

Rows = tuple[tuple[Ciphertext, ...], ...]
"""The ciphertexts of the ranked questions: one row a question, one a ballot."""


@dataclass(frozen=True, slots=True)
class ShuffleCommitments:
    """t: t1, t2, t3, (t41, t42), and the chain's, one a ciphertext."""

    t1: Element
    t2: Element
    t3: Element
    t41: Element
    t42: Element
    t_hat: tuple[Element, ...]

    def to_json(self) -> Json:
        """Return the wire array."""
        return [
            self.t1.text,
            self.t2.text,
            self.t3.text,
            [self.t41.text, self.t42.text],
            [element.text for element in self.t_hat],
        ]


@dataclass(frozen=True, slots=True)
class ShuffleResponses:
    """s: s1 to s4, and two a ciphertext."""

    s1: Scalar
    s2: Scalar
    s3: Scalar
    s4: Scalar
    s_hat: tuple[Scalar, ...]
    s_prime: tuple[Scalar, ...]

    def to_json(self) -> Json:
        """Return the wire array."""
        return [
            self.s1.text,
            self.s2.text,
            self.s3.text,
            self.s4.text,
            [scalar.text for scalar in self.s_hat],
            [scalar.text for scalar in self.s_prime],
        ]


@dataclass(frozen=True, slots=True)
class ShuffleProof:
    """That one row is another, permuted and encrypted anew.

    permutation: commitments to the permutation. chain: commitments to a chain of challenges.
    """

    commitments: ShuffleCommitments
    responses: ShuffleResponses
    permutation: tuple[Element, ...]
    chain: tuple[Element, ...]

    def to_json(self) -> Json:
        """Return the wire array."""
        return [
            self.commitments.to_json(),
            self.responses.to_json(),
            [element.text for element in self.permutation],
            [element.text for element in self.chain],
        ]


@dataclass(frozen=True, slots=True)
class Shuffle:
    """One trustee's shuffle of all ranked questions: the new rows, and a proof of each."""

    rows: Rows
    proofs: tuple[ShuffleProof, ...]

    def to_bytes(self) -> bytes:
        """Return the record's bytes."""
        rows: list[Json] = [[ciphertext.to_json() for ciphertext in row] for row in self.rows]
        proofs: list[Json] = [proof.to_json() for proof in self.proofs]
        return canonical_json({"ciphertexts": rows, "proofs": proofs})

    def derive_record_hash(self) -> Sha256Hex:
        """Return the hash of the record that holds this shuffle."""
        return derive_hash(self.to_bytes())
