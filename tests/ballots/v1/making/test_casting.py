"""The ballot box: what is refused leaves nothing behind, and the last ballot of a voter counts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from comitia.ballots.v1.equations import combine_tallies, empty_tally, tally_of_answers
from comitia.ballots.v1.making import (
    ArchiveWriter,
    BallotBox,
    BallotCount,
    append_tally,
    check_ballot,
    issue_credentials,
    make_ballot,
    prepare_ballot,
    sign_ballot,
)
from comitia.ballots.v1.model import (
    ArchiveHeader,
    Ciphertext,
    EventType,
    Fingerprint,
    Sha256Hex,
    SizedTally,
    canonical_json,
    derive_hash,
    derive_tally_record,
    derive_tracker,
)
from comitia.ballots.v1.parse import parse_sized_tally
from comitia.curve import ED25519
from comitia.errors import CheckFailed, MalformedRecord
from comitia.verify import Verdict
from tests.ballots.v1.samples import SAMPLES, SMALL
from tests.elections import (
    RANK,
    RANK_VOTES,
    TIMESTAMP,
    VOTES,
    YES_NO,
    make_election,
    seeded,
    take_apart,
    verify_bytes,
    weights_of,
)

ELECTION = SMALL.election
WEIGHTS = weights_of(SMALL.credentials)
SHAPE, QUESTIONS = ELECTION.shape, ELECTION.questions


class Opened:
    """A ballot box in which everything that is written can be looked at."""

    def __init__(
        self,
        weights: Mapping[str, int] = WEIGHTS,
        *,
        recorded: Iterable[Sha256Hex] = (),
        audited: Iterable[Fingerprint] = (),
    ) -> None:
        self.stream = io.BytesIO()
        self.writer = ArchiveWriter(self.stream, ArchiveHeader(TIMESTAMP))
        self.writer.append(EventType.SETUP, *SMALL.records.in_order)
        self.box = BallotBox(self.writer, ELECTION, weights, recorded, audited)

    def cast(self, record: bytes) -> tuple[str, int]:
        event, tracker = self.box.cast(record, check_ballot(record, ELECTION))
        return tracker, event.height


def revote() -> bytes:
    """Return another ballot of the first voter, with the second voter's vote."""
    return make_ballot(ELECTION, SMALL.credentials.private[0][1], VOTES[1], seeded("again"))


def test_a_ballot_is_recorded_with_its_tracker_and_height() -> None:
    opened = Opened()
    answers = [opened.cast(record) for record in SMALL.ballots]
    assert answers == [(derive_tracker(record), n) for n, record in enumerate(SMALL.ballots, 1)]
    steps = take_apart(opened.stream.getvalue())
    assert [step.contents for step in steps[1:]] == [(record,) for record in SMALL.ballots]
    assert {step.type for step in steps[1:]} == {EventType.BALLOT}


def refused(opened: Opened, record: bytes) -> CheckFailed:
    """Cast a ballot that must be refused, and see that nothing is left of it."""
    before = opened.stream.getvalue()
    with pytest.raises(CheckFailed) as caught:
        opened.cast(record)
    assert opened.stream.getvalue() == before
    return caught.value


def test_a_credential_that_is_not_on_the_list_is_refused_and_leaves_nothing() -> None:
    ballot = check_ballot(SMALL.ballots[0], ELECTION)
    others = {text: 1 for text in WEIGHTS if text != ballot.credential.text}
    opened = Opened(others)
    failure = refused(opened, SMALL.ballots[0])
    assert failure.args == (
        "ballot.credential",
        "credential",
        "a credential on the list",
        ballot.credential.text,
    )
    tally, sized = opened.box.close()
    assert tally == empty_tally(QUESTIONS, ED25519)
    assert (sized.num_tallied, sized.total_weight) == (0, 0)


