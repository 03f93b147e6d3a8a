"""Archives cut at any byte: never valid themselves, and as earlier copies never misread."""

from __future__ import annotations

import io
from functools import cache

import pytest

from comitia.ballots.v1.model import Check
from comitia.ballots.v1.parse import UnreadableArchive
from comitia.verify import CheckResult, Status, Subject, Verdict
from comitia.verify.election import _check_extends
from comitia.verify.report import ReportBuilder
from comitia.verify.structure import Structure
from comitia.verify.walk import read_structure
from tests.elections import make_election, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import result_of, small

STEPS = take_apart(small().archive)
ENDS = [len(put_together(STEPS[:number])) for number in range(len(STEPS) + 1)]
"""Where the archive's own header and each event end."""

HEADER_BYTES = ENDS[0]
AROUND = (-513, -512, -511, -1, 0, 1, 100, 124, 136, 511, 512, 513)
"""Places about the end of an event: the event's content and filling, the next record's header."""


@cache
def structure_of(archive: bytes) -> Structure:
    return read_structure(io.BytesIO(archive), ReportBuilder())


def extends(archive: bytes, earlier: bytes) -> CheckResult:
    """Return what the verifier says of an earlier copy, without the checks that are no part of it.

    That a whole verification says the same is for the tests that make one.
    """
    report = ReportBuilder()
    _check_extends(structure_of(archive), lambda: io.BytesIO(earlier), report)
    return result_of(report.finish(None, None, Subject()), Check.ARCHIVE_EXTENDS)


def whole_events(length: int) -> int:
    return sum(end <= length for end in ENDS) - 1


def cuts(stride: int) -> list[int]:
    """Return lengths behind the archive's own header: some of all, and all that may matter."""
    size = len(small().archive)
    near = {end + offset for end in ENDS for offset in AROUND}
    lengths = {*range(HEADER_BYTES, size, stride), *near, size}
    return sorted(length for length in lengths if HEADER_BYTES <= length <= size)


def test_a_copy_cut_at_any_byte_is_continued_as_far_as_it_is_whole() -> None:
    archive = small().archive
    for length in cuts(stride=5):
        found = extends(archive, archive[:length])
        events = whole_events(length)
        expected = (Status.PASSED if events else Status.NOT_CHECKED, events, ())
        assert (found.status, found.count, found.failures) == expected


def test_every_byte_of_one_ballot_is_a_place_to_cut() -> None:
    """Header, content, filling; then the event's."""
    archive = small().archive
    for length in range(ENDS[1], ENDS[2]):
        found = extends(archive, archive[:length])
        assert (found.status, found.count) == (Status.PASSED, 1)


def test_a_copy_cut_within_the_archive_s_own_header_is_unreadable() -> None:
    archive = small().archive
    for length in range(HEADER_BYTES):
        with pytest.raises(UnreadableArchive):
            extends(archive, archive[:length])


def test_a_copy_of_another_election_fails_wherever_it_is_cut() -> None:
    other = make_election(seed="other").archive
    first = len(put_together(take_apart(other)[:1]))
    for length in range(HEADER_BYTES, len(other), 11):
        found = extends(small().archive, other[:length])
        if length < first:
            assert found.status is Status.NOT_CHECKED
        else:
            assert found.status is Status.FAILED
            assert [failure.subject.height for failure in found.failures] == [0]


def test_a_copy_that_parted_later_fails_from_its_first_other_event() -> None:
    made = small()
    (other_step,) = take_apart(make_election(seed="other").archive)[1:2]
    other = put_together([*STEPS[:2], other_step, *STEPS[3:]])
    parted = len(put_together([*STEPS[:2], other_step]))
    for length in range(ENDS[1], len(other), 7):
        found = extends(made.archive, other[:length])
        assert found.status is (Status.FAILED if length >= parted else Status.PASSED)


def test_a_whole_verification_says_the_same_of_a_copy_that_was_cut() -> None:
    archive = small().archive
    for length in sorted({end + offset for end in ENDS for offset in (-1, 0, 300, 700)}):
        if HEADER_BYTES <= length <= len(archive):
            report = verify(archive, earlier=archive[:length])
            assert result_of(report, Check.ARCHIVE_EXTENDS) == extends(archive, archive[:length])
            expected = Verdict.VALID if whole_events(length) else Verdict.INCOMPLETE
            assert report.verdict is expected


def test_an_archive_that_was_cut_is_never_valid() -> None:
    archive = small().archive
    for length in cuts(stride=97)[:-1]:
        report = verify(archive[:length])
        whole = length in ENDS
        assert report.verdict is (Verdict.INCOMPLETE if whole else Verdict.INVALID)
    assert verify(archive).verdict is Verdict.VALID


def test_an_archive_that_was_cut_does_not_continue_what_it_was_cut_from() -> None:
    archive = small().archive
    for length in cuts(stride=401)[:-1]:
        assert extends(archive[:length], archive).status is Status.FAILED
