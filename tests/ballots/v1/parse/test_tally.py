"""Tallies, shares and results from bytes."""

from __future__ import annotations

from typing import Any

import pytest

from comitia.ballots.v1.making import PublicCredential, public_credentials_record
from comitia.ballots.v1.model import (
    EventType,
    Json,
    Owned,
    Shape,
    SizedTally,
    canonical_json,
    derive_hash,
    derive_result_record,
    derive_tally_record,
    integer_json,
)
from comitia.ballots.v1.parse import (
    expect_weight,
    largest_tally_bytes,
    parse_bound_share,
    parse_credentials,
    parse_election,
    parse_encrypted_tally,
    parse_result,
    parse_sized_tally,
    read_result,
)
from comitia.curve import ED25519
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import (
    FIELD,
    FIELD_SAMPLES,
    LISTED,
    LISTED_FIELD,
    SAMPLES,
    SMALL,
    fixture_steps,
    refusal,
)


def test_what_was_made_is_read_again() -> None:
    tally_hash = derive_hash(SAMPLES["encrypted tally"].record)
    share_hash = SMALL.shares[-1].derive_record_hash(SMALL.election.shape)
    expected = {
        "encrypted tally": SMALL.tally,
        "partial decryption": SMALL.shares[0],
        "sized tally": SizedTally(4, 4, tally_hash),
        "owned": Owned(2, share_hash),
        "result": SMALL.result,
    }
    assert {name: SAMPLES[name].parse(SAMPLES[name].record) for name in expected} == expected


def test_the_array_of_a_result_is_read_whatever_it_holds() -> None:
    assert read_result(b'{"result":[[1,"2",[3]],null]}') == [[1, "2", [3]], None]
    with pytest.raises(MalformedRecord, match=r"^result record: not in its canonical form$"):
        read_result(b'{"result": []}')


@pytest.mark.parametrize("version", [0, 2])
def test_bound_proofs_of_another_version_are_refused(version: int) -> None:
    sample = SAMPLES["bound proofs"]
    with pytest.raises(MalformedRecord, match=f"^version: expected 1, found {version}$"):
        sample.parse(sample.changed(("version",), lambda _: version))


def test_shares_of_bound_proofs_ascend_and_none_is_there_twice() -> None:
    sample = SAMPLES["bound proofs"]

    def in_order(*owners: int) -> bytes:
        return sample.changed(("shares",), lambda shares: [shares[owner - 1] for owner in owners])

    out_of_order: list[tuple[int, ...]] = [(2, 1), (1, 1), (1, 2, 1)]
    for owners in out_of_order:
        with pytest.raises(MalformedRecord) as caught:
            sample.parse(in_order(*owners))
        assert str(caught.value) == "shares: their owners are not in ascending order"
    ascending: list[tuple[int, ...]] = [(), (2,), (1, 2)]
    for owners in ascending:
        assert sample.parse(in_order(*owners))


def test_a_share_of_bound_proofs_is_the_same_alone_and_in_the_file() -> None:
    bound: Any = SAMPLES["bound proofs"]
    shares = bound.parse(bound.record).shares
    alone = [parse_bound_share(canonical_json(s.to_json()), (4, 2), ED25519) for s in shares]
    assert tuple(alone) == shares


# Weights and sums of weights

BORDER = 2**30


def sized(weight: Json) -> bytes:
    return SAMPLES["sized tally"].replaced(("total_weight",), weight)


def result_of(votes: Json) -> bytes:
    return canonical_json({"result": [[votes, 0]]})


@pytest.mark.parametrize(
    "value", [0, 1, BORDER - 2, BORDER - 1, BORDER, BORDER + 1, 10**11, 10**64 - 1]
)
def test_a_weight_is_a_number_up_to_the_border_and_text_above(value: int) -> None:
    written: Json = value if value < BORDER else str(value)
    assert integer_json(value) == written
    tally = parse_sized_tally(sized(written))
    assert tally.total_weight == value
    assert canonical_json(tally.to_json()) == sized(written)
    record = result_of(written)
    assert parse_result(record, (2,), ED25519) == ((value, 0),)
    assert derive_result_record(((value, 0),), (2,)) == record


TEXT = "expected a number, as text only above 1073741823"
SMALL_INTEGER = "expected an integer from 0 to 1073741823, found "


