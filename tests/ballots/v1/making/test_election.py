"""The records that open an election, as they are made."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from comitia.ballots.v1.making import Preparation, SetupRecords, issue_credentials, make_setup
from comitia.ballots.v1.making.election import check_weights
from comitia.ballots.v1.model import (
    Election,
    ElectionTemplate,
    HomomorphicQuestion,
    RankedQuestion,
    SetupData,
    SingleTrustee,
    ThresholdTrustees,
    TrusteeKey,
    Trustees,
    Uuid,
    canonical_json,
    combine_keys,
    derive_fingerprint,
    derive_hash,
    owner_keys,
)
from comitia.ballots.v1.parse import (
    parse_credentials,
    parse_election,
    parse_setup_data,
    parse_template,
    parse_trustees,
)
from comitia.curve import BELENIOS_2048, ED25519
from comitia.errors import CheckFailed, MalformedRecord
from tests.ballots.v1.samples import SMALL, fixture_steps
from tests.elections import CHOOSE, LISTS, RANK, YES_NO, seeded, single_trustees
from tests.verify.trusteeship import group_of

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


def weighted(*weights: int) -> bytes:
    """Return a list of credentials with these weights."""
    voters = [f"voter {n}" for n in range(len(weights))]
    return issue_credentials(voters, UUID, ED25519, seeded("weighted"), weights).public_record()


RANKED = replace(TEMPLATE, questions=(CHOOSE, RANK, YES_NO))


@pytest.mark.parametrize("weights", [(2,), (1, 0), (1, 1, 2**30)], ids=repr)
def test_ranked_ballots_cannot_have_weights(weights: tuple[int, ...]) -> None:
    entries = parse_credentials(weighted(*weights), ED25519)
    words = "question 2: ranked ballots cannot have weights; give every voter the weight 1"
    for refuse in (
        lambda: check_weights(RANKED, entries),
        lambda: setup(RANKED, credentials=weighted(*weights)),
    ):
        with pytest.raises(MalformedRecord) as caught:
            refuse()
        assert str(caught.value) == words


def test_ranked_ballots_of_voters_who_all_count_once_have_no_weights() -> None:
    for record in (b"[]", SMALL.records.credentials, weighted(1, 1)):
        check_weights(RANKED, parse_credentials(record, ED25519))


def test_an_election_with_a_ranked_question_is_made() -> None:
    election, records = setup(RANKED, credentials=weighted(1, 1))
    assert parse_election(records.election) == election
    assert (election.questions, election.ranked_places) == ((CHOOSE, RANK, YES_NO), (1,))


def test_a_ranked_question_over_a_group_that_holds_no_numbers_is_not_made() -> None:
    holders = single_trustees(1, BELENIOS_2048, seeded("no numbers"))
    handed = Preparation(RANKED, UUID, BELENIOS_2048, holders.trustees, b"[]")
    words = r"^questions\[1\]: no ranked question over BELENIOS-2048$"
    with pytest.raises(MalformedRecord, match=words):
        make_setup(handed)


@pytest.mark.parametrize("count", [0, 31])
def test_a_ranked_question_with_no_answer_or_too_many_is_not_made(count: int) -> None:
    template = replace(TEMPLATE, questions=(RankedQuestion("?", ("A",) * count),))
    with pytest.raises(MalformedRecord, match="answer"):
        setup(template)


@pytest.mark.parametrize("weights", [(), (0,), (7, 1), (10**11, 0)], ids=repr)
def test_other_ballots_may_have_weights(weights: tuple[int, ...]) -> None:
    record = weighted(*weights)
    lists = replace(TEMPLATE, questions=(LISTS,))
    for template in (TEMPLATE, lists):
        assert setup(template, credentials=record)[1].credentials == record


def test_weights_that_cannot_be_counted_are_refused() -> None:
    """Of a list that another registrar made: ours issues none."""
    elements = [ED25519.generator_power(ED25519.scalar(n)) for n in (2, 3)]
    record = canonical_json([f"{element.text},{10**11}" for element in elements])
    with pytest.raises(MalformedRecord) as caught:
        setup(credentials=record)
    assert str(caught.value) == (
        "credentials: weights of 200000000000 together, where at most 100000000000 can be counted"
    )


def test_a_list_of_credentials_that_is_none_is_refused() -> None:
    with pytest.raises(MalformedRecord, match=r"^credentials\[0\]: expected a public credential$"):
        setup(credentials=b'["00"]')


# A certificate of the credentials


def certified() -> tuple[Preparation, bytes]:
    """Return what was handed over for one of the reference's elections, and its setup data."""
    steps = fixture_steps("credentials-certificate")
    election, trustees, credentials, certificate, setup_data = steps[0].contents
    value = json.loads(election)
    template = parse_template(
        canonical_json({name: value[name] for name in value if name not in NOT_OF_A_TEMPLATE})
    )
    group = ED25519
    assert value["group"] == group.name
    handed = Preparation(
        template,
        Uuid(value["uuid"]),
        group,
        parse_trustees(trustees, group),
        credentials,
        certificate,
    )
    return handed, setup_data


