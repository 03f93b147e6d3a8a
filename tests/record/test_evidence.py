"""Evidence shows what it holds, and any change of it is refused by the check that it breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.canonical import canonical_bytes
from comitia.record.checkpoints import Checkpoint, sign_checkpoint
from comitia.record.entries import seal_entry
from comitia.record.evidence import FORMAT, Evidence, Kept, parse_evidence, verify_evidence
from comitia.record.proofs import prove_inclusion
from comitia.record.tree import EMPTY, leaf_hash, read_from
from tests.record.acts import ADMISSION, APPLICATION, same_key
from tests.record.signers import LOG, ORIGIN, STRANGER

SEALED = [seal_entry(one, same_key) for one in (APPLICATION, ADMISSION)]
LEAVES = [leaf_hash(one.content) for one in SEALED] + [leaf_hash(b"other")]


def made() -> Evidence:
    """Return the evidence of two entries among three."""
    checkpoint = Checkpoint(ORIGIN, EMPTY.append_many(LEAVES).head)
    kept = tuple(
        Kept(n, one.content, prove_inclusion(n, 3, read_from(LEAVES)), one.disclosures)
        for n, one in enumerate(SEALED)
    )
    return Evidence(sign_checkpoint(checkpoint, LOG).to_bytes().decode(), kept)


KEYS = [LOG.verifier]


def test_evidence_is_read_as_it_was_written_and_shows_its_entries() -> None:
    evidence = parse_evidence(made().to_bytes())
    assert evidence == made()
    checked = verify_evidence(evidence, ORIGIN, KEYS)
    assert checked.entries == (APPLICATION, ADMISSION)
    assert checked.checkpoint.head.size == 3


def test_another_key_shows_nothing() -> None:
    with pytest.raises(CheckFailed) as failed:
        verify_evidence(made(), ORIGIN, [STRANGER.verifier])
    assert failed.value.check == "record.key"
    with pytest.raises(CheckFailed) as failed:
        verify_evidence(made(), "another.example", KEYS)
    assert failed.value.check == "record.key"


def rewritten(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return the file with something in it changed."""
    value = json.loads(made().to_bytes())
    change(value)
    return canonical_bytes(value)


FORGED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another place": (lambda v: v["entries"][0].update(place=1), "record.inclusion"),
    "beyond the end": (lambda v: v["entries"][0].update(place=2**50), "record.inclusion"),
    "another entry": (
        lambda v: v["entries"][1].update(entry=v["entries"][0]["entry"]),
        "record.inclusion",
    ),
    "a longer proof": (lambda v: v["entries"][0]["proof"].append("0" * 64), "record.inclusion"),
    "another name": (
        lambda v: v["entries"][0]["disclosures"][0].update(value="Eve"),
        "record.disclosure",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_evidence_is_refused(name: str) -> None:
    change, check = FORGED[name]
    with pytest.raises(CheckFailed) as failed:
        verify_evidence(parse_evidence(rewritten(change)), ORIGIN, KEYS)
    assert failed.value.check == check


MALFORMED: dict[str, Callable[[dict[str, Any]], object]] = {
    "another format": lambda v: v.update(format="comitia-evidence/2"),
    "a field more": lambda v: v.update(more=1),
    "no list": lambda v: v.update(entries={}),
    "no checkpoint": lambda v: v.update(checkpoint=1),
    "an entry that is none": lambda v: v.update(entries=[1]),
    "a field of an entry missing": lambda v: v["entries"][0].pop("proof"),
    "a place before the first": lambda v: v["entries"][0].update(place=-1),
    "a place that is none": lambda v: v["entries"][0].update(place=True),
    "a proof without end": lambda v: v["entries"][0].update(proof=["0" * 64] * 65),
    "half a hash": lambda v: v["entries"][0].update(proof=["0" * 32]),
    "no hash": lambda v: v["entries"][0].update(proof=["x" * 64]),
    "a disclosure with more": lambda v: v["entries"][0]["disclosures"][0].update(more=1),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_evidence_is_named(name: str) -> None:
    with pytest.raises(MalformedRecord):
        parse_evidence(rewritten(MALFORMED[name]))


@given(st.binary())
def test_any_bytes_are_evidence_or_malformed(data: bytes) -> None:
    with pytest.raises(MalformedRecord):
        parse_evidence(data)


@given(st.text(), st.text())
def test_any_note_and_entry_are_refused_by_name(note: str, entry: str) -> None:
    value = {
        "checkpoint": note,
        "entries": [{"disclosures": [], "entry": entry, "place": 0, "proof": []}],
        "format": FORMAT,
    }
    with pytest.raises((MalformedRecord, CheckFailed)):
        verify_evidence(parse_evidence(json.dumps(value).encode()), ORIGIN, KEYS)