def test_attack_7_a_ballot_that_is_already_recorded_is_refused_and_leaves_nothing() -> None:
    opened = Opened()
    opened.cast(SMALL.ballots[0])
    opened.cast(SMALL.ballots[1])
    failure = refused(opened, SMALL.ballots[0])
    digest = derive_hash(SMALL.ballots[0])
    assert failure.args == ("ballot.duplicate", "ballot", "a new ballot", digest)


def test_attack_5_a_copy_that_comes_first_does_not_keep_the_original_out() -> None:
    opened = Opened()
    other = check_ballot(SMALL.ballots[1], ELECTION).credential.text
    copy = SAMPLES["ballot"].replaced(("credential",), other)
    assert refused(opened, copy).check == "ballot.signature"
    assert opened.cast(SMALL.ballots[0]) == (derive_tracker(SMALL.ballots[0]), 1)


def test_attack_39_a_voters_own_older_ballot_does_not_come_back() -> None:
    opened = Opened()
    opened.cast(SMALL.ballots[0])
    opened.cast(revote())
    assert refused(opened, SMALL.ballots[0]).check == "ballot.duplicate"
    expected = tally_of_answers(check_ballot(revote(), ELECTION).answers, 1, ED25519)
    assert opened.box.close()[0] == combine_tallies(
        expected, empty_tally(QUESTIONS, ED25519), QUESTIONS
    )


def test_a_refused_ballot_can_be_followed_by_a_good_one() -> None:
    opened = Opened()
    opened.cast(SMALL.ballots[0])
    refused(opened, SMALL.ballots[0])
    assert opened.cast(SMALL.ballots[1]) == (derive_tracker(SMALL.ballots[1]), 2)


def test_a_later_ballot_takes_the_place_of_the_earlier_in_the_tally() -> None:
    made = make_election(revotes=((0, VOTES[1]), (2, VOTES[3]), (0, VOTES[2])), seed="revotes")
    counted = (VOTES[2], VOTES[1], VOTES[3], VOTES[3])
    expected = tuple(
        tuple(sum(vote[i][j] for vote in counted) for j in range(len(counted[0][i])))
        for i in range(2)
    )
    assert made.result == expected
    assert len(made.ballots) == 7


def test_closing_writes_the_tally_with_its_numbers() -> None:
    opened = Opened()
    for record in (*SMALL.ballots[:2], revote()):
        opened.cast(record)
    tally, sized = opened.box.close()
    last = [check_ballot(record, ELECTION) for record in (revote(), SMALL.ballots[1])]
    one, other = (tally_of_answers(ballot.answers, 1, ED25519) for ballot in last)
    assert tally == combine_tallies(one, other, QUESTIONS)
    assert sized == SizedTally(2, 2, derive_hash(derive_tally_record(tally, SHAPE)))
    steps = take_apart(opened.stream.getvalue())[-2:]
    assert [step.type for step in steps] == [EventType.END_BALLOTS, EventType.ENCRYPTED_TALLY]
    sized_record = (
        b'{"num_tallied":2,"total_weight":2,"encrypted_tally":"%s"}'
        % sized.encrypted_tally.encode()
    )
    assert [step.contents for step in steps] == [
        (),
        (derive_tally_record(tally, SHAPE), sized_record),
    ]


def test_an_election_without_ballots_can_be_closed() -> None:
    tally, sized = Opened().box.close()
    assert tally == empty_tally(QUESTIONS, ED25519)
    assert sized == SizedTally(0, 0, derive_hash(derive_tally_record(tally, SHAPE)))
    made = make_election(votes=((VOTES[0]),), trustees=1, seed="one voter")
    assert made.result == ((0, 1, 0, 1), (1, 0))


# Ballots that were opened for an audit


