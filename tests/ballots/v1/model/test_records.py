"""Names, numbers and shapes that records share."""

from __future__ import annotations

import re

import pytest

from comitia.ballots.v1.model import (
    BASE58,
    Check,
    Ciphertext,
    EventType,
    HomomorphicQuestion,
    Owned,
    Proof,
    RecordKind,
    Sha256Hex,
    SingleTrustee,
    TrusteeKey,
    Uuid,
    bound_file_name,
    canonical_json,
    combine_keys,
    derive_hash,
    derive_result_record,
    is_uuid,
    record_name,
)
from comitia.curve import ED25519

E = [ED25519.generator_power(ED25519.scalar(n)) for n in range(6)]


def test_the_bound_proofs_of_an_election_lie_in_a_file_of_its_name() -> None:
    assert bound_file_name(Uuid("12345678ABCDEF")) == "12345678ABCDEF.bound.json"


def test_a_record_is_named_by_its_hash_and_kind() -> None:
    digest = derive_hash(b"content")
    names = [record_name(kind, b"content") for kind in RecordKind]
    assert names == [f"{digest}.data.json", f"{digest}.event.json"]


def test_base58_leaves_out_what_is_mistaken_for_another() -> None:
    assert len(BASE58) == len(set(BASE58)) == 58
    assert not set("0OIl") & set(BASE58)
    assert "".join(sorted(BASE58)) == BASE58


@pytest.mark.parametrize(
    "text, expected",
    [("1" * 14, True), ("1" * 13, False), ("1" * 100, True), ("1" * 13 + "0", False), ("", False)],
)
def test_an_identifier_has_14_base58_characters_or_more(text: str, expected: bool) -> None:  # noqa: FBT001 - pytest names it
    assert is_uuid(text) is expected


@pytest.mark.parametrize(
    "question, choices, proofs",
    [
        (HomomorphicQuestion("?", ("A", "B", "C"), 1, 2), 3, 2),
        (HomomorphicQuestion("?", ("A", "B", "C"), 1, 2, blank=True), 4, 3),
        (HomomorphicQuestion("?", ("A",), 0, 0), 1, 1),
    ],
)
def test_blank_adds_a_choice_and_a_proof(
    question: HomomorphicQuestion, choices: int, proofs: int
) -> None:
    assert (question.choice_count, question.overall_proof_count) == (choices, proofs)


def test_the_product_of_ciphertexts_is_taken_part_by_part() -> None:
    assert Ciphertext(E[1], E[2]) * Ciphertext(E[3], E[2]) == Ciphertext(E[4], E[4])
    assert Ciphertext(E[1], E[2]).text == f"{E[1].text},{E[2].text}"


def test_the_elections_key_is_the_product_of_the_trustees() -> None:
    proof = Proof(ED25519.scalar(0), ED25519.scalar(0))
    one, three, four = (SingleTrustee(TrusteeKey(E[n], proof)) for n in (1, 3, 4))
    assert combine_keys([one, four], ED25519) == E[5]
    assert combine_keys([three], ED25519) == E[3]


def test_small_records_have_their_fields_in_order() -> None:
    payload = Sha256Hex("ab" * 32)
    owned = b'{"owner":2,"payload":"%s"}' % payload.encode()
    assert canonical_json(Owned(2, payload).to_json()) == owned
    assert derive_result_record(((1, 0), (2,)), (2, 1)) == b'{"result":[[1,0],[2]]}'


def test_every_check_has_an_id_of_its_own_and_a_sentence() -> None:
    ids = [check.id for check in Check]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+", id_) for id_ in ids)
    assert all(check.title.endswith(".") and check.title[0].isupper() for check in Check)


def test_the_steps_of_an_election_have_the_protocols_names() -> None:
    assert [type_.value for type_ in EventType] == [
        "Setup",
        "Ballot",
        "EndBallots",
        "EncryptedTally",
        "Shuffle",
        "EndShuffles",
        "PartialDecryption",
        "Result",
    ]
