"""What an election's archive says so far, as server, trustee and voter need it.

Only form and hashes are checked here. What may be believed of an archive that somebody else wrote
is the verifier's matter, and the caller's to ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from comitia.ballots.v1.making.continuing import read_appends
from comitia.ballots.v1.making.storage import ArchiveFile
from comitia.ballots.v1.model import (
    Election,
    EncryptedTally,
    Event,
    EventType,
    PartialDecryption,
    Sha256Hex,
    SizedTally,
    Trustees,
    derive_hash,
)
from comitia.ballots.v1.parse import (
    LARGEST_REFERENCE_BYTES,
    LARGEST_SETUP_BYTES,
    Damage,
    NotSupported,
    Record,
    largest_tally_bytes,
    parse_credentials,
    parse_election,
    parse_encrypted_tally,
    parse_owned,
    parse_partial_decryption,
    parse_sized_tally,
    parse_trustees,
    read_content,
    read_header,
)
from comitia.cli.files import open_plain
from comitia.errors import MalformedRecord

LARGEST_CREDENTIALS_BYTES: Final = 2**30
ReadRecord = Callable[[Record, int], bytes]
"""Returns a record's content, refusing one that is larger than stated."""


@dataclass(slots=True)
class Board:
    """An election's archive as far as it goes.

    ballots: the records of all ballots, in order.
    closing: the hash of the event that ended the voting, or None while it is open.
    shares: the decryptions by owner. is_complete: whether the result is recorded.
    """

    election: Election
    record: bytes
    trustees: Trustees
    weights: dict[str, int]
    ballots: list[Record] = field(default_factory=list)
    closing: Sha256Hex | None = None
    tally: EncryptedTally | None = None
    tally_record: bytes = b""
    sized: SizedTally | None = None
    shares: dict[int, PartialDecryption] = field(default_factory=dict)
    is_complete: bool = False

    @property
    def is_open(self) -> bool:
        """Whether ballots can be cast."""
        return self.closing is None


def read_board(path: Path) -> Board:
    """Return what an archive says; MalformedRecord where it is none, or does not end as one."""
    with open_plain(path) as stream:
        header = read_header(stream)

        def events() -> Iterator[tuple[Event, tuple[Record, ...]]]:
            for item in read_appends(stream, header):
                if isinstance(item, Damage):
                    raise MalformedRecord(f"{path}, byte {item.offset}", item.problem)
                yield item.event, item.records

        return _read(events(), partial(read_content, stream), path)


def board_of(archive: ArchiveFile, path: Path) -> Board:
    """Return what an archive says that this process has open for writing."""
    return _read(archive.events(), archive.read, path)


def _read(
    events: Iterator[tuple[Event, tuple[Record, ...]]], read: ReadRecord, path: Path
) -> Board:
    first, records = next(events, (None, ()))
    if first is None or first.type is not EventType.SETUP:
        problem = "the archive does not begin with the set-up of an election"
        raise MalformedRecord(str(path), problem)
    try:
        board = _read_setup(records, read)
        for event, its_records in events:
            _read_event(board, event, its_records, read)
    except MalformedRecord as error:
        raise MalformedRecord(f"{path}, {error.where}", error.problem) from None
    return board


def _read_setup(records: tuple[Record, ...], read: ReadRecord) -> Board:
    record, trustees, credentials = (
        read(each, largest)
        for each, largest in zip(
            records,
            (LARGEST_SETUP_BYTES, LARGEST_SETUP_BYTES, LARGEST_CREDENTIALS_BYTES),
            strict=False,
        )
    )
    election = parse_election(record)
    if election.summed_questions is None:
        raise NotSupported("election", "ranked questions cannot be held by this version")
    return Board(
        election=election,
        record=record,
        trustees=parse_trustees(trustees, election.group),
        weights={
            entry.text: entry.counted_weight
            for entry in parse_credentials(credentials, election.group)
        },
    )


def _read_event(board: Board, event: Event, records: tuple[Record, ...], read: ReadRecord) -> None:
    election = board.election
    largest = largest_tally_bytes(election.shape, election.group)
    match event.type:
        case EventType.BALLOT:
            board.ballots += records
        case EventType.END_BALLOTS:
            board.closing = derive_hash(event.to_bytes())
        case EventType.ENCRYPTED_TALLY:
            board.tally_record = read(records[0], largest)
            board.tally = parse_encrypted_tally(board.tally_record, election.shape, election.group)
            board.sized = parse_sized_tally(read(records[1], LARGEST_REFERENCE_BYTES))
        case EventType.PARTIAL_DECRYPTION:
            owner = parse_owned(read(records[1], LARGEST_REFERENCE_BYTES)).owner
            share = parse_partial_decryption(
                read(records[0], largest), election.shape, election.group
            )
            board.shares.setdefault(owner, share)
        case EventType.RESULT:
            board.is_complete = True
        case _:
            raise MalformedRecord(f"event {event.height}", f"{event.type} has no place here")
