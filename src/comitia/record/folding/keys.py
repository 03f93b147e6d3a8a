"""Which key signs the record's checkpoints from which entry on.

The first key stands in no entry: whoever checks a record knows it beforehand. That a new one signs,
and that the old one handed over to it, is for whoever has the checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterator

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.checks import Check
from comitia.record.folding.state import Rotation
from comitia.record.folding.stepping import Step
from comitia.record.keys import KeyKind, VerifierKey, parse_verifier_key
from comitia.record.kinds.publicrecord import RotateKey


def rotation_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure where a new key is none, or one that was in use before."""
    act = step.entry.act
    if not isinstance(act, RotateKey):
        return
    try:
        key = _key_of(act)
    except MalformedRecord as error:
        yield step.failed(Check.ENTRY, "key", "a key that signs notes", error.problem)
        return
    if any(key == one.key for one in step.state.rotations):
        yield step.failed(Check.ORDER, "key", "one that was not in use before", act.key)


def rotate_key(step: Step) -> None:
    """Note from which entry on another key signs; a key that is none changes nothing."""
    act = step.entry.act
    if isinstance(act, RotateKey) and not list(rotation_failures(step)):
        rotation = Rotation(step.name, _key_of(act), old_key_lost=act.old_key_lost)
        step.state.rotations.append(rotation)


def _key_of(act: RotateKey) -> VerifierKey:
    key = parse_verifier_key(act.key, "key")
    if key.kind is not KeyKind.NOTE:
        raise MalformedRecord("key", "the key of a witness")
    return key
