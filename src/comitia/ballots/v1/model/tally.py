"""From ballots to a result (specification sections "Encrypted tally" to "Election result")."""

from __future__ import annotations

from dataclasses import dataclass

from comitia.ballots.v1.model.canonical import Json, Sha256Hex, canonical_json, derive_hash
from comitia.ballots.v1.model.common import Ciphertext, Proof
from comitia.curve import Element

EncryptedTally = tuple[tuple[Ciphertext, ...], ...]
"""For each question, for each choice, the product of all tallied ballots' ciphertexts."""

Result = tuple[tuple[int, ...], ...]
"""For each question, for each choice, the number of votes."""


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
            "total_weight": self.total_weight,
            "encrypted_tally": self.encrypted_tally,
        }


@dataclass(frozen=True, slots=True)
class PartialDecryption:
    """One trustee's factors alpha^x, each with a proof, in the shape of the encrypted tally."""

    factors: tuple[tuple[Element, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]

    def to_json(self) -> Json:
        """Return the wire object."""
        return {
            "decryption_factors": [[factor.text for factor in row] for row in self.factors],
            "decryption_proofs": [[proof.to_json() for proof in row] for row in self.proofs],
        }

    def derive_record_hash(self) -> Sha256Hex:
        """Return the hash of the record that holds this share."""
        return derive_hash(canonical_json(self.to_json()))


@dataclass(frozen=True, slots=True)
class Owned:
    """A statement that a trustee, by number from 1, made a record: a claim, not a signature."""

    owner: int
    payload: Sha256Hex

    def to_json(self) -> Json:
        """Return the wire object."""
        return {"owner": self.owner, "payload": self.payload}


def derive_tally_record(tally: EncryptedTally) -> bytes:
    """Return the bytes of an encrypted tally's record."""
    return canonical_json([[ciphertext.to_json() for ciphertext in row] for row in tally])


def derive_result_record(result: Result) -> bytes:
    """Return the bytes of a result's record."""
    return canonical_json({"result": [list(row) for row in result]})
