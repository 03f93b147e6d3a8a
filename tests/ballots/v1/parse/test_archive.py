"""The walk through an archive: no length is believed, and every fault has its words."""

from __future__ import annotations

import io
import tarfile
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.ballots.v1.making import ArchiveWriter
from comitia.ballots.v1.model import (
    ArchiveHeader,
    Event,
    EventType,
    RecordKind,
    derive_hash,
    padding,
    record_name,
    tar_block,
    tar_record,
)
from comitia.ballots.v1.parse import (
    Damage,
    Record,
    UnreadableArchive,
    derive_content_hash,
    parse_event,
    read_content,
    read_header,
    read_records,
)
from comitia.ballots.v1.parse.archive import parse_archive_header
from comitia.errors import MalformedRecord
from tests.elections import TIMESTAMP

HEADER = ArchiveHeader(TIMESTAMP)
CONTENTS = (b'"one"', b"{}", b"[" + b"1," * 300 + b"1]", b"x" * 512, b"")


def written(*contents: bytes) -> bytes:
    """Return an archive with these data records before a Setup event."""
    stream = io.BytesIO()
    ArchiveWriter(stream, HEADER).append(EventType.SETUP, *contents)
    return stream.getvalue()


SMALL = written(*CONTENTS)
EVENT = Event(0, EventType.SETUP, None, derive_hash(CONTENTS[-1])).to_bytes()
EXPECTED = [*((RecordKind.DATA, content) for content in CONTENTS), (RecordKind.EVENT, EVENT)]


def walk(archive: bytes) -> list[Record | Damage]:
    stream = io.BytesIO(archive)
    header = read_header(stream)
    return list(read_records(stream, header))


RECORDS = [item for item in walk(SMALL) if isinstance(item, Record)]
ENDS = [1024, *(record.offset + record.size + len(padding(record.size)) for record in RECORDS)]
"""Where the header and each record end."""


def changed(archive: bytes, place: int, new: bytes) -> bytes:
    return archive[:place] + new + archive[place + len(new) :]


def test_all_records_are_found_with_their_contents() -> None:
    stream = io.BytesIO(SMALL)
    found = list(read_records(stream, read_header(stream)))
    records = [item for item in found if isinstance(item, Record)]
    assert found == records
    contents = [(record.kind, read_content(stream, record, record.size)) for record in records]
    assert contents == EXPECTED
    assert [record.hash for record in records] == [derive_hash(content) for _, content in EXPECTED]
    assert [derive_content_hash(stream, record) for record in records] == [r.hash for r in records]
    assert {record.fault for record in records} == {None}


def test_a_foreign_tar_reader_finds_the_same_records() -> None:
    with tarfile.open(fileobj=io.BytesIO(SMALL), mode="r:", ignore_zeros=True) as tar:
        members = [(member.name, member.size, member.offset_data) for member in tar]
    found = [(record_name(kind, content), len(content)) for kind, content in EXPECTED]
    header = ("BELENIOS", len(HEADER.to_bytes()), 512)
    offsets = [record.offset for record in RECORDS]
    assert members == [header, *((*pair, o) for pair, o in zip(found, offsets, strict=True))]


def test_the_stream_may_be_moved_between_records() -> None:
    stream = io.BytesIO(SMALL)
    found = []
    for record in read_records(stream, read_header(stream)):
        found.append(record)
        stream.seek(7)
    assert found == RECORDS


def test_an_archive_without_records_is_read() -> None:
    assert walk(SMALL[:1024]) == []


def test_attack_24_an_archive_cut_anywhere_gives_a_prefix_and_one_damage() -> None:
    for length in range(1024, len(SMALL)):
        whole = sum(end <= length for end in ENDS) - 1
        *records, last = [*walk(SMALL[:length]), None]
        expected = RECORDS[:whole]
        if length in ENDS:
            assert (records, last) == (expected, None)
        else:
            here = ENDS[whole]
            where = " within a record" + "'s header" * (length < here + 512)
            damage = Damage(here, f"the file ends{where}", cut=True)
            assert records == [*expected, damage]


def test_an_archive_cut_within_its_own_header_is_unreadable() -> None:
    for length in range(1024):
        with pytest.raises(UnreadableArchive):
            read_header(io.BytesIO(SMALL[:length]))


@pytest.mark.parametrize("number", [512, 1024, 10240])
def test_zero_blocks_behind_the_last_record_are_trailing(number: int) -> None:
    damage = Damage(len(SMALL), "zero bytes after the last record", trailing=True)
    assert walk(SMALL + bytes(number)) == [*RECORDS, damage]


def test_less_than_a_block_behind_the_last_record_is_no_header() -> None:
    damage = Damage(len(SMALL), "the file ends within a record's header", cut=True)
    assert walk(SMALL + bytes(511)) == [*RECORDS, damage]


