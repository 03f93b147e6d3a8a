"""Archives in files: what was told of stays, and what a crash leaves is kept or refused."""

from __future__ import annotations

import errno
import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

import pytest

from comitia.ballots.v1.making import BallotBox, check_ballot
from comitia.ballots.v1.making.archive import Link
from comitia.ballots.v1.making.continuing import MOST_RECORDS, Append, Tail, find_end, read_appends
from comitia.ballots.v1.making.storage import ArchiveFile, Recovery, UnendedAppend
from comitia.ballots.v1.model import (
    ArchiveHeader,
    Event,
    EventType,
    RecordKind,
    derive_hash,
    record_name,
    tar_record,
)
from comitia.ballots.v1.parse import Damage, Record, UnreadableArchive, read_records
from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.verify import Verdict
from tests.ballots.v1.samples import SMALL
from tests.elections import TIMESTAMP, Step, put_together, take_apart, verify_bytes

HEADER = ArchiveHeader(TIMESTAMP)
STEPS = take_apart(SMALL.archive)
ENDS = [len(put_together(STEPS[:number])) for number in range(len(STEPS) + 1)]
"""Where the header and each event end."""


@dataclass
class Kept:
    """Where the tails of a test's archives are kept."""

    tails: list[tuple[int, bytes]] = field(default_factory=list)

    def __call__(self, offset: int, pieces: Iterator[bytes]) -> str:
        self.tails.append((offset, b"".join(pieces)))
        return f"tail {len(self.tails)}"


