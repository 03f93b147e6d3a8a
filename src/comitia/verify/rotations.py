"""Whose signature a checkpoint needs after the record's key was changed, and why that is believed.

An entry alone can change no key: whoever holds the old one can write entries as well. So the
auditor begins at a key known beforehand, and goes on to the next where the old key has signed the
checkpoint that ends with the entry (the handover). From a key that was lost or known to others
nobody can go on by signatures: a person must compare the new key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from comitia.errors import CheckFailed, MalformedRecord, StorageUnavailable
from comitia.record.checkpoints import open_checkpoint
from comitia.record.checks import Check
from comitia.record.folding.state import Rotation
from comitia.record.keys import VerifierKey
from comitia.record.notes import Note, verify_note
from comitia.record.tile_reader import ReadPath
from comitia.record.tiles import handover_path
from comitia.record.tree import TreeHead

LOST: Final = (
    "the key before entry {place} was lost or known to others, so no signature of it counts: "
    "compare the new key with what the organisation publishes elsewhere, and name it as trusted: "
    "{key}"
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A change of the key, and the size of the smallest record that has it."""

    rotation: Rotation
    size: int

    @property
    def key(self) -> VerifierKey:
        """The key that signs from then on."""
        return self.rotation.key


@dataclass(frozen=True, slots=True)
class Handovers:
    """Where handovers are found, and what they must be. head_at: the record's tree at a size."""

    origin: str
    read: ReadPath
    head_at: Callable[[int], TreeHead]

    def verify(self, placed: Placed, keys: Sequence[VerifierKey]) -> None:
        """Check that one of the keys signed the record as it ends with a change of the key."""
        path = handover_path(placed.size)
        try:
            checkpoint, _ = open_checkpoint(self.read(path), self.origin, keys, path)
            expected = self.head_at(placed.size)
        except (MalformedRecord, StorageUnavailable) as error:
            raise _failure(path, "a checkpoint signed with the key before", str(error)) from None
        except CheckFailed as error:
            raise _failure(f"{path}, {error.subject}", error.expected, error.found) from None
        if checkpoint.head != expected:
            raise _failure(path, _shown(expected), _shown(checkpoint.head))


def verify_signer(
    note: Note, keys: Sequence[VerifierKey], rotations: Sequence[Placed], handovers: Handovers
) -> str | None:
    """Check that the key in force signed a note, and that it follows from one of the known keys.

    keys: what is known beforehand, from the founding or later. rotations: all, in order.
    Returns why it cannot be followed, None where it was. Raises CheckFailed of ``record.key``.
    """
    if not rotations:
        verify_note(note, keys)
        return None
    newest = rotations[-1]
    if not note.by(newest.key):
        expected = f"a signature of {newest.key.text}, in force since entry {newest.size - 1}"
        raise _failure("the note", expected, "none")
    verify_note(note, [newest.key])
    known = max((n for n, one in enumerate(rotations, 1) if one.key in keys), default=0)
    current = keys if not known else (rotations[known - 1].key,)
    for placed in rotations[known:]:
        if placed.rotation.old_key_lost:
            return LOST.format(place=placed.size - 1, key=placed.key.text)
        handovers.verify(placed, current)
        current = (placed.key,)
    return None


def _shown(head: TreeHead) -> str:
    return f"{head.size} entries with the root {head.root.hex()}"


def _failure(subject: str, expected: str, found: str) -> CheckFailed:
    return CheckFailed(Check.KEY.id, subject, expected, found)