def test_an_audited_ballot_is_refused_and_leaves_nothing() -> None:
    record, other = SMALL.ballots[:2]
    signed_hash = check_ballot(record, ELECTION).signed_hash
    remembered, told = Opened(audited=[signed_hash]), Opened()
    told.box.refuse_audited(signed_hash)
    for opened in (remembered, told):
        failure = refused(opened, record)
        assert failure.args == (
            "ballot.audited",
            "ballot",
            "a ballot that was not audited",
            f"the audited ballot {signed_hash}",
        )
        assert opened.cast(other) == (derive_tracker(other), 1)
        assert opened.box.close()[1].num_tallied == 1


def test_an_audited_ballot_is_refused_even_if_it_is_signed_again() -> None:
    """The signature's randomness is not in the hash that the voter noted."""
    credential = SMALL.credentials.private[0][1]
    prepared = prepare_ballot(ELECTION, credential, VOTES[0], seeded("audited"))
    opened = Opened(audited=[prepared.hash])
    records = {
        sign_ballot(prepared.unsigned, credential, ELECTION, seeded(seed)) for seed in ("1", "2")
    }
    assert len(records) == 2
    assert {refused(opened, record).check for record in records} == {"ballot.audited"}


def test_with_a_stuck_generator_the_vote_that_was_audited_is_not_cast() -> None:
    """The same vote gives the same ballot then, whose randomness is known."""
    credential = SMALL.credentials.private[0][1]
    audited, again = (prepare_ballot(ELECTION, credential, VOTES[0], bytes) for _ in range(2))
    opened = Opened(audited=[audited.hash])
    record = sign_ballot(again.unsigned, credential, ELECTION, bytes)
    assert refused(opened, record).check == "ballot.audited"


# An archive that is opened again


def test_a_replay_is_refused_after_an_archive_was_opened_again() -> None:
    first, second = SMALL.ballots[:2]
    opened = Opened(recorded=[derive_hash(first)])
    assert refused(opened, first).args == (
        "ballot.duplicate",
        "ballot",
        "a new ballot",
        derive_hash(first),
    )
    opened.cast(second)
    assert refused(opened, second).check == "ballot.duplicate"


def test_ballots_counted_from_an_archive_give_the_tally_that_the_box_gives() -> None:
    box, count, again = Opened(), BallotCount(ELECTION, WEIGHTS), Opened()
    for record in (*SMALL.ballots, revote()):
        box.cast(record)
        again.cast(record)
        count.add(check_ballot(record, ELECTION))
    tally, sized = count.derive_tally()
    assert (tally, sized) == box.box.close()
    append_tally(again.writer, ELECTION, tally, sized)
    assert again.stream.getvalue() == box.stream.getvalue()
    assert sized.num_tallied == len(SMALL.ballots)


# Weights


def test_each_ballot_counts_as_often_as_its_voter_has_weight() -> None:
    votes = (((1, 0),), ((0, 1),), ((1, 0),), ((0, 1),), ((0, 0),))
    weights = (0, 1, 7, 1000, 3)
    made = make_election(questions=(YES_NO,), votes=votes, weights=weights, seed="weights")
    assert made.result == ((7, 1001),)
    sized = parse_sized_tally(take_apart(made.archive)[-4].contents[1])
    assert (sized.num_tallied, sized.total_weight) == (5, 1011)
    assert verify_bytes(made.archive, bound=made.bound).verdict is Verdict.VALID


def test_a_revote_keeps_the_weight_of_its_voter() -> None:
    votes = (((1, 0),), ((0, 1),))
    made = make_election(
        questions=(YES_NO,),
        votes=votes,
        revotes=((0, ((0, 1),)),),
        weights=(5, 2),
        trustees=1,
        seed="weighted revote",
    )
    assert made.result == ((0, 7),)


