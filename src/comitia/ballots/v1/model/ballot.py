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
from comitia.ballots.v1.model.shape import arrange
from comitia.curve import Element, Scalar

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
class NonzeroProof:
    """A proof that a ciphertext does not hold 0 (section "Proof of encryption of non-zero").

    commitment: not the identity, which would be the mark of a zero.
    """

    commitment: Element
    challenge: Scalar
    responses: tuple[Scalar, Scalar]

    def to_json(self) -> Json:
        """Return the wire object."""
        return {
            "commitment": self.commitment.text,
            "challenge": self.challenge.text,
            "response": [response.text for response in self.responses],
        }


@dataclass(frozen=True, slots=True)
class ListsAnswer:
    """Encrypted choices of one list and of candidates on it (section "Lists answers").

    choices, individual_proofs: one row through all lists; two proofs a choice.
    lengths: how many choices each list has, its own first.
    overall_proof: that one list is chosen.
    list_proofs: two a list, that it is chosen or none of its candidates is.
    nonzero_proof: that some candidate is chosen.
    """

    lengths: tuple[int, ...]
    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: Proof
    list_proofs: tuple[tuple[Proof, ...], ...]
    nonzero_proof: NonzeroProof

    def to_json(self) -> Json:
        """Return the wire object."""
        choices = [choice.to_json() for choice in self.choices]
        individual: list[Json] = [
            [proof.to_json() for proof in proofs] for proofs in self.individual_proofs
        ]
        return {
            "choices": arrange(choices, self.lengths),
            "individual_proofs": arrange(individual, self.lengths),
            "overall_proof": self.overall_proof.to_json(),
            "list_proofs": [[proof.to_json() for proof in proofs] for proofs in self.list_proofs],
            "nonzero_proof": self.nonzero_proof.to_json(),
        }

    @property
    def choices_by_list(self) -> tuple[tuple[Ciphertext, ...], ...]:
        """The choices of each list, the list's own first."""
        lists, first = [], 0
        for length in self.lengths:
            lists.append(self.choices[first : first + length])
            first += length
        return tuple(lists)


@dataclass(frozen=True, slots=True)
class RankedAnswer:
    """All numbers of an answer in one ciphertext, with a proof that its maker knows what it holds.

    Nothing proves what that is: any vector can be in it (section "Non-homomorphic answers").
    """

    choice: Ciphertext
    proof: Proof

    @property
    def choices(self) -> tuple[Ciphertext, ...]:
        """The one ciphertext."""
        return (self.choice,)

    def to_json(self) -> Json:
        """Return the wire object."""
        return {"choices": self.choice.to_json(), "proof": self.proof.to_json()}


Answer = HomomorphicAnswer | ListsAnswer | RankedAnswer


@dataclass(frozen=True, slots=True)
class UnsignedBallot:
    """A ballot before its signature, for a stated election and credential."""

    election_uuid: Uuid
    election_hash: Fingerprint
    credential: Element
    answers: tuple[Answer, ...]

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
    answers: tuple[Answer, ...]
    signature: Signature
    signed_hash: Fingerprint


def derive_ballot_record(unsigned: UnsignedBallot, signature: Signature) -> bytes:
    """Return the bytes of a ballot's record."""
    return canonical_json({**unsigned.to_json(), "signature": signature.to_json()})


def derive_tracker(record: bytes) -> Fingerprint:
    """Return the tracker by which a voter finds a ballot: the hash of its whole record."""
    return derive_fingerprint(record)
