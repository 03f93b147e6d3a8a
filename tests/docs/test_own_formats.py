"""The formats of our own: pages, vectors and program say the same."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from comitia.ballots.v1.equations import audit_failures, rehearsal_failures
from comitia.ballots.v1.model import Json, canonical_json
from comitia.ballots.v1.parse import (
    parse_audited_ballot,
    parse_election,
    parse_rehearsal_share,
)
from comitia.curve import GROUPS
from tests.vectors import audited, shuffled
from tests.vectors.audited import found, rehearsed_election
from tests.vectors.generate import FOLDER, written

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
NUMBERS = (0, 1)
FILES = {**audited.FILES, **shuffled.FILES}


def vectors_of(name: str) -> list[dict[str, Any]]:
    file = json.loads((FOLDER / name).read_text())
    assert set(file) == {"schema", "source", "vectors"}
    vectors: list[dict[str, Any]] = file["vectors"]
    return vectors


def fingerprint(data: bytes) -> str:
    return b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


@pytest.mark.parametrize("name", FILES)
def test_vectors_made_anew_are_the_same(name: str) -> None:
    assert written(FILES[name]()) == (FOLDER / name).read_text()


@pytest.mark.parametrize("name", FILES)
def test_every_vector_names_the_fault_that_it_would_catch(name: str) -> None:
    for vector in vectors_of(name):
        faults = [vector["catches"], *(false["catches"] for false in vector["false_files"])]
        assert [fault for fault in faults if not fault.endswith(".")] == []
        assert len(set(faults)) == len(faults) == 5


@pytest.mark.parametrize("number", NUMBERS)
def test_audited_ballots_are_as_the_vectors_say(number: int) -> None:
    vector = vectors_of("audited_ballots.json")[number]
    election = parse_election(vector["election"].encode())
    files = [(vector["file"], []), *((v["file"], v["failures"]) for v in vector["false_files"])]
    for file, failures in files:
        audited = parse_audited_ballot(file.encode(), election)
        assert found(audit_failures(audited, election)) == failures
        assert audited.to_bytes() == file.encode()
    ballot = canonical_json(json.loads(vector["file"])["ballot"])
    assert fingerprint(ballot) == vector["hash"]


@pytest.mark.parametrize("number", NUMBERS)
def test_rehearsals_are_as_the_vectors_say(number: int) -> None:
    vector = vectors_of("rehearsals.json")[number]
    group = GROUPS[vector["group"]]
    election, trustees = (
        parse_election(vector["election"].encode()),
        rehearsed_election(group).trustees,
    )
    files = [(vector["file"], []), *((v["file"], v["failures"]) for v in vector["false_files"])]
    for file, failures in files:
        share = parse_rehearsal_share(file.encode(), group)
        assert found(rehearsal_failures(share, election, trustees)) == failures
        assert share.to_bytes() == file.encode()


@pytest.mark.parametrize("number", NUMBERS)
def test_the_test_tally_is_what_the_page_says(number: int) -> None:
    """Recomputed from the page's sentences 1 to 3 alone, by the group's arithmetic."""
    vector = vectors_of("rehearsals.json")[number]
    group = GROUPS[vector["group"]]
    election = parse_election(vector["election"].encode())
    phi = fingerprint(vector["election"].encode())
    assert vector["hashed"] == f"comitia-rehearsal-v1|{phi}"
    assert vector["fingerprint"] == fingerprint(vector["hashed"].encode())
    for m, row in enumerate(vector["test_tally"]):
        hashed = f"{vector['hashed']}|{m}"
        digest = hashlib.sha256(hashed.encode()).digest()
        r = group.scalar(int.from_bytes(digest, "big") % group.order)
        beta = election.public_key.power_vartime(r) * group.generator_power_vartime(group.scalar(m))
        assert row == {
            "value": m,
            "hashed": hashed,
            "randomness": r.text,
            "alpha": group.generator_power_vartime(r).text,
            "beta": beta.text,
        }


@pytest.mark.parametrize("number", NUMBERS)
def test_a_rehearsals_payload_is_what_the_page_says(number: int) -> None:
    share = json.loads(vectors_of("rehearsals.json")[number]["file"])
    lists: Json = {name: [share[name]] for name in ("decryption_factors", "decryption_proofs")}
    assert share["bound"]["payload"] == hashlib.sha256(canonical_json(lists)).hexdigest()


@pytest.mark.parametrize("number", NUMBERS)
def test_signed_shuffles_are_as_the_vectors_say(number: int) -> None:
    vector = vectors_of("signed_shuffles.json")[number]
    made = shuffled.shuffled_election(GROUPS[vector["group"]])
    assert vector["election_hash"] == fingerprint(vector["election"].encode())
    files = [(vector["file"], []), *((v["file"], v["failures"]) for v in vector["false_files"])]
    for file, failures in files:
        assert shuffled.failures_of(file.encode(), made) == failures


@pytest.mark.parametrize("number", NUMBERS)
def test_what_a_signature_of_a_shuffle_hashes_is_what_the_page_says(number: int) -> None:
    """Recomputed from the page's sentences 4 and 7 alone, by the group's arithmetic."""
    vector = vectors_of("signed_shuffles.json")[number]
    group = GROUPS[vector["group"]]
    (signed,) = json.loads(vector["file"])["shuffles"]
    payload = hashlib.sha256(vector["shuffle"].encode()).hexdigest()
    assert signed["payload"] == payload
    c, r = (group.parse_scalar(signed["signature"][name]) for name in ("challenge", "response"))
    key = group.generator_power(group.parse_scalar(vector["trustee_private_key"]))
    mask = group.generator_power_vartime(r) * key.power_vartime(c)
    phi = fingerprint(vector["election"].encode())
    parts = ("comitia-shuffle-v1", group.name, phi, "1", key.text, payload, mask.text)
    assert vector["statement"] == "|".join(parts)
    digest = hashlib.sha256(vector["statement"].encode()).digest()
    assert int(c) == int.from_bytes(digest, "big") % group.order
    assert (vector["commitment"], vector["trustee_public_key"]) == (mask.text, key.text)
    assert vector["challenge"] == c.text


@pytest.mark.parametrize(
    "page, name",
    [
        ("audited-ballots.md", "audited_ballots.json"),
        ("rehearsal.md", "rehearsals.json"),
        ("signed-shuffles.md", "signed_shuffles.json"),
    ],
)
def test_the_example_of_a_page_is_the_first_vector(page: str, name: str) -> None:
    text = (REFERENCE / page).read_text(encoding="utf-8")
    example = re.search(r"^```\n(\{.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert example
    in_one_line = re.sub(r"\n *", "", example[1])
    shortened = re.escape(in_one_line).replace("…", "[0-9a-f]+")
    first = vectors_of(name)[0]
    assert re.fullmatch(shortened, first["file"])
    named = [
        first[field] for field in ("hash", "fingerprint", "hashed", "statement") if field in first
    ]
    assert [one for one in named if one not in text] == []
