"""Ballots that are copied, moved, counted twice or taken for one another: rows 3 to 7, 37 and 39.

What a copy's proofs say is tested ballot by ballot in ``test_ballots``; here the copy stands in an
archive, or the server tries to record it.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Final

import pytest

from comitia.ballots.v1.equations import audit_failures
from comitia.ballots.v1.making import (
    ArchiveWriter,
    BallotBox,
    check_ballot,
    issue_credentials,
    make_ballot,
    prepare_ballot,
)
from comitia.ballots.v1.model import (
    ArchiveHeader,
    EventType,
    ListsAnswer,
    canonical_json,
    derive_ballot_record,
    derive_hash,
    derive_tracker,
)
from comitia.curve import ED25519
from comitia.verify import Subject, Verdict
from tests.attacks.hostile import ballot_subject, failed, failing, places_of, with_ballots
from tests.ballots.v1.forging import (
    ballot_of,
    failures,
    lists_answer,
    signed_again,
    sum_answer,
    unsigned,
    with_answer,
)
from tests.ballots.v1.samples import LISTED, SMALL
from tests.elections import (
    TIMESTAMP,
    VOTES,
    Made,
    make_election,
    put_together,
    seeded,
    take_apart,
    weights_of,
)
from tests.elections import verify_bytes as verify
from tests.verify.building import Data, event_place, hold_again, items_of, with_setup, write_items

BOTH: Final = pytest.mark.parametrize(
    "made", [pytest.param(SMALL, id="choices"), pytest.param(LISTED, id="lists")]
)


def record_of(made: Made, voter: int, ballot: object) -> bytes:
    """Return the record of a ballot that a voter signed again."""
    signed = signed_again(ballot, made, voter)  # type: ignore[arg-type] # a Ballot, of forging
    return derive_ballot_record(unsigned(signed), signed.signature)


def copied(made: Made, voter: int = 1) -> bytes:
    """Return the first voter's ballot in another voter's name, whose signature is valid."""
    ballot = replace(ballot_of(made, 0), credential=ballot_of(made, voter).credential)
    return record_of(made, voter, ballot)


def renamed(made: Made, voter: int = 1) -> bytes:
    """Return the first voter's ballot with another credential and everything else as it was."""
    value = {**json.loads(made.ballots[0]), "credential": ballot_of(made, voter).credential.text}
    return canonical_json(value)


class Box:
    """A ballot box as a server has it, and the archive that it writes."""

    def __init__(self, made: Made) -> None:
        self.stream = io.BytesIO()
        self._election = made.election
        writer = ArchiveWriter(self.stream, ArchiveHeader(TIMESTAMP))
        writer.append(EventType.SETUP, *made.records.in_order)
        self._box = BallotBox(writer, made.election, weights_of(made.credentials))

    def cast(self, record: bytes) -> str:
        """Return the tracker of a ballot that is recorded."""
        return self._box.cast(record, check_ballot(record, self._election))[1]


# --- Row 3: the same ballot again ------------------------------------------------------------


@BOTH
def test_attack_3_another_voter_s_ballot_signed_anew_fails_in_the_archive(made: Made) -> None:
    copy = copied(made)
    archive = put_together(hold_again(made, ballots=[made.ballots[0], copy, *made.ballots[2:]]))
    assert failing(archive) == {"ballot.proof": [ballot_subject(2, copy)]}


@BOTH
def test_attack_3_another_voter_s_ballot_as_it_was_fails_its_signature_too(made: Made) -> None:
    copy = renamed(made)
    places = failing(with_ballots(made, *made.ballots, copy))
    subject = ballot_subject(len(made.ballots) + 1, copy)
    assert places["ballot.proof"] == [subject]
    assert places["ballot.signature"] == [subject]


@BOTH
def test_attack_3_a_copy_is_not_recorded_by_the_server(made: Made) -> None:
    box = Box(made)
    box.cast(made.ballots[0])
    before = box.stream.getvalue()
    assert failed(lambda: box.cast(renamed(made))) == ("ballot.signature", "signed hash")
    check, _ = failed(lambda: box.cast(copied(made)))
    assert check == "ballot.proof"
    assert box.stream.getvalue() == before


def test_attack_3_every_proof_of_a_copied_answer_with_lists_fails() -> None:
    copy = replace(ballot_of(LISTED), credential=ballot_of(LISTED, 1).credential)
    found = failures(signed_again(copy, LISTED, voter=1), LISTED.election)
    assert found == [
        *(("ballot.proof", f"question 1, {place}") for place in LIST_CHOICES),
        *(("ballot.proof", f"question 1, {proof}") for proof in LIST_PROOFS),
        *(("ballot.proof", f"question 2, choice {n}") for n in (1, 2)),
        ("ballot.proof", "question 2, overall proof"),
    ]


LIST_CHOICES: Final = (
    "list 1",
    "list 1, candidate 1",
    "list 1, candidate 2",
    "list 2",
    "list 2, candidate 1",
)
LIST_PROOFS: Final = ("overall proof", "proof of list 1", "proof of list 2", "proof of a candidate")