class Place:
    """A file for one archive, filled with any bytes before it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, content: bytes) -> None:
        self.path.write_bytes(content)

    def open(self, kind: type[FileIO] = FileIO) -> FileIO:
        return kind(self.path, "r+")

    def resume(self, keep: Kept | None = None) -> ArchiveFile:
        """Resume, and close the file where that is refused."""
        file = self.open()
        try:
            return ArchiveFile.resume(file, keep)
        except BaseException:
            file.close()
            raise

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path / "election.bel")
    found.fill(b"")
    return found


def append_steps(archive: ArchiveFile, first: int, last: int | None = None) -> None:
    for step in STEPS[first:last]:
        archive.append(step.type, *step.contents)


def refusal(place: Place, content: bytes) -> str:
    """Return why an archive is refused, also when it may be recovered; it stays as it is."""
    place.fill(content)
    kept = Kept()
    words = set()
    for keep in (None, kept):
        with pytest.raises(MalformedRecord) as caught:
            place.resume(keep)
        assert not isinstance(caught.value, UnendedAppend)
        words.add(str(caught.value))
    assert (kept.tails, place.content) == ([], content)
    (sentence,) = words
    assert sentence.startswith(f"{place.path}, ")
    return sentence.removeprefix(f"{place.path}, ")


def tail_of(content: bytes) -> Tail | None:
    return find_end(io.BytesIO(content)).tail


# --- Begun and continued ---


def test_an_archive_begun_in_a_file_is_the_one_that_is_written_anywhere(place: Place) -> None:
    with ArchiveFile.begin(place.open(), HEADER) as archive:
        append_steps(archive, 0)
        assert archive.size == len(SMALL.archive)
    assert place.content == SMALL.archive


@pytest.mark.parametrize("number", range(len(STEPS) + 1))
def test_an_archive_is_continued_behind_any_event(number: int, place: Place) -> None:
    place.fill(SMALL.archive[: ENDS[number]])
    with place.resume() as archive:
        assert (archive.recovery, archive.size, archive.header) == (None, ENDS[number], HEADER)
        append_steps(archive, number)
    assert place.content == SMALL.archive
    assert verify_bytes(place.content, bound=SMALL.bound).verdict is Verdict.VALID


@pytest.mark.parametrize("header", [ArchiveHeader(7), ArchiveHeader(7, timestamp_is_text=False)])
def test_the_header_stays_in_the_form_that_it_has(header: ArchiveHeader, place: Place) -> None:
    with ArchiveFile.begin(place.open(), header) as archive:
        archive.append(EventType.SETUP, b"{}")
    begun = place.content
    with place.resume() as archive:
        assert archive.header == header
        archive.append(EventType.END_BALLOTS)
    assert place.content.startswith(begun)
    assert tail_of(place.content) is None


def test_what_is_recorded_is_read_again_to_go_on(place: Place) -> None:
    """A server that comes back finds its ballots: credentials, hashes, contents."""
    place.fill(SMALL.archive[: ENDS[4]])
    with place.resume() as archive:
        found = [
            (event.type, tuple(archive.read(record, record.size) for record in records))
            for event, records in archive.events()
        ]
        assert found == [(step.type, step.contents) for step in STEPS[:4]]
        voters = [check_ballot(record, SMALL.election) for record in SMALL.ballots]
        credentials = {voter.credential.text: 1 for voter in voters}
        box = BallotBox(archive, SMALL.election, credentials)
        ballot = SMALL.ballots[3]
        event, _ = box.cast(ballot, voters[3])
        assert (event.height, event.payload) == (4, derive_hash(ballot))
        assert [event.height for event, _ in archive.events()] == [0, 1, 2, 3, 4]


def test_events_are_given_while_others_are_appended(place: Place) -> None:
    with ArchiveFile.begin(place.open(), HEADER) as archive:
        append_steps(archive, 0, 2)
        events = archive.events()
        assert next(events)[0].height == 0
        append_steps(archive, 2)
        assert [event.height for event, _ in events] == [1]
    assert place.content == SMALL.archive


def test_a_record_that_is_larger_than_expected_is_not_read(place: Place) -> None:
    place.fill(SMALL.archive)
    with place.resume() as archive:
        _, records = next(archive.events())
        with pytest.raises(MalformedRecord, match="where at most 3 are allowed"):
            archive.read(records[0], 3)


def test_a_file_that_is_changed_meanwhile_is_noticed_when_it_is_read_again(place: Place) -> None:
    place.fill(SMALL.archive)
    with place.resume() as archive:
        content = bytearray(SMALL.archive)
        content[1024 + 512] ^= 1
        place.fill(bytes(content))
        with pytest.raises(MalformedRecord, match=r", byte 1024: .* another hash than its name$"):
            list(archive.events())


# --- Cut at any byte ---


TINY = put_together(
    [Step(EventType.SETUP, (b'"one"', b"{}")), Step(EventType.BALLOT, (b"[" * 10,))]
)


def test_an_append_cut_at_any_byte_is_refused_or_recovered_and_then_as_if_never_cut(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # some seconds, for what other tests look at
    start = len(TINY) - 512 * 4
    for cut in range(start + 1, len(TINY)):  # every byte
        place.fill(TINY[:cut])
        with pytest.raises(UnendedAppend) as caught:
            place.resume()
        tail = caught.value.tail
        assert (tail.offset, tail.size, tail.event) == (start, cut - start, None)
        assert place.content == TINY[:cut]
        kept = Kept()
        with place.resume(kept) as archive:
            assert archive.recovery == Recovery(tail, "tail 1")
            archive.append(EventType.BALLOT, b"[" * 10)
        assert kept.tails == [(start, TINY[start:cut])]
        assert place.content == TINY


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_every_append_of_an_election_can_be_recovered(number: int, place: Place) -> None:
    start, end = ENDS[number : number + 2]
    blocks = {*range(start, end, 512)}
    for cut in sorted({*blocks, *(block + 1 for block in blocks), end - 1} - {start}):
        place.fill(SMALL.archive[:cut])
        kept = Kept()
        with place.resume(kept) as archive:
            append_steps(archive, number, number + 1)
        assert kept.tails == [(start, SMALL.archive[start:cut])]
        assert place.content == SMALL.archive[:end]


def test_the_end_is_found_in_an_archive_cut_anywhere() -> None:
    """No cut is taken for damage, and none for an archive that ends there."""
    for cut in range(1024, len(SMALL.archive), 13):
        found = find_end(io.BytesIO(SMALL.archive[:cut]))
        assert found.offset == max(end for end in ENDS if end <= cut)
        assert (0 if found.tail is None else found.tail.size) == cut - found.offset


def test_the_refusal_says_where_why_and_what_to_do(place: Place) -> None:
    place.fill(SMALL.archive[:-10])
    with pytest.raises(UnendedAppend) as caught:
        place.resume()
    start = ENDS[-2]
    assert str(caught.value) == (
        f"{place.path}, byte {start}: the last append did not come to its end (the file ends "
        "within a record): recover the archive, which moves its last "
        f"{len(SMALL.archive) - 10 - start} bytes to a file beside it"
    )


def test_records_without_their_event_are_a_tail(place: Place) -> None:
    content = SMALL.archive[: ENDS[1]] + tar_record(
        record_name(RecordKind.DATA, b"{}"), b"{}", TIMESTAMP
    )
    assert tail_of(content) == Tail(ENDS[1], 1024, "records without their event")
    place.fill(content)
    with place.resume(Kept()) as archive:
        append_steps(archive, 1)
    assert place.content == SMALL.archive


@pytest.mark.parametrize("length", [0, 1, 8, 9, 511, 512, 600, 1023])
def test_an_archive_that_was_not_begun_wholly_is_refused(length: int, place: Place) -> None:
    words = "header: the file ends within it and holds no event; move it away and begin again"
    assert refusal(place, SMALL.archive[:length]) == words


@pytest.mark.parametrize("content", [b"x", b"%PDF-1.4" * 9, bytes(1024), b"BELENIOSA" + bytes(99)])
def test_what_is_no_archive_is_refused(content: bytes, place: Place) -> None:
    words = "header: this is not an election archive of wire version 1"
    assert refusal(place, content) == words


def test_what_begins_otherwise_is_unreadable_by_name(place: Place) -> None:
    place.fill(b"x" * 2000)
    with pytest.raises(UnreadableArchive):
        place.resume()


# --- What a loss of power leaves ---

LAST = SMALL.archive[ENDS[-2] :]
"""The last append: a data record of two blocks, an event of two."""
BEFORE = SMALL.archive[: ENDS[-2]]


def with_blocks(append: bytes, lost: int, filler: Callable[[int], bytes]) -> bytes:
    """Return an append some of whose blocks (the bits of ``lost``) were not stored."""
    blocks = [append[place : place + 512] for place in range(0, len(append), 512)]
    return b"".join(
        filler(512) if lost >> number & 1 else block for number, block in enumerate(blocks)
    )


@pytest.mark.parametrize(
    "filler", [bytes, lambda n: b"\xa5" * n, os.urandom], ids=["zeros", "a5", "noise"]
)
def test_an_append_of_which_any_blocks_were_lost_is_a_tail(
    filler: Callable[[int], bytes], place: Place
) -> None:
    assert len(LAST) == 4 * 512
    for lost in range(1, 16):
        for length in (2048, 2047, 1536, 1025, 1024, 512, 100):
            torn = BEFORE + with_blocks(LAST, lost, filler)[:length]
            if SMALL.archive.startswith(torn):
                continue
            place.fill(torn)
            with pytest.raises(UnendedAppend):
                place.resume()
            assert place.content == torn
            kept = Kept()
            with place.resume(kept) as archive:
                assert kept.tails == [(len(BEFORE), torn[len(BEFORE) :])]
                append_steps(archive, len(STEPS) - 1)
            assert place.content == SMALL.archive


@pytest.mark.parametrize("size", [1, 511, 512, 1024, 10240])
@pytest.mark.parametrize("filler", [bytes, lambda n: b"\xa5" * n], ids=["zeros", "noise"])
def test_bytes_behind_the_last_event_are_a_tail(
    filler: Callable[[int], bytes], size: int, place: Place
) -> None:
    place.fill(SMALL.archive + filler(size))
    kept = Kept()
    with place.resume(kept) as archive:
        assert archive.recovery is not None
    assert kept.tails == [(len(SMALL.archive), filler(size))]
    assert place.content == SMALL.archive


def test_a_tail_states_why_it_is_none_whole() -> None:
    ends = {
        bytes(1024): "zero bytes after the last record",
        b"\xa5" * 1024: "not the header of a record",
        LAST[:600]: "the file ends within a record",
        LAST[:300]: "the file ends within a record's header",
        with_blocks(LAST[:1024], 2, bytes): "the record's content has another hash than its name",
        LAST[:1023] + b"\1": "the record is not filled up with zero bytes",
        LAST[:110] + b"\1" + LAST[111:]: "the header of the record is not in its canonical form",
    }
    found = {end: tail_of(BEFORE + end) for end in ends}
    assert {end: tail.problem for end, tail in found.items() if tail} == ends


def test_a_whole_event_behind_lost_records_is_stated_for_it_may_have_been_told_of(
    place: Place,
) -> None:
    event = Event(
        len(STEPS) - 1,
        EventType.RESULT,
        find_end(io.BytesIO(BEFORE)).link.parent,
        derive_hash(STEPS[-1].contents[0]),
    )
    place.fill(BEFORE + with_blocks(LAST, 2, bytes))
    with pytest.raises(UnendedAppend, match="; compare it with other copies first") as caught:
        place.resume()
    assert caught.value.tail.event == event
    place.fill(BEFORE + with_blocks(LAST, 8, bytes))
    with pytest.raises(UnendedAppend, match=r"to a file beside it$") as caught:
        place.resume()
    assert caught.value.tail.event is None


def test_nothing_is_given_behind_the_first_damage() -> None:
    content = bytearray(SMALL.archive)
    content[ENDS[3] + 600] ^= 1
    stream = io.BytesIO(content)
    stream.seek(1024)
    *whole, last = read_appends(stream, HEADER)
    assert [item.end for item in whole if isinstance(item, Append)] == ENDS[1:4]
    problem = "the record's content has another hash than its name"
    assert (len(whole), last) == (3, Damage(ENDS[3], problem))


# --- Damage that no crash leaves ---


@pytest.mark.parametrize("number", [5, len(STEPS) - 2], ids=["EndBallots", "PartialDecryption"])
def test_any_bit_changed_in_an_append_that_was_followed_by_another_is_refused(
    number: int, place: Place
) -> None:
    for offset in range(ENDS[number], ENDS[number + 1], 61):
        content = bytearray(SMALL.archive)
        content[offset] ^= 1
        words = refusal(place, bytes(content))
        assert re.match(r"byte \d+: .*; the event at byte \d+ was followed by more$", words) or (
            "the chain is broken" in words
        )


@pytest.mark.parametrize(
    "place_within, problem",
    [
        (140, "the header of the record is not in its canonical form"),
        (516, "the record's content has another hash than its name"),
        (1023, "the record is not filled up with zero bytes"),
    ],
)
@pytest.mark.parametrize("number", [5, len(STEPS) - 2], ids=["EndBallots", "PartialDecryption"])
def test_damage_is_refused_however_little_follows_an_event(
    number: int, place_within: int, problem: str, place: Place
) -> None:
    """What lies behind the event shows that the append was over, be it whole itself or not."""
    end = ENDS[number + 1]
    event = read_last_event(SMALL.archive[:end]).offset - 512
    content = bytearray(SMALL.archive)
    content[event + place_within] ^= 1
    for length in (1, 511, 512, 1024):
        found = refusal(place, bytes(content[: end + length]))
        assert found == f"byte {event}: {problem}; the event at byte {event} was followed by more"


def read_last_event(content: bytes) -> Record:
    stream = io.BytesIO(content)
    stream.seek(1024)
    *_, last = read_records(stream, HEADER)
    assert isinstance(last, Record)
    return last


@pytest.mark.parametrize("size", [0, 1, 513, 2048, 8**11 - 1])
def test_a_size_changed_in_the_middle_is_no_end(size: int, place: Place) -> None:
    """A size beyond the end reads as a file that was cut; the events behind tell otherwise."""
    content = bytearray(SMALL.archive)
    content[ENDS[2] + 124 : ENDS[2] + 136] = b"%011o\0" % size
    assert f"byte {ENDS[2]}: " in refusal(place, bytes(content))


def test_zero_blocks_in_the_middle_are_no_end(place: Place) -> None:
    content = SMALL.archive[: ENDS[3]] + bytes(512) + SMALL.archive[ENDS[3] :]
    assert refusal(place, content).startswith(f"byte {ENDS[3]}: zero bytes after the last record; ")


def event_record(event: Event) -> bytes:
    data = event.to_bytes()
    return tar_record(record_name(RecordKind.EVENT, data), data, TIMESTAMP)


def test_a_whole_event_that_is_not_the_next_is_refused_wherever_it_lies(place: Place) -> None:
    link = find_end(io.BytesIO(BEFORE)).link
    assert link.height == len(STEPS) - 1
    for height, parent in [
        (link.height + 1, link.parent),
        (link.height - 1, link.parent),
        (link.height, derive_hash(b"another")),
        (link.height, None),
    ]:
        stranger = event_record(Event(height, EventType.END_BALLOTS, parent))
        broken = (
            f": the chain is broken: expected height {link.height} after {link.parent}, "
            f"found {height} after {parent}"
        )
        assert refusal(place, BEFORE + stranger) == f"byte {len(BEFORE)}{broken}"
        garbled = BEFORE + bytes(512) + stranger
        assert refusal(place, garbled) == f"byte {len(BEFORE) + 512}{broken}"


def test_an_event_about_another_record_than_the_one_before_it_is_refused(place: Place) -> None:
    link = Link(len(STEPS) - 1, find_end(io.BytesIO(BEFORE)).link.parent)
    about_nothing = event_record(Event(link.height, EventType.RESULT, link.parent))
    about_other = event_record(Event(link.height, EventType.RESULT, link.parent, derive_hash(b"")))
    for append in (LAST[:1024] + about_nothing, about_other, LAST[:1024] + about_other):
        words = "the event is not about the record before it"
        offset = len(BEFORE) + append.index(b".event.json") - 64
        assert refusal(place, BEFORE + append) == f"byte {offset}: {words}"


def test_a_record_named_as_an_event_that_is_none_is_refused(place: Place) -> None:
    for data, words in (
        (b"{}", "event: the field height is missing"),
        (b" " * 4097, "record: 4097 bytes, where at most 4096 are allowed"),
    ):
        record = tar_record(record_name(RecordKind.EVENT, data), data, TIMESTAMP)
        assert refusal(place, BEFORE + record) == f"byte {len(BEFORE)}: not an event: {words}"


def test_more_records_than_any_event_is_about_are_refused(place: Place) -> None:
    record = tar_record(record_name(RecordKind.DATA, b"{}"), b"{}", TIMESTAMP)
    assert tail_of(BEFORE + MOST_RECORDS * record) is not None
    offset = len(BEFORE) + MOST_RECORDS * len(record)
    assert refusal(place, BEFORE + (MOST_RECORDS + 1) * record) == (
        f"byte {offset}: more than 8 records before an event"
    )


def test_no_more_records_are_appended_than_can_be_read_again(place: Place) -> None:
    with ArchiveFile.begin(place.open(), HEADER) as archive:
        with pytest.raises(ValueError, match="at most 8 records"):
            archive.append(EventType.SETUP, *([b"{}"] * (MOST_RECORDS + 1)))
        archive.append(EventType.SETUP, *([b"{}"] * MOST_RECORDS))
    with place.resume() as archive:
        assert [len(records) for _, records in archive.events()] == [MOST_RECORDS]


# --- Storing ---


@dataclass
class Disc:
    """What a loss of power would leave: the content at the last fsync."""

    monkeypatch: pytest.MonkeyPatch
    stored: bytes = b""
    failures: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.monkeypatch.setattr("comitia.ballots.v1.making.storage.os.fsync", self.fsync)

    def fsync(self, descriptor: int) -> None:
        if self.failures:
            raise OSError(self.failures.pop(0), "Input/output error")
        self.stored = os.pread(descriptor, 1 << 30, 0)


def test_an_event_is_told_of_only_when_it_is_stored(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    disc = Disc(monkeypatch)
    with ArchiveFile.begin(place.open(), HEADER) as archive:
        assert disc.stored == SMALL.archive[:1024]
        for number, step in enumerate(STEPS):
            archive.append(step.type, *step.contents)
            assert disc.stored == SMALL.archive[: ENDS[number + 1]]


def test_what_a_writer_left_unstored_is_stored_before_it_is_built_upon(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole event that nobody was told of counts from now on."""
    place.fill(SMALL.archive)
    disc = Disc(monkeypatch)
    with place.resume():
        assert disc.stored == SMALL.archive
    place.fill(SMALL.archive[:-1])
    with place.resume(Kept()):
        assert disc.stored == BEFORE


