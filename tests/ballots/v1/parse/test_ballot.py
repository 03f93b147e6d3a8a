"""Ballots from bytes: one form, and bounds that are known before reading."""

from __future__ import annotations

from typing import Any

import pytest

from comitia.ballots.v1.model import (
    HomomorphicQuestion,
    ListsQuestion,
    SummedQuestion,
    canonical_json,
    derive_fingerprint,
    derive_tracker,
)
from comitia.ballots.v1.parse import (
    CREDENTIAL_PREFIX_BYTES,
    find_credential,
    largest_ballot_bytes,
    parse_ballot,
)
from comitia.curve import BELENIOS_2048, ED25519, Group
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import FIELD, LISTED, SAMPLES, SMALL, permitted_vote
from tests.elections import CHOOSE, LISTS, YES_NO, make_election

BALLOT = SAMPLES["ballot"]
QUESTIONS = (CHOOSE, YES_NO)


def test_a_ballot_is_read_as_it_was_made() -> None:
    ballot = parse_ballot(BALLOT.record, QUESTIONS, ED25519)
    value: Any = BALLOT.value
    del value["signature"]
    assert ballot.signed_hash == derive_fingerprint(canonical_json(value))
    assert ballot.signed_hash == ballot.signature.hash
    assert ballot.election_uuid == SMALL.election.uuid
    assert ballot.election_hash == SMALL.election.fingerprint
    assert [answer.to_json() for answer in ballot.answers] == value["answers"]


def test_a_tracker_is_the_hash_of_the_whole_record() -> None:
    assert derive_tracker(BALLOT.record) == derive_fingerprint(BALLOT.record)


def test_the_credential_is_found_without_parsing_the_ballot() -> None:
    for made in (SMALL, FIELD):
        prefix = made.ballots[0][:CREDENTIAL_PREFIX_BYTES]
        credentials = {public.element.text for public in made.credentials.public}
        assert find_credential(prefix) in credentials


@pytest.mark.parametrize("prefix", [b"", b"{", b" " + BALLOT.record, BALLOT.record[:100]])
def test_no_credential_is_found_in_what_is_no_ballot(prefix: bytes) -> None:
    assert find_credential(prefix) is None


def test_a_ballot_of_another_question_is_refused() -> None:
    swapped = (YES_NO, CHOOSE)
    with pytest.raises(MalformedRecord, match=r"^answers\[0\]: the field 'blank_proof' does not"):
        parse_ballot(BALLOT.record, swapped, ED25519)
    with pytest.raises(MalformedRecord, match=r"^answers: expected 3 items, found 2$"):
        parse_ballot(BALLOT.record, (*QUESTIONS, YES_NO), ED25519)


def test_a_ballot_of_other_lists_is_refused() -> None:
    ballot = SAMPLES["lists ballot"].record
    for lists, problem in (
        ((("R", "A", "B"),), "expected 1 items, found 2"),
        ((("R", "A"), ("B", "C")), "[0]: expected 2 items, found 3"),
        ((("R", "A", "B"), ("B", "C", "D")), "[1]: expected 3 items, found 2"),
    ):
        with pytest.raises(MalformedRecord) as caught:
            parse_ballot(ballot, (ListsQuestion("?", lists), YES_NO), ED25519)
        where = "answers[0].individual_proofs"
        assert str(caught.value) == f"{where}{problem if problem[0] == '[' else f': {problem}'}"
    with pytest.raises(MalformedRecord, match=r"^answers\[0\]: the field 'list_proofs' does not"):
        parse_ballot(ballot, (YES_NO, LISTS), ED25519)
    assert parse_ballot(ballot, (LISTS, YES_NO), ED25519).credential in {
        public.element for public in LISTED.credentials.public
    }


@pytest.mark.parametrize("group", [ED25519, BELENIOS_2048], ids=lambda group: group.name)
@pytest.mark.parametrize(
    "question",
    [
        HomomorphicQuestion("?", ("A",), 0, 0),
        HomomorphicQuestion("?", ("A",), 1, 1, blank=True),
        HomomorphicQuestion("?", ("A", "B"), 0, 2, blank=True),
        ListsQuestion("?", (("L", "A"),)),
        ListsQuestion("?", (("L", "A"), ("M",), ("N",), ("O",))),
    ],
    ids=lambda q: f"{q.row_shape}{', blank' * getattr(q, 'blank', False)}",
)
def test_no_ballot_is_larger_than_its_bound(group: Group, question: SummedQuestion) -> None:
    made = make_election(
        group=group,
        questions=(question,),
        votes=((permitted_vote(question),),),
        trustees=1,
        seed="bound",
    )
    largest = largest_ballot_bytes((question,), group)
    assert len(made.ballots[0]) <= largest < 2 * len(made.ballots[0]) + 1024
    with pytest.raises(MalformedRecord, match=f"^ballot: {largest + 1} bytes, where at most"):
        parse_ballot(made.ballots[0].ljust(largest + 1), (question,), group)
