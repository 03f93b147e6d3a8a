"""Tallies, shares and results from bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from comitia.ballots.v1.making import PublicCredential, public_credentials_record
from comitia.ballots.v1.model import (
    Ciphertext,
    EventType,
    HomomorphicQuestion,
    Json,
    ListsQuestion,
    Owned,
    RankedQuestion,
    Shape,
    Shuffle,
    ShuffleCommitments,
    ShuffleProof,
    ShuffleResponses,
    SignedShuffles,
    SizedTally,
    canonical_json,
    derive_hash,
    derive_result_record,
    derive_tally_record,
    integer_json,
)
from comitia.ballots.v1.parse import (
    expect_weight,
    largest_result_bytes,
    largest_shuffle_bytes,
    largest_tally_bytes,
    parse_bound_share,
    parse_credentials,
    parse_election,
    parse_encrypted_tally,
    parse_result,
    parse_sized_tally,
    read_result,
)
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Element, Group
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import (
    FIELD,
    FIELD_SAMPLES,
    LISTED,
    LISTED_FIELD,
    RANKED,
    RANKED_FIELD,
    SAFE_PRIME_SAMPLES,
    SAMPLES,
    SMALL,
    fixture_steps,
    refusal,
)
from tests.elections import YES_NO, Made


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
YES_NO_ALONE = replace(SMALL.election, questions=(YES_NO,))


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
    assert parse_result(record, YES_NO_ALONE) == ((value, 0),)
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
        assert refusal(lambda data: parse_result(data, YES_NO_ALONE), result_of(value)) == words


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
    assert derive_result_record(parse_result(result, election), shape) == result
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
    questions = (ListsQuestion("?", (("A",),) * 500), HomomorphicQuestion("?", ("A",) * 3, 0, 1))
    election = replace(SMALL.election, questions=questions)
    shape: Shape = ((1,) * 500, 3)
    assert election.shape == shape
    result = ((10**64 - 1,) * 500, (10**64 - 1,) * 3)
    record = derive_result_record(result, shape)
    assert parse_result(record, election) == result


# Ranked ballots


@pytest.mark.parametrize("made", [RANKED, RANKED_FIELD], ids=lambda m: m.election.group.name)
def test_no_record_of_ranked_ballots_is_larger_than_its_bound(made: Made) -> None:
    election, samples = made.election, SAMPLES if made is RANKED else SAFE_PRIME_SAMPLES
    counts = [election.counted] * len(election.ranked_places)
    bounds = {
        "ranked result": largest_result_bytes(election),
        "ranked shuffle": largest_shuffle_bytes(counts, election.group),
        "ranked encrypted tally": largest_tally_bytes(election.shape, election.group),
        "ranked partial decryption": largest_tally_bytes(election.shape, election.group),
    }
    for name, largest in bounds.items():
        sample = samples[name]
        assert len(sample.record) <= largest
        words = f"{sample.root}: {largest + 1} bytes, where at most {largest} are allowed"
        assert refusal(sample.parse, sample.record.ljust(largest + 1)) == words


@pytest.mark.parametrize("group", [ED25519, RFC_3526_2048], ids=lambda group: group.name)
@pytest.mark.parametrize("count", [0, 1, 2, 1000])
def test_a_result_of_the_largest_numbers_fits_into_its_bound(group: Group, count: int) -> None:
    most = 30 if group is ED25519 else 255
    question = RankedQuestion("?", ("A",) * most)
    election = replace(SMALL.election, group=group, questions=(question,), counted=count)
    result = (((255,) * most,) * count,)
    record = derive_result_record(result, election.shape)
    assert len(record) <= largest_result_bytes(election)
    assert parse_result(record, election) == result


@pytest.mark.parametrize("group", [ED25519, BELENIOS_2048], ids=lambda group: group.name)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_shuffle_of_the_longest_texts_fits_into_its_bound(group: Group, count: int) -> None:
    """All elements and scalars of equal length, the longest there is."""
    last = group.scalar(group.order - 1)
    longest = max((group.generator_power(group.scalar(n)) for n in range(20)), key=text_length)
    ciphertext = Ciphertext(longest, longest)
    several, scalars = (longest,) * count, (last,) * count
    commitments = ShuffleCommitments(longest, longest, longest, longest, longest, several)
    responses = ShuffleResponses(last, last, last, last, scalars, scalars)
    proof = ShuffleProof(commitments, responses, several, several)
    record = Shuffle(((ciphertext,) * count,) * 2, (proof, proof)).to_bytes()
    assert len(record) <= largest_shuffle_bytes([count, count], group)
    assert text_length(longest) == group.longest_text


def text_length(element: Element) -> int:
    return len(element.text)


@pytest.mark.parametrize("owner", [0, 1, 7, 2**30 - 1])
def test_signed_shuffles_are_read_whoever_they_name(owner: int) -> None:
    """Whether there is such a trustee, and what is signed, are checks and no matter of form."""
    sample = SAMPLES["ranked signed shuffles"]
    signed: Any = sample.parse(sample.replaced(("shuffles", 0, "owner"), owner))
    assert [one.owner for one in signed.shuffles] == [owner, 2]
    alone = SAMPLES["ranked signed shuffle"]
    one: Any = alone.parse(alone.replaced(("owner",), owner))
    assert one == signed.shuffles[0]
    assert canonical_json(one.to_json()) == alone.replaced(("owner",), owner)


@pytest.mark.parametrize("version", [0, 2])
def test_signed_shuffles_of_another_version_are_refused(version: int) -> None:
    sample = SAMPLES["ranked signed shuffles"]
    record = sample.replaced(("version",), version)
    assert refusal(sample.parse, record) == f"version: expected 1, found {version}"


def test_a_file_of_no_signatures_is_read() -> None:
    sample = SAMPLES["ranked signed shuffles"]
    signed: Any = sample.parse(sample.replaced(("shuffles",), []))
    assert signed == SignedShuffles(RANKED.election.fingerprint, ())