def test_nothing_is_cut_off_where_the_tail_cannot_be_kept(place: Place) -> None:
    def refuse(_offset: int, _pieces: Iterator[bytes]) -> str:
        raise OSError(errno.ENOSPC, "No space left on device", "tail")

    place.fill(SMALL.archive[:-1])
    with place.open() as file:
        with pytest.raises(StorageUnavailable, match=r"^tail: No space left on device$"):
            ArchiveFile.resume(file, refuse)
        assert place.content == SMALL.archive[:-1]


class Full(FileIO):
    """A file on a disc with a little space left; writes what fits, as discs do."""

    space = 1 << 40
    stuck = False

    def write(self, data: object, /) -> int:
        assert isinstance(data, (bytes, memoryview))
        if self.space == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = super().write(data[: min(self.space, 700)])
        self.space -= written
        return written

    def truncate(self, size: int | None = None, /) -> int:
        if self.stuck:
            raise OSError(errno.EIO, "Input/output error")
        return super().truncate(size)


def test_an_append_that_finds_no_space_leaves_nothing_and_can_be_repeated(place: Place) -> None:
    file = Full(place.path, "r+")
    with ArchiveFile.begin(file, HEADER) as archive:
        append_steps(archive, 0, 2)
        for space in (0, 1, 511, 512, 1000, 2000):
            file.space = space
            with pytest.raises(StorageUnavailable) as caught:
                append_steps(archive, 2, 3)
            assert str(caught.value) == f"{place.path}: No space left on device"
            assert (archive.size, place.content) == (ENDS[2], SMALL.archive[: ENDS[2]])
        file.space = 1 << 40
        append_steps(archive, 2)
    assert place.content == SMALL.archive


