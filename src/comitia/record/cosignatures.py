"""Cosignatures of witnesses: C2SP tlog-cosignature, the kind with Ed25519 (``cosignature/v1``).

A witness says: at this time, the largest tree of this log that I have seen has this root, and it
continues every one that I saw before. So a log that shows two people two histories needs a
witness that lies, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comitia.errors import CheckFailed
from comitia.record.checkpoints import Checkpoint
from comitia.record.checks import Check
from comitia.record.keys import KeyKind, SignerKey, VerifierKey
from comitia.record.notes import Note, NoteSignature

LARGEST_TIMESTAMP: Final = 2**63 - 1
_TIMESTAMP_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's word. cosigned_at: in seconds since 1970, UTC, by the witness's own clock."""

    key: VerifierKey
    cosigned_at: int


def cosign(checkpoint: Checkpoint, key: SignerKey, now_seconds: int) -> NoteSignature:
    """Return a witness's signature of a checkpoint.

    That the checkpoint continues the last one is for ``witnessing``, and is not checked here.
    """
    _expect_witness(key.verifier)
    if not 0 < now_seconds <= LARGEST_TIMESTAMP:
        raise ValueError(f"{now_seconds} is no time that a witness could sign at")
    signature = key.sign(_message(checkpoint.text, now_seconds))
    timestamp = now_seconds.to_bytes(_TIMESTAMP_BYTES, "big")
    return NoteSignature(key.name, key.verifier.id, timestamp + signature)


def verify_cosignatures(note: Note, keys: Sequence[VerifierKey]) -> tuple[Cosignature, ...]:
    """Return what known witnesses say of a checkpoint, each once and at its latest time.

    Raises CheckFailed where a cosignature says that it is by one of them and is false. How many are
    needed, which, and how old they may be is the caller's policy; here none is no failure.
    """
    cosignatures = []
    for key in dict.fromkeys(keys):
        _expect_witness(key)
        if times := [_verify(note.text, key, one.signature) for one in note.by(key)]:
            cosignatures.append(Cosignature(key, max(times)))
    return tuple(cosignatures)


def _verify(text: str, key: VerifierKey, signature: bytes) -> int:
    """Return the time at which a witness signed."""
    cosigned_at = int.from_bytes(signature[:_TIMESTAMP_BYTES], "big")
    message = _message(text, cosigned_at)
    if cosigned_at > LARGEST_TIMESTAMP or not key.holds(message, signature[_TIMESTAMP_BYTES:]):
        subject = f"the cosignature of {key.name}"
        raise CheckFailed(Check.WITNESS.id, subject, "one that holds", "a false one")
    return cosigned_at


def _message(text: str, seconds: int) -> bytes:
    """Return what is signed: all lines of the checkpoint, below two that no note begins with."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _expect_witness(key: VerifierKey) -> None:
    if key.kind is not KeyKind.COSIGNATURE:
        raise ValueError(f"the key of {key.name} is not that of a witness")
