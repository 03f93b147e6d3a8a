from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import pytest

from comitia.ballots.v1.model import (
    Check,
    Event,
    EventType,
    RecordKind,
    Sha256Hex,
    derive_hash,
    record_name,
    tar_block,
    tar_record,
)
from comitia.ballots.v1.parse import UnreadableArchive
from comitia.verify import Sources, Subject, Verdict, verify_election
from tests.elections import TIMESTAMP, failed_checks, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    Data,
    Happening,
    Item,
    event_place,
    failures_of,
    items_of,
    not_checked,
    one_failure,
    refer_again,
    result_of,
    small,
    write_items,
)

RECORDS = (
    *("election", "trustees", "credentials", "setup_data", "Setup"),
    *("ballot 1", "Ballot 1", "ballot 2", "Ballot 2", "EndBallots"),
    *("tally", "sized", "EncryptedTally"),
    *("share 1", "owned 1", "Decryption 1", "share 2", "owned 2", "Decryption 2"),
    *("result", "Result"),
)
STEPS = (
    *("Setup", "Ballot 1", "Ballot 2", "EndBallots", "EncryptedTally"),
    *("Decryption 1", "Decryption 2", "Result"),
)
OTHER = Sha256Hex("5" * 64)


def items() -> list[Item]:
    """Return the records of the small election, in the order of RECORDS."""
    return items_of(small().archive)


def happening(name: str) -> Happening:
    item = items()[RECORDS.index(name)]
    assert isinstance(item, Happening)
    return item


def with_event(name: str, event: Event, *, keep: bool = False) -> bytes:
    """Return the small election with one event changed, others chained to it."""
    changed = items()
    changed[RECORDS.index(name)] = Happening(event, keep=keep)
    return write_items(changed)


# --- Records and steps that are missing, doubled or misplaced ---------------------------------


@pytest.mark.parametrize("place", range(len(RECORDS)), ids=RECORDS)
def test_a_missing_record_is_a_fault_of_grammar(place: int) -> None:
    report = verify(write_items([*items()[:place], *items()[place + 1 :]]))
    assert "archive.grammar" in failed_checks(report)


@pytest.mark.parametrize("place", range(len(RECORDS)), ids=RECORDS)
def test_a_doubled_record_is_a_fault_of_grammar_alone(place: int) -> None:
    report = verify(write_items([*items()[: place + 1], *items()[place:]]))
    assert failed_checks(report) == {"archive.grammar"}


@pytest.mark.parametrize("place", range(len(RECORDS)), ids=RECORDS)
def test_an_extra_record_is_a_fault_of_grammar_alone(place: int) -> None:
    report = verify(write_items([*items()[:place], Data(b"{}"), *items()[place:]]))
    assert failed_checks(report) == {"archive.grammar"}


@pytest.mark.parametrize("place", range(len(RECORDS) - 1), ids=RECORDS[1:])
def test_a_record_before_its_predecessor_is_a_fault_of_grammar(place: int) -> None:
    all_items = items()
    one, other = all_items[place : place + 2]
    report = verify(write_items([*all_items[:place], other, one, *all_items[place + 2 :]]))
    assert "archive.grammar" in failed_checks(report)


@pytest.mark.parametrize(
    "name, failed",
    [
        ("Setup", {"archive.grammar"}),
        ("Ballot 1", {"tally.ballots", "tally.counts"}),
        ("Ballot 2", {"tally.ballots", "tally.counts"}),
        ("EndBallots", {"archive.grammar"}),
        ("EncryptedTally", {"archive.grammar"}),
        ("Decryption 1", {"decryption.present"}),
        ("Decryption 2", {"decryption.present"}),
    ],
)
def test_a_missing_step_is_seen(name: str, failed: set[str]) -> None:
    steps = take_apart(small().archive)
    del steps[STEPS.index(name)]
    assert failed_checks(verify(put_together(steps))) == failed


@pytest.mark.parametrize(
    "name, failed",
    [
        ("Setup", {"archive.grammar"}),
        ("Ballot 1", {"ballot.duplicate"}),
        ("Ballot 2", {"ballot.duplicate"}),
        ("EndBallots", {"archive.grammar"}),
        ("EncryptedTally", {"archive.grammar"}),
        ("Decryption 1", {"decryption.owner"}),
        ("Decryption 2", {"decryption.owner"}),
        ("Result", {"archive.grammar"}),
    ],
)
def test_a_doubled_step_is_seen(name: str, failed: set[str]) -> None:
    steps = take_apart(small().archive)
    place = STEPS.index(name)
    report = verify(put_together([*steps[: place + 1], *steps[place:]]))
    assert failed_checks(report) == failed