@pytest.mark.parametrize("name", ["../../etc/passwd", "x.json", "a" * 99, "/" + "a" * 63])
def test_attack_24_a_record_is_named_by_a_hash_and_nothing_else(name: str) -> None:
    damage = Damage(len(SMALL), "not the header of a record", trailing=False)
    assert walk(SMALL + tar_record(name, b"", TIMESTAMP)) == [*RECORDS, damage]


@pytest.mark.parametrize(
    "name",
    ["AB" * 32 + ".data.json", "ab" * 32 + ".info.json", "ab" * 32 + ".data.jsonx", "ab" * 31],
)
def test_a_name_in_another_form_is_no_header(name: str) -> None:
    damage = Damage(len(SMALL), "not the header of a record", trailing=False)
    assert walk(SMALL + tar_record(name, b"", TIMESTAMP)) == [*RECORDS, damage]


SIZE_FIELD = 124


@pytest.mark.parametrize("size", [8**11 - 1, 8 * 2**30 - 1, len(SMALL)])
def test_a_claimed_size_beyond_the_end_is_damage(size: int) -> None:
    here = ENDS[3]
    archive = changed(SMALL, here + SIZE_FIELD, b"%011o\0" % size)
    damage = Damage(here, "the file ends within a record", cut=True)
    assert walk(archive) == [*RECORDS[:3], damage]


@pytest.mark.parametrize(
    "field",
    [
        b"0000000001\0\0",
        b"00000000008\0",
        b" 0000000001\0",
        b"-0000000001\0",
        b"000000000010",
        b"\x80\0\0\0\0\0\0\0\0\0\0\1",
        b"\xff" * 12,
        b"\0" * 12,
    ],
)
def test_a_size_that_is_not_eleven_octal_digits_is_no_header(field: bytes) -> None:
    here = ENDS[0]
    damage = Damage(here, "not the header of a record", trailing=False)
    assert walk(changed(SMALL, here + SIZE_FIELD, field)) == [damage]


def test_a_size_that_swallows_the_following_records_is_a_fault_of_the_header() -> None:
    here, record = ENDS[0], RECORDS[0]
    archive = changed(SMALL, here + SIZE_FIELD, b"%011o\0" % (len(SMALL) - record.offset))
    (swallowed,) = walk(archive)
    fault = "the header of the record is not in its canonical form"
    size = len(SMALL) - record.offset
    assert swallowed == Record(record.kind, record.hash, record.offset, size, fault)


def with_size(number: int, size: int) -> bytes:
    """Return the archive with another size in one record's header, and a checksum that fits."""
    record = RECORDS[number]
    name = f"{record.hash}.{record.kind.value}.json"
    return changed(SMALL, ENDS[number], tar_block(name, size, TIMESTAMP))


@pytest.mark.parametrize("size", [0, 1, 8, 511, 512])
def test_a_size_that_is_smaller_leaves_what_is_no_record_or_no_filling(size: int) -> None:
    """The third record has more than one block, so its rest is read as a header."""
    *_, record, damage = walk(with_size(2, size))
    fault = "the record is not filled up with zero bytes" if size % 512 else None
    assert record == Record(RECORDS[2].kind, RECORDS[2].hash, RECORDS[2].offset, size, fault)
    end = RECORDS[2].offset + (512 if size else 0)
    assert damage == Damage(end, "not the header of a record")


@pytest.mark.parametrize("size", [513, 1024, 1025, 1100])
def test_a_size_that_reaches_into_the_next_record_takes_it_for_content(size: int) -> None:
    """Headers alone cannot tell; the hash does."""
    assert len(padding(RECORDS[0].size)) > 0
    stream = io.BytesIO(with_size(0, size))
    found = list(read_records(stream, read_header(stream)))
    first = found[0]
    assert isinstance(first, Record)
    assert (first.offset, first.size) == (RECORDS[0].offset, size)
    assert derive_content_hash(stream, first) != first.hash
    assert all(later.offset >= first.offset + size for later in found[1:])


def test_the_largest_size_that_a_header_can_state_allocates_nothing() -> None:
    damage = Damage(ENDS[0], "the file ends within a record", cut=True)
    assert walk(with_size(0, 8**11 - 1)) == [damage]


def test_a_size_that_ends_with_the_file_is_read_no_further() -> None:
    record = RECORDS[3]
    for size in (len(SMALL) - record.offset, len(SMALL) - record.offset - 511):
        (*_, last) = walk(with_size(3, size))
        assert isinstance(last, Record)
        assert last.offset + last.size + len(padding(size)) == len(SMALL)
    beyond = len(SMALL) - record.offset + 1
    (*_, damage) = walk(with_size(3, beyond))
    assert damage == Damage(ENDS[3], "the file ends within a record", cut=True)


