from __future__ import annotations

import io

import pytest

from comitia.ballots.v1.model import Check, derive_hash
from comitia.ballots.v1.parse import UnreadableArchive
from comitia.verify import Sources, Subject, Verdict, verify_election
from tests.elections import failed_checks, make_election, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    Happening,
    event_hashes_of,
    failures_of,
    hold_again,
    items_of,
    not_checked,
    one_failure,
    result_of,
    small,
)

AFTER_BALLOTS = ["tally.ballots", "tally.counts"]
DECRYPTIONS = ["decryption.present", "decryption.owner", "decryption.proof"]


def prefix(steps: int) -> bytes:
    """Return the small election as it stood after so many steps."""
    return put_together(take_apart(small().archive)[:steps])


# --- Elections that are still open ---


@pytest.mark.parametrize(
    "steps, unchecked",
    [
        (1, [*AFTER_BALLOTS, *DECRYPTIONS, "result.value"]),
        (2, [*AFTER_BALLOTS, *DECRYPTIONS, "result.value"]),
        (3, [*AFTER_BALLOTS, *DECRYPTIONS, "result.value"]),
        (4, [*AFTER_BALLOTS, *DECRYPTIONS, "result.value"]),
        (5, ["decryption.present", "result.value"]),
        (6, ["decryption.present", "result.value"]),
        (7, ["result.value"]),
    ],
    ids=["Setup", "Ballot", "Ballot", "EndBallots", "EncryptedTally", "one", "both"],
)
def test_an_open_election_is_incomplete_for_what_is_not_there_yet(
    steps: int, unchecked: list[str]
) -> None:
    report = verify(prefix(steps))
    assert report.verdict is Verdict.INCOMPLETE
    assert not_checked(report) == unchecked
    assert {r.reason for r in report.checks if r.reason} == {"the election is still open"}
    assert report.result is None
    assert report.uuid == small().election.uuid
    assert report.election_hash == small().election.fingerprint


def test_a_fault_in_an_open_election_is_a_failure() -> None:
    archive = prefix(2)
    ballot = small().ballots[0]
    report = verify(archive.replace(ballot, ballot[:-4] + b"0" + ballot[-3:]))
    assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "steps, expected", [(4, "not_checked"), (5, "failed"), (6, "failed"), (7, "passed")]
)
def test_bound_proofs_beside_an_open_election_are_not_left_out(steps: int, expected: str) -> None:
    """Shares that were promised and not yet recorded are strangers to the archive."""
    report = verify(prefix(steps), bound=small().bound)
    result = result_of(report, Check.DECRYPTION_BOUND)
    assert result.status.value == expected
    if expected == "not_checked":
        assert result.reason == "the election is still open"


# --- Continuing an earlier view ---


@pytest.mark.parametrize("steps", range(1, 9))
def test_an_archive_continues_everything_that_it_grew_from(steps: int) -> None:
    report = verify(small().archive, earlier=prefix(steps))
    assert report.verdict is Verdict.VALID
    assert result_of(report, Check.ARCHIVE_EXTENDS).count == steps


@pytest.mark.parametrize(
    "earlier, reason",
    [
        pytest.param(prefix(0), "the earlier copy holds no event", id="the header alone"),
        pytest.param(prefix(1)[:2000], "the earlier copy holds no event", id="cut early"),
        pytest.param(
            prefix(0) + bytes([1]) * 5120,
            "the earlier copy is damaged: not the header of a record",
            id="noise",
        ),
        pytest.param(
            prefix(3) + bytes([1]) * 5120,
            "the earlier copy is damaged: not the header of a record",
            id="noise after some events",
        ),
    ],
)
def test_an_earlier_view_that_says_nothing_is_not_checked(earlier: bytes, reason: str) -> None:
    report = verify(small().archive, earlier=earlier)
    assert report.verdict is Verdict.INCOMPLETE
    result = result_of(report, Check.ARCHIVE_EXTENDS)
    assert (result.status.value, result.reason) == ("not_checked", reason)


