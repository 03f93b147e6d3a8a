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
    owner_keys,
)
from comitia.ballots.v1.parse import (
    LARGEST_REFERENCE_BYTES,
    LARGEST_SETUP_BYTES,
    Damage,
    NotSupported,
    Record,
    expect_text,
    largest_tally_bytes,
    parse_credentials,
    parse_election,
    parse_encrypted_tally,
    parse_json,
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
_SETUP_RECORDS: Final = range(4, 6)
"""How many records open an election: a certificate of the credentials may be among them."""

_RECORDS: Final = {
    EventType.BALLOT: 1,
    EventType.END_BALLOTS: 0,
    EventType.ENCRYPTED_TALLY: 2,
    EventType.PARTIAL_DECRYPTION: 2,
    EventType.RESULT: 1,
}
"""How many records each of the other events is about."""

ReadRecord = Callable[[Record, int], bytes]
"""Returns a record's content, refusing one that is larger than stated."""


@dataclass(slots=True)
class Board:
    """An election's archive as far as it goes.

    ballots: the records of all ballots, in order.
    weightless: the credentials with ballots that count nothing.
    closing: the hash of the event that ended the voting, or None while it is open.
    shares: the decryptions by owner. is_complete: whether the result is recorded.
    """

    election: Election
    record: bytes
    trustees: Trustees
    weights: dict[str, int]
    ballots: list[Record] = field(default_factory=list)
    weightless: set[str] = field(default_factory=set)
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

    @property
    def counted_ballots(self) -> int:
        """How many ballots the encrypted tally is the sum of, without those that add nothing."""
        return 0 if self.sized is None else self.sized.num_tallied - len(self.weightless)


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
    if len(records) not in _SETUP_RECORDS:
        raise MalformedRecord("set-up", f"expected 4 or 5 records, found {len(records)}")
    record, trustees = (read(each, LARGEST_SETUP_BYTES) for each in records[:2])
    credentials = read(records[2], LARGEST_CREDENTIALS_BYTES)
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
    _expect_place(board, event, records)
    largest = largest_tally_bytes(election.shape, election.group)
    match event.type:
        case EventType.BALLOT:
            board.ballots += records
            if 0 in board.weights.values():
                credential = _credential_of(read(records[0], LARGEST_SETUP_BYTES))
                if board.weights.get(credential) == 0:
                    board.weightless.add(credential)
        case EventType.END_BALLOTS:
            board.closing = derive_hash(event.to_bytes())
        case EventType.ENCRYPTED_TALLY:
            board.tally_record = read(records[0], largest)
            board.tally = parse_encrypted_tally(board.tally_record, election.shape, election.group)
            board.sized = parse_sized_tally(read(records[1], LARGEST_REFERENCE_BYTES))
        case EventType.PARTIAL_DECRYPTION:
            owner = parse_owned(read(records[1], LARGEST_REFERENCE_BYTES)).owner
            if not 1 <= owner <= len(owner_keys(board.trustees)):
                raise MalformedRecord(f"event {event.height}", f"there is no trustee {owner}")
            share = parse_partial_decryption(
                read(records[0], largest), election.shape, election.group
            )
            board.shares.setdefault(owner, share)
        case EventType.RESULT:
            board.is_complete = True
        case _:
            raise AssertionError("no other event is in place")


def _credential_of(ballot: bytes) -> str:
    """Return whose a ballot is, without looking at anything else in it."""
    value = parse_json(ballot, "ballot", LARGEST_SETUP_BYTES)
    credential = value.get("credential") if isinstance(value, dict) else None
    return expect_text(credential, "ballot, credential")


def _expect_place(board: Board, event: Event, records: tuple[Record, ...]) -> None:
    """Refuse an event that cannot come here, or that is about more or fewer records."""
    match event.type:
        case EventType.BALLOT | EventType.END_BALLOTS:
            is_in_place = board.closing is None
        case EventType.ENCRYPTED_TALLY:
            is_in_place = board.closing is not None and board.tally is None
        case EventType.PARTIAL_DECRYPTION | EventType.RESULT:
            is_in_place = board.tally is not None and not board.is_complete
        case _:
            is_in_place = False
    where = f"event {event.height}"
    if not is_in_place:
        raise MalformedRecord(where, f"{event.type} has no place here")
    if len(records) != (expected := _RECORDS[event.type]):
        problem = f"{event.type} is about {expected} records, found {len(records)}"
        raise MalformedRecord(where, problem)