NOT_OF_A_TEMPLATE = ("version", "uuid", "group", "public_key")


def test_a_certificate_lies_with_the_records_and_is_named_by_the_setup() -> None:
    handed, setup_data = certified()
    _, records = make_setup(handed)
    assert records.in_order == fixture_steps("credentials-certificate")[0].contents
    assert records.setup_data == setup_data
    assert handed.certificate is not None
    assert parse_setup_data(setup_data).credentials_certificate == derive_hash(handed.certificate)
    without = make_setup(replace(handed, certificate=None))[1]
    assert without.in_order[:3] == records.in_order[:3]
    assert len(without.in_order) == 4


@pytest.mark.parametrize(
    "change, subject",
    [
        pytest.param({"uuid": UUID}, "uuid", id="another election"),
        pytest.param({"credentials": b"[]"}, "voter_list_length", id="another list"),
    ],
)
def test_a_certificate_that_does_not_hold_is_refused(change: dict[str, Any], subject: str) -> None:
    handed, _ = certified()
    with pytest.raises(CheckFailed) as caught:
        make_setup(replace(handed, **change))
    failure = caught.value
    assert (failure.check, failure.subject) == (
        "setup.credentials",
        f"credentials certificate, {subject}",
    )


def test_a_certificate_that_is_none_is_refused() -> None:
    handed, _ = certified()
    with pytest.raises(MalformedRecord, match=r"^credentials certificate: not JSON"):
        make_setup(replace(handed, certificate=b""))


# Trustees of both kinds


def test_a_threshold_group_beside_a_single_trustee_makes_the_references_election() -> None:
    steps = fixture_steps("threshold-names")
    record, trustees, credentials, _ = steps[0].contents
    value = json.loads(record)
    template = parse_template(
        canonical_json({name: value[name] for name in value if name not in NOT_OF_A_TEMPLATE})
    )
    read = parse_trustees(trustees, ED25519)
    handed = Preparation(template, Uuid(value["uuid"]), ED25519, read, credentials)
    election, records = make_setup(handed)
    assert records.in_order == steps[0].contents
    assert [key.name is None for key in owner_keys(read)] == [False, False, True, False]
    assert election.public_key == combine_keys(read, ED25519)


def test_a_group_that_does_not_hold_is_refused_with_its_member() -> None:
    (group,) = group_of(2, 3).trustees
    assert isinstance(group, ThresholdTrustees)
    keys = (*group.keys[:2], replace(group.keys[2], signature=group.keys[0].signature))
    with pytest.raises(CheckFailed, match=r"^setup.trustees: trustee 5, signed public key: "):
        setup(trustees=(*SMALL.trustees, replace(group, keys=keys)))


def test_a_question_that_nobody_could_answer_is_refused_by_number() -> None:
    question = HomomorphicQuestion("?", ("A",), 1, 2)
    with pytest.raises(MalformedRecord, match=r"^question 2: expected min <= max <= number of"):
        setup(replace(TEMPLATE, questions=(CHOOSE, question)))


def test_attack_17_a_key_without_its_proof_is_refused_by_number() -> None:
    first, second = SMALL.keys
    one = SingleTrustee(first)
    with pytest.raises(CheckFailed, match=r"^setup.trustees: trustee 2: expected the challenge "):
        setup(trustees=(one, SingleTrustee(TrusteeKey(second.public_key, first.proof))))
