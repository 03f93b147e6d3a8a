"""From ballots to a result (specification sections "Encrypted tally" to "Election result")."""

from __future__ import annotations

from dataclasses import dataclass

from comitia.ballots.v1.model.canonical import (
    LARGEST_SMALL_INTEGER,
    Json,
    Sha256Hex,
    canonical_json,
    derive_hash,
)
from comitia.ballots.v1.model.common import Ciphertext, Proof
from comitia.ballots.v1.model.shape import Shape, arrange_all
from comitia.curve import Element

EncryptedTally = tuple[tuple[Ciphertext, ...], ...]
"""For each question, for each choice, the product of all tallied ballots' ciphertexts.

Each is raised to the weight of its voter.
"""

Vector = tuple[int, ...]
"""The numbers of one ballot's ranked answer, one an answer of the question."""

Result = tuple[tuple[int, ...] | tuple[Vector, ...], ...]
"""For each question, for each choice, the number of votes, or their weight.

For a ranked question, for each ballot in the order of the last shuffle, its numbers.
"""


def integer_json(value: int) -> Json:
    """Return a weight or a sum of weights: large ones are text (observed of release 3.3.0)."""
    return value if value <= LARGEST_SMALL_INTEGER else str(value)


@dataclass(frozen=True, slots=True)
class SizedTally:
    """How many ballots an encrypted tally holds, with what total weight, and which tally it is."""

    num_tallied: int
    total_weight: int
    encrypted_tally: Sha256Hex

    def to_json(self) -> Json:
        """Return the wire object."""
        return {
            "num_tallied": self.num_tallied,
            "total_weight": integer_json(self.total_weight),
            "encrypted_tally": self.encrypted_tally,
        }


@dataclass(frozen=True, slots=True)
class PartialDecryption:
    """One trustee's factors alpha^x, each with a proof: one a ciphertext of the encrypted tally."""

    factors: tuple[tuple[Element, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]

    def derive_record(self, shape: Shape) -> bytes:
        """Return the bytes of the record that holds this share."""
        factors = [[factor.text for factor in row] for row in self.factors]
        proofs = [[proof.to_json() for proof in row] for row in self.proofs]
        return canonical_json(
            {
                "decryption_factors": arrange_all(factors, shape),
                "decryption_proofs": arrange_all(proofs, shape),
            }
        )

    def derive_record_hash(self, shape: Shape) -> Sha256Hex:
        """Return the hash of the record that holds this share."""
        return derive_hash(self.derive_record(shape))


@dataclass(frozen=True, slots=True)
class Owned:
    """A statement that a trustee, by number from 1, made a record: a claim, not a signature."""

    owner: int
    payload: Sha256Hex

    def to_json(self) -> Json:
        """Return the wire object."""
        return {"owner": self.owner, "payload": self.payload}


def derive_tally_record(tally: EncryptedTally, shape: Shape) -> bytes:
    """Return the bytes of an encrypted tally's record."""
    rows = [[ciphertext.to_json() for ciphertext in row] for row in tally]
    return canonical_json(arrange_all(rows, shape))


def derive_result_record(result: Result, shape: Shape) -> bytes:
    """Return the bytes of a result's record."""
    rows: list[list[Json]] = [
        [integer_json(item) if isinstance(item, int) else list(item) for item in row]
        for row in result
    ]
    return canonical_json({"result": arrange_all(rows, shape)})