NAME_AND_SIZE = {*range(75), *range(124, 136)}
"""Bytes that decide what is read: changed, they make another record, or none."""


def test_every_other_byte_of_a_header_is_known_before_reading() -> None:
    here, record = ENDS[1], RECORDS[1]
    fault = "the header of the record is not in its canonical form"
    with_fault = Record(record.kind, record.hash, record.offset, record.size, fault)
    expected = [*RECORDS[:1], with_fault, *RECORDS[2:]]
    for place in sorted(set(range(512)) - NAME_AND_SIZE):
        altered = bytes([SMALL[here + place] ^ 1])
        assert walk(changed(SMALL, here + place, altered)) == expected


def test_another_hash_in_a_name_is_seen_by_the_checksum() -> None:
    here, record = ENDS[1], RECORDS[1]
    digit = b"0" if SMALL[here : here + 1] != b"0" else b"1"
    found = walk(changed(SMALL, here, digit))[1]
    assert isinstance(found, Record)
    assert found.fault == "the header of the record is not in its canonical form"
    assert found.hash == digit.decode() + record.hash[1:]


def test_every_byte_that_fills_up_a_record_must_be_zero() -> None:
    record = RECORDS[0]
    fault = "the record is not filled up with zero bytes"
    with_fault = Record(record.kind, record.hash, record.offset, record.size, fault)
    for place in range(record.offset + record.size, ENDS[1]):
        assert walk(changed(SMALL, place, b"\1")) == [with_fault, *RECORDS[1:]]


def test_a_record_of_whole_blocks_needs_no_filling() -> None:
    assert [len(padding(size)) for size in (0, 1, 511, 512, 513)] == [0, 511, 1, 0, 511]


@given(st.lists(st.tuples(st.integers(1024, len(SMALL) - 1), st.binary(min_size=1, max_size=600))))
@settings(max_examples=60)
def test_a_damaged_archive_gives_records_within_the_file_and_at_most_one_damage(
    changes: list[tuple[int, bytes]],
) -> None:
    archive = SMALL
    for place, new in changes:
        archive = changed(archive, place, new)
    items = walk(archive)
    records = [item for item in items if isinstance(item, Record)]
    assert items[: len(records)] == records
    assert len(items) - len(records) <= 1
    assert all(a.offset + a.size <= b.offset - 512 for a, b in pairwise(records))
    assert all(record.offset + record.size <= len(archive) for record in records)


@given(st.binary(max_size=2048))
def test_any_bytes_behind_a_header_are_walked_without_an_exception(data: bytes) -> None:
    items = walk(SMALL[:1024] + data)
    assert sum(isinstance(item, Damage) for item in items) <= 1


# Contents


def test_a_content_larger_than_stated_is_refused_unread() -> None:
    stream = io.BytesIO(SMALL)
    record = RECORDS[2]
    stream.seek(3)
    words = f"^record: {record.size} bytes, where at most {record.size - 1} are allowed$"
    with pytest.raises(MalformedRecord, match=words):
        read_content(stream, record, record.size - 1)
    assert stream.tell() == 3
    assert read_content(stream, record, record.size) == CONTENTS[2]


def test_a_large_content_is_hashed_in_pieces() -> None:
    content = b"0123456789" * 250_000
    stream = io.BytesIO(written(content))
    (record, _) = read_records(stream, read_header(stream))
    assert isinstance(record, Record)
    assert derive_content_hash(stream, record) == derive_hash(content)


def test_a_content_that_the_file_has_lost_since_is_hashed_as_far_as_it_goes() -> None:
    record = RECORDS[2]
    stream = io.BytesIO(SMALL[: record.offset + 10])
    assert derive_content_hash(stream, record) == derive_hash(CONTENTS[2][:10])


# The archive's own header


@pytest.mark.parametrize("is_text", [True, False], ids=["text", "number"])
@pytest.mark.parametrize("timestamp", [0, 1, TIMESTAMP, 8**11 - 1])
def test_the_header_is_read_in_both_forms(timestamp: int, is_text: bool) -> None:  # noqa: FBT001 - pytest names it
    header = ArchiveHeader(timestamp, is_text)
    assert parse_archive_header(header.to_bytes()) == header
    stream = io.BytesIO(tar_record("BELENIOS", header.to_bytes(), timestamp))
    assert read_header(stream) == header
    assert stream.tell() == 1024


NOT_ARCHIVE = "header: this is not an election archive of wire version 1"


def unreadable(archive: bytes) -> str:
    with pytest.raises(UnreadableArchive) as caught:
        read_header(io.BytesIO(archive))
    return str(caught.value)


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(1024), id="zeros"),
        pytest.param(SMALL[:511], id="less than a block"),
        pytest.param(SMALL[1024:], id="a record of another name"),
        pytest.param(changed(SMALL, 8, b"2"), id="a longer name"),
        pytest.param(changed(SMALL, SIZE_FIELD, b"x"), id="a size that is no number"),
        pytest.param(b"%PDF-1.4\n" * 200, id="another file"),
    ],
)
def test_a_file_that_begins_otherwise_is_no_archive(archive: bytes) -> None:
    assert unreadable(archive) == NOT_ARCHIVE


