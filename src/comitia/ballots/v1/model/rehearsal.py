"""What a trustee hands over in a rehearsal (``docs/reference/rehearsal.md``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comitia.ballots.v1.model.bound import BoundShare
from comitia.ballots.v1.model.canonical import Fingerprint, Json, canonical_json
from comitia.ballots.v1.model.tally import PartialDecryption

REHEARSAL_VERSION: Final = 1
REHEARSED_VALUES: Final = (0, 1, 2)
"""What the test tally holds; each value stands for so many votes."""


@dataclass(frozen=True, slots=True)
class RehearsalShare:
    """A trustee's share of the test tally, proved twice as every share is.

    election_hash: of the election whose keys are rehearsed.
    """

    election_hash: Fingerprint
    share: PartialDecryption
    bound: BoundShare

    @property
    def owner(self) -> int:
        """The trustee's number."""
        return self.bound.owner

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        (factors,), (proofs,) = self.share.factors, self.share.proofs
        listed: list[Json] = [factor.text for factor in factors]
        fields: dict[str, Json] = {
            "version": REHEARSAL_VERSION,
            "election_hash": self.election_hash,
            "decryption_factors": listed,
            "decryption_proofs": [proof.to_json() for proof in proofs],
            "bound": self.bound.to_json(),
        }
        return canonical_json(fields)