@pytest.mark.parametrize("name, after", list(pairwise(STEPS)))
def test_the_order_of_steps_is_fixed_but_among_ballots_and_decryptions(
    name: str, after: str
) -> None:
    steps = take_apart(small().archive)
    place = STEPS.index(name)
    steps[place : place + 2] = steps[place + 1], steps[place]
    same_kind = name.split(maxsplit=1)[0] == after.split(maxsplit=1)[0]
    failed = set() if same_kind else {"archive.grammar"}
    assert failed_checks(verify(put_together(steps))) == failed


def test_the_report_names_a_step_out_of_order_and_what_it_should_have_been() -> None:
    steps = take_apart(small().archive)
    archive = put_together([*steps[:4], *steps[5:]])
    assert failures_of(verify(archive))["archive.grammar"] == (
        *one_failure(
            Check.ARCHIVE_GRAMMAR, event_place(archive, 4), "EncryptedTally", "PartialDecryption"
        )["archive.grammar"],
    )


def test_nothing_may_follow_the_result() -> None:
    steps = take_apart(small().archive)
    archive = put_together([*steps, steps[1]])
    assert failures_of(verify(archive))["archive.grammar"] == (
        *one_failure(
            Check.ARCHIVE_GRAMMAR, event_place(archive, 8), "the end of the archive", "Ballot"
        )["archive.grammar"],
    )


def test_a_shuffle_has_no_place_where_no_question_is_ranked() -> None:
    steps = take_apart(small().archive)
    shuffle = replace(steps[5], type=EventType.SHUFFLE)
    end = replace(steps[3], type=EventType.END_SHUFFLES)
    archive = put_together([*steps[:5], shuffle, end, *steps[5:]])
    subject = Subject(5, derive_hash(steps[5].contents[0]))
    expected = "no shuffle in an election without ranked questions"
    assert failures_of(verify(archive)) == one_failure(
        Check.ARCHIVE_GRAMMAR, subject, expected, "a shuffle"
    )


# --- Events and their payloads ----------------------------------------------------------------


def test_records_before_an_event_are_exactly_its_own() -> None:
    all_items = items()
    ballot, extra = all_items[5], Data(b"{}")
    assert isinstance(ballot, Data)
    archive = write_items([*all_items[:5], extra, *all_items[5:]])
    digest = derive_hash(ballot.content)
    assert failures_of(verify(archive)) == one_failure(
        Check.ARCHIVE_GRAMMAR,
        event_place(archive, 1),
        f"before Ballot: {digest}",
        f"{derive_hash(b'{}')} {digest}",
    )


def test_an_event_needs_its_records() -> None:
    archive = write_items([*items()[:19], items()[20]])
    result = items()[19]
    assert isinstance(result, Data)
    report = verify(archive)
    assert failures_of(report) == one_failure(
        Check.ARCHIVE_GRAMMAR,
        event_place(archive, 7),
        f"before Result: {derive_hash(result.content)}",
        "no record",
    )
    assert not_checked(report) == ["result.value"]
    assert report.result is None


def test_an_end_of_ballots_has_no_payload() -> None:
    event = replace(happening("EndBallots").event, payload=OTHER)
    archive = with_event("EndBallots", event)
    subject = event_place(archive, 3)
    text = f"EndBallots with payload {OTHER}"
    found = failures_of(verify(archive))
    assert found == {
        "archive.grammar": (
            *one_failure(Check.ARCHIVE_GRAMMAR, subject, "an event without payload", text)[
                "archive.grammar"
            ],
            *one_failure(
                Check.ARCHIVE_GRAMMAR, subject, f"before EndBallots: {OTHER}", "no record"
            )["archive.grammar"],
        )
    }


def test_an_end_of_ballots_has_no_payload_even_where_its_record_is_there() -> None:
    event = replace(happening("EndBallots").event, payload=derive_hash(b"{}"))
    changed = items()
    changed[9:10] = [Data(b"{}"), Happening(event)]
    archive = write_items(changed)
    found = f"EndBallots with payload {derive_hash(b'{}')}"
    report = verify(archive)
    assert failed_checks(report) == {"archive.grammar"}
    assert [(f.expected, f.found) for f in failures_of(report)["archive.grammar"]] == [
        ("an event without payload", found),
    ]


