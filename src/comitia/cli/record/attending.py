"""A witness at work: fetch a checkpoint, see that it continues, store that, sign, send.

The order keeps the one promise that a witness makes. What it is about to sign is on disk before
the signature leaves, under a lock; so a witness that is killed at any moment, and begins again,
signs the same history again or one that continues it. Whoever puts back an older state breaks the
promise.

The server is hostile: its answers have a largest size, all of them together a longest time, no
redirect leads to another host, and nothing of it is read before its checkpoint's signature holds.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from comitia.cli.fetching import send, within
from comitia.cli.files import (
    lock_file,
    naming,
    read_plain,
    read_private,
    replace_public,
    write_private,
)
from comitia.cli.records import open_record
from comitia.cli.terminal import Terminal
from comitia.errors import CheckFailed, MalformedRecord, StorageUnavailable
from comitia.record.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint
from comitia.record.checks import Check
from comitia.record.keys import (
    LONGEST_KEY,
    KeyKind,
    SignerKey,
    VerifierKey,
    parse_signer_key,
    parse_verifier_key,
)
from comitia.record.notes import Note, parse_note
from comitia.record.texts import decode_text
from comitia.record.tile_reader import ReadPath, open_tiles
from comitia.record.tiles import CHECKPOINT_PATH, KEY_PATH, LATEST_PATH
from comitia.record.tree import EMPTY, NodeHash
from comitia.record.witnessing import AddCheckpoint, Cosigned, Refused, decide
from comitia.verify.trust import LARGEST_TRUST_BYTES, Trust, parse_trust

COSIGNATURES: Final = "cosignatures"
FETCHING_SECONDS: Final = 120
SENDING_SECONDS: Final = 30
_TAKEN: Final = 204
_TAKES_NONE: Final = frozenset({404, 405, 501})
"""Not found, not allowed, not known: what servers of plain files say."""


@dataclass(frozen=True, slots=True)
class Post:
    """What a witness watches, and with what. clock: gives seconds since 1970, UTC."""

    url: str
    key: SignerKey
    state: Path
    record_key: VerifierKey | None
    clock: Callable[[], float]

    def beside(self, ending: str) -> Path:
        """Return a file beside the state."""
        return self.state.with_name(f"{self.state.name}.{ending}")


def read_witness_key(path: Path) -> SignerKey:
    """Return the private key in a file. Raises MalformedRecord, which repeats nothing of it."""
    with naming(path):
        text = decode_text(read_private(path, LONGEST_KEY + 1), "key", LONGEST_KEY + 1)
        key = parse_signer_key(text.removesuffix("\n"), "key")
        if key.kind is not KeyKind.COSIGNATURE:
            raise MalformedRecord("key", "this is the key of a log, not of a witness")
    return key


def attend(post: Post, terminal: Terminal) -> None:
    """Sign what is published now, once.

    Raises CheckFailed for a history that is refused, StorageUnavailable where nothing could be
    fetched or sent, MalformedRecord for what is no checkpoint. State and files as above.
    """
    lock = post.beside("lock")
    with suppress(FileExistsError):
        write_private(lock, b"")
    with lock_file(lock):
        known = _read_state(post)
        with within(FETCHING_SECONDS, post.url):
            trust, cosigned = _sign(post, known, terminal)
        replace_public(post.state, _state_of(replace(trust, seen=cosigned.seen)))
        replace_public(post.beside("note"), cosigned.note.to_bytes())
        _hand_over(post, cosigned, terminal)


def _read_state(post: Post) -> Trust | None:
    """Return what was signed last; None where nothing was yet."""
    try:
        content = read_plain(post.state, LARGEST_TRUST_BYTES)
    except FileNotFoundError:
        return None
    return parse_trust(content, str(post.state))


def _state_of(trust: Trust) -> bytes:
    """Return what is stored, once it reads as what was meant: a record's name can be anything."""
    content = trust.to_text().encode()
    if parse_trust(content, "state") != trust:
        raise MalformedRecord(CHECKPOINT_PATH, "the record's name cannot be written on one line")
    return content


