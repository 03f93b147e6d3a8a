"""Evidence of somebody's own entries: sound, and forged in each field."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.record.canonical import canonical_bytes
from comitia.record.checkpoints import Checkpoint, sign_checkpoint
from comitia.record.cosignatures import cosign
from comitia.record.entries import entry_hash, seal_entry
from comitia.record.evidence import Evidence, Kept, parse_evidence
from comitia.record.proofs import prove_inclusion
from comitia.record.tree import EMPTY, TreeHead, leaf_hash, read_from
from comitia.verify import Verdict
from comitia.verify.evidence import NO_ENTRIES, NO_HISTORY, EvidenceReport, Shown, verify_kept
from comitia.verify.record import NO_TRUST, NO_WITNESSES
from comitia.verify.trust import Trust
from tests.record.acts import ADMISSION, APPLICATION, same_key
from tests.record.signers import LOG, ORIGIN, STRANGER, WITNESSES

NOW = 1795394146
SEALED = [seal_entry(one, same_key) for one in (APPLICATION, ADMISSION)]
LEAVES = [leaf_hash(one.content) for one in SEALED] + [leaf_hash(b"other")]
HEAD = EMPTY.append_many(LEAVES).head
TRUST = Trust(ORIGIN, (LOG.verifier,), tuple(one.verifier for one in WITNESSES), 2)


def note_of(head: TreeHead = HEAD) -> str:
    """Return a checkpoint that the log and its witnesses signed."""
    checkpoint = Checkpoint(ORIGIN, head)
    note = sign_checkpoint(checkpoint, LOG)
    for one in WITNESSES:
        note = note.add(cosign(checkpoint, one, NOW))
    return note.to_bytes().decode()


def made() -> Evidence:
    """Return the evidence of two entries among three."""
    kept = tuple(
        Kept(n, one.content, prove_inclusion(n, 3, read_from(LEAVES)), one.disclosures)
        for n, one in enumerate(SEALED)
    )
    return Evidence(note_of(), kept)


def statuses(report: EvidenceReport) -> dict[str, str]:
    return {one.check.id: one.status.value for one in report.checks}


def failed(report: EvidenceReport) -> dict[str, tuple[tuple[int | None, str | None], ...]]:
    """Return of each check that failed the subjects of its failures."""
    return {
        one.check.id: tuple((each.subject.height, each.subject.record) for each in one.failures)
        for one in report.checks
        if one.failures
    }


def test_sound_evidence_is_valid_and_shows_its_entries() -> None:
    report = verify_kept(made(), TRUST)
    assert [(one.check.id, one.status.value, one.count) for one in report.checks] == [
        ("record.key", "passed", 1),
        ("record.witness", "passed", 2),
        ("record.inclusion", "passed", 2),
        ("record.entry", "passed", 2),
        ("record.disclosure", "passed", sum(len(one.disclosures) for one in SEALED)),
    ]
    assert report.verdict is Verdict.VALID
    assert report.shown == (Shown(0, APPLICATION), Shown(1, ADMISSION))
    assert report.to_json()["subject"] == {
        "origin": ORIGIN,
        "size": 3,
        "root": HEAD.root.hex(),
    }


def reasons(report: EvidenceReport) -> dict[str, str]:
    return {one.check.id: one.reason for one in report.checks if one.reason is not None}


def test_without_trust_nobody_can_tell_whose_it_is() -> None:
    report = verify_kept(made())
    assert report.verdict is Verdict.INCOMPLETE
    assert reasons(report) == {"record.key": NO_TRUST, "record.witness": NO_TRUST}


def test_without_witnesses_that_is_said() -> None:
    report = verify_kept(made(), replace(TRUST, witness_keys=(), witnesses=0))
    assert (report.verdict, reasons(report)) == (
        Verdict.INCOMPLETE,
        {"record.witness": NO_WITNESSES},
    )


def test_a_file_without_entries_is_evidence_of_nothing() -> None:
    report = verify_kept(replace(made(), entries=()), TRUST)
    assert report.verdict is Verdict.INCOMPLETE
    of_entries = ("record.inclusion", "record.entry", "record.disclosure")
    assert reasons(report) == dict.fromkeys(of_entries, NO_ENTRIES)


def test_a_value_that_was_left_out_is_not_shown_and_no_failure() -> None:
    kept = replace(made().entries[0], disclosures=())
    report = verify_kept(replace(made(), entries=(kept,)), TRUST)
    assert report.verdict is Verdict.VALID
    assert report.shown[0].entry != APPLICATION


def test_what_was_seen_is_compared_where_it_is_as_long() -> None:
    same, longer = replace(TRUST, seen=HEAD), replace(TRUST, seen=TreeHead(9, HEAD.root))
    other = replace(TRUST, seen=TreeHead(3, EMPTY.append(LEAVES[0]).root))
    assert statuses(verify_kept(made(), same))["record.consistency"] == "passed"
    assert reasons(verify_kept(made(), longer)) == {"record.consistency": NO_HISTORY}
    assert failed(verify_kept(made(), other)) == {"record.consistency": ((None, None),)}


@pytest.mark.parametrize(
    "trust, check",
    [
        (replace(TRUST, origin="another.example"), "record.key"),
        (replace(TRUST, log_keys=(STRANGER.verifier,)), "record.key"),
        (replace(TRUST, witness_keys=(WITNESSES[0].verifier,), witnesses=2), "record.witness"),
    ],
    ids=["another name", "another key", "too few witnesses"],
)
def test_who_did_not_sign_is_told(trust: Trust, check: str) -> None:
    report = verify_kept(made(), trust)
    assert (report.verdict, failed(report)) == (Verdict.INVALID, {check: ((None, None),)})


def test_a_checkpoint_of_another_root_fails_by_its_signatures_and_every_entry() -> None:
    lines = note_of().split("\n")
    lines[2] = note_of(TreeHead(3, EMPTY.append(LEAVES[0]).root)).split("\n")[2]
    report = verify_kept(replace(made(), note="\n".join(lines)), TRUST)
    assert set(failed(report)) == {"record.key", "record.witness", "record.inclusion"}
    assert report.shown == ()


def rewritten(change: Callable[[dict[str, Any]], object]) -> Evidence:
    """Return what a file says in which something was changed."""
    value = json.loads(made().to_bytes())
    change(value)
    return parse_evidence(canonical_bytes(value))


def of_first(**fields: Any) -> Callable[[dict[str, Any]], object]:  # noqa: ANN401 - JSON
    return lambda value: value["entries"][0].update(fields)


def of_value(**fields: Any) -> Callable[[dict[str, Any]], object]:  # noqa: ANN401 - JSON
    return lambda value: value["entries"][0]["disclosures"][0].update(fields)


FORGED: dict[str, tuple[Callable[[dict[str, Any]], object], set[str]]] = {
    "another place": (of_first(place=1), {"record.inclusion"}),
    "a place beyond the end": (of_first(place=2**50), {"record.inclusion"}),
    "a proof of another": (of_first(proof=["0" * 64, "1" * 64]), {"record.inclusion"}),
    "no proof": (of_first(proof=[]), {"record.inclusion"}),
    "an entry that is none": (of_first(entry="{}"), {"record.inclusion", "record.entry"}),
    "an entry that is no JSON": (of_first(entry=""), {"record.inclusion", "record.entry"}),
    "another value": (of_value(value="Eve"), {"record.disclosure"}),
    "another key": (of_value(key="f" * 64), {"record.disclosure"}),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_field_fails_by_name_and_the_other_entry_still_shows(name: str) -> None:
    change, checks = FORGED[name]
    evidence = rewritten(change)
    report = verify_kept(evidence, TRUST)
    first = evidence.entries[0]
    subject = (first.place, entry_hash(first.content))
    assert failed(report) == dict.fromkeys(checks, (subject,))
    assert (report.verdict, report.shown) == (Verdict.INVALID, (Shown(1, ADMISSION),))


def test_a_value_for_a_field_that_the_entry_has_not_is_refused() -> None:
    report = verify_kept(rewritten(of_value(field="reason")), TRUST)
    assert report.verdict is Verdict.INVALID
    assert report.shown == (Shown(1, ADMISSION),)


def test_a_checkpoint_that_is_none_can_be_read_by_nobody() -> None:
    with pytest.raises(MalformedRecord):
        verify_kept(replace(made(), note="no note"), TRUST)


@given(st.text(), st.integers(0, 2**53 - 1))
def test_any_entry_is_told_and_none_is_shown(entry: str, place: int) -> None:
    kept = Kept(place, entry.encode(), (), ())
    report = verify_kept(Evidence(note_of(), (kept,)), TRUST)
    assert (report.verdict, report.shown) == (Verdict.INVALID, ())
    report.to_json()