def test_a_file_that_takes_no_more_and_says_nothing_is_full_too(place: Place) -> None:
    class Silent(FileIO):
        def write(self, _: object, /) -> int:
            return 0

    with place.open(Silent) as file, pytest.raises(StorageUnavailable, match="nothing more"):
        ArchiveFile.begin(file, HEADER)
    assert place.content == b""


def test_what_cannot_be_taken_back_ends_the_use_of_the_archive(place: Place) -> None:
    file = Full(place.path, "r+")
    with ArchiveFile.begin(file, HEADER) as archive:
        append_steps(archive, 0, 2)
        file.space, file.stuck = 600, True
        torn = SMALL.archive[: ENDS[2] + 600]
        for _ in range(2):
            with pytest.raises(StorageUnavailable, match="not be taken back; open the archive"):
                append_steps(archive, 2)
            assert place.content == torn
            file.space, file.stuck = 1 << 40, False
    kept = Kept()
    with place.resume(kept) as archive:
        append_steps(archive, 2)
    assert kept.tails == [(ENDS[2], torn[ENDS[2] :])]
    assert place.content == SMALL.archive


def test_an_event_that_was_written_and_not_stored_is_taken_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    disc = Disc(monkeypatch)
    with ArchiveFile.begin(place.open(), HEADER) as archive:
        append_steps(archive, 0, 2)
        disc.failures = [errno.EIO]
        with pytest.raises(StorageUnavailable, match="Input/output error"):
            append_steps(archive, 2)
        assert place.content == disc.stored == SMALL.archive[: ENDS[2]]
        append_steps(archive, 2)
        disc.failures = [errno.EIO, errno.EIO]
        with pytest.raises(StorageUnavailable, match="could not be taken back"):
            archive.append(EventType.END_BALLOTS)