@pytest.mark.parametrize("weights", [(0, 0), (2**30 - 1, 0), (2**30, 0), (10**11, 0)], ids=repr)
def test_large_weights_are_counted_and_written_in_their_one_form(weights: tuple[int, ...]) -> None:
    """The tally is a power; that the count is searched for is a matter of the result alone."""
    issued = issue_credentials(["Ada", "Bo"], ELECTION.uuid, ED25519, seeded("large"), weights)
    count = BallotCount(ELECTION, weights_of(issued))
    ballots = {}
    for voter, (_, credential) in enumerate(issued.private):
        record = make_ballot(ELECTION, credential, VOTES[voter], seeded(f"voter {voter}"))
        ballots[voter] = check_ballot(record, ELECTION)
        count.add(ballots[voter])
    tally, sized = count.derive_tally()
    exponent = ED25519.scalar(weights[0])
    assert tally == tuple(
        tuple(Ciphertext(c.alpha.power(exponent), c.beta.power(exponent)) for c in answer.choices)
        for answer in ballots[0].answers
    )
    assert (sized.num_tallied, sized.total_weight) == (2, weights[0])
    written = canonical_json(sized.to_json())
    assert parse_sized_tally(written) == sized
    quoted = b'"total_weight":"%d"' % weights[0]
    assert (quoted in written) == (weights[0] >= 2**30)


# Ranked ballots


def test_the_last_ranked_ballot_of_a_voter_counts_and_its_place_tells_nothing() -> None:
    """The tally is sorted, so that it is the same whatever order the ballots came in."""
    votes = tuple((vote,) for vote in RANK_VOTES[:3])
    made = make_election(
        questions=(RANK,), votes=votes, revotes=((0, (RANK_VOTES[4],)),), trustees=1, seed="again"
    )
    assert len(made.ballots) == 4
    assert sorted(made.result[0]) == sorted(RANK_VOTES[n] for n in (4, 1, 2))
    weights, tallies = weights_of(made.credentials), []
    for order in ((0, 1, 2, 3), (2, 0, 3, 1), (0, 3, 2, 1)):
        count = BallotCount(made.election, weights)
        for number in order:
            count.add(check_ballot(made.ballots[number], made.election))
        tallies.append(count.derive_tally())
    tally, sized = tallies[0]
    assert tallies == [(made.tally, sized)] * 3
    assert sized == SizedTally(3, 3, derive_hash(derive_tally_record(tally, (3,))))


def test_a_box_with_ranked_ballots_and_none_cast_is_closed_with_an_empty_row() -> None:
    made = make_election(questions=(RANK, YES_NO), votes=(), trustees=1, seed="nobody")
    assert (made.tally[0], made.result) == ((), ((), (0, 0)))
    assert b'"encrypted_tally"' in made.archive
    assert verify_bytes(made.archive, bound=made.bound, signed=made.signed).verdict is Verdict.VALID


# The checks before casting


@pytest.mark.parametrize(
    "path, change, check",
    [
        (("answers", 0, "overall_proof", 0, "challenge"), "1", "ballot.signature"),
        (("signature", "proof", "response"), "1", "ballot.signature"),
        (("election_hash",), "a" * 43, "ballot.election"),
        (("election_uuid",), "9" * 14, "ballot.election"),
    ],
)
def test_a_ballot_that_fails_a_check_is_not_returned(
    path: tuple[Any, ...], change: str, check: str
) -> None:
    with pytest.raises(CheckFailed) as caught:
        check_ballot(SAMPLES["ballot"].replaced(path, change), ELECTION)
    assert caught.value.check == check


@pytest.mark.parametrize("count", [0, 1, 3])
def test_attack_12_a_ballot_with_a_wrong_number_of_answers_is_refused(count: int) -> None:
    record = SAMPLES["ballot"].changed(("answers",), lambda a: [a[0], None, None][:count])
    with pytest.raises(MalformedRecord, match=f"^answers: expected 2 items, found {count}$"):
        check_ballot(record, ELECTION)


def test_attack_11_a_ballot_with_a_space_is_refused() -> None:
    with pytest.raises(MalformedRecord, match=r"^ballot: not in its canonical form$"):
        check_ballot(SMALL.ballots[0].replace(b",", b", ", 1), ELECTION)
