"""Evidence of some entries, for whoever keeps it: a file that is checked without the record.

It holds a signed checkpoint, and of each entry its bytes, its place, the proof that it stands
there, and the disclosures of its salted values that the owner may see. Whoever has the record's
verifier key can check all of it offline; what the entries mean is for ``folding``, and is not
checked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comitia.errors import MalformedRecord
from comitia.record.canonical import Json, canonical_bytes, parse_canonical
from comitia.record.checkpoints import Checkpoint, open_checkpoint
from comitia.record.commitments import Disclosure
from comitia.record.entries import Entry, parse_entry
from comitia.record.keys import VerifierKey
from comitia.record.proofs import verify_inclusion
from comitia.record.tree import HASH_BYTES, NodeHash, leaf_hash

FORMAT: Final = "comitia-evidence/1"
LARGEST_BYTES: Final = 2**24
MOST_ENTRIES: Final = 10_000
_LONGEST_PROOF: Final = 64


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry. place: from 0. content: its bytes. proof: that it stands there."""

    place: int
    content: bytes
    proof: tuple[NodeHash, ...]
    disclosures: tuple[Disclosure, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Some entries under one checkpoint. note: the checkpoint as it was signed."""

    note: str
    entries: tuple[Kept, ...]

    def to_bytes(self) -> bytes:
        """Return the file: one line of canonical JSON."""
        return canonical_bytes(
            {
                "checkpoint": self.note,
                "entries": [_written(one) for one in self.entries],
                "format": FORMAT,
            }
        )


def _written(kept: Kept) -> dict[str, Json]:
    return {
        "disclosures": [
            {"field": one.field, "key": one.key.hex(), "value": one.value}
            for one in kept.disclosures
        ],
        "entry": kept.content.decode(),
        "place": kept.place,
        "proof": [one.hex() for one in kept.proof],
    }


def parse_evidence(data: bytes, where: str = "evidence") -> Evidence:
    """Return the evidence that a file is. Raises MalformedRecord."""
    value = _object(parse_canonical(data, where, LARGEST_BYTES), where)
    if set(value) != {"checkpoint", "entries", "format"} or value["format"] != FORMAT:
        raise MalformedRecord(where, f"expected the format {FORMAT}")
    entries = _list(value["entries"], f"{where}.entries", MOST_ENTRIES)
    return Evidence(
        _text(value["checkpoint"], f"{where}.checkpoint"),
        tuple(_read(one, f"{where}.entries[{n}]") for n, one in enumerate(entries)),
    )


def _read(value: Json, where: str) -> Kept:
    fields = _object(value, where)
    if set(fields) != {"disclosures", "entry", "place", "proof"}:
        raise MalformedRecord(where, "expected disclosures, entry, place and proof")
    place = fields["place"]
    if isinstance(place, bool) or not isinstance(place, int) or place < 0:
        raise MalformedRecord(where, "expected a place from 0")
    proof = _list(fields["proof"], f"{where}.proof", _LONGEST_PROOF)
    disclosures = _list(fields["disclosures"], f"{where}.disclosures", MOST_ENTRIES)
    return Kept(
        place,
        _text(fields["entry"], f"{where}.entry").encode(),
        tuple(NodeHash(_hex(one, f"{where}.proof")) for one in proof),
        tuple(_disclosure(one, f"{where}.disclosures") for one in disclosures),
    )


def _disclosure(value: Json, where: str) -> Disclosure:
    fields = _object(value, where)
    if set(fields) != {"field", "key", "value"}:
        raise MalformedRecord(where, "expected field, key and value")
    return Disclosure(_text(fields["field"], where), _hex(fields["key"], where), fields["value"])


def _object(value: Json, where: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise MalformedRecord(where, "expected an object")
    return value


def _list(value: Json, where: str, most: int) -> Sequence[Json]:
    if not isinstance(value, list) or len(value) > most:
        raise MalformedRecord(where, f"expected a list of at most {most}")
    return value


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise MalformedRecord(where, "expected a text")
    return value


def _hex(value: Json, where: str) -> bytes:
    text = _text(value, where)
    if len(text) != 2 * HASH_BYTES or set(text) - set("0123456789abcdef"):
        raise MalformedRecord(where, f"expected {2 * HASH_BYTES} lowercase hexadecimal digits")
    return bytes.fromhex(text)


@dataclass(frozen=True, slots=True)
class Checked:
    """What evidence shows: the checkpoint, and each entry with its disclosed values."""

    checkpoint: Checkpoint
    entries: tuple[Entry, ...]


def verify_evidence(evidence: Evidence, origin: str, keys: Sequence[VerifierKey]) -> Checked:
    """Check evidence against the record's name and keys; return what it shows.

    Raises CheckFailed where the checkpoint is not signed by one of them, where an entry does not
    stand under it, and where a value is not what an entry commits to; MalformedRecord for what is
    no note, checkpoint or entry.
    """
    note = evidence.note.encode()
    checkpoint, _ = open_checkpoint(note, origin, keys, "checkpoint")
    entries = []
    for kept in evidence.entries:
        verify_inclusion(kept.place, leaf_hash(kept.content), kept.proof, checkpoint.head)
        entries.append(parse_entry(kept.content, kept.disclosures, f"entry {kept.place}"))
    return Checked(checkpoint, tuple(entries))
