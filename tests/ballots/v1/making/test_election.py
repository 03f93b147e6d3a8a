"""The records that open an election, as they are made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comitia.ballots.v1.making import Preparation, SetupRecords, make_setup
from comitia.ballots.v1.model import (
    Election,
    ElectionTemplate,
    HomomorphicQuestion,
    SetupData,
    SingleTrustee,
    TrusteeKey,
    Trustees,
    Uuid,
    combine_keys,
    derive_fingerprint,
    derive_hash,
)
from comitia.ballots.v1.parse import parse_election, parse_setup_data, parse_trustees
from comitia.curve import ED25519
from comitia.errors import CheckFailed, MalformedRecord
from tests.ballots.v1.samples import SMALL
from tests.elections import CHOOSE, YES_NO

UUID = Uuid("12345678ABCDEF")
TEMPLATE = ElectionTemplate("Name", "Description", (CHOOSE, YES_NO))


def setup(
    template: ElectionTemplate = TEMPLATE,
    trustees: Trustees = SMALL.trustees,
    credentials: bytes = b"[]",
    certificate: bytes | None = None,
) -> tuple[Election, SetupRecords]:
    return make_setup(Preparation(template, UUID, ED25519, trustees, credentials, certificate))


def test_the_records_are_what_the_parsers_read() -> None:
    election, records = setup()
    assert parse_election(records.election) == election
    assert election.public_key == combine_keys(SMALL.trustees, ED25519)
    assert election.public_key == SMALL.keys[0].public_key * SMALL.keys[1].public_key
    assert election.fingerprint == derive_fingerprint(records.election)
    assert len(parse_trustees(records.trustees, ED25519)) == 2
    hashes = [derive_hash(record) for record in records.in_order[:3]]
    assert parse_setup_data(records.setup_data) == SetupData(*hashes)
    assert records.credentials == b"[]"


def test_the_record_of_an_election_has_its_fields_in_order() -> None:
    template = ElectionTemplate("N", "D", (CHOOSE, YES_NO), "Ada", "Bo")
    election, records = setup(template)
    expected = (
        '{"version":1,"description":"D","name":"N","group":"Ed25519",'
        f'"public_key":"{election.public_key.text}","questions":['
        '{"answers":["Ada","Bo","Cy"],"blank":true,"min":1,"max":2,"question":"Who?"},'
        '{"answers":["Yes","No"],"min":0,"max":1,"question":"Approve?"}],'
        '"uuid":"12345678ABCDEF","administrator":"Ada","credential_authority":"Bo"}'
    )
    assert records.election == expected.encode()


@pytest.mark.parametrize(
    "template, trustees",
    [
        pytest.param(TEMPLATE, (), id="no trustee"),
        pytest.param(replace(TEMPLATE, questions=()), SMALL.trustees, id="no question"),
    ],
)
def test_there_is_at_least_one_trustee_and_one_question(
    template: ElectionTemplate, trustees: Trustees
) -> None:
    with pytest.raises(
        ValueError, match=r"^an election has at least one trustee and one question$"
    ):
        setup(template, trustees)


def test_a_question_that_nobody_could_answer_is_refused_by_number() -> None:
    question = HomomorphicQuestion("?", ("A",), 1, 2)
    with pytest.raises(MalformedRecord, match=r"^question 2: expected min <= max <= number of"):
        setup(replace(TEMPLATE, questions=(CHOOSE, question)))


def test_attack_17_a_key_without_its_proof_is_refused_by_number() -> None:
    first, second = SMALL.keys
    one = SingleTrustee(first)
    with pytest.raises(CheckFailed, match=r"^setup.trustees: trustee 2: expected the challenge "):
        setup(trustees=(one, SingleTrustee(TrusteeKey(second.public_key, first.proof))))
