"""Every reader of a record's bytes, with sound inputs to begin from: the fuzzer's and our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from comitia.errors import StorageUnavailable
from comitia.record.canonical import canonical_bytes, parse_canonical, parse_json
from comitia.record.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from comitia.record.cosignatures import cosign, verify_cosignatures
from comitia.record.entries import parse_entry, seal_entry
from comitia.record.evidence import Evidence, Kept, parse_evidence
from comitia.record.folding import read_whole
from comitia.record.keys import parse_signer_key, parse_verifier_key
from comitia.record.notes import parse_note, parse_signatures
from comitia.record.proofs import prove_consistency
from comitia.record.texts import parse_base64, parse_hash, parse_size
from comitia.record.tile_reader import open_tiles
from comitia.record.tiles import Bundle, Tile, parse_bundle, parse_tile, parse_tile_path
from comitia.record.tree import EMPTY, leaf_hash, read_from
from comitia.record.witnessing import AddCheckpoint, decide, parse_add_checkpoint
from tests.record.acts import ADMISSION_BYTES, APPLICATION, same_key
from tests.record.merkle import entries_of, head_of, leaves_of
from tests.record.published import files_of
from tests.record.signers import LOG, ORIGIN, WITNESSES

NOW: Final = 1795394146
SIZE: Final = 7
_CHECKPOINT: Final = Checkpoint(ORIGIN, head_of(SIZE))
_NOTE: Final = sign_checkpoint(_CHECKPOINT, LOG).add(cosign(_CHECKPOINT, WITNESSES[0], NOW))
_REQUEST: Final = AddCheckpoint(
    3, prove_consistency(3, SIZE, read_from(leaves_of(SIZE))), _NOTE, _CHECKPOINT
)
_FILES: Final = files_of(entries_of(SIZE))
_TILE, _BUNDLE = "tile/0/000.p/7", "tile/entries/000.p/7"
TRUST: Final = (
    f"origin {ORIGIN}\nlog {LOG.verifier.text}\nwitness {WITNESSES[0].verifier.text}\n"
    "witnesses 1\nseen 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
)

Reader = Callable[[bytes], object]


def of_text(read: Callable[[str, str], object]) -> Reader:
    """Return a reader of text as one of bytes."""
    return lambda data: read(data.decode(errors="replace"), "text")


def read_checkpoint(data: bytes) -> None:
    """Open a checkpoint as an auditor does who knows its log and two witnesses."""
    _, note = open_checkpoint(data, ORIGIN, [LOG.verifier], "checkpoint")
    verify_cosignatures(note, [witness.verifier for witness in WITNESSES])


def witness_request(data: bytes) -> None:
    """Decide on a request as a witness does."""
    decide(parse_add_checkpoint(data), [LOG.verifier], head_of(3), WITNESSES[0], NOW)


def read_published(path: str) -> Reader:
    """Return a reader of a whole record of which one file is what it is given."""

    def read(data: bytes) -> None:
        files: Mapping[str, bytes] = {**_FILES, path: data}

        def answer(asked: str) -> bytes:
            if asked not in files:
                raise StorageUnavailable(asked)
            return files[asked]

        entries = list(open_tiles(head_of(SIZE), answer).entries(0, SIZE))
        assert entries == entries_of(SIZE)

    return read


def _evidence() -> bytes:
    """Return the evidence of one entry in a record of one."""
    sealed = seal_entry(APPLICATION, same_key)
    head = EMPTY.append(leaf_hash(sealed.content)).head
    note = sign_checkpoint(Checkpoint(ORIGIN, head), LOG).to_bytes().decode()
    return Evidence(note, (Kept(0, sealed.content, (), sealed.disclosures),)).to_bytes()


READERS: Final[dict[str, tuple[Reader, tuple[bytes, ...]]]] = {
    "canonical": (
        lambda data: parse_canonical(data, "entry", 2**16),
        (canonical_bytes({"at": NOW, "salted": {"name": "0" * 64}, "list": [True, None, "é"]}),),
    ),
    "json": (lambda data: parse_json(data, "draft", 2**16), (b'{"b": [1], "a": "\\u00e9"}',)),
    "entry": (parse_entry, (seal_entry(APPLICATION, same_key).content, ADMISSION_BYTES)),
    "whole-entry": (read_whole, (seal_entry(APPLICATION, same_key).content, ADMISSION_BYTES)),
    "base64": (of_text(parse_base64), (b"AAEC", b"AA==")),
    "hash": (of_text(parse_hash), (b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",)),
    "tree-size": (of_text(parse_size), (b"0", b"9223372036854775807")),
    "verifier-key": (of_text(parse_verifier_key), (LOG.verifier.text.encode(),)),
    "signer-key": (of_text(parse_signer_key), (LOG.text.encode(),)),
    "note": (lambda data: parse_note(data, "note"), (_NOTE.to_bytes(),)),
    "signatures": (of_text(parse_signatures), (_NOTE.signatures[1].line.encode(),)),
    "checkpoint": (read_checkpoint, (_NOTE.to_bytes(),)),
    "add-checkpoint": (witness_request, (_REQUEST.to_bytes(),)),
    "tile-path": (of_text(parse_tile_path), (b"tile/0/x001/234.p/5", b"tile/entries/000")),
    "tile": (lambda data: parse_tile(data, Tile(0, 0, SIZE), "tile"), (_FILES[_TILE],)),
    "bundle": (lambda data: parse_bundle(data, Bundle(0, SIZE), "bundle"), (_FILES[_BUNDLE],)),
    "evidence": (parse_evidence, (_evidence(),)),
    "published-tile": (read_published(_TILE), (_FILES[_TILE],)),
    "published-bundle": (read_published(_BUNDLE), (_FILES[_BUNDLE],)),
}
