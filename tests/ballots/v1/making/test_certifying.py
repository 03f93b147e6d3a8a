"""The registrar certifies the list of credentials, as the reference's registrar does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comitia.ballots.v1.equations import certified_failures
from comitia.ballots.v1.making import certify_credentials
from comitia.ballots.v1.making.channels import MemberSecret
from comitia.ballots.v1.model import Uuid, derive_hash
from comitia.ballots.v1.parse import parse_certificate
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import SMALL
from tests.elections import seeded

ELECTION, LIST = SMALL.election, SMALL.records.credentials
SECRET = MemberSecret("123456789ABCDEFGHJKLMN")


def test_a_certificate_of_ours_holds_and_reads_as_it_was_written() -> None:
    made = certify_credentials(LIST, ELECTION.uuid, SECRET, ELECTION.group, seeded("certify"))
    record = made.to_bytes()
    assert parse_certificate(record, ELECTION.group) == made
    failures = certified_failures(made, ELECTION, derive_hash(LIST), len(SMALL.ballots))
    assert list(failures) == []
    assert SECRET.seed.encode() not in record


def test_a_certificate_for_another_election_does_not_hold() -> None:
    other = Uuid("2" * 14)
    made = certify_credentials(LIST, other, SECRET, ELECTION.group, seeded("certify"))
    failures = certified_failures(made, ELECTION, derive_hash(LIST), len(SMALL.ballots))
    assert [(f.expected, f.found) for f in failures] == [(ELECTION.uuid, other)]
    holds = certified_failures(
        made, replace(ELECTION, uuid=other), derive_hash(LIST), len(SMALL.ballots)
    )
    assert list(holds) == []


def test_what_is_no_list_is_not_certified() -> None:
    with pytest.raises(MalformedRecord, match=r"^credentials\[0\]: expected a public credential$"):
        certify_credentials(b'["x"]', ELECTION.uuid, SECRET, ELECTION.group, seeded("certify"))
