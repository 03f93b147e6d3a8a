"""The record that names the records which open an election."""

from __future__ import annotations

from comitia.ballots.v1.model import SetupData
from comitia.ballots.v1.parse.json import (
    LARGEST_REFERENCE_BYTES,
    expect_canonical,
    expect_object,
    parse_json,
)
from comitia.ballots.v1.parse.values import expect_hash


def parse_setup_data(data: bytes) -> SetupData:
    """Return the references to the records that open an election."""
    where = "setup data"
    value = parse_json(data, where, LARGEST_REFERENCE_BYTES)
    required = ("election", "trustees", "credentials")
    certificate_name = "credentials_certificate"
    names = (*required, certificate_name)
    fields = expect_object(value, where, names, optional=(certificate_name,))
    expect_canonical(data, value, where)
    hashes = [expect_hash(fields[name], name) for name in names if name in fields]
    return SetupData(*hashes)