@pytest.mark.parametrize("name", ["Setup", "Ballot 1", "EncryptedTally", "Decryption 1", "Result"])
def test_every_other_event_has_a_payload(name: str) -> None:
    event = replace(happening(name).event, payload=None)
    archive = with_event(name, event)
    subject = event_place(archive, STEPS.index(name))
    found = failures_of(verify(archive))["archive.grammar"]
    assert (
        found[0]
        == one_failure(
            Check.ARCHIVE_GRAMMAR,
            subject,
            "an event with a payload",
            f"{event.type.value} with payload None",
        )["archive.grammar"][0]
    )
    assert found[1].expected == f"before {event.type.value}: no record"


@pytest.mark.parametrize("name", ["Setup", "Ballot 1", "EncryptedTally", "Decryption 1", "Result"])
def test_a_payload_is_among_the_records_before_its_event(name: str) -> None:
    event = replace(happening(name).event, payload=OTHER)
    archive = with_event(name, event)
    subject = event_place(archive, STEPS.index(name))
    report = verify(archive)
    failure, *others = failures_of(report)["archive.grammar"]
    assert (failure.subject, failure.expected) == (subject, f"before {event.type.value}: {OTHER}")
    assert others == []


@pytest.mark.parametrize("name", ["setup_data", "sized", "owned 1"])
def test_a_payload_that_names_records_is_in_form(name: str) -> None:
    changed = items()
    place = RECORDS.index(name)
    event = changed[place + 1]
    assert isinstance(event, Happening)
    changed[place] = Data(b"[]")
    changed[place + 1] = Happening(replace(event.event, payload=derive_hash(b"[]")))
    report = verify(write_items(changed))
    failure = failures_of(report)["archive.grammar"][0]
    assert failure.expected == f"the payload of {event.event.type.value}"
    assert failure.found.endswith("expected an object, found a list")


def test_an_election_in_place_of_setup_data_opens_nothing() -> None:
    changed = items()
    election = derive_hash(small().records.election)
    changed[1:5] = [Happening(replace(happening("Setup").event, payload=election))]
    report = verify(write_items(changed))
    assert failures_of(report)["archive.grammar"][0].expected == "the payload of Setup"
    assert report.uuid is None


def test_a_shuffle_without_payload_is_a_fault_of_grammar() -> None:
    event = replace(happening("Decryption 1").event, type=EventType.SHUFFLE, payload=None)
    report = verify(write_items([*items()[:13], Happening(event), *items()[13:]]))
    assert failed_checks(report) == {"archive.grammar"}


@pytest.mark.parametrize("name", ["setup_data", "sized", "owned 1"])
def test_a_payload_that_names_records_is_small(name: str) -> None:
    changed = items()
    place = RECORDS.index(name)
    event, large = changed[place + 1], b" " * 4097
    assert isinstance(event, Happening)
    changed[place] = Data(large)
    changed[place + 1] = Happening(replace(event.event, payload=derive_hash(large)))
    failure = failures_of(verify(write_items(changed)))["archive.grammar"][0]
    assert failure.found == "record: 4097 bytes, where at most 4096 are allowed"


def test_an_event_that_is_none_is_a_fault_of_grammar() -> None:
    changed = items()
    changed[9] = Happening(happening("EndBallots").event, raw=b'{"height":3}')
    archive = write_items(changed)
    failures = failures_of(verify(archive))
    assert (
        failures["archive.grammar"][0]
        == one_failure(
            Check.ARCHIVE_GRAMMAR,
            Subject(3, derive_hash(b'{"height":3}')),
            "an event",
            "event: the field type is missing",
        )["archive.grammar"][0]
    )
    assert failures["archive.grammar"][1].found == "EncryptedTally"
    assert set(failures) == {"archive.grammar"}


def test_an_event_that_is_too_large_is_not_read() -> None:
    changed = items()
    large = b" " * 4097
    changed[9] = Happening(happening("EndBallots").event, raw=large)
    failure = failures_of(verify(write_items(changed)))["archive.grammar"][0]
    assert failure.found == "record: 4097 bytes, where at most 4096 are allowed"


def test_records_after_the_last_event_belong_to_nothing() -> None:
    archive = write_items([*items(), Data(b"{}")])
    assert failures_of(verify(archive)) == one_failure(
        Check.ARCHIVE_GRAMMAR,
        Subject(None, derive_hash(b"{}")),
        "an event after this record",
        "the end of the archive",
    )


