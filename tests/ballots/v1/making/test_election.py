"""The records that open an election, as they are made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comitia.ballots.v1.making import make_setup
from comitia.ballots.v1.model import (
    ElectionTemplate,
    HomomorphicQuestion,
    SetupData,
    TrusteeKey,
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
    template: ElectionTemplate = TEMPLATE, keys: tuple[TrusteeKey, ...] = SMALL.keys
) -> tuple[object, ...]:
    election, records = make_setup(template, UUID, keys, b"[]", ED25519)
    return election, records


def test_the_records_are_what_the_parsers_read() -> None:
    election, records = make_setup(TEMPLATE, UUID, SMALL.keys, b"[]", ED25519)
    assert parse_election(records.election) == election
    assert election.public_key == combine_keys([k.public_key for k in SMALL.keys], ED25519)
    assert election.public_key == SMALL.keys[0].public_key * SMALL.keys[1].public_key
    assert election.fingerprint == derive_fingerprint(records.election)
    assert len(parse_trustees(records.trustees, ED25519)) == 2
    hashes = [derive_hash(record) for record in records.in_order[:3]]
    assert parse_setup_data(records.setup_data) == SetupData(*hashes)
    assert records.credentials == b"[]"


def test_the_record_of_an_election_has_its_fields_in_order() -> None:
    template = ElectionTemplate("N", "D", (CHOOSE, YES_NO), "Ada", "Bo")
    election, records = make_setup(template, UUID, SMALL.keys, b"[]", ED25519)
    expected = (
        '{"version":1,"description":"D","name":"N","group":"Ed25519",'
        f'"public_key":"{election.public_key.text}","questions":['
        '{"answers":["Ada","Bo","Cy"],"blank":true,"min":1,"max":2,"question":"Who?"},'
        '{"answers":["Yes","No"],"min":0,"max":1,"question":"Approve?"}],'
        '"uuid":"12345678ABCDEF","administrator":"Ada","credential_authority":"Bo"}'
    )
    assert records.election == expected.encode()


@pytest.mark.parametrize(
    "template, keys",
    [
        pytest.param(TEMPLATE, (), id="no trustee"),
        pytest.param(replace(TEMPLATE, questions=()), SMALL.keys, id="no question"),
    ],
)
def test_there_is_at_least_one_trustee_and_one_question(
    template: ElectionTemplate, keys: tuple[TrusteeKey, ...]
) -> None:
    with pytest.raises(
        ValueError, match=r"^an election has at least one trustee and one question$"
    ):
        setup(template, keys)


def test_a_question_that_nobody_could_answer_is_refused_by_number() -> None:
    question = HomomorphicQuestion("?", ("A",), 1, 2)
    with pytest.raises(MalformedRecord, match=r"^question 2: expected min <= max <= number of"):
        setup(replace(TEMPLATE, questions=(CHOOSE, question)))


def test_attack_17_a_key_without_its_proof_is_refused_by_number() -> None:
    one, other = SMALL.keys
    with pytest.raises(CheckFailed, match=r"^setup.trustees: trustee 2: expected the challenge "):
        setup(keys=(one, TrusteeKey(other.public_key, one.proof)))
