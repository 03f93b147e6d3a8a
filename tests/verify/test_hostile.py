"""Archives made to mislead, to exhaust, or to change under the verifier's eyes."""

from __future__ import annotations

import io
import json
from typing import BinaryIO

import pytest

from comitia.ballots.v1.model import (
    Check,
    EventType,
    HomomorphicQuestion,
    canonical_json,
)
from comitia.errors import StorageUnavailable
from comitia.verify import Sources, Status, Subject, Verdict, verify_election
from comitia.verify.ballots import BallotChunk, check_chunk
from comitia.verify.report import ReportBuilder
from comitia.verify.structure import Structure
from comitia.verify.walk import read_structure
from tests.elections import (
    Step,
    change_step,
    failed_checks,
    make_election,
    put_together,
    take_apart,
)
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    failures_of,
    refer_again,
    result_of,
    small,
    with_setup,
)


def test_a_setup_that_opens_with_the_election_itself_is_no_setup() -> None:
    _, *after = take_apart(small().archive)
    archive = put_together([Step(EventType.SETUP, (small().records.election,)), *after])
    report = verify(archive)
    assert failed_checks(report) == {"archive.grammar"}
    assert report.verdict is Verdict.INVALID


def test_a_check_lists_so_many_failures_and_counts_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("comitia.verify.report.MOST_FAILURES", 2)
    credentials = b"[" + b",".join([b'"%064x"' % 2] * 4) + b"]"
    records = with_setup(small(), credentials=credentials)
    report = verify(put_together([Step(EventType.SETUP, records.in_order)]))
    *listed, last = failures_of(report)["setup.credentials"]
    assert len(listed) == 2
    assert last.subject == Subject()
    assert last.found == "5 more failures of this check, which are not listed"


def test_more_records_than_any_event_has_are_counted_and_not_kept() -> None:
    noise = tuple(b'"%d"' % n for n in range(30))
    archive = change_step(
        small().archive, 1, lambda step: Step(step.type, (*noise, *step.contents))
    )
    failures = failures_of(verify(archive))["archive.grammar"]
    assert failures[0].expected == "at most 8 records before an event"
    assert failures[0].found == "23 more"
    assert failed_checks(verify(archive)) >= {"archive.grammar"}


def test_more_records_than_any_event_has_at_the_end_are_counted_too() -> None:
    steps = take_apart(small().archive)
    archive = put_together([*steps, Step(EventType.RESULT, tuple(b"%d" % n for n in range(20)))])
    whole = put_together(steps)
    last_event = 1024
    failures = failures_of(verify(archive[:-last_event]))["archive.grammar"]
    assert archive.startswith(whole)
    assert [f.found for f in failures] == ["12 more", *["the end of the archive"] * 8]


def test_threshold_trustees_that_are_none_are_malformed() -> None:
    single = json.loads(small().records.trustees)[0]
    trustees = canonical_json([single, ["Pedersen", None]])
    records = with_setup(small(), trustees=trustees)
    report = verify(put_together([Step(EventType.SETUP, records.in_order)]))
    assert failed_checks(report) == {"setup.trustees"}


@pytest.mark.parametrize(
    "question, vote",
    [
        pytest.param(HomomorphicQuestion("?", (), 0, 0), (), id="no answers"),
        pytest.param(HomomorphicQuestion("?", (), 0, 0, blank=True), (1,), id="blank alone"),
        pytest.param(HomomorphicQuestion("?", ("A", "B"), 0, 5), (1, 1), id="more than there are"),
    ],
)
def test_questions_that_only_the_reference_would_ask_are_checked_all_the_same(
    question: HomomorphicQuestion, vote: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.ballots.v1.making.election.check_question", lambda *_: None)
    made = make_election(questions=(question,), votes=((vote,),), trustees=1)
    report = verify(made.archive, bound=made.bound)
    assert (report.verdict, report.result) == (Verdict.VALID, [list(vote)])


def test_workers_are_not_sent_the_texts_of_an_election(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.verify.native.ACTIVE", None)
    sent: list[BallotChunk] = []

    def keep(function: object, items: object) -> object:
        for item in items:  # type: ignore[attr-defined] # whatever the verifier maps
            if isinstance(item, BallotChunk):
                sent.append(item)
            yield function(item)  # type: ignore[operator] # as above

    verify_election(Sources(lambda: io.BytesIO(small().archive)), keep)  # type: ignore[arg-type] # as above
    assert [chunk.election.name for chunk in sent] == [""]
    assert json.dumps([q.to_json() for q in sent[0].election.questions]) == (
        '[{"answers": ["", ""], "min": 0, "max": 1, "question": ""}]'
    )
    assert check_chunk(sent[0]).failures == []


@pytest.mark.parametrize("part", ["election", "trustees", "credentials", "tally", "result"])
def test_an_archive_that_changes_while_it_is_read_gives_no_report(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The walk hashes what is there; afterwards something of the same size is."""
    content = bytearray(small().archive)
    located: dict[str, int] = {}

    def walk_and_change(stream: BinaryIO, report: ReportBuilder) -> Structure:
        structure = read_structure(stream, report)
        assert structure.tally is not None
        assert structure.result is not None
        names = ("election", "trustees", "credentials")
        records = dict(zip(names, structure.setup, strict=False))
        records.update(tally=structure.tally, result=structure.result)
        located.update({name: where.record.offset for name, where in records.items()})
        assert isinstance(stream, io.BytesIO)
        stream.getbuffer()[located[part] + 40 if part != "result" else located[part] + 12] ^= 1
        return structure

    monkeypatch.setattr("comitia.verify.election.read_structure", walk_and_change)
    with pytest.raises(StorageUnavailable, match="the archive changed while it was being read"):
        verify_election(Sources(lambda: io.BytesIO(bytes(content))), map)


def test_what_the_walk_saw_to_be_misnamed_is_reported_and_not_taken_for_a_change() -> None:
    content = bytearray(small().archive)
    place = content.index(b'"result":[[') + len(b'"result":[[')
    content[place] ^= 1
    report = verify(bytes(content))
    assert failed_checks(report) == {"archive.hashes", "result.value"}


def test_a_file_beside_the_archive_that_cannot_be_read_is_never_success() -> None:
    def refuse(name: str) -> bytes:
        raise PermissionError(13, "Permission denied", name)

    sources = Sources(lambda: io.BytesIO(small().archive), read_beside=refuse)
    report = verify_election(sources, map)
    result = result_of(report, Check.DECRYPTION_BOUND)
    assert (report.verdict, result.status) == (Verdict.INCOMPLETE, Status.NOT_CHECKED)
    assert "Permission denied" in str(result.reason)


def test_references_are_mended_by_the_toolkit_as_these_tests_assume() -> None:
    steps = [refer_again(step) for step in take_apart(small().archive)]
    assert put_together(steps) == small().archive
