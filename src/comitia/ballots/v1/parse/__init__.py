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
from comitia.ballots.v1.parse.json import (
    LARGEST_REFERENCE_BYTES,
    expect_integer,
    expect_list,
    expect_object,
    expect_text,
    parse_json,
)
from comitia.ballots.v1.parse.setup import (
    LARGEST_SETUP_BYTES,
    CredentialEntry,
    NotSupported,
    check_question,
    expect_canonical,
    parse_credentials,
    parse_election,
    parse_setup_data,
    parse_trustee_key,
    parse_trustees,
    read_credentials,
)
from comitia.ballots.v1.parse.tally import (
    LARGEST_RESULT_BYTES,
    largest_tally_bytes,
    parse_encrypted_tally,
    parse_owned,
    parse_partial_decryption,
    parse_result,
    parse_sized_tally,
    read_result,
)
from comitia.ballots.v1.parse.values import ForeignElements, ValueReader, expect_hash

__all__ = [
    "CREDENTIAL_PREFIX_BYTES",
    "LARGEST_BOUND_BYTES",
    "LARGEST_EVENT_BYTES",
    "LARGEST_REFERENCE_BYTES",
    "LARGEST_RESULT_BYTES",
    "LARGEST_SETUP_BYTES",
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
    "find_credential",
    "largest_ballot_bytes",
    "largest_tally_bytes",
    "parse_ballot",
    "parse_bound_proofs",
    "parse_bound_share",
    "parse_credentials",
    "parse_election",
    "parse_encrypted_tally",
    "parse_event",
    "parse_json",
    "parse_owned",
    "parse_partial_decryption",
    "parse_result",
    "parse_setup_data",
    "parse_sized_tally",
    "parse_trustee_key",
    "parse_trustees",
    "read_content",
    "read_credentials",
    "read_header",
    "read_records",
    "read_result",
]