@pytest.mark.parametrize(
    "value, problem",
    [
        (str(BORDER - 1), TEXT),
        ("0", TEXT),
        ("1", TEXT),
        ("", TEXT),
        ("01073741824", TEXT),
        ("+1073741824", TEXT),
        ("-1073741824", TEXT),
        (" 1073741824", TEXT),
        ("1073741824\n", TEXT),
        ("1073741824.0", TEXT),
        ("1_073_741_824", TEXT),
        ("0x40000000", TEXT),
        ("1e10", TEXT),
        ("\N{ARABIC-INDIC DIGIT ONE}073741824", TEXT),
        ("9" * 65, TEXT),
        ("9" * 10_000, TEXT),
        (BORDER, f"{SMALL_INTEGER}1073741824"),
        (-1, f"{SMALL_INTEGER}-1"),
        (None, "expected an integer, found null"),
        (True, "expected an integer, found a boolean"),
        ([1], "expected an integer, found a list"),
        ({}, "expected an integer, found an object"),
    ],
    ids=lambda value: f"{value!r:.20}",
)
def test_every_other_form_of_a_weight_is_refused(value: Json, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        expect_weight(value, "there")
    assert str(caught.value) == f"there: {problem}"
    if len(canonical_json(value)) < 1000:  # longer ones are refused unread
        assert refusal(parse_sized_tally, sized(value)) == f"total_weight: {problem}"
        words = f"result[0][0]: {problem}"
        assert refusal(lambda data: parse_result(data, (2,), ED25519), result_of(value)) == words


def test_a_number_too_large_for_any_small_integer_is_no_json_of_ours() -> None:
    data = SAMPLES["sized tally"].record.replace(b'"total_weight":4', b'"total_weight":12345678901')
    assert refusal(parse_sized_tally, data) == (
        "sized encrypted tally: the number '12345678901' is not a small integer"
    )


def test_the_number_of_ballots_is_never_text() -> None:
    record = SAMPLES["sized tally"].replaced(("num_tallied",), str(BORDER))
    assert refusal(parse_sized_tally, record) == "num_tallied: expected an integer, found a string"


@pytest.mark.parametrize(
    "name",
    [
        "weights-above-2-30",
        "weights-total-1073741823",
        "weights-total-1073741824",
        "weights-result-1073741824",
        "weights-all-zero",
        "weights-all-one",
        "lists-weighted",
    ],
)
def test_the_references_weights_are_read_and_written_again_as_they_were(name: str) -> None:
    steps = fixture_steps(name)
    election = parse_election(steps[0].contents[0])
    group, shape = election.group, election.shape
    (tally, sized_tally), (result,) = (
        step.contents
        for step in steps
        if step.type in {EventType.ENCRYPTED_TALLY, EventType.RESULT}
    )
    assert derive_tally_record(parse_encrypted_tally(tally, shape, group), shape) == tally
    assert canonical_json(parse_sized_tally(sized_tally).to_json()) == sized_tally
    assert derive_result_record(parse_result(result, shape, group), shape) == result
    credentials = parse_credentials(steps[0].contents[2], group)
    issued = [
        PublicCredential(group.parse_element(entry.text), "", entry.weight) for entry in credentials
    ]
    assert public_credentials_record(issued) == steps[0].contents[2]


# Rows of lists


def test_records_of_lists_are_nested_and_read_as_flat_rows() -> None:
    shape = LISTED.election.shape
    assert shape == ((3, 2), 2)
    tally: Any = SAMPLES["lists encrypted tally"].value
    assert [len(part) for part in tally] == [2, 2]
    assert [len(part) for part in tally[0]] == [3, 2]
    assert [len(row) for row in LISTED.tally] == [5, 2]
    share: Any = SAMPLES["lists partial decryption"].value
    assert [len(part) for part in share["decryption_factors"][0]] == [3, 2]
    assert [len(part) for part in share["decryption_proofs"][0]] == [3, 2]
    assert SAMPLES["lists result"].value == {"result": [[[5, 5, 5], [3, 3]], [5, 0]]}
    bound: Any = SAMPLES["lists bound share"].value
    assert [len(row) for row in bound["proofs"]] == [5, 2], "ours are flat"


def test_lists_are_read_again_as_they_were_made() -> None:
    expected = {
        "lists encrypted tally": LISTED.tally,
        "lists partial decryption": LISTED.shares[0],
        "lists result": LISTED.result,
    }
    assert {name: SAMPLES[name].parse(SAMPLES[name].record) for name in expected} == expected


@pytest.mark.parametrize("name", ["encrypted tally", "partial decryption", "result"])
@pytest.mark.parametrize("prefix", ["", "lists "])
def test_no_record_of_a_shape_is_larger_than_its_bound(name: str, prefix: str) -> None:
    for samples, made in (
        (SAMPLES, LISTED if prefix else SMALL),
        (FIELD_SAMPLES, LISTED_FIELD if prefix else FIELD),
    ):
        sample = samples[prefix + name]
        largest = largest_tally_bytes(made.election.shape, made.election.group)
        assert len(sample.record) <= largest
        words = f"{sample.root}: {largest + 1} bytes, where at most {largest} are allowed"
        assert refusal(sample.parse, sample.record.ljust(largest + 1)) == words


def test_a_result_of_large_weights_and_many_lists_fits_into_its_bound() -> None:
    shape: Shape = ((1,) * 500, 3)
    result = ((10**64 - 1,) * 500, (10**64 - 1,) * 3)
    record = derive_result_record(result, shape)
    assert parse_result(record, shape, ED25519) == result
