"""What a witness decides: C2SP tlog-witness, the call ``add-checkpoint``, without its network.

A witness keeps one value for each log, the largest tree that it signed. In order: read the request
(``parse_add_checkpoint``), look up that value and the log's keys by the request's origin, ask
``decide``, store the new value, answer. Looking up and storing must be one transaction that no
second request for the log enters, and the value must be on disk before the answer leaves: else two
requests at once, or a crash, make the witness sign two histories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Final

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.checkpoints import Checkpoint, parse_checkpoint
from comitia.record.cosignatures import cosign
from comitia.record.keys import SignerKey, VerifierKey
from comitia.record.notes import LARGEST_NOTE_BYTES, Note, parse_note, verify_note
from comitia.record.proofs import verify_consistency
from comitia.record.texts import decode_text, encode_base64, parse_hash, parse_size, shown
from comitia.record.tree import EMPTY, NodeHash, TreeHead

MOST_HASHES: Final = 63
LARGEST_REQUEST_BYTES: Final = LARGEST_NOTE_BYTES + 4096
SIZE_CONTENT_TYPE: Final = "text/x.tlog.size"
_OLD: Final = "old "


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: sign this checkpoint, which continues the tree of ``old_size`` by this proof."""

    old_size: int
    proof: tuple[NodeHash, ...]
    note: Note
    checkpoint: Checkpoint

    def to_bytes(self) -> bytes:
        """Return the body of the request."""
        proof = "".join(f"{encode_base64(one)}\n" for one in self.proof)
        return f"{_OLD}{self.old_size}\n{proof}\n".encode() + self.note.to_bytes()


class Refusal(Enum):
    """Why a witness does not sign, each with the status code of its answer."""

    MALFORMED = ("malformed", 400)
    """The caller's, for what ``parse_add_checkpoint`` refuses."""
    OLD_SIZE_ABOVE = ("old-size-above", 400)
    NOT_SIGNED = ("not-signed", 403)
    UNKNOWN_LOG = ("unknown-log", 404)
    OTHER_SIZE_SEEN = ("other-size-seen", 409)
    NOT_CONSISTENT = ("not-consistent", 422)

    def __init__(self, code: str, status: int) -> None:
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Refused:
    """No signature, and nothing to store. problem: a sentence for the log's operator.

    seen_size: what was signed last, which the answer must tell where its status is 409.
    """

    refusal: Refusal
    problem: str
    seen_size: int

    @property
    def body(self) -> bytes:
        """What to answer; of a 409 it is ``SIZE_CONTENT_TYPE``, else plain text."""
        told = self.refusal is Refusal.OTHER_SIZE_SEEN
        return f"{self.seen_size if told else self.problem}\n".encode()


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A signature, which may leave once ``seen`` is stored.

    note: the checkpoint with the log's valid signatures and this one, which a witness shows.
    """

    seen: TreeHead
    body: bytes
    note: Note


def parse_add_checkpoint(data: bytes) -> AddCheckpoint:
    """Return what a request asks, of which nothing is checked. Raises MalformedRecord."""
    where = "request"
    if len(data) > LARGEST_REQUEST_BYTES:
        problem = f"{len(data)} bytes, where at most {LARGEST_REQUEST_BYTES} are allowed"
        raise MalformedRecord(where, problem)
    head, gap, signed = data.partition(b"\n\n")
    if not gap:
        raise MalformedRecord(where, "no empty line ends the proof")
    first, *lines = decode_text(head, where, LARGEST_REQUEST_BYTES).split("\n")
    if not first.startswith(_OLD):
        raise MalformedRecord(f"{where}, line 1", f"expected `old` and a size: {shown(first)}")
    if len(lines) > MOST_HASHES:
        raise MalformedRecord(where, f"the proof has more than {MOST_HASHES} hashes")
    note = parse_note(signed, "checkpoint")
    return AddCheckpoint(
        parse_size(first.removeprefix(_OLD), f"{where}, line 1"),
        tuple(parse_hash(line, f"{where}, line {n}") for n, line in enumerate(lines, 2)),
        note,
        parse_checkpoint(note.text, "checkpoint"),
    )


def decide(
    request: AddCheckpoint,
    keys: Sequence[VerifierKey],
    seen: TreeHead | None,
    witness: SignerKey,
    now_seconds: int,
) -> Cosigned | Refused:
    """Return the witness's signature of a checkpoint, or why there is none.

    keys: those of the log that the request names, none where the log is not known.
    seen: the tree of that log that was signed last, None where none was.
    now_seconds: the time, in seconds since 1970, UTC.
    The order of the checks is the specification's, so a log learns the size that it must prove from
    (409) before its proof is looked at, and only somebody with its key learns it.
    """
    seen = EMPTY.head if seen is None else seen
    if refused := _refuse(request, keys, seen):
        return Refused(*refused, seen.size)
    cosignature = cosign(request.checkpoint, witness, now_seconds)
    own = tuple(one for one in request.note.signatures if any(map(one.names, keys)))
    note = Note(request.note.text, (*own, cosignature))
    return Cosigned(request.checkpoint.head, cosignature.line.encode(), note)


def shown_path(origin: str) -> str:
    """Return where a witness shows what it signed last of a log, below its monitoring prefix."""
    return f"{sha256(origin.encode()).hexdigest()}/checkpoint"


def _refuse(
    request: AddCheckpoint, keys: Sequence[VerifierKey], seen: TreeHead
) -> tuple[Refusal, str] | None:
    """Return why a request is refused, None where it is not."""
    new = request.checkpoint.head
    if not keys:
        return Refusal.UNKNOWN_LOG, f"the log {shown(request.checkpoint.origin)} is not known here"
    try:
        verify_note(request.note, keys)
    except CheckFailed as failure:
        return Refusal.NOT_SIGNED, str(failure)
    if request.old_size > new.size:
        problem = f"the old size, {request.old_size}, is above the checkpoint's, {new.size}"
        return Refusal.OLD_SIZE_ABOVE, problem
    if request.old_size != seen.size:
        problem = f"the old size is {request.old_size}, and {seen.size} was signed last"
        return Refusal.OTHER_SIZE_SEEN, problem
    try:
        verify_consistency(seen, request.proof, new)
    except CheckFailed as failure:
        return Refusal.NOT_CONSISTENT, str(failure)
    return None
