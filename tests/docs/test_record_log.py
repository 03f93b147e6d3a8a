"""The page on the record's log, its vectors and the program say the same."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record import keys, notes, tiles, tree, witnessing
from comitia.record.canonical import DEEPEST, canonical_bytes, parse_canonical
from comitia.record.checks import Check
from comitia.record.commitments import Commitment, Disclosure, verify_disclosure
from comitia.record.proofs import verify_consistency, verify_inclusion
from comitia.record.tree import LeafHash, NodeHash, TreeHead
from tests.vectors import record_log
from tests.vectors.generate import FOLDER, written

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGE = (REFERENCE / "record-log.md").read_text(encoding="utf-8")
ENTRIES = (REFERENCE / "entries.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())


def vectors_of(name: str) -> list[dict[str, Any]]:
    file = json.loads((FOLDER / "record-log" / f"{name}.json").read_text())
    assert set(file) == {"schema", "source", "vectors"}
    vectors: list[dict[str, Any]] = file["vectors"]
    return vectors


def hashes(texts: list[str]) -> tuple[NodeHash, ...]:
    return tuple(NodeHash(bytes.fromhex(text)) for text in texts)


def head(vector: dict[str, Any], prefix: str = "") -> TreeHead:
    (root,) = hashes([vector[f"{prefix}root"]])
    return TreeHead(vector[f"{prefix}size"], root)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# --- The vectors ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", record_log.FILES)
def test_vectors_made_anew_are_the_same(name: str) -> None:
    made = written(record_log.of(record_log.FILES[name]))
    assert made == (FOLDER / name).read_text()


@pytest.mark.parametrize("name", record_log.FILES)
def test_every_vector_names_the_fault_that_it_would_catch(name: str) -> None:
    faults = [vector["catches"] for vector in json.loads((FOLDER / name).read_text())["vectors"]]
    assert faults
    assert [fault for fault in faults if not fault.endswith(".")] == []
    assert len(set(faults)) == len(faults)


def test_canonical_forms_are_as_the_vectors_say() -> None:
    vectors = vectors_of("canonical")
    assert len(vectors) == len(record_log.CANONICAL) + len(record_log.NOT_CANONICAL)
    for vector in vectors:
        if "form" in vector:
            form = bytes.fromhex(vector["form"])
            assert canonical_bytes(vector["value"]) == form
            assert parse_canonical(form, "entry", 2**16) == vector["value"]
        else:
            with pytest.raises(MalformedRecord) as caught:
                parse_canonical(bytes.fromhex(vector["data"]), "entry", 2**16)
            assert caught.value.problem == vector["problem"]


def test_proofs_are_as_the_vectors_say() -> None:
    for vector in vectors_of("tree"):
        proof = hashes(vector["proof"])
        if "index" in vector:
            leaf = LeafHash(bytes.fromhex(vector["leaf_hash"]))
            verify_inclusion(vector["index"], leaf, proof, head(vector))
        else:
            verify_consistency(head(vector, "old_"), proof, head(vector))


def test_checkpoints_are_as_the_vectors_say() -> None:
    found = {
        vector["catches"]: record_log.verdict_on(vector["checkpoint"].encode())
        for vector in vectors_of("checkpoints")
    }
    assert found == {vector["catches"]: vector["verdict"] for vector in vectors_of("checkpoints")}
    assert set(found.values()) == {"holds", "malformed", "record.key", "record.witness"}


def test_a_witness_answers_as_the_vectors_say() -> None:
    for vector in vectors_of("requests"):
        request = witnessing.parse_add_checkpoint(vector["request"].encode())
        seen = head(vector["seen"]) if vector["seen"] else None
        known = [record_log.LOG.verifier]
        answer = witnessing.decide(request, known, seen, record_log.WITNESS, vector["now"])
        assert answer.body.decode() == vector["answer"]
        status = answer.refusal.status if isinstance(answer, witnessing.Refused) else 200
        assert status == vector["status"]


def test_paths_are_as_the_vectors_say() -> None:
    for vector in vectors_of("tiles"):
        if "problem" in vector:
            with pytest.raises(MalformedRecord) as caught:
                tiles.parse_tile_path(vector["path"], "path")
            assert caught.value.problem == vector["problem"]
        elif "path" in vector:
            assert tiles.parse_tile_path(vector["path"], "path").path == vector["path"]


def test_disclosures_are_as_the_vectors_say() -> None:
    for vector in vectors_of("commitments"):
        disclosure = Disclosure("name", bytes.fromhex(vector["key"]), vector["value"])
        if vector["holds"]:
            verify_disclosure(disclosure, Commitment(vector["commitment"]))
        else:
            with pytest.raises(CheckFailed):
                verify_disclosure(disclosure, Commitment(vector["commitment"]))


# --- The page ---------------------------------------------------------------------------------


def blocks() -> list[str]:
    return re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_example_of_the_page_is_the_first_vector() -> None:
    (vector,) = vectors_of("example")
    assert blocks() == [
        "".join(f"{entry}\n" for entry in vector["entries"]),
        "".join(f"{leaf}\n" for leaf in vector["leaf_hashes"]),
        vector["root"] + "\n",
        vector["checkpoint"],
        f"{vector['log_verifier_key']}\n{vector['witness_verifier_key']}\n",
        f"{vector['disclosure']['key']}\n{json.dumps(vector['disclosure']['value'])}\n",
    ]


def test_the_example_follows_from_the_page_s_sentences_alone() -> None:
    entries, leaves, root, checkpoint, _, opened = blocks()
    lines = [entry.encode() for entry in entries.splitlines()]
    hashed = [sha256(b"\0" + line) for line in lines]
    assert [one.hex() for one in hashed] == leaves.split()
    top = sha256(b"\1" + sha256(b"\1" + hashed[0] + hashed[1]) + hashed[2])
    assert top.hex() + "\n" == root
    assert checkpoint.split("\n")[:3] == [record_log.ORIGIN, "3", b64encode(top).decode()]
    key, value = opened.splitlines()
    digest = hmac.digest(bytes.fromhex(key), value.encode(), "sha256").hex()
    assert f'"name":"{digest}"' in entries


def test_the_checks_on_the_page_are_the_program_s() -> None:
    listed = re.findall(r"^\| `(record\.[a-z]+)` \| (.*?) \|$", PAGE, re.MULTILINE)
    of_entries = re.findall(r"^\| `(record\.[a-z]+)` \|", ENTRIES, re.MULTILINE)
    assert listed == [(check.id, check.title) for check in Check if check.id not in of_entries]


def test_the_limits_on_the_page_are_the_program_s() -> None:
    limits = (
        f"more than {DEEPEST} lists and objects within one another",
        f"at most {tiles.LARGEST_ENTRY_BYTES:,} bytes",
        f"at most {notes.LARGEST_NOTE_BYTES:,} bytes and {notes.MOST_SIGNATURES} signatures",
        f"at most {witnessing.LARGEST_REQUEST_BYTES:,} bytes and {witnessing.MOST_HASHES} hashes",
    )
    assert [limit for limit in limits if limit not in WORDS] == []
    assert tree.LARGEST_SIZE == 2**63 - 1
    assert "A size MUST be at most 2^63 − 1." in WORDS  # noqa: RUF001 - as the page writes it


def test_the_status_codes_on_the_page_are_the_program_s() -> None:
    (sentence,) = re.findall(r"the first that applies: (.*?)\. 20\.", WORDS)
    codes = [int(code) for code in re.findall(r"(?<![,0-9])([0-9]{3}) [a-z]", sentence)]
    assert codes == [400, 404, 403, 400, 409, 422]
    assert sorted(codes) == sorted(refusal.status for refusal in witnessing.Refusal)


def test_the_kinds_of_keys_on_the_page_are_the_program_s() -> None:
    assert "of a log, signature type 1; of a witness, type 4" in WORDS
    assert [kind.value for kind in keys.KeyKind] == [1, 4]


def test_the_sentences_of_the_page_are_numbered_in_order() -> None:
    numbers = [int(number) for number in re.findall(r"^([0-9]+)\. ", PAGE, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
