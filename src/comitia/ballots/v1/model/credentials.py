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
class CredentialsCertificate:
    """What the registrar certifies.

    public_creds_hash: of the record of public credentials.
    signature: with ``verification_key``, of the hash of everything else.
    """

    uuid: Uuid
    voter_list_length: int
    public_creds_hash: Sha256Hex
    verification_key: Element
    encryption_key: Element
    signature: SignedMessage

    def derive_signed_hash(self) -> Sha256Hex:
        """Return the hash that is the text of the signature."""
        return derive_hash(canonical_json(self._unsigned()))

    def to_bytes(self) -> bytes:
        """Return the record's bytes."""
        return canonical_json({**self._unsigned(), "signature": self.signature.to_json()})

    def _unsigned(self) -> dict[str, Json]:
        return {
            "uuid": self.uuid,
            "voter_list_length": self.voter_list_length,
            "public_creds_hash": self.public_creds_hash,
            "verification_key": self.verification_key.text,
            "encryption_key": self.encryption_key.text,
        }
