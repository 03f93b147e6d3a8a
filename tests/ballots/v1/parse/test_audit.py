"""What passes between a voter and a program of the voter's."""

from __future__ import annotations

import pytest

from comitia.ballots.v1.model import AuditedBallot, Json, canonical_json
from comitia.ballots.v1.parse import largest_ballot_bytes, parse_audited_ballot, parse_votes
from comitia.curve import BELENIOS_2048, ED25519
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import (
    FIELD,
    LISTED,
    LISTED_FIELD,
    RANKED,
    RANKED_FIELD,
    SAMPLES,
    SMALL,
    audited_ballot,
    refusal,
)
from tests.elections import CHOOSE, LISTS, LISTS_VOTES, VOTES, YES_NO, Made

EVERY = pytest.mark.parametrize(
    "made",
    [SMALL, FIELD, LISTED, LISTED_FIELD, RANKED, RANKED_FIELD],
    ids=lambda m: f"{m.election.shape}",
)
AUDITED = SAMPLES["audited ballot"]

# Audited ballots


@EVERY
def test_an_audited_ballot_is_read_as_it_was_opened(made: Made) -> None:
    audited = audited_ballot(made)
    assert isinstance(audited, AuditedBallot)
    assert parse_audited_ballot(audited.to_bytes(), made.election) == audited


@pytest.mark.parametrize("version", [0, 2])
def test_an_audited_ballot_of_another_version_is_refused(version: int) -> None:
    record = AUDITED.replaced(("version",), version)
    assert refusal(AUDITED.parse, record) == f"version: expected 1, found {version}"


def test_a_ballot_that_was_cast_is_no_audited_ballot() -> None:
    words = "audited ballot: the field version is missing"
    assert refusal(AUDITED.parse, SMALL.ballots[0]) == words
    signed = AUDITED.changed(("ballot",), lambda ballot: {**ballot, "signature": {}})
    words = "ballot: the field 'signature' does not belong here"
    assert refusal(AUDITED.parse, signed) == words


def test_an_audited_ballot_of_other_questions_is_refused() -> None:
    with pytest.raises(
        MalformedRecord, match=r"^ballot.answers\[0\]: the field list_proofs is mis"
    ):
        parse_audited_ballot(AUDITED.record, LISTED.election)


@EVERY
def test_no_audited_ballot_is_larger_than_its_bound(made: Made) -> None:
    record = audited_ballot(made).to_bytes()
    largest = 2 * largest_ballot_bytes(made.election.questions, made.election.group)
    assert len(record) <= largest
    words = f"audited ballot: {largest + 1} bytes, where at most {largest} are allowed"
    padded = record.ljust(largest + 1)
    assert refusal(lambda data: parse_audited_ballot(data, made.election), padded) == words
    assert (
        refusal(lambda data: parse_audited_ballot(data, made.election), padded[:-1])
        == "audited ballot: not in its canonical form"
    )


# Votes


def test_votes_are_read_in_the_shape_of_the_questions() -> None:
    value: Json = [list(row) for row in VOTES[0]]
    data = canonical_json(value)
    assert parse_votes(data, (CHOOSE, YES_NO), ED25519) == VOTES[0]
    spaced = b"[ [0, 1,0,1],\n[1,0] ]\n"
    assert parse_votes(spaced, (CHOOSE, YES_NO), ED25519) == ((0, 1, 0, 1), (1, 0))
    assert parse_votes(b"[]", (), ED25519) == ()


def test_votes_on_lists_are_nested_and_read_as_one_row() -> None:
    data = b"[[[1,1,1],[0,0]],[1,0]]"
    assert parse_votes(data, (LISTS, YES_NO), BELENIOS_2048) == LISTS_VOTES[0]


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "votes: not JSON at character 0: Expecting value"),
        (b"{}", "votes: expected a list, found an object"),
        (b"[[1,0]]", "votes: expected 2 items, found 1"),
        (b"[[1,0],[1,0],[1,0]]", "votes: expected 2 items, found 3"),
        (b"[[1,0],[1]]", "votes[0]: expected 4 items, found 2"),
        (b"[[0,1,0,1],[1,0,0]]", "votes[1]: expected 2 items, found 3"),
        (b"[[0,1,0,1],1]", "votes[1]: expected a list, found a number"),
        (b"[[0,1,0,1],[2,0]]", "votes[1][0]: expected an integer from 0 to 1, found 2"),
        (b"[[0,1,0,1],[-1,0]]", "votes[1][0]: expected an integer from 0 to 1, found -1"),
        (b"[[0,1,0,1],[true,0]]", "votes[1][0]: expected an integer, found a boolean"),
        (b'[[0,1,0,1],["1",0]]', "votes[1][0]: expected an integer, found a string"),
        (b"[[[0,1,0],[1]],[1,0]]", "votes[0]: expected 4 items, found 2"),
        (b"[" * 100, "votes: nested more than 16 deep"),
        (b"1" * 2000, "votes: 2000 bytes, where at most 1408 are allowed"),
    ],
)
def test_what_are_no_votes_on_the_questions_is_refused(data: bytes, words: str) -> None:
    assert refusal(lambda data: parse_votes(data, (CHOOSE, YES_NO), ED25519), data) == words


@pytest.mark.parametrize(
    "data, words",
    [
        (b"[[1,1,1,0,0]]", "votes[0]: expected 2 items, found 5"),
        (b"[[[1,1,1,0,0]]]", "votes[0]: expected 2 items, found 1"),
        (b"[[[1,1],[1,0,0]]]", "votes[0][0]: expected 3 items, found 2"),
        (b"[[[1,1,1],[0,2]]]", "votes[0][1][1]: expected an integer from 0 to 1, found 2"),
        (b"[[1,[0,0]]]", "votes[0][0]: expected a list, found a number"),
    ],
)
def test_what_are_no_votes_on_lists_is_refused(data: bytes, words: str) -> None:
    assert refusal(lambda data: parse_votes(data, (LISTS,), ED25519), data) == words


def test_votes_on_ranked_questions_are_numbers_for_all_their_answers() -> None:
    questions = RANKED.election.questions
    data = b"[[1,2,3],[1,0],[255,0]]"
    assert parse_votes(data, questions, ED25519) == ((1, 2, 3), (1, 0), (255, 0))


@pytest.mark.parametrize(
    "data, words",
    [
        (b"[[1,2],[1,0],[1,2]]", "votes[0]: expected 3 items, found 2"),
        (b"[[1,2,3,0],[1,0],[1,2]]", "votes[0]: expected 3 items, found 4"),
        (
            b"[[1,2,256],[1,0],[1,2]]",
            "votes[0][2]: expected an integer from 0 to 255, found 256",
        ),
        (b"[[-1,2,3],[1,0],[1,2]]", "votes[0][0]: expected an integer from 0 to 255, found -1"),
        (b"[[1,2,3],[2,0],[1,2]]", "votes[1][0]: expected an integer from 0 to 1, found 2"),
        (b"[[[1],2,3],[1,0],[1,2]]", "votes[0][0]: expected an integer, found a list"),
    ],
)
def test_what_are_no_votes_on_ranked_questions_is_refused(data: bytes, words: str) -> None:
    questions = RANKED.election.questions
    assert refusal(lambda data: parse_votes(data, questions, ED25519), data) == words
