"""What an election's archive says so far, as server, trustee and voter need it.

Only form and hashes are checked here. What may be believed of an archive that somebody else wrote
is the verifier's matter, and the caller's to ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import ranked_rows, with_ranked_rows
from comitia.ballots.v1.making.continuing import read_appends
from comitia.ballots.v1.making.storage import ArchiveFile
from comitia.ballots.v1.model import (
    Election,
    EncryptedTally,
    Event,
    EventType,
    Owned,
    PartialDecryption,
    Rows,
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
    Record,
    expect_text,
    largest_shuffle_bytes,
    largest_tally_bytes,
    parse_credentials,
    parse_election,
    parse_encrypted_tally,
    parse_json,
    parse_owned,
    parse_partial_decryption,
    parse_shuffle,
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
    EventType.SHUFFLE: 2,
    EventType.END_SHUFFLES: 0,
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
    tally: as it is recorded; ``decryptable`` has its ranked ballots as they were shuffled last.
    shuffled: the ranked rows after the last shuffle.
    shuffles: whose each shuffle is said to be, and the hash of its record, in their order.
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
    sized: SizedTally | None = None
    shuffled: Rows | None = None
    shuffles: list[Owned] = field(default_factory=list)
    shuffles_ended: bool = False
    shares: dict[int, PartialDecryption] = field(default_factory=dict)
    is_complete: bool = False

    @property
    def is_open(self) -> bool:
        """Whether ballots can be cast."""
        return self.closing is None

    @property
    def decryptable(self) -> EncryptedTally | None:
        """The tally that is decrypted, once there is one and its ranked ballots are shuffled."""
        if self.tally is None or not self.election.ranked_places:
            return self.tally
        if self.shuffled is None or not self.shuffles_ended:
            return None
        return with_ranked_rows(self.tally, self.shuffled, self.election)

    @property
    def to_shuffle(self) -> Rows | None:
        """The ranked rows that the next shuffle takes, while shuffles can come."""
        if self.tally is None or self.shuffles_ended or not self.election.ranked_places:
            return None
        return ranked_rows(self.tally, self.election) if self.shuffled is None else self.shuffled

    @property
    def why_not_shuffled(self) -> str:
        """Why no shuffle can come, for an archive that has no rows to shuffle."""
        if not self.election.ranked_places:
            return "one without ranked questions, whose tally is decrypted as it is"
        if self.tally is None:
            return "one whose voting has not ended; `comitia election close` ends it"
        return "one whose shuffles have ended"

    @property
    def shufflers(self) -> tuple[int, ...]:
        """Whose the shuffles are said to be, each trustee once."""
        return tuple(sorted({owned.owner for owned in self.shuffles}))

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
    _expect_place(board, event, records)
    match event.type:
        case EventType.BALLOT:
            _read_ballot(board, records[0], read)
        case EventType.END_BALLOTS:
            board.closing = derive_hash(event.to_bytes())
        case EventType.ENCRYPTED_TALLY:
            _read_tally(board, records, read)
        case EventType.SHUFFLE:
            _read_shuffle(board, records, read)
        case EventType.END_SHUFFLES:
            board.shuffles_ended = True
        case EventType.PARTIAL_DECRYPTION:
            _read_share(board, event, records, read)
        case EventType.RESULT:
            board.is_complete = True
        case _:
            raise AssertionError("no other event is in place")


def _read_ballot(board: Board, record: Record, read: ReadRecord) -> None:
    board.ballots.append(record)
    if 0 in board.weights.values():
        credential = _credential_of(read(record, LARGEST_SETUP_BYTES))
        if board.weights.get(credential) == 0:
            board.weightless.add(credential)


def _read_tally(board: Board, records: tuple[Record, ...], read: ReadRecord) -> None:
    board.sized = parse_sized_tally(read(records[1], LARGEST_REFERENCE_BYTES))
    election = board.election = replace(board.election, counted=_counted(board))
    largest = largest_tally_bytes(election.shape, election.group)
    board.tally = parse_encrypted_tally(read(records[0], largest), election.shape, election.group)


def _read_shuffle(board: Board, records: tuple[Record, ...], read: ReadRecord) -> None:
    election = board.election
    counts = [election.counted] * len(election.ranked_places)
    record = read(records[0], largest_shuffle_bytes(counts, election.group))
    board.shuffled = parse_shuffle(record, counts, election.group).rows
    owned = parse_owned(read(records[1], LARGEST_REFERENCE_BYTES))
    if owned.payload != records[0].hash:
        raise MalformedRecord("shuffle", "its owner's record is about another one")
    board.shuffles.append(owned)


def _read_share(board: Board, event: Event, records: tuple[Record, ...], read: ReadRecord) -> None:
    election = board.election
    owner = parse_owned(read(records[1], LARGEST_REFERENCE_BYTES)).owner
    if not 1 <= owner <= len(owner_keys(board.trustees)):
        raise MalformedRecord(f"event {event.height}", f"there is no trustee {owner}")
    largest = largest_tally_bytes(election.shape, election.group)
    share = parse_partial_decryption(read(records[0], largest), election.shape, election.group)
    board.shares.setdefault(owner, share)


def _counted(board: Board) -> int:
    """Return how many ballots a tally says it holds; refuse more than there are."""
    number = 0 if board.sized is None else board.sized.num_tallied
    if number > len(board.ballots):
        raise MalformedRecord("tally", f"{number} ballots, of {len(board.ballots)} that were cast")
    return number


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
        case EventType.SHUFFLE | EventType.END_SHUFFLES:
            is_in_place = board.to_shuffle is not None
        case EventType.PARTIAL_DECRYPTION | EventType.RESULT:
            is_in_place = board.decryptable is not None and not board.is_complete
        case _:
            is_in_place = False
    where = f"event {event.height}"
    if not is_in_place:
        raise MalformedRecord(where, f"{event.type} has no place here")
    if len(records) != (expected := _RECORDS[event.type]):
        problem = f"{event.type} is about {expected} records, found {len(records)}"
        raise MalformedRecord(where, problem)
