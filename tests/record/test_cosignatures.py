from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import CheckFailed
from comitia.record.checkpoints import Checkpoint, sign_checkpoint
from comitia.record.cosignatures import (
    LARGEST_TIMESTAMP,
    Cosignature,
    cosign,
    verify_cosignatures,
)
from comitia.record.keys import KeyKind, SignerKey
from comitia.record.notes import Note, NoteSignature, parse_note
from tests.record.merkle import head_of
from tests.record.signers import LOG, ORIGIN, WITNESSES, witness
from tests.record.test_checkpoints import CHECKPOINTS

NOW = 1679315147
ONE, TWO = WITNESSES
CHECKPOINT = Checkpoint(ORIGIN, head_of(7))
SIGNED = sign_checkpoint(CHECKPOINT, LOG)
TIMES = st.integers(1, LARGEST_TIMESTAMP)


def failure_of(note: Note) -> tuple[str, str, str, str]:
    with pytest.raises(CheckFailed) as caught:
        verify_cosignatures(note, [ONE.verifier])
    error = caught.value
    return error.check, error.subject, error.expected, error.found


FALSE = ("record.witness", f"the cosignature of {ONE.name}", "one that holds", "a false one")


def test_what_is_signed_is_the_specification_s_example() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    message = f"cosignature/v1\ntime 1679315147\n{text}".encode()
    note = parse_note(f"{text}\n— a AAAAAAA=\n".encode(), "note")
    own = NoteSignature(ONE.name, ONE.verifier.id, NOW.to_bytes(8, "big") + ONE.sign(message))
    assert verify_cosignatures(note.add(own), [ONE.verifier]) == (Cosignature(ONE.verifier, NOW),)


@given(CHECKPOINTS, TIMES)
def test_a_cosignature_states_its_time(checkpoint: Checkpoint, now: int) -> None:
    note = sign_checkpoint(checkpoint, LOG).add(cosign(checkpoint, ONE, now))
    assert verify_cosignatures(parse_note(note.to_bytes(), "note"), [ONE.verifier]) == (
        Cosignature(ONE.verifier, now),
    )


@given(CHECKPOINTS, TIMES)
def test_a_cosignature_of_another_checkpoint_is_false(other: Checkpoint, now: int) -> None:
    if other != CHECKPOINT:
        assert failure_of(SIGNED.add(cosign(other, ONE, now))) == FALSE


def test_a_changed_time_is_false() -> None:
    true = cosign(CHECKPOINT, ONE, NOW)
    changed = (NOW + 1).to_bytes(8, "big") + true.signature[8:]
    assert failure_of(SIGNED.add(replace(true, signature=changed))) == FALSE


def test_a_time_beyond_what_can_be_stated_is_false() -> None:
    beyond = LARGEST_TIMESTAMP + 1
    message = f"cosignature/v1\ntime {beyond}\n{CHECKPOINT.text}".encode()
    signature = beyond.to_bytes(8, "big") + ONE.sign(message)
    assert failure_of(SIGNED.add(NoteSignature(ONE.name, ONE.verifier.id, signature))) == FALSE


@pytest.mark.parametrize("length", [1, 8, 71, 73])
def test_a_cosignature_of_another_length_is_false(length: int) -> None:
    true = cosign(CHECKPOINT, ONE, NOW)
    cut = replace(true, signature=(true.signature + b"\0")[:length])
    assert failure_of(SIGNED.add(cut)) == FALSE


def test_the_log_s_own_signature_is_no_cosignature() -> None:
    """With one pair of keys for both, the id still tells them apart, and so does the message."""
    both = SignerKey(ONE.name, KeyKind.NOTE, ONE.seed)
    (note_signature,) = sign_checkpoint(CHECKPOINT, both).signatures
    assert verify_cosignatures(SIGNED.add(note_signature), [ONE.verifier]) == ()
    posing = NoteSignature(ONE.name, ONE.verifier.id, bytes(8) + note_signature.signature)
    assert failure_of(SIGNED.add(posing)) == FALSE


def test_a_witness_that_signs_twice_counts_once() -> None:
    twice = [cosign(CHECKPOINT, ONE, now) for now in (NOW, NOW + 60, NOW - 60)]
    keys = [TWO.verifier, ONE.verifier, ONE.verifier]
    assert verify_cosignatures(SIGNED.add(*twice), keys) == (Cosignature(ONE.verifier, NOW + 60),)


def test_cosignatures_come_in_the_order_of_the_known_keys() -> None:
    note = SIGNED.add(*(cosign(CHECKPOINT, key, NOW) for key in (TWO, witness("unknown"), ONE)))
    assert verify_cosignatures(note, [ONE.verifier, TWO.verifier]) == (
        Cosignature(ONE.verifier, NOW),
        Cosignature(TWO.verifier, NOW),
    )


def test_no_witness_is_no_failure_here() -> None:
    assert verify_cosignatures(SIGNED, [ONE.verifier]) == ()


@pytest.mark.parametrize("now", [0, -1, LARGEST_TIMESTAMP + 1])
def test_a_witness_signs_at_a_time_that_can_be_stated(now: int) -> None:
    with pytest.raises(ValueError, match=rf"^{now} is no time that a witness could sign at$"):
        cosign(CHECKPOINT, ONE, now)


def test_only_keys_of_witnesses_cosign() -> None:
    problem = rf"^the key of {ORIGIN} is not that of a witness$"
    with pytest.raises(ValueError, match=problem):
        cosign(CHECKPOINT, LOG, NOW)
    with pytest.raises(ValueError, match=problem):
        verify_cosignatures(SIGNED, [LOG.verifier])
