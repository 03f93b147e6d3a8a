"""Checkpoints: C2SP tlog-checkpoint. A signed note that states a record's size and root.

Whoever signs two checkpoints of one record of which neither continues the other has rewritten it,
and their signatures prove that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.checks import Check
from comitia.record.keys import SignerKey, VerifierKey
from comitia.record.notes import Note, parse_note, sign_note, verify_note
from comitia.record.texts import encode_base64, parse_hash, parse_size, shown
from comitia.record.tree import TreeHead

_FEWEST_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself.

    origin: the log's name, one line that is not empty. extensions: further lines, none of them
    empty; this record writes none, because witnesses do not check them.
    """

    origin: str
    head: TreeHead
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.head.size), encode_base64(self.head.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str, where: str) -> Checkpoint:
    """Return the checkpoint that a note's text is. Raises MalformedRecord."""
    *lines, rest = text.split("\n")
    if rest or len(lines) < _FEWEST_LINES:
        problem = f"a checkpoint has {_FEWEST_LINES} lines or more, each with an end"
        raise MalformedRecord(where, problem)
    if not all(lines):
        raise MalformedRecord(where, f"line {lines.index('') + 1} is empty")
    origin, size, root, *extensions = lines
    head = TreeHead(parse_size(size, f"{where}, line 2"), parse_hash(root, f"{where}, line 3"))
    return Checkpoint(origin, head, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, *keys: SignerKey) -> Note:
    """Return a checkpoint signed by its log.

    That it continues what the keys signed before is for the caller to know: sign none that does
    not, and none but from the one place that counts entries.
    """
    return sign_note(checkpoint.text, *keys)


def open_checkpoint(
    data: bytes, origin: str, keys: Sequence[VerifierKey], where: str
) -> tuple[Checkpoint, Note]:
    """Return a checkpoint that a log signed, and its note, in which witnesses may have signed too.

    origin: the name that the log must have. keys: those of the log that are trusted.
    Raises MalformedRecord, and CheckFailed where the signature or the name is another's. That the
    checkpoint is recent, and continues earlier ones, is not checked here.
    """
    note = parse_note(data, where)
    verify_note(note, keys)
    checkpoint = parse_checkpoint(note.text, where)
    if checkpoint.origin != origin:
        found = shown(checkpoint.origin)
        raise CheckFailed(Check.KEY.id, "the checkpoint's first line", shown(origin), found)
    return checkpoint, note
