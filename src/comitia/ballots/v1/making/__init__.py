"""Everything that needs a secret or fresh randomness: credentials, keys, ballots, shares, archives.

The verifier imports nothing of this. Randomness and storage are arguments. Callers run what handles
a secret in a short-lived process (``comitia.engine.run_apart``).
"""

from __future__ import annotations

from comitia.ballots.v1.making.archive import ArchiveWriter
from comitia.ballots.v1.making.casting import BallotBox, check_ballot
from comitia.ballots.v1.making.credentials import (
    IssuedCredentials,
    PrivateCredential,
    derive_secret,
    generate_credential,
    issue_credentials,
    parse_private_credential,
    public_credentials_record,
)
from comitia.ballots.v1.making.decryption import Decryption, derive_result
from comitia.ballots.v1.making.election import (
    SetupRecords,
    generate_uuid,
    make_setup,
    trustees_record,
)
from comitia.ballots.v1.making.encryption import make_ballot
from comitia.ballots.v1.making.keys import TrusteeSecret, generate_trustee_key, parse_private_key

__all__ = [
    "ArchiveWriter",
    "BallotBox",
    "Decryption",
    "IssuedCredentials",
    "PrivateCredential",
    "SetupRecords",
    "TrusteeSecret",
    "check_ballot",
    "derive_result",
    "derive_secret",
    "generate_credential",
    "generate_trustee_key",
    "generate_uuid",
    "issue_credentials",
    "make_ballot",
    "make_setup",
    "parse_private_credential",
    "parse_private_key",
    "public_credentials_record",
    "trustees_record",
]