def test_records_without_any_event_belong_to_nothing() -> None:
    report = verify(write_items(items()[:4]))
    assert [f.subject.height for f in failures_of(report)["archive.grammar"]] == [None] * 4
    assert report.verdict is Verdict.INVALID
    assert report.uuid is None


# --- The chain --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, step", [(name, 1) for name in STEPS] + [(name, -1) for name in STEPS[1:]]
)
def test_a_wrong_height_is_a_fault_of_the_chain(name: str, step: int) -> None:
    event = happening(name).event
    wrong = replace(event, height=event.height + step)
    report = verify(with_event(name, wrong, keep=True))
    parent = f"parent {event.parent}"
    subject = Subject(event.height, derive_hash(wrong.to_bytes()))
    assert failures_of(report) == one_failure(
        Check.ARCHIVE_CHAIN,
        subject,
        f"height {event.height}, {parent}",
        f"height {wrong.height}, {parent}",
    )


@pytest.mark.parametrize("name", STEPS)
def test_a_wrong_parent_is_a_fault_of_the_chain(name: str) -> None:
    """For Setup: a first event has no parent."""
    event = happening(name).event
    wrong = replace(event, parent=OTHER)
    report = verify(with_event(name, wrong, keep=True))
    subject = Subject(event.height, derive_hash(wrong.to_bytes()))
    height = f"height {event.height}"
    assert failures_of(report) == one_failure(
        Check.ARCHIVE_CHAIN,
        subject,
        f"{height}, parent {event.parent}",
        f"{height}, parent {OTHER}",
    )


@pytest.mark.parametrize("name", STEPS[1:])
def test_only_the_first_event_has_no_parent(name: str) -> None:
    event = happening(name).event
    report = verify(with_event(name, replace(event, parent=None), keep=True))
    assert failed_checks(report) == {"archive.chain"}


# --- Names, headers and the end of the file ----------------------------------------------------


@pytest.mark.parametrize("place", range(len(RECORDS)), ids=RECORDS)
def test_a_record_that_is_not_what_its_name_says_is_seen(place: int) -> None:
    changed = items()
    item = changed[place]
    changed[place] = replace(item, name=OTHER)
    archive = write_items(changed)
    content = item.content if isinstance(item, Data) else item.event.to_bytes()
    failures = failures_of(verify(archive))
    assert [(f.subject.record, f.expected, f.found) for f in failures["archive.hashes"]] == [
        (OTHER, OTHER, derive_hash(content))
    ]
    if isinstance(item, Happening):
        assert failures.keys() == {"archive.hashes"}


def test_a_ballot_in_place_of_another_is_seen_by_its_hash() -> None:
    """The event names the first ballot, and so does the record that holds the second."""
    changed = items()
    first, second = changed[5], changed[7]
    assert isinstance(first, Data)
    assert isinstance(second, Data)
    changed[5] = Data(second.content, derive_hash(first.content))
    failures = failures_of(verify(write_items(changed)))
    name = derive_hash(first.content)
    assert failures["archive.hashes"] == (
        *one_failure(Check.ARCHIVE_HASHES, Subject(1, name), name, derive_hash(second.content))[
            "archive.hashes"
        ],
    )


@pytest.mark.parametrize(
    "at, byte",
    [
        *[(99, b"x"), (100, b"1"), (107, b" "), (108, b"1"), (116, b"1"), (124, b" "), (136, b"7")],
        *[(148, b"1"), (155, b"0"), (156, b"5"), (157, b"a"), (257, b"u"), (511, b"\1")],
    ],
)
def test_every_byte_of_a_record_header_is_fixed(at: int, byte: bytes) -> None:
    archive = bytearray(small().archive)
    assert archive[1024 + at : 1024 + at + 1] != byte
    archive[1024 + at : 1024 + at + 1] = byte
    assert "archive.readable" in failed_checks(verify(bytes(archive)))


def test_a_record_is_filled_up_with_zero_bytes() -> None:
    made = small()
    archive = made.archive[:-1] + b"\1"
    event = [i for i in items() if isinstance(i, Happening)][-1].event
    assert failures_of(verify(archive)) == one_failure(
        Check.ARCHIVE_READABLE,
        Subject(None, derive_hash(event.to_bytes())),
        "a record in its canonical form",
        "the record is not filled up with zero bytes",
    )