@pytest.mark.parametrize("cut", [1, 511, 512, 600])
def test_an_earlier_view_that_was_cut_is_compared_as_far_as_it_is_whole(cut: int) -> None:
    report = verify(small().archive, earlier=prefix(4)[:-cut])
    assert report.verdict is Verdict.VALID
    assert result_of(report, Check.ARCHIVE_EXTENDS).count == 3


def test_without_an_earlier_view_there_is_no_such_check() -> None:
    assert Check.ARCHIVE_EXTENDS not in {r.check for r in verify(small().archive).checks}


@pytest.mark.parametrize("steps", range(8))
def test_an_archive_that_was_shortened_is_no_continuation(steps: int) -> None:
    report = verify(prefix(steps), earlier=small().archive)
    before = event_hashes_of(small().archive)[steps]
    assert failures_of(report) == one_failure(
        Check.ARCHIVE_EXTENDS, Subject(steps, None), before, "the end of the archive"
    )
    assert result_of(report, Check.ARCHIVE_EXTENDS).count == steps + 1


def test_swapped_ballots_are_no_continuation_and_the_first_difference_is_named() -> None:
    made = small()
    swapped = put_together(hold_again(made, ballots=made.ballots[::-1]))
    assert verify(swapped).verdict is Verdict.VALID
    now, then = (event_hashes_of(archive)[1] for archive in (swapped, made.archive))
    assert failures_of(verify(swapped, earlier=made.archive)) == one_failure(
        Check.ARCHIVE_EXTENDS, Subject(1, now), then, now
    )


def test_a_ballot_that_was_dropped_is_missed() -> None:
    made = small()
    dropped = put_together(hold_again(made, ballots=made.ballots[1:]))
    assert verify(dropped).verdict is Verdict.VALID
    report = verify(dropped, earlier=prefix(2))
    assert failed_checks(report) == {"archive.extends"}


def test_another_election_is_no_continuation() -> None:
    report = verify(small().archive, earlier=make_election(seed="other").archive)
    (failure,) = failures_of(report)["archive.extends"]
    assert failure.subject.height == 0


def test_an_earlier_view_that_ends_within_a_record_counts_as_far_as_it_goes() -> None:
    """A copy that was being written: what it holds of events must be there."""
    made = small()
    for size in range(len(prefix(2)), len(prefix(3)), 100):
        report = verify(made.archive, earlier=made.archive[:size])
        assert report.verdict is Verdict.VALID
        assert result_of(report, Check.ARCHIVE_EXTENDS).count == 2


def test_events_are_compared_by_their_content_and_not_by_their_names() -> None:
    made = small()
    last = items_of(made.archive)[-1]
    assert isinstance(last, Happening)
    name = derive_hash(last.event.to_bytes())
    altered = made.archive.replace(b'"type":"Result"', b'"type":"Sesult"')
    assert name.encode() in altered
    report = verify(altered, earlier=made.archive)
    assert failed_checks(report) >= {"archive.hashes", "archive.extends"}


@pytest.mark.parametrize("earlier", [b"", b"x" * 2000, small().archive[:1000]])
def test_an_earlier_view_that_is_no_archive_is_unreadable(earlier: bytes) -> None:
    with pytest.raises(UnreadableArchive):
        verify(small().archive, earlier=earlier)


# --- What lies beside ---


def test_the_file_beside_the_archive_is_asked_for_by_one_safe_name() -> None:
    asked: list[str] = []

    def read_beside(name: str) -> None:
        asked.append(name)

    archive = small().archive
    verify_election(Sources(lambda: io.BytesIO(archive), read_beside=read_beside), map)
    assert asked == [f"{small().election.uuid}.bound.json"]


def test_nothing_is_asked_for_beside_an_archive_without_election() -> None:
    def refuse(name: str) -> bytes:
        raise AssertionError(name)

    archive = put_together([])
    report = verify_election(Sources(lambda: io.BytesIO(archive), read_beside=refuse), map)
    assert report.verdict is Verdict.INCOMPLETE


def test_nothing_beside_is_looked_for_unless_asked() -> None:
    archive = small().archive
    report = verify_election(Sources(lambda: io.BytesIO(archive)), map)
    assert [warning.id for warning in report.warnings] == ["decryption.bound"]
