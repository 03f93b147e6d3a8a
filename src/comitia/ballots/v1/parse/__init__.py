"""Bytes from outside to values of the model, or a refusal that names the place and the reason.

A parser checks form: strict JSON, the one encoding of each value, exact shapes, membership of every
element in the group. What must hold between values is in ``equations``.
"""

from __future__ import annotations

from comitia.ballots.v1.parse.archive import (
    LARGEST_EVENT_BYTES,
    Damage,
    Record,
    UnreadableArchive,
    derive_content_hash,
    parse_event,
    read_content,
    read_header,
    read_records,
)
from comitia.ballots.v1.parse.audit import parse_audited_ballot, parse_votes
from comitia.ballots.v1.parse.ballot import (
    CREDENTIAL_PREFIX_BYTES,
    find_credential,
    largest_ballot_bytes,
    parse_ballot,
)
from comitia.ballots.v1.parse.bound import (
    LARGEST_BOUND_BYTES,
    parse_bound_proofs,
    parse_bound_share,
)
from comitia.ballots.v1.parse.credentials import (
    CredentialEntry,
    parse_certificate,
    parse_credentials,
    read_credentials,
)
from comitia.ballots.v1.parse.election import (
    check_question,
    parse_election,
    parse_template,
)
from comitia.ballots.v1.parse.json import (
    LARGEST_REFERENCE_BYTES,
    LARGEST_SETUP_BYTES,
    NotSupported,
    expect_canonical,
    expect_integer,
    expect_list,
    expect_object,
    expect_text,
    expect_weight,
    parse_json,
)
from comitia.ballots.v1.parse.rehearsal import parse_rehearsal_share
from comitia.ballots.v1.parse.setup import (
    parse_setup_data,
)
from comitia.ballots.v1.parse.shuffle import (
    LARGEST_SIGNATURES_BYTES,
    largest_shuffle_bytes,
    parse_shuffle,
    parse_signed_shuffle,
    parse_signed_shuffles,
)
from comitia.ballots.v1.parse.tally import (
    LARGEST_RESULT_BYTES,
    largest_result_bytes,
    largest_tally_bytes,
    parse_encrypted_tally,
    parse_owned,
    parse_partial_decryption,
    parse_result,
    parse_sized_tally,
    read_result,
)
from comitia.ballots.v1.parse.threshold import (
    LARGEST_LINES_BYTES,
    parse_encrypted_message,
    parse_member_certificate,
    parse_member_certificates,
    parse_polynomial,
    parse_polynomials,
    parse_vinput,
    parse_voutput,
    parse_voutputs,
)
from comitia.ballots.v1.parse.trustees import (
    parse_threshold_trustees,
    parse_trustee_key,
    parse_trustees,
    read_certificate,
    read_coefficients,
    read_member_key,
    read_signed_message,
)
from comitia.ballots.v1.parse.values import (
    ForeignElements,
    ValueReader,
    expect_hash,
)

__all__ = [
    "CREDENTIAL_PREFIX_BYTES",
    "LARGEST_BOUND_BYTES",
    "LARGEST_EVENT_BYTES",
    "LARGEST_LINES_BYTES",
    "LARGEST_REFERENCE_BYTES",
    "LARGEST_RESULT_BYTES",
    "LARGEST_SETUP_BYTES",
    "LARGEST_SIGNATURES_BYTES",
    "CredentialEntry",
    "Damage",
    "ForeignElements",
    "NotSupported",
    "Record",
    "UnreadableArchive",
    "ValueReader",
    "check_question",
    "derive_content_hash",
    "expect_canonical",
    "expect_hash",
    "expect_integer",
    "expect_list",
    "expect_object",
    "expect_text",
    "expect_weight",
    "find_credential",
    "largest_ballot_bytes",
    "largest_result_bytes",
    "largest_shuffle_bytes",
    "largest_tally_bytes",
    "parse_audited_ballot",
    "parse_ballot",
    "parse_bound_proofs",
    "parse_bound_share",
    "parse_certificate",
    "parse_credentials",
    "parse_election",
    "parse_encrypted_message",
    "parse_encrypted_tally",
    "parse_event",
    "parse_json",
    "parse_member_certificate",
    "parse_member_certificates",
    "parse_owned",
    "parse_partial_decryption",
    "parse_polynomial",
    "parse_polynomials",
    "parse_rehearsal_share",
    "parse_result",
    "parse_setup_data",
    "parse_shuffle",
    "parse_signed_shuffle",
    "parse_signed_shuffles",
    "parse_sized_tally",
    "parse_template",
    "parse_threshold_trustees",
    "parse_trustee_key",
    "parse_trustees",
    "parse_vinput",
    "parse_votes",
    "parse_voutput",
    "parse_voutputs",
    "read_certificate",
    "read_coefficients",
    "read_content",
    "read_credentials",
    "read_header",
    "read_member_key",
    "read_records",
    "read_result",
    "read_signed_message",
]
