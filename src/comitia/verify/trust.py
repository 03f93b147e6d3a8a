"""What an auditor knows of a record beforehand: its keys, its witnesses, the last state seen.

A text file, a line each, in any order:

    origin record.example.org/union
    log record.example.org/union+a1b2c3d4+ARpc2QcSGd2+...
    witness witness.example.net+0a1b2c3d+BJm5...
    witnesses 1
    seen 1234 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

A key of the log may be that of the founding, or of any later day: ``rotations`` goes on from there.
Whoever takes it from the server that it is to check trusts that server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comitia.errors import MalformedRecord
from comitia.record.keys import KeyKind, VerifierKey, parse_verifier_key
from comitia.record.texts import encode_base64, parse_hash, parse_size
from comitia.record.tree import TreeHead

LARGEST_TRUST_BYTES: Final = 2**16
_MOST_WITNESSES: Final = 64
_ONCE: Final = ("origin", "witnesses", "seen")
_WORDS: Final = (*_ONCE, "log", "witness")


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known. witnesses: how many of the witness keys must have signed. seen: or None."""

    origin: str
    log_keys: tuple[VerifierKey, ...]
    witness_keys: tuple[VerifierKey, ...] = ()
    witnesses: int = 0
    seen: TreeHead | None = None

    def to_text(self) -> str:
        """Return the file's text."""
        lines = [f"origin {self.origin}", *(f"log {key.text}" for key in self.log_keys)]
        lines += [f"witness {key.text}" for key in self.witness_keys]
        lines.append(f"witnesses {self.witnesses}")
        if self.seen is not None:
            lines.append(f"seen {self.seen.size} {encode_base64(self.seen.root)}")
        return "".join(f"{line}\n" for line in lines)


def parse_trust(data: bytes, where: str) -> Trust:
    """Return what a file says is known. Raises MalformedRecord, naming the line.

    Without a line ``witnesses``, one must have signed where witnesses are named.
    """
    if len(data) > LARGEST_TRUST_BYTES:
        raise MalformedRecord(where, f"more than {LARGEST_TRUST_BYTES} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedRecord(where, f"not UTF-8 at byte {error.start}") from None
    said: dict[str, list[tuple[str, str]]] = {word: [] for word in _WORDS}
    for word, value, place in _lines(text, where):
        said[word].append((value, place))
    for word in _ONCE:
        if len(said[word]) > 1:
            raise MalformedRecord(said[word][1][1], f"{word} is said twice")
    return _trust(said, where)


def _lines(text: str, where: str) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"{where}, line {number}"
        word, _, value = line.partition(" ")
        if word not in _WORDS or not value:
            raise MalformedRecord(place, f"expected one of {', '.join(_WORDS)} and a value")
        yield word, value, place


def _trust(said: Mapping[str, list[tuple[str, str]]], where: str) -> Trust:
    if not said["origin"] or not said["log"]:
        raise MalformedRecord(where, "the record's origin and a key of its log are needed")
    logs = tuple(_key(KeyKind.NOTE, *one) for one in said["log"])
    witnesses = tuple(_key(KeyKind.COSIGNATURE, *one) for one in said["witness"])
    if len(witnesses) > _MOST_WITNESSES:
        raise MalformedRecord(where, f"more than {_MOST_WITNESSES} witnesses")
    needed = min(1, len(witnesses))
    for value, place in said["witnesses"]:
        needed = parse_size(value, place)
        if needed > len(witnesses):
            raise MalformedRecord(place, f"{needed} of {len(witnesses)} witnesses cannot sign")
    seen = None
    for value, place in said["seen"]:
        size, _, root = value.partition(" ")
        seen = TreeHead(parse_size(size, place), parse_hash(root, place))
    return Trust(said["origin"][0][0], logs, witnesses, needed, seen)


def _key(kind: KeyKind, value: str, place: str) -> VerifierKey:
    key = parse_verifier_key(value, place)
    if key.kind is not kind:
        whose = "a witness" if key.kind is KeyKind.COSIGNATURE else "a log"
        raise MalformedRecord(place, f"this is the key of {whose}")
    return key
