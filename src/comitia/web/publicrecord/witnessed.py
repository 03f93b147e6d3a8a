"""Taking what witnesses say of our checkpoints.

Anybody can send something here. It is kept only where it is the signature of a witness whom the
settings name, of a checkpoint that we signed ourselves, once: so nobody can fill the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comitia.errors import CheckFailed, StorageUnavailable
from comitia.record.checkpoints import parse_checkpoint
from comitia.record.checks import Check
from comitia.record.cosignatures import verify_cosignatures
from comitia.record.keys import VerifierKey
from comitia.record.notes import Note, parse_note
from comitia.web.publicrecord.models import SignedCheckpoint, WitnessCosignature


@dataclass(frozen=True, slots=True)
class Seen:
    """A witness, and the last checkpoint that it has signed; None where it never has."""

    key: VerifierKey
    size: int | None = None
    at: datetime | None = None


def take_cosignatures(body: bytes, witnesses: Sequence[VerifierKey], now: datetime) -> int:
    """Keep what known witnesses say of one of our checkpoints; return how many are new.

    body: the checkpoint with their signatures below. Raises MalformedRecord for what is no
    checkpoint, StorageUnavailable for one that is not ours, CheckFailed where no known witness
    has signed it or a signature is false.
    """
    note = parse_note(body, "body")
    signed = _our_checkpoint(note)
    by = [one.key for one in verify_cosignatures(note, witnesses)]
    if not by:
        raise CheckFailed(Check.WITNESS.id, "body", "a signature of a known witness", "none")
    before = signed.cosignatures.count()
    WitnessCosignature.objects.bulk_create(
        (
            WitnessCosignature(
                checkpoint=signed,
                key=key.text,
                line=note.by(key)[0].line.rstrip("\n"),
                received_at=now,
            )
            for key in by
        ),
        ignore_conflicts=True,
    )
    return signed.cosignatures.count() - before


def _our_checkpoint(note: Note) -> SignedCheckpoint:
    checkpoint = parse_checkpoint(note.text, "body")
    ours = SignedCheckpoint.objects.filter(size=checkpoint.head.size).first()
    if ours is None or parse_note(ours.note.encode(), "ours").text != note.text:
        raise StorageUnavailable("this is no checkpoint of this record")
    return ours


def last_seen(witnesses: Sequence[VerifierKey]) -> tuple[Seen, ...]:
    """Return of each witness when it last signed, and what."""
    return tuple(_last_of(key) for key in witnesses)


def _last_of(key: VerifierKey) -> Seen:
    newest = WitnessCosignature.objects.filter(key=key.text).order_by("-checkpoint_id").first()
    return Seen(key) if newest is None else Seen(key, newest.checkpoint_id, newest.received_at)