@pytest.mark.parametrize("moment", ["written", "stored", "returned"])
def test_an_append_that_was_interrupted_is_not_followed_by_another(
    moment: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between writing an event and knowing it: the next would have the same height."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    targets = {
        "written": "comitia.ballots.v1.making.storage._write_whole",
        "stored": "comitia.ballots.v1.making.storage.os.fsync",
        "returned": "comitia.ballots.v1.making.archive.Link",
    }
    with ArchiveFile.begin(place.open(), HEADER) as archive:
        append_steps(archive, 0, 2)
        with monkeypatch.context() as patched:
            patched.setattr(targets[moment], interrupt)
            with pytest.raises(KeyboardInterrupt):
                append_steps(archive, 2)
        with pytest.raises(StorageUnavailable, match="an append was interrupted; open the archive"):
            append_steps(archive, 2)
    with place.resume() as archive:
        append_steps(archive, 2 if moment == "written" else 3)
    assert place.content == SMALL.archive


# --- Somebody else ---


def test_a_file_that_something_else_wrote_to_is_left_alone(place: Place) -> None:
    with ArchiveFile.begin(place.open(), HEADER) as archive:
        with place.path.open("ab") as other:
            other.write(b"x")
        with pytest.raises(StorageUnavailable, match="changed by something else: 1025 bytes inst"):
            append_steps(archive, 0)
    assert place.content == SMALL.archive[:1024] + b"x"


