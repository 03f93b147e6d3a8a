"""The bound decryption proofs that Comitia publishes beside an archive.

Wire version 1 does not hash a factor and its ciphertext into a decryption proof. Beside each share
its trustee therefore signs a second proof of the same equality that does. Specified, with vectors,
in ``docs/reference/bound-decryption-proofs.md``; the file is ``<uuid>.bound.json``.
"""

from __future__ import annotations

from dataclasses import dataclass

from comitia.ballots.v1.model.canonical import (
    Fingerprint,
    Json,
    Sha256Hex,
    canonical_json,
    derive_hash,
)
from comitia.ballots.v1.model.common import Proof
from comitia.ballots.v1.model.election import Uuid


@dataclass(frozen=True, slots=True)
class BoundShare:
    """One trustee's bound proofs for one partial decryption, signed.

    payload: the hash of the partial decryption's record in the archive.
    proofs: one row a question, one a ciphertext; rows of questions of lists are flat here too.
    """

    owner: int
    payload: Sha256Hex
    proofs: tuple[tuple[Proof, ...], ...]
    signature: Proof

    def derive_signed_hash(self) -> Sha256Hex:
        """Return the hash of what the signature covers."""
        return derive_share_hash(self.owner, self.payload, self.proofs)

    def to_json(self) -> Json:
        """Return the object as the file holds it."""
        content = _unsigned(self.owner, self.payload, self.proofs)
        return {**content, "signature": self.signature.to_json()}


@dataclass(frozen=True, slots=True)
class BoundProofs:
    """The file beside an archive: shares in ascending order of owner."""

    election_hash: Fingerprint
    shares: tuple[BoundShare, ...]

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        shares = [share.to_json() for share in self.shares]
        return canonical_json({"version": 1, "election_hash": self.election_hash, "shares": shares})


def derive_share_hash(
    owner: int, payload: Sha256Hex, proofs: tuple[tuple[Proof, ...], ...]
) -> Sha256Hex:
    """Return the hash of a share without its signature."""
    return derive_hash(canonical_json(_unsigned(owner, payload, proofs)))


def _unsigned(
    owner: int, payload: Sha256Hex, proofs: tuple[tuple[Proof, ...], ...]
) -> dict[str, Json]:
    rows: list[Json] = [[proof.to_json() for proof in row] for row in proofs]
    return {"owner": owner, "payload": payload, "proofs": rows}


def bound_file_name(uuid: Uuid) -> str:
    """Return the name of the file in the archive's folder."""
    return f"{uuid}.bound.json"
