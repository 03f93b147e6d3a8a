"""The signatures of shuffles that Comitia publishes beside an archive.

In an archive the owner of a shuffle is a claim. Beside it each shuffler signs the hash of the
shuffle; specified in ``docs/reference/signed-shuffles.md``; the file is ``<uuid>.shuffles.json``.
"""

from __future__ import annotations

from dataclasses import dataclass

from comitia.ballots.v1.model.canonical import Fingerprint, Json, Sha256Hex, canonical_json
from comitia.ballots.v1.model.common import Proof
from comitia.ballots.v1.model.election import Uuid


@dataclass(frozen=True, slots=True)
class SignedShuffle:
    """One trustee's signature of one shuffle.

    payload: the hash of the shuffle's record in the archive.
    """

    owner: int
    payload: Sha256Hex
    signature: Proof

    def to_json(self) -> Json:
        """Return the object as the file holds it."""
        return {
            "owner": self.owner,
            "payload": self.payload,
            "signature": self.signature.to_json(),
        }


@dataclass(frozen=True, slots=True)
class SignedShuffles:
    """The file beside an archive: signatures in the order of the shuffles."""

    election_hash: Fingerprint
    shuffles: tuple[SignedShuffle, ...]

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        shuffles: list[Json] = [shuffle.to_json() for shuffle in self.shuffles]
        fields: dict[str, Json] = {
            "version": 1,
            "election_hash": self.election_hash,
            "shuffles": shuffles,
        }
        return canonical_json(fields)


def shuffles_file_name(uuid: Uuid) -> str:
    """Return the name of the file in the archive's folder."""
    return f"{uuid}.shuffles.json"