def _sign(post: Post, known: Trust | None, terminal: Terminal) -> tuple[Trust, Cosigned]:
    """Return what is trusted from now on, and the signature of what is published now."""
    read = open_record(post.url, same_host=True)
    data = _newest(read)
    if known is None:
        trust = _first_trust(post, data, read, terminal)
    else:
        trust = _with_key(known, post.record_key, terminal)
    checkpoint, note = open_checkpoint(data, trust.origin, trust.log_keys, CHECKPOINT_PATH)
    try:
        return trust, _continue(checkpoint, note, trust, post, read)
    except CheckFailed:
        replace_public(post.beside("refused"), data)  # with what was signed before it: evidence
        raise


def _newest(read: ReadPath) -> bytes:
    """Return what is to be signed: what a record may show to others only once it is."""
    try:
        return read(LATEST_PATH)
    except StorageUnavailable:  # of another program, which shows all it has
        return read(CHECKPOINT_PATH)


def _continue(
    checkpoint: Checkpoint, note: Note, trust: Trust, post: Post, read: ReadPath
) -> Cosigned:
    """Return the signature of a checkpoint that continues what was seen. Raises CheckFailed."""
    seen = trust.seen or EMPTY.head
    proof: tuple[NodeHash, ...] = ()
    if 0 < seen.size < checkpoint.head.size:
        proof = open_tiles(checkpoint.head, read).prove_consistency(seen.size)
    request = AddCheckpoint(seen.size, proof, note, checkpoint)
    decided = decide(request, trust.log_keys, trust.seen, post.key, int(post.clock()))
    if isinstance(decided, Refused):
        expected = f"one that continues the {seen.size} entries that were signed before"
        found = f"{checkpoint.head.size} entries that do not ({decided.problem})"
        raise CheckFailed(Check.CONSISTENCY.id, CHECKPOINT_PATH, expected, found)
    return decided


# --- Which key is the record's -------------------------------------------------------------------


def _first_trust(post: Post, data: bytes, read: ReadPath, terminal: Terminal) -> Trust:
    """Return whom to believe where nothing was signed yet, and say it."""
    origin = parse_checkpoint(parse_note(data, CHECKPOINT_PATH).text, CHECKPOINT_PATH).origin
    if post.record_key is not None:
        return Trust(origin, (post.record_key,))
    key = _published_key(read)
    terminal.say(f"Trusted on first use, because no --record-key was given: {key.text}")
    terminal.say(f"SHA-256 of this key: {sha256(key.public).hexdigest()}")
    terminal.say("Compare it with what the organisation publishes elsewhere, on paper say.")
    return Trust(origin, (key,))


def _published_key(read: ReadPath) -> VerifierKey:
    try:
        text = decode_text(read(KEY_PATH), KEY_PATH, LONGEST_KEY + 1).removesuffix("\n")
    except StorageUnavailable as error:
        raise StorageUnavailable(f"{error}; name the record's key with --record-key") from None
    key = parse_verifier_key(text, KEY_PATH)
    if key.kind is not KeyKind.NOTE:
        raise MalformedRecord(KEY_PATH, "this is the key of a witness")
    return key


def _with_key(known: Trust, key: VerifierKey | None, terminal: Terminal) -> Trust:
    """Return what was known, with the key that a person has named since."""
    if key is None or known.log_keys == (key,):
        return known
    terminal.say(f"From now on the record's key is {key.text}")
    return replace(known, log_keys=(key,))


# --- What becomes of the signature ---------------------------------------------------------------


def _hand_over(post: Post, cosigned: Cosigned, terminal: Terminal) -> None:
    """Send the signature; where the record takes none, print the signed checkpoint."""
    note = cosigned.note
    body = Note(note.text, note.signatures[-1:]).to_bytes()
    with within(SENDING_SECONDS, post.url):
        status = send(post.url, COSIGNATURES, body)
    if status not in _TAKES_NONE and status != _TAKEN:
        problem = f"the server answered {status} to the signature, which lies in"
        raise StorageUnavailable(f"{post.url}{COSIGNATURES}: {problem} {post.beside('note')}")
    head = cosigned.seen
    terminal.say(f"Signed {head.size} entries with the root {head.root.hex()}")
    if status in _TAKES_NONE:
        terminal.say(f"The record takes no signatures; it lies in {post.beside('note')}:")
        terminal.say()
        terminal.say(note.to_bytes().decode().removesuffix("\n"))
