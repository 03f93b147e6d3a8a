"""The registrar's certificate of the list of credentials (observed of release 3.3.0).

The registrar of the reference publishes it beside the list: for which election, of how many voters,
of which list, and with which keys the registrar signs and receives.
"""

from __future__ import annotations

from dataclasses import dataclass

from comitia.ballots.v1.model.canonical import Json, Sha256Hex, canonical_json, derive_hash
from comitia.ballots.v1.model.election import Uuid
from comitia.ballots.v1.model.trustees import SignedMessage
from comitia.curve import Element


@dataclass(frozen=True, slots=True)
class CertifiedCredentials:
    """What the registrar certifies.

    public_creds_hash: of the record of public credentials.
    """

    uuid: Uuid
    voter_list_length: int
    public_creds_hash: Sha256Hex
    verification_key: Element
    encryption_key: Element

    def derive_signed_hash(self) -> Sha256Hex:
        """Return the hash that is the text of the signature."""
        return derive_hash(canonical_json(self.to_json()))

    def to_json(self) -> dict[str, Json]:
        """Return the wire object without its signature."""
        return {
            "uuid": self.uuid,
            "voter_list_length": self.voter_list_length,
            "public_creds_hash": self.public_creds_hash,
            "verification_key": self.verification_key.text,
            "encryption_key": self.encryption_key.text,
        }


@dataclass(frozen=True, slots=True)
class CredentialsCertificate:
    """The certificate: what is certified, and a signature of its hash with the key it names."""

    certified: CertifiedCredentials
    signature: SignedMessage

    def to_bytes(self) -> bytes:
        """Return the record's bytes."""
        return canonical_json({**self.certified.to_json(), "signature": self.signature.to_json()})
