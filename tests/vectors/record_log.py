"""Write the vectors of the record's log: ``python -m tests.vectors.record_log``.

Specified in ``docs/reference/record-log.md``. A test makes them anew and compares: a difference is
a change of the format, which needs a new version beside the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.canonical import Json, canonical_bytes, parse_canonical
from comitia.record.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from comitia.record.commitments import Disclosure
from comitia.record.cosignatures import cosign, verify_cosignatures
from comitia.record.keys import KeyKind, SignerKey
from comitia.record.notes import Note, sign_note
from comitia.record.proofs import prove_consistency, prove_inclusion
from comitia.record.tiles import (
    TILE_WIDTH,
    bundle_bytes,
    new_bundles,
    new_tiles,
    parse_tile_path,
    tile_bytes,
)
from comitia.record.tree import EMPTY, LeafHash, NodeHash, TreeHead, leaf_hash, read_from
from comitia.record.witnessing import AddCheckpoint, Refused, decide
from tests.vectors.generate import FOLDER, written

ORIGIN: Final = "record.example.org/union"
TIME: Final = 1795394146
LARGEST: Final = 2**16


def key_of(name: str, kind: KeyKind) -> SignerKey:
    """Return a key whose seed is the hash of its name."""
    return SignerKey(name, kind, sha256(name.encode()).digest())


LOG: Final = key_of(ORIGIN, KeyKind.NOTE)
WITNESS: Final = key_of("witness.example/w1", KeyKind.COSIGNATURE)
NAME: Final = Disclosure("name", sha256(b"key of a field").digest(), "Ada Lovelace")
VALUES: Final[tuple[Json, ...]] = (
    {"number": 1, "kind": "example", "name": NAME.commitment},
    {"number": 2, "kind": "example", "text": "zwölf Stühle"},
    {"number": 3, "kind": "example", "seats": [1, 2], "open": True},
)


def numbered(count: int) -> list[bytes]:
    """Return entries that are their own numbers, from 0, in decimal."""
    return [b"%d" % number for number in range(count)]


def leaves_of(entries: Sequence[bytes]) -> list[LeafHash]:
    return [leaf_hash(entry) for entry in entries]


def head_of(entries: Sequence[bytes]) -> TreeHead:
    return EMPTY.append_many(leaves_of(entries)).head


def hexes(hashes: Sequence[NodeHash]) -> list[Json]:
    return [one.hex() for one in hashes]


def example() -> Json:
    """Return a whole small record: the example at the head of the page."""
    entries = [canonical_bytes(value) for value in VALUES]
    checkpoint = Checkpoint(ORIGIN, head_of(entries))
    signed = sign_checkpoint(checkpoint, LOG).add(cosign(checkpoint, WITNESS, TIME))
    return [
        {
            "name": "three entries, one checkpoint, one witness",
            "catches": "A step from an entry to the checkpoint that is made otherwise.",
            "disclosure": {
                "field": NAME.field,
                "key": NAME.key.hex(),
                "value": NAME.value,
                "commitment": NAME.commitment,
            },
            "entries": [entry.decode() for entry in entries],
            "leaf_hashes": [leaf.hex() for leaf in leaves_of(entries)],
            "root": checkpoint.head.root.hex(),
            "inclusion_proof_of_entry_0": hexes(
                prove_inclusion(0, 3, read_from(leaves_of(entries)))
            ),
            "log_key": LOG.text,
            "log_verifier_key": LOG.verifier.text,
            "witness_key": WITNESS.text,
            "witness_verifier_key": WITNESS.verifier.text,
            "checkpoint": signed.to_bytes().decode(),
        }
    ]


CANONICAL: Final[tuple[tuple[str, Json], ...]] = (
    ("Names in the order of code points, or as they came.", {"\ue000": 1, "\U00010000": 2, "": 3}),
    ("Escapes of what needs none, or with capital digits.", '\x00\x1f\b\t\n\f\r"\\/\x7fé\u2028'),
    ("Integers through a floating-point number.", [2**53 - 1, 1 - 2**53, 0]),
    ("White space between tokens.", {"a": [{}, [], None, True, False]}),
)
NOT_CANONICAL: Final = (
    ("White space.", b'{"a": 1}'),
    ("Names in another order.", b'{"b":1,"a":2}'),
    ("A name twice.", b'{"a":1,"a":1}'),
    ("A fraction.", b"1.5"),
    ("A fraction that is whole.", b"1.0"),
    ("An exponent.", b"1e3"),
    ("Minus zero.", b"-0"),
    ("An integer that a floating-point number does not hold.", b"9007199254740992"),
    ("An escape that is not needed.", b'"\\u0041"'),
    ("Capital digits in an escape.", b'"\\u001F"'),
    ("Half of a surrogate pair.", b'"\\ud800"'),
    ("Bytes that are not UTF-8.", b'"\xff"'),
    ("Nesting deeper than 16.", b"[" * 17 + b"]" * 17),
    ("Something after the value.", b"1\n"),
)


def canonical() -> Json:
    """Return values with their canonical forms, and bytes that are none."""
    forms: list[Json] = [
        {"catches": catches, "value": value, "form": canonical_bytes(value).hex()}
        for catches, value in CANONICAL
    ]
    refused: list[Json] = []
    for catches, data in NOT_CANONICAL:
        try:
            parse_canonical(data, "entry", LARGEST)
        except MalformedRecord as error:
            refused.append({"catches": catches, "data": data.hex(), "problem": error.problem})
    return [*forms, *refused]


def tree() -> Json:
    """Return trees over numbered entries, with proofs."""
    entries = numbered(8)
    node = read_from(leaves_of(entries))
    inclusion: list[Json] = [
        {
            "catches": f"A path of another order or length, to entry {index} of {size}.",
            "index": index,
            "size": size,
            "leaf_hash": leaf_hash(entries[index]).hex(),
            "root": head_of(entries[:size]).root.hex(),
            "proof": hexes(prove_inclusion(index, size, node)),
        }
        for index, size in ((0, 1), (0, 8), (5, 8), (2, 3), (6, 7))
    ]
    consistency: list[Json] = [
        {
            "catches": f"A proof that forgets the old tree's own end, from {old} to {new}.",
            "old_size": old,
            "old_root": head_of(entries[:old]).root.hex(),
            "size": new,
            "root": head_of(entries[:new]).root.hex(),
            "proof": hexes(prove_consistency(old, new, node)),
        }
        for old, new in ((0, 5), (1, 8), (4, 8), (6, 8), (3, 7), (7, 7))
    ]
    return [*inclusion, *consistency]


def verdict_on(note: bytes) -> str:
    """Return what becomes of a signed checkpoint: "holds", "malformed", or the check that fails."""
    try:
        _, opened = open_checkpoint(note, ORIGIN, [LOG.verifier], "checkpoint")
        verify_cosignatures(opened, [WITNESS.verifier])
    except MalformedRecord:
        return "malformed"
    except CheckFailed as failure:
        return failure.check
    return "holds"


def checkpoints() -> Json:
    """Return checkpoints that hold and that do not."""
    checkpoint = Checkpoint(ORIGIN, head_of(numbered(3)))
    text = checkpoint.text
    signed = sign_checkpoint(checkpoint, LOG)
    other_text = Checkpoint(ORIGIN, head_of(numbered(4))).text
    line = cosign(checkpoint, WITNESS, TIME)
    later = (TIME + 1).to_bytes(8, "big") + line.signature[8:]
    stranger = key_of("stranger.example", KeyKind.NOTE)
    elsewhere = Checkpoint("elsewhere.example", checkpoint.head)
    notes = (
        ("A sound checkpoint refused.", signed.add(line).to_bytes()),
        (
            "A signature of an unknown key not passed over.",
            sign_checkpoint(checkpoint, stranger, LOG).to_bytes(),
        ),
        ("A text that nobody signed.", Note(other_text, signed.signatures).to_bytes()),
        ("No known signature.", sign_checkpoint(checkpoint, stranger).to_bytes()),
        (
            "A false signature beside a true one.",
            signed.add(*sign_note(other_text, LOG).signatures).to_bytes(),
        ),
        ("A cosignature with another time.", signed.add(replace(line, signature=later)).to_bytes()),
        ("A checkpoint of another log.", sign_checkpoint(elsewhere, LOG).to_bytes()),
        ("A size with a leading zero.", sign_note(text.replace("3", "03", 1), LOG).to_bytes()),
        ("An extension line that is empty.", sign_note(f"{text}\n", LOG).to_bytes()),
        ("No newline at the end.", signed.to_bytes()[:-1]),
    )
    return [
        {"catches": catches, "checkpoint": note.decode(), "verdict": verdict_on(note)}
        for catches, note in notes
    ]


def commitments() -> Json:
    """Return disclosures, of which some open the commitment beside them."""
    key, other = NAME.key, sha256(b"another key").digest()
    tried: tuple[tuple[str, bytes, Json, str], ...] = (
        ("A true disclosure refused.", key, "Ada Lovelace", NAME.commitment),
        ("Another value.", key, "Ada Lovelac", NAME.commitment),
        ("Another key.", other, "Ada Lovelace", NAME.commitment),
        (
            "A value that is not written in its canonical form.",
            key,
            {"b": 1, "a": "é"},
            Disclosure("name", key, {"a": "é", "b": 1}).commitment,
        ),
        ("A number taken for its text.", key, "1", Disclosure("name", key, 1).commitment),
    )
    return [
        {
            "catches": catches,
            "key": used.hex(),
            "value": value,
            "commitment": commitment,
            "holds": Disclosure("name", used, value).commitment == commitment,
        }
        for catches, used, value, commitment in tried
    ]


def requests() -> Json:
    """Return what a witness is asked, one after the other, and what it answers."""
    entries, forged = numbered(9), [b"never happened", *numbered(9)[1:]]
    other = key_of("other.example", KeyKind.NOTE)
    asked = (
        ("A first checkpoint refused.", 0, entries[:4], LOG),
        ("A checkpoint that continues the last one refused.", 4, entries[:7], LOG),
        ("A rewritten entry signed.", 7, forged, LOG),
        ("A second tree of one size signed.", 7, [*entries[:6], b"another end"], LOG),
        ("A proof from another size than was signed last taken.", 4, entries, LOG),
        ("A new beginning at zero signed.", 0, entries, LOG),
        ("A checkpoint that its log did not sign taken.", 7, entries, other),
        ("The same checkpoint refused when it is asked for again.", 7, entries[:7], LOG),
    )
    seen: TreeHead | None = None
    vectors: list[Json] = []
    for catches, old, history, signer in asked:
        checkpoint = Checkpoint(ORIGIN, head_of(history))
        proof = prove_consistency(old, len(history), read_from(leaves_of(history)))
        request = AddCheckpoint(old, proof, sign_checkpoint(checkpoint, signer), checkpoint)
        answer = decide(request, [LOG.verifier], seen, WITNESS, TIME)
        refused = isinstance(answer, Refused)
        vectors.append(
            {
                "catches": catches,
                "seen": {"size": seen.size, "root": seen.root.hex()} if seen else None,
                "request": request.to_bytes().decode(),
                "now": TIME,
                "status": answer.refusal.status if isinstance(answer, Refused) else 200,
                "answer": answer.body.decode(),
            }
        )
        seen = seen if refused else request.checkpoint.head
    return vectors


PATHS: Final = ("tile/0/x001/x234/067", "tile/63/000.p/255", "tile/entries/x001/000.p/1")
NO_PATHS: Final = ("tile/0/x000/001", "tile/0/1", "tile/64/000", "tile/0/000.p/256", "tile/00/000")


def tiles() -> Json:
    """Return every file of a record, and paths."""
    entries = numbered(600)
    node = read_from(leaves_of(entries))
    files: list[Json] = [
        {
            "catches": f"Other bytes at {tile.path}.",
            "path": tile.path,
            "sha256": sha256(tile_bytes(tile, node)).hexdigest(),
        }
        for tile in new_tiles(0, 600)
    ]
    for bundle in new_bundles(0, 600):
        first = bundle.index * TILE_WIDTH
        data = bundle_bytes(entries[first : first + bundle.width])
        files.append(
            {
                "catches": f"Other bytes at {bundle.path}.",
                "path": bundle.path,
                "sha256": sha256(data).hexdigest(),
            }
        )
    grown: Json = {
        "catches": "A tile left out, or published again, when a record grows.",
        "old_size": 500,
        "size": 600,
        "new": [tile.path for tile in new_tiles(500, 600)],
    }
    names: list[Json] = [
        {"catches": f"A reader that refuses {path}.", "path": parse_tile_path(path, "path").path}
        for path in PATHS
    ]
    return [*files, grown, *names, *(_refused_path(path) for path in NO_PATHS)]


def _refused_path(path: str) -> Json:
    try:
        parse_tile_path(path, "path")
    except MalformedRecord as error:
        return {"catches": f"A reader that takes {path}.", "path": path, "problem": error.problem}
    raise ValueError(f"{path} is a path")


def of(vectors: Callable[[], Json]) -> Json:
    """Return a file of vectors."""
    return {
        "schema": f"comitia-vectors-record-log-{vectors.__name__}-v1",
        "source": "tests/vectors/record_log.py, from fixed seeds",
        "vectors": vectors(),
    }


FILES: Final[dict[str, Callable[[], Json]]] = {
    f"record-log/{make.__name__}.json": make
    for make in (example, canonical, tree, checkpoints, requests, tiles, commitments)
}


if __name__ == "__main__":
    (FOLDER / "record-log").mkdir(exist_ok=True)
    for file_name, make in FILES.items():
        (FOLDER / file_name).write_text(written(of(make)))
