"""Signed notes: C2SP signed-note. A text, an empty line, and one line a signature.

The text means nothing before a signature of a known key holds: read a note with ``parse_note``,
then ``verify_note`` with the keys that are trusted, then look at its text. Signatures of other keys
are passed over, so that a note can carry those of witnesses, and of keys to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.checks import Check
from comitia.record.keys import KeyId, KeyKind, SignerKey, VerifierKey
from comitia.record.texts import decode_text, encode_base64, is_name, is_printed, parse_base64

LARGEST_NOTE_BYTES: Final = 2**18
MOST_SIGNATURES: Final = 64
"""A reader must take 16, of which one that withstands quantum computers has up to 5 kB."""

_MARK: Final = "\u2014 "
_ID_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """A line below a note: who signed, and the bytes, which each kind of key reads in its way."""

    name: str
    key_id: KeyId
    signature: bytes

    @property
    def line(self) -> str:
        """The line, with its newline."""
        return f"{_MARK}{self.name} {encode_base64(self.key_id + self.signature)}\n"

    def names(self, key: VerifierKey) -> bool:
        """Return whether this says that it is by a key."""
        return (self.name, self.key_id) == (key.name, key.id)


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and signatures, whether they hold or not."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def to_bytes(self) -> bytes:
        """Return the note as it is handed on."""
        lines = "".join(signature.line for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()

    def add(self, *signatures: NoteSignature) -> Note:
        """Return the note with further signatures below."""
        return replace(self, signatures=(*self.signatures, *signatures))

    def by(self, key: VerifierKey) -> tuple[NoteSignature, ...]:
        """Return the signatures that say they are by a key."""
        return tuple(signature for signature in self.signatures if signature.names(key))


def parse_note(data: bytes, where: str) -> Note:
    """Return a note with all its signatures, of which none is checked. Raises MalformedRecord."""
    text, gap, below = decode_text(data, where, LARGEST_NOTE_BYTES).rpartition("\n\n")
    if not gap:
        raise MalformedRecord(where, "no empty line parts the text from its signatures")
    lines = parse_signatures(below, where)
    return Note(text + "\n", lines)


def parse_signatures(text: str, where: str) -> tuple[NoteSignature, ...]:
    """Return the signatures of which a text has one a line: the end of a note, a witness's answer.

    Raises MalformedRecord.
    """
    *lines, rest = text.split("\n", MOST_SIGNATURES)
    if rest or not lines:
        problem = f"expected 1 to {MOST_SIGNATURES} signatures, each on a line that ends"
        raise MalformedRecord(where, problem)
    numbered = enumerate(lines, 1)
    return tuple(_parse_signature(line, f"{where}, signature {n}") for n, line in numbered)


def sign_note(text: str, *keys: SignerKey) -> Note:
    """Return a note that is signed by its authors. text: it ends in a newline."""
    if not text.endswith("\n") or not is_printed(text.replace("\n", "")):
        raise ValueError("a note's text ends in a newline and has no other control character")
    return Note(text, tuple(_sign(text, key) for key in keys))


def verify_note(note: Note, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return those of the known keys that signed the note, each once.

    Raises CheckFailed where none did, and where a signature says that it is by one and is false.
    That the text is one its author would stand by today is for the caller: old notes stay signed.
    """
    for key in keys:
        if key.kind is not KeyKind.NOTE:
            raise ValueError(f"the key of {key.name} signs no notes")
        for signature in note.by(key):
            if not key.holds(note.text.encode(), signature.signature):
                raise _key_failure(f"the signature of {key.name}", "one that holds", "a false one")
    signers = tuple(key for key in dict.fromkeys(keys) if note.by(key))
    if not signers:
        raise _key_failure("the note", "a signature of a known key", "none")
    return signers


def _sign(text: str, key: SignerKey) -> NoteSignature:
    if key.kind is not KeyKind.NOTE:
        raise ValueError(f"the key of {key.name} signs no notes")
    return NoteSignature(key.name, key.verifier.id, key.sign(text.encode()))


def _parse_signature(line: str, where: str) -> NoteSignature:
    name, gap, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not gap or not is_name(name):
        raise MalformedRecord(where, "expected an em dash, the name of a key, and Base64")
    data = parse_base64(encoded, where)
    if len(data) <= _ID_BYTES:
        raise MalformedRecord(where, f"expected more than {_ID_BYTES} bytes, found {len(data)}")
    return NoteSignature(name, KeyId(data[:_ID_BYTES]), data[_ID_BYTES:])


def _key_failure(subject: str, expected: str, found: str) -> CheckFailed:
    return CheckFailed(Check.KEY.id, subject, expected, found)
