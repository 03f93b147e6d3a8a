"""The key that signs checkpoints: a file of its own in the data folder, backed up apart.

It is made once, before the first checkpoint. Where checkpoints were signed and the key is gone, no
other takes its place by itself: that would be a second record to whoever knew the first. A new key
lies beside it until the entry that changes to it has its place; then it takes the old one's.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.record.entries import parse_entry
from comitia.record.keys import KeyKind, SignerKey, generate_key, parse_signer_key
from comitia.record.kinds.publicrecord import RotateKey
from comitia.web.acts.models import Entry
from comitia.web.publicrecord.models import SignedCheckpoint

FILE_NAME: Final = "record.key"
NEXT_FILE_NAME: Final = "record.key.next"
ROTATION: Final = "record.rotate_key"
_OWNER_ALONE: Final = 0o600
_OF_OTHERS: Final = 0o077
_LARGEST_BYTES: Final = 4096


def make_record_key(data: Path, origin: str, file_name: str = FILE_NAME) -> SignerKey:
    """Make the key; never write over one, and leave none in part.

    Raises FileExistsError where there is one.
    """
    key = generate_key(origin, KeyKind.NOTE, secrets.token_bytes)
    place, beside = data / file_name, data / f"{file_name}.new-{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(beside, flags, _OWNER_ALONE), "w", encoding="utf-8") as file:
            file.write(f"{key.text}\n")
            file.flush()
            os.fsync(file.fileno())
        place.hardlink_to(beside)
    finally:
        beside.unlink(missing_ok=True)
    _sync(data)
    return key


def read_record_key(data: Path, file_name: str = FILE_NAME) -> SignerKey | None:
    """Return the key; None where there is none yet.

    Raises MalformedRecord for what is no key, and for one that others can read.
    """
    place = data / file_name
    try:
        with place.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(_LARGEST_BYTES)
    except FileNotFoundError:
        return None
    if mode & _OF_OTHERS:
        problem = f"others can read this key (mode {mode:o}); make it yours with chmod 600"
        raise MalformedRecord(str(place), problem)
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError:
        raise MalformedRecord(str(place), "this is no key") from None
    return parse_signer_key(text, str(place))


def key_for_signing(data: Path, origin: str) -> SignerKey:
    """Return the key in force; make it where nothing was ever signed, as before a founding.

    Raises StorageUnavailable where the key is lost, or another than the one in force.
    """
    key = read_record_key(data)
    if (named := _named_last()) is not None and (key is None or key.verifier.text != named):
        key = next_key(data, named)
        (data / NEXT_FILE_NAME).replace(data / FILE_NAME)
        _sync(data)
    if key is not None:
        return key
    if (lost := _replacing_lost()) is not None:
        return next_key(data, lost)
    if SignedCheckpoint.objects.exists():
        problem = "the record's key is gone: put its backup there, or replace it"
        raise StorageUnavailable(f"{data / FILE_NAME}: {problem}")
    try:
        return make_record_key(data, origin)
    except FileExistsError:  # another process was faster
        return key_for_signing(data, origin)


def next_key(data: Path, text: str) -> SignerKey:
    """Return the private half of a key that an entry names. Raises StorageUnavailable."""
    key = read_record_key(data, NEXT_FILE_NAME)
    if key is None or key.verifier.text != text:
        problem = f"put the private half of {text} there: an entry has changed to it"
        raise StorageUnavailable(f"{data / NEXT_FILE_NAME}: {problem}")
    return key


def rotation_of(content: bytes) -> RotateKey:
    """Return what an entry says of the key."""
    act: RotateKey = parse_entry(content).act
    return act


def _named_last() -> str | None:
    """Return the key that the last change with a place has named; None where there was none."""
    placed = Entry.objects.filter(kind=ROTATION, place__isnull=False).order_by("-place__index")
    last = placed.first()
    return None if last is None else rotation_of(bytes(last.content)).key


def _replacing_lost() -> str | None:
    """Return the key that waits to take the place of a lost one."""
    waiting = Entry.objects.filter(kind=ROTATION, place=None).order_by("number").first()
    if waiting is None:
        return None
    act = rotation_of(bytes(waiting.content))
    return act.key if act.old_key_lost else None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