def test_a_header_that_claims_a_large_size_is_refused_unread() -> None:
    archive = changed(SMALL, SIZE_FIELD, b"%011o\0" % 4097)
    assert unreadable(archive) == "header: its size of 4097 bytes is too large to be one"
    at_the_limit = changed(SMALL, SIZE_FIELD, b"%011o\0" % 4096)
    assert unreadable(at_the_limit).startswith("header, archive: ")


def test_every_byte_of_the_header_is_known() -> None:
    words = "header: not in its canonical form"
    content = HEADER.to_bytes()
    others = {*range(9), *range(124, 136), *range(512, 512 + len(content))}
    for place in sorted(set(range(1024)) - others):
        assert unreadable(changed(SMALL, place, bytes([SMALL[place] ^ 1]))) == words


@pytest.mark.parametrize(
    "content, words",
    [
        (b'{"version":2,"timestamp":"1"}', "version: expected wire version 1, found 2"),
        (b'{"version":0,"timestamp":"1"}', "version: expected wire version 1, found 0"),
        (b'{"version":"1","timestamp":"1"}', "version: expected an integer, found a string"),
        (b'{"version":1}', "archive: the field timestamp is missing"),
        (b'{"timestamp":"1","version":1}', "archive: its fields are not in order"),
        (b'{"version":1, "timestamp":"1"}', "archive: not in its canonical form"),
        (b'{"version":1,"timestamp":"01"}', "timestamp: expected seconds since 1970 in decimal"),
        (b'{"version":1,"timestamp":""}', "timestamp: expected seconds since 1970 in decimal"),
        (b'{"version":1,"timestamp":"-1"}', "timestamp: expected seconds since 1970 in decimal"),
        (
            b'{"version":1,"timestamp":"1\\n"}',
            "timestamp: expected seconds since 1970 in decimal",
        ),
        (
            '{"version":1,"timestamp":"\N{ARABIC-INDIC DIGIT ONE}"}'.encode(),
            "timestamp: expected seconds since 1970 in decimal",
        ),
        (
            b'{"version":1,"timestamp":"100000000000"}',
            "timestamp: expected seconds since 1970 in decimal",
        ),
        (
            b'{"version":1,"timestamp":"8589934592"}',
            "timestamp: too large for the archive's format",
        ),
        (
            b'{"version":1,"timestamp":8589934592}',
            "timestamp: expected an integer from 0 to 8589934591, found 8589934592",
        ),
        (b'{"version":1,"timestamp":null}', "timestamp: expected an integer, found null"),
    ],
)
def test_a_header_with_another_content_is_refused(content: bytes, words: str) -> None:
    assert unreadable(tar_record("BELENIOS", content, 1)) == f"header, {words}"


def test_the_timestamp_of_the_block_is_the_one_that_the_header_states() -> None:
    other = tar_record("BELENIOS", HEADER.to_bytes(), TIMESTAMP + 1)
    assert unreadable(other) == "header: not in its canonical form"


# Events


def test_events_are_read_as_they_were_written() -> None:
    hashes = derive_hash(b"parent"), derive_hash(b"payload")
    events = [
        Event(number, type_, parent, payload)
        for number, type_ in enumerate(EventType)
        for parent in (None, hashes[0])
        for payload in (None, hashes[1])
    ]
    assert [parse_event(event.to_bytes()) for event in events] == events


@pytest.mark.parametrize("name", ["", "setup", "Setup ", "SETUP", "Ballots"])
def test_a_step_of_another_name_is_refused(name: str) -> None:
    with pytest.raises(MalformedRecord, match=r"^type: not a step of an election$"):
        parse_event(b'{"height":0,"type":"%s"}' % name.encode())


# Headers as they are written


def test_a_block_states_name_size_and_time_in_octal() -> None:
    block = tar_block("name", 8, 64)
    assert len(block) == 512
    assert block[:5] == b"name\0"
    assert block[100:148] == b"0000644\x000000000\x000000000\x0000000000010\x0000000000100\0"
    assert block[148:157] == b"%06o\0 0" % (sum(block) - sum(block[148:156]) + 8 * 32)
    assert not any(block[157:])


@pytest.mark.parametrize("size, timestamp", [(-1, 0), (8**11, 0), (0, -1), (0, 8**11)])
def test_numbers_that_do_not_fit_into_a_block_are_refused(size: int, timestamp: int) -> None:
    with pytest.raises(ValueError, match="must fit into eleven octal digits"):
        tar_block("name", size, timestamp)
