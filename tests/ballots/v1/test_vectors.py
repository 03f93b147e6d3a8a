"""The vectors: made anew they are the same, and what they state holds of our own code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comitia.ballots.v1.equations import bound_failures
from comitia.ballots.v1.model import canonical_json
from comitia.ballots.v1.parse import parse_bound_proofs, parse_election, parse_json
from tests.vectors.generate import FILES, FOLDER, small_elections, written


def load(name: str) -> Any:  # noqa: ANN401 - a file of any shape
    return json.loads((FOLDER / name).read_text())


@pytest.mark.parametrize("name", FILES)
def test_vectors_made_anew_are_the_same(name: str) -> None:
    assert written(FILES[name]()) == (FOLDER / name).read_text()


@pytest.mark.parametrize("name", FILES)
def test_every_vector_names_the_fault_that_it_would_catch(name: str) -> None:
    file = load(name)
    assert set(file) in ({"schema", "source", "vectors"}, {"schema", "source", "elections"})
    vectors = file.get("vectors") or file["elections"]
    assert [vector["name"] for vector in vectors if not vector["catches"].endswith(".")] == []
    names = [vector["name"] for vector in vectors]
    assert len(set(names)) == len(names)


def test_attack_49_texts_are_written_and_read_as_the_vectors_say() -> None:
    texts = [v for v in load("ballots_v1.json")["vectors"] if "code_points" in v]
    for vector in texts:
        text = "".join(map(chr, vector["code_points"]))
        encoded = bytes.fromhex(vector["bytes_hex"])
        assert canonical_json(text) == encoded
        assert parse_json(encoded, "text", 100) == text
    assert len({vector["fingerprint"] for vector in texts}) == len(texts) == 8


@pytest.mark.parametrize("number", [0, 1])
def test_files_of_bound_proofs_fail_where_the_vectors_say(number: int) -> None:
    vector = load("bound_decryption_proofs.json")["elections"][number]
    made = small_elections()[vector["group"]]
    election = parse_election(vector["election"].encode())
    assert (election, made.election.fingerprint) == (made.election, vector["election_hash"])
    files = [(vector["file"], []), *((v["file"], v["failures"]) for v in vector["false_files"])]
    for file, subjects in files:
        (share,) = parse_bound_proofs(file.encode(), [2], election.group).shares
        key = made.keys[0].public_key
        found = bound_failures(share, made.shares[0], made.tally, key, election)
        assert [failure.subject for failure in found] == subjects
