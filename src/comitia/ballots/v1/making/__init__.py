"""Everything that needs a secret or fresh randomness: credentials, keys, ballots, shares, archives.

The verifier imports nothing of this. Randomness and storage are arguments. Callers run what handles
a secret in a short-lived process (``comitia.engine.run_apart``).
"""

from __future__ import annotations

from comitia.ballots.v1.making.archive import ArchiveWriter
from comitia.ballots.v1.making.casting import (
    BallotBox,
    BallotCount,
    append_tally,
    check_ballot,
)
from comitia.ballots.v1.making.certifying import certify_credentials
from comitia.ballots.v1.making.channels import MemberSecret, parse_member_secret
from comitia.ballots.v1.making.credentials import (
    MOST_WEIGHT,
    IssuedCredentials,
    PrivateCredential,
    PublicCredential,
    derive_secret,
    generate_credential,
    issue_credentials,
    parse_private_credential,
    public_credentials_record,
)
from comitia.ballots.v1.making.decryption import Decryption, derive_result, rehearse
from comitia.ballots.v1.making.election import (
    Preparation,
    SetupRecords,
    generate_uuid,
    make_setup,
)
from comitia.ballots.v1.making.encryption import (
    PreparedBallot,
    make_ballot,
    prepare_ballot,
    sign_ballot,
)
from comitia.ballots.v1.making.keys import TrusteeSecret, generate_trustee_key, parse_private_key
from comitia.ballots.v1.making.shuffle import make_shuffle, sign_shuffle
from comitia.ballots.v1.making.storage import ArchiveFile, Recovery, UnendedAppend
from comitia.ballots.v1.making.threshold import (
    CheckedCertificates,
    check_certificates,
    confirm,
    finish,
    make_certificate,
    make_polynomial,
    open_decryption_key,
    route,
)

__all__ = [
    "MOST_WEIGHT",
    "ArchiveFile",
    "ArchiveWriter",
    "BallotBox",
    "BallotCount",
    "CheckedCertificates",
    "Decryption",
    "IssuedCredentials",
    "MemberSecret",
    "Preparation",
    "PreparedBallot",
    "PrivateCredential",
    "PublicCredential",
    "Recovery",
    "SetupRecords",
    "TrusteeSecret",
    "UnendedAppend",
    "append_tally",
    "certify_credentials",
    "check_ballot",
    "check_certificates",
    "confirm",
    "derive_result",
    "derive_secret",
    "finish",
    "generate_credential",
    "generate_trustee_key",
    "generate_uuid",
    "issue_credentials",
    "make_ballot",
    "make_certificate",
    "make_polynomial",
    "make_setup",
    "make_shuffle",
    "open_decryption_key",
    "parse_member_secret",
    "parse_private_credential",
    "parse_private_key",
    "prepare_ballot",
    "public_credentials_record",
    "rehearse",
    "route",
    "sign_ballot",
    "sign_shuffle",
]
