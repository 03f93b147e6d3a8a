"""What a voter casts (specification sections "Encrypted answers", "Signatures", "Ballots")."""

from __future__ import annotations

from dataclasses import dataclass

from comitia.ballots.v1.model.canonical import (
    Fingerprint,
    Json,
    canonical_json,
    derive_fingerprint,
)
from comitia.ballots.v1.model.common import Ciphertext, Proof
from comitia.ballots.v1.model.election import Uuid
from comitia.curve import Element

SIGNATURE_FIELD = b',"signature":'


@dataclass(frozen=True, slots=True)
class HomomorphicAnswer:
    """Encrypted choices, each proved to be 0 or 1, and their sum proved to be permitted.

    choices, individual_proofs: as many as the question's ``choice_count``; two proofs a choice.
    overall_proof: as many as the question's ``overall_proof_count``.
    blank_proof: two proofs where the question allows blank, else None.
    """

    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, ...] | None

    def to_json(self) -> Json:
        """Return the wire object."""
        blank: dict[str, Json] = {}
        if self.blank_proof is not None:
            blank["blank_proof"] = [proof.to_json() for proof in self.blank_proof]
        return {
            "choices": [choice.to_json() for choice in self.choices],
            "individual_proofs": [
                [proof.to_json() for proof in proofs] for proofs in self.individual_proofs
            ],
            "overall_proof": [proof.to_json() for proof in self.overall_proof],
            **blank,
        }


@dataclass(frozen=True, slots=True)
class UnsignedBallot:
    """A ballot before its signature, for a stated election and credential."""

    election_uuid: Uuid
    election_hash: Fingerprint
    credential: Element
    answers: tuple[HomomorphicAnswer, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the wire object without its signature."""
        return {
            "election_uuid": self.election_uuid,
            "election_hash": self.election_hash,
            "credential": self.credential.text,
            "answers": [answer.to_json() for answer in self.answers],
        }

    def derive_signed_hash(self) -> Fingerprint:
        """Return the hash that the signature covers."""
        return derive_fingerprint(canonical_json(self.to_json()))


@dataclass(frozen=True, slots=True)
class Signature:
    """A proof of knowledge of the credential's secret over the hash of the unsigned ballot."""

    hash: Fingerprint
    proof: Proof

    def to_json(self) -> Json:
        """Return the wire object."""
        return {"hash": self.hash, "proof": self.proof.to_json()}


@dataclass(frozen=True, slots=True)
class Ballot:
    """A signed ballot.

    signed_hash: the hash of the unsigned part as it stands in the record.
    """

    election_uuid: Uuid
    election_hash: Fingerprint
    credential: Element
    answers: tuple[HomomorphicAnswer, ...]
    signature: Signature
    signed_hash: Fingerprint


def derive_ballot_record(unsigned: UnsignedBallot, signature: Signature) -> bytes:
    """Return the bytes of a ballot's record."""
    return canonical_json({**unsigned.to_json(), "signature": signature.to_json()})


def derive_tracker(record: bytes) -> Fingerprint:
    """Return the tracker by which a voter finds a ballot: the hash of its whole record."""
    return derive_fingerprint(record)