def test_another_time_stamp_in_a_record_is_seen() -> None:
    made = small()
    event = [i for i in items() if isinstance(i, Happening)][-1].event.to_bytes()
    record = tar_record(record_name(RecordKind.EVENT, event), event, TIMESTAMP + 1)
    report = verify(made.archive[: -len(record)] + record)
    assert failed_checks(report) == {"archive.readable"}


@pytest.mark.parametrize(
    "garbage, failed, found",
    [
        (bytes(512), "archive.trailing", "zero bytes after the last record"),
        (bytes(10240), "archive.trailing", "zero bytes after the last record"),
        (bytes(512) + b"x", "archive.trailing", "zero bytes after the last record"),
        (b"\0", "archive.readable", "the file ends within a record's header"),
        (bytes(511), "archive.readable", "the file ends within a record's header"),
        (b"x", "archive.readable", "the file ends within a record's header"),
        (b"x" * 512, "archive.readable", "not the header of a record"),
        (b"{}" * 5000, "archive.readable", "not the header of a record"),
        (small().archive, "archive.readable", "not the header of a record"),
    ],
    ids=[
        "zeros",
        "tar's end",
        "zeros and more",
        "zero",
        "511 zeros",
        "x",
        "block",
        "json",
        "again",
    ],
)
def test_what_follows_the_last_record_is_reported_once(
    garbage: bytes, failed: str, found: str
) -> None:
    report = verify(small().archive + garbage)
    check = next(check for check in Check if check.id == failed)
    cut = found.startswith("the file ends")
    expected = "a whole record" if cut else "a record or the end of the file"
    assert failures_of(report) == one_failure(check, Subject(), expected, found)


def test_a_record_that_claims_eight_gibibytes_ends_the_archive() -> None:
    block = tar_block(record_name(RecordKind.DATA, b""), 8**11 - 1, TIMESTAMP)
    report = verify(small().archive + block + bytes(512))
    assert failures_of(report) == one_failure(
        Check.ARCHIVE_READABLE,
        Subject(),
        "a whole record",
        "the file ends within a record",
    )


def test_an_archive_of_its_header_alone_is_incomplete() -> None:
    report = verify(write_items([]))
    assert report.verdict is Verdict.INCOMPLETE
    assert {result.count for result in report.checks} == {0}


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1023])
def test_a_file_without_a_whole_header_is_unreadable(size: int) -> None:
    with pytest.raises(UnreadableArchive):
        verify(small().archive[:size])


# --- Truncation --------------------------------------------------------------------------------


def ends_of_events() -> set[int]:
    """Return the sizes at which the small archive ends exactly after an event, or its header."""
    ends, size = {1024}, 1024
    for item in items():
        content = item.content if isinstance(item, Data) else item.event.to_bytes()
        size += 512 + len(content) + -len(content) % 512
        if isinstance(item, Happening):
            ends.add(size)
    return ends


@pytest.mark.parametrize("within", [0, 1, 77, 134, 511])
def test_a_truncated_archive_is_never_valid(within: int) -> None:
    archive = small().archive
    ends = ends_of_events()
    assert len(archive) in ends
    for size in range(1024 + within, len(archive), 512):
        expected = Verdict.INCOMPLETE if size in ends else Verdict.INVALID
        assert verify(archive[:size]).verdict is expected, size


def test_a_part_of_an_archive_may_be_missing_from_its_middle_and_is_missed() -> None:
    archive = small().archive
    for start in range(1024, len(archive) - 512, 512):
        report = verify(archive[:start] + archive[start + 512 :])
        assert report.verdict is Verdict.INVALID, start


def test_a_stream_that_gives_less_than_it_promised_is_not_valid() -> None:
    """A file that shrinks while it is read."""
    archive = small().archive

    class Shrinking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            return data[:100] if len(data) > 600 else data

    report = verify_election(Sources(lambda: Shrinking(archive)), map)
    assert report.verdict is Verdict.INVALID


def test_the_first_of_two_setups_counts() -> None:
    made, steps = small(), take_apart(small().archive)
    other = refer_again(steps[0].with_content(2, b"[]"))
    report = verify(put_together([steps[0], other, *steps[1:]]))
    assert report.uuid == made.election.uuid
    assert result_of(report, Check.SETUP_CREDENTIALS).count == 2
    assert failed_checks(report) == {"archive.grammar"}