def test_an_archive_is_not_begun_over_what_is_there(place: Place) -> None:
    place.fill(b"precious")
    with place.open() as file, pytest.raises(StorageUnavailable, match="8 bytes instead of 0"):
        ArchiveFile.begin(file, HEADER)
    assert place.content == b"precious"


def test_a_file_that_was_removed_takes_no_more_events(place: Place) -> None:
    with ArchiveFile.begin(place.open(), HEADER) as archive:
        place.path.unlink()
        with pytest.raises(StorageUnavailable, match="no longer in its folder"):
            append_steps(archive, 0)


def test_a_process_that_was_forked_off_appends_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ArchiveFile.begin(place.open(), HEADER) as archive:
        with monkeypatch.context() as patched:
            patched.setattr(os, "getpid", lambda: -1)
            with pytest.raises(StorageUnavailable, match="which alone may append to it"):
                append_steps(archive, 0)
        append_steps(archive, 0)
    assert place.content == SMALL.archive


def test_a_file_that_cannot_be_read_is_unavailable(place: Place) -> None:
    class Broken(FileIO):
        def read(self, _: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    place.fill(SMALL.archive)
    with (
        place.open(Broken) as file,
        pytest.raises(StorageUnavailable, match=f"^{place.path}: Input/output error$"),
    ):
        ArchiveFile.resume(file)