# --- Row 4: parts of ballots -----------------------------------------------------------------


def reordered(answer: ListsAnswer, order: tuple[int, ...]) -> ListsAnswer:
    """Return an answer with its choices and their own proofs in another order."""
    return replace(
        answer,
        choices=tuple(answer.choices[i] for i in order),
        individual_proofs=tuple(answer.individual_proofs[i] for i in order),
    )


@pytest.mark.parametrize(
    "order",
    [
        pytest.param((0, 2, 1, 3, 4), id="two candidates of a list exchanged"),
        pytest.param((3, 1, 2, 0, 4), id="two lists exchanged"),
        pytest.param((0, 4, 2, 3, 1), id="candidates of two lists exchanged"),
        pytest.param((0, 1, 1, 3, 4), id="a candidate's ciphertext used twice"),
    ],
)
def test_attack_4_ciphertexts_moved_within_an_answer_with_lists_fail_all_of_it(
    order: tuple[int, ...],
) -> None:
    ballot = ballot_of(LISTED)
    moved = with_answer(ballot, 0, reordered(lists_answer(ballot), order))
    found = failures(signed_again(moved, LISTED), LISTED.election)
    assert found == [("ballot.proof", f"question 1, {proof}") for proof in LIST_PROOFS]


def test_attack_4_a_moved_part_is_seen_in_the_archive() -> None:
    ballot = ballot_of(SMALL)
    answer = sum_answer(ballot)
    order = (0, 2, 1, 3)
    exchanged = replace(
        answer,
        choices=tuple(answer.choices[i] for i in order),
        individual_proofs=tuple(answer.individual_proofs[i] for i in order),
    )
    record = record_of(SMALL, 0, with_answer(ballot, 0, exchanged))
    places = failing(put_together(hold_again(SMALL, ballots=[record, *SMALL.ballots[1:]])))
    assert places == {"ballot.proof": [ballot_subject(1, record)]}


@BOTH
def test_attack_4_a_whole_answer_of_another_voter_is_seen_in_the_archive(made: Made) -> None:
    """What it would tell of the other: the copier's own vote, opened with so few others."""
    ballot = with_answer(ballot_of(made, 0), 0, ballot_of(made, 1).answers[0])
    record = record_of(made, 0, ballot)
    places = failing(put_together(hold_again(made, ballots=[record, *made.ballots[1:]])))
    assert places == {"ballot.proof": [ballot_subject(1, record)]}


# --- Row 5: the copy comes first -------------------------------------------------------------


@BOTH
def test_attack_5_the_original_is_recorded_though_its_copies_came_first(made: Made) -> None:
    box = Box(made)
    for copy in (renamed(made), copied(made)):
        failed(box.cast, copy)
    assert box.cast(made.ballots[0]) == derive_tracker(made.ballots[0])


@BOTH
def test_attack_5_of_a_copy_and_its_original_only_the_copy_fails(made: Made) -> None:
    """A board that recorded it all the same, first: nothing is said against the original."""
    copy = renamed(made)
    places = failing(with_ballots(made, copy, *made.ballots))
    assert places == {
        "ballot.proof": [ballot_subject(1, copy)],
        "ballot.signature": [ballot_subject(1, copy)],
    }


# --- Rows 6 and 7: two voters, one ballot ----------------------------------------------------


def test_attack_6_a_board_with_two_credentials_and_one_ballot_is_not_valid() -> None:
    """The second voter is shown the first one's ballot: the tally has one for two."""
    made = SMALL
    archive = with_ballots(made, *made.ballots[:1], *made.ballots[2:])
    tally, counts = take_apart(archive)[5].contents
    assert failing(archive) == {
        "tally.ballots": [ballot_subject(5, tally)],
        "tally.counts": [ballot_subject(5, counts)],
    }


def test_attack_6_a_program_that_repeats_its_randomness_gives_no_two_voters_one_ballot() -> None:
    """Randomness from whoever wants a clash: the voter's secret is hashed with it."""
    election, private = SMALL.election, SMALL.credentials.private
    records = {make_ballot(election, one, VOTES[0], lambda n: b"\7" * n) for _, one in private}
    assert len(records) == len(private) == 4
    ciphertexts = {
        choice["alpha"]
        for record in records
        for answer in json.loads(record)["answers"]
        for choice in answer["choices"]
    }
    assert len(ciphertexts) == 4 * 6


def test_attack_6_one_voter_voting_twice_alike_under_repeated_randomness_is_told() -> None:
    """Then both are one ballot, and the second is refused instead of counted or hidden."""
    box, private = Box(SMALL), SMALL.credentials.private[0][1]
    first, second = (
        make_ballot(SMALL.election, private, VOTES[0], lambda n: b"\7" * n) for _ in range(2)
    )
    box.cast(first)
    assert first == second
    assert failed(lambda: box.cast(second)) == ("ballot.duplicate", "ballot")


