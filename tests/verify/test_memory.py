"""What a verification keeps in memory grows by little with each ballot, and with no claim."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from comitia.ballots.v1.model import (
    HEADER_NAME,
    ArchiveHeader,
    Event,
    EventType,
    RecordKind,
    derive_hash,
    record_name,
    tar_block,
    tar_record,
)
from comitia.ballots.v1.parse import read_content
from comitia.verify import Sources, Verdict, verify_election
from comitia.verify.one_ballot import BallotCheck
from tests.elections import RANK, RANK_VOTES, TIMESTAMP, make_election, put_together
from tests.verify.building import hold_again, shuffle_again, small, with_setup

HEADER = tar_record(HEADER_NAME, ArchiveHeader(TIMESTAMP).to_bytes(), TIMESTAMP)
BYTES_A_BALLOT = 800


def write_archive(path: Path, ballots: int, size: int) -> None:
    """Write an election with its credentials and so many ballots, big and not worth reading."""
    credentials = b"[" + b",".join(b'"%064x"' % n for n in range(ballots)) + b"]"
    records = with_setup(small(), credentials=credentials)
    parent = None
    with path.open("wb") as stream:
        stream.write(HEADER)
        for height in range(ballots + 1):
            contents = [ballot(height - 1, size)] if height else [*records.in_order]
            type_ = EventType.BALLOT if height else EventType.SETUP
            event = Event(height, type_, parent, derive_hash(contents[-1])).to_bytes()
            parent = derive_hash(event)
            for content in contents:
                stream.write(tar_record(record_name(RecordKind.DATA, content), content, TIMESTAMP))
            stream.write(tar_record(record_name(RecordKind.EVENT, event), event, TIMESTAMP))


def ballot(number: int, size: int) -> bytes:
    frame = f'{{"election_uuid":"x","election_hash":"{"A" * 43}","credential":"{number:064x}",'
    return frame.encode() + b" " * (size - len(frame) - 1) + b"}"


def peak_of(work: Callable[[], object]) -> int:
    """Return the most memory that work has taken at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_grows_by_some_hundred_bytes_a_ballot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ballots of 8 KiB; their proofs and the credentials' membership are left out for speed."""
    monkeypatch.setattr(BallotCheck, "_parse", read_only)
    monkeypatch.setattr("comitia.verify.native._Check._disagree", lambda *_: None)
    monkeypatch.setattr(
        "comitia.verify.credentials.check_credentials", lambda chunk: NoFindings(len(chunk.texts))
    )
    peaks = []
    for number in (1000, 4000):  # more than a chunk, which is a constant
        path = tmp_path / f"{number}.bel"
        write_archive(path, number, 8192)
        verify_path(path)  # what is made once and kept
        peaks.append(peak_of(lambda path=path: verify_path(path)))  # type: ignore[misc] # mypy#15459
    assert (peaks[1] - peaks[0]) / 3000 < BYTES_A_BALLOT


class NoFindings:
    """What a worker finds where nothing is looked for."""

    is_sorted = True
    keys = None

    def __init__(self, number: int) -> None:
        self.faults = (None,) * number


def read_only(check: BallotCheck, stream: BinaryIO) -> None:
    """Read a ballot like the real parser, and find nothing in it."""
    read_content(stream, check.ballot.located.record, 10_000)


def verify_path(path: Path) -> Verdict:
    return verify_election(Sources(lambda: path.open("rb")), map).verdict


def test_a_record_that_claims_eight_gibibytes_allocates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "claim.bel"
    block = tar_block(record_name(RecordKind.DATA, b""), 8**11 - 1, TIMESTAMP)
    path.write_bytes(small().archive + block)
    assert peak_of(lambda: verify_path(path)) < 4 * 2**20


@pytest.mark.parametrize("kind", RecordKind)
def test_a_huge_record_that_is_there_is_hashed_in_pieces(kind: RecordKind, tmp_path: Path) -> None:
    """A file with a hole: 64 MiB of zeros that take no room."""
    size = 64 * 2**20
    path = tmp_path / "huge.bel"
    with path.open("wb") as stream:
        stream.write(HEADER)
        stream.write(tar_block(f"{'0' * 64}.{kind.value}.json", size, TIMESTAMP))
        stream.truncate(1536 + size)
    verdicts: list[Verdict] = []
    assert peak_of(lambda: verdicts.append(verify_path(path))) < 8 * 2**20
    assert verdicts == [Verdict.INVALID]


def test_memory_does_not_grow_with_the_number_of_shuffles(tmp_path: Path) -> None:
    """One is read, checked and let go before the next: nobody is kept from sending many."""
    votes = tuple((vote,) for vote in RANK_VOTES * 6)
    made = make_election(questions=(RANK,), votes=votes, trustees=1)
    peaks, record = [], 0
    for number in (2, 12):
        shuffles = shuffle_again(made.tally, made.election, (1,) * number)
        path = tmp_path / f"{number}.bel"
        path.write_bytes(put_together(hold_again(made, shuffles=shuffles)))
        record = len(shuffles[0][1].to_bytes())
        assert verify_path(path) is Verdict.VALID
        peaks.append(peak_of(lambda path=path: verify_path(path)))  # type: ignore[misc] # mypy#15459
    assert peaks[1] - peaks[0] < record