def test_attack_6_no_two_voters_are_given_one_credential() -> None:
    voters = [f"voter {n}" for n in range(50)]
    issued = issue_credentials(voters, SMALL.election.uuid, ED25519, seeded("clash"))
    assert len({private for _, private in issued.private}) == 50
    assert len({public.element for public in issued.public}) == 50
    with pytest.raises(ValueError, match="the roll names a voter twice"):
        issue_credentials(["a", "b", "a"], SMALL.election.uuid, ED25519, seeded("clash"))


def test_attack_6_a_list_that_names_one_credential_for_two_voters_is_not_valid() -> None:
    made = make_election(votes=VOTES[:2], seed="one credential for two")
    listed = json.loads(made.records.credentials)
    records = with_setup(made, credentials=canonical_json([listed[0], listed[0], listed[1]]))
    archive = put_together(hold_again(made, records=records))
    assert failing(archive) == {
        "setup.credentials": [ballot_subject(0, records.credentials)],
    }


@pytest.mark.parametrize("again", [0, 1, 3])
def test_attack_7_a_ballot_that_is_recorded_again_fails_where_it_stands(again: int) -> None:
    record = SMALL.ballots[again]
    archive = put_together(hold_again(SMALL, ballots=[*SMALL.ballots, record]))
    assert failing(archive) == {"ballot.duplicate": [ballot_subject(5, record)]}


def test_attack_7_a_record_filed_under_the_hash_of_another_is_seen() -> None:
    """Two different ballots under one number, which is a hash here."""
    items = items_of(SMALL.archive)
    first = derive_hash(SMALL.ballots[0])
    changed = [
        replace(item, name=first)
        if isinstance(item, Data) and item.content == SMALL.ballots[1]
        else item
        for item in items
    ]
    archive = write_items(changed)
    places = failing(archive)
    assert places["archive.hashes"] == [Subject(2, first)]
    assert places["archive.grammar"] == [event_place(archive, 2)]
    assert set(places) == {"archive.hashes", "archive.grammar", "tally.ballots", "tally.counts"}


# --- Row 37: what the voter can compute ------------------------------------------------------


def test_attack_37_the_voter_computes_the_tracker_and_finds_the_ballot_by_it() -> None:
    steps = take_apart(SMALL.archive)
    published = [derive_tracker(step.contents[0]) for step in steps[1:5]]
    assert published == [derive_tracker(record) for record in SMALL.ballots]
    assert len(set(published)) == 4


def test_attack_37_a_server_that_answers_with_another_tracker_is_found_out() -> None:
    """The voter's own program knows the ballot, so the answer is compared and never believed."""
    box = Box(SMALL)
    answers = [box.cast(record) for record in SMALL.ballots]
    own = derive_tracker(SMALL.ballots[0])
    assert [answer == own for answer in answers] == [True, False, False, False]


@pytest.mark.parametrize("field", ["answers", "signature", "credential", "election_hash"])
def test_attack_37_a_ballot_changed_on_its_way_has_another_tracker(field: str) -> None:
    other = json.loads(SMALL.ballots[1])[field]
    value = {**json.loads(SMALL.ballots[0]), field: other}
    changed = canonical_json(value)
    is_same = value == json.loads(SMALL.ballots[0])
    assert (derive_tracker(changed) == derive_tracker(SMALL.ballots[0])) is is_same
    assert is_same is (field == "election_hash")


def test_attack_37_a_ballot_swapped_on_the_board_is_missing_by_its_tracker() -> None:
    """The same voter's, validly made anew by whoever has the credential: valid, and not found."""
    private = SMALL.credentials.private[0][1]
    swapped = make_ballot(SMALL.election, private, VOTES[1], seeded("swapped"))
    archive = put_together(hold_again(SMALL, ballots=[swapped, *SMALL.ballots[1:]]))
    assert verify(archive).verdict is Verdict.VALID
    published = {derive_tracker(step.contents[0]) for step in take_apart(archive)[1:5]}
    assert derive_tracker(SMALL.ballots[0]) not in published


def test_attack_37_a_program_that_encrypts_another_choice_is_found_by_an_audit() -> None:
    """The hash is noted first; then what was opened is compared, choice by choice."""
    election, private = SMALL.election, SMALL.credentials.private[0][1]
    prepared = prepare_ballot(election, private, VOTES[0], seeded("audited"))
    audited = prepared.open()
    claimed = prepare_ballot(election, private, VOTES[2], seeded("audited")).openings
    lied = replace(audited, openings=claimed)
    found = [(f.check, f.subject) for f in audit_failures(lied, election)]
    assert list(audit_failures(audited, election)) == []
    assert {check for check, _ in found} == {"audit.opening"}
    assert found[0] == ("audit.opening", "question 1, choice 1")
    assert audited.unsigned.derive_signed_hash() == prepared.hash


# --- Row 39: a voter's own older ballot ------------------------------------------------------


def test_attack_39_an_older_ballot_that_comes_back_fails_where_it_stands() -> None:
    """The board's way to undo a second vote: the first one's record is known by its hash."""
    made = make_election(revotes=((0, VOTES[2]),), seed="an older ballot")
    older = made.ballots[0]
    archive = put_together(hold_again(made, ballots=[*made.ballots, older]))
    assert places_of(verify(archive)) == {"ballot.duplicate": [ballot_subject(6, older)]}
