"""Names, numbers and shapes that records share."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from comitia.ballots.v1.model import (
    BASE58,
    Certificate,
    CertificateContext,
    Check,
    Ciphertext,
    Coefficients,
    EventType,
    HomomorphicQuestion,
    Owned,
    Proof,
    RankedQuestion,
    RecordKind,
    Sha256Hex,
    SignedMessage,
    SingleTrustee,
    ThresholdTrustees,
    TrusteeKey,
    Uuid,
    bound_file_name,
    canonical_json,
    certificate_message,
    coefficients_message,
    combine_keys,
    derive_election_record,
    derive_hash,
    derive_result_record,
    is_uuid,
    joint_message,
    owner_keys,
    owner_ranges,
    record_name,
)
from comitia.ballots.v1.parse import parse_template
from comitia.curve import ED25519, Element
from tests.ballots.v1.forging import ballot_of, lists_answer
from tests.ballots.v1.samples import LISTED, fixture_steps
from tests.elections import LISTS

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


PROOF = Proof(ED25519.scalar(0), ED25519.scalar(0))


def group_of(*elements: Element) -> ThresholdTrustees:
    """Return a group whose members committed to these constants; nothing else of it holds."""
    members = len(elements)
    signed = SignedMessage("", PROOF)
    context = CertificateContext("Ed25519", members, 1, 1)
    return ThresholdTrustees(
        threshold=1,
        certificates=(Certificate(signed, context, E[1], E[2]),) * members,
        coefficients=tuple(Coefficients(signed, PROOF, (element,)) for element in elements),
        keys=tuple(TrusteeKey(element, PROOF, PROOF) for element in elements),
    )


def test_a_groups_part_of_the_key_is_the_product_of_its_constants() -> None:
    group = group_of(E[1], E[2])
    single = SingleTrustee(TrusteeKey(E[1], PROOF))
    assert group.sub_key(ED25519) == E[3]
    assert combine_keys([group], ED25519) == E[3]
    assert combine_keys([single, group, single], ED25519) == E[5]


def test_owners_are_numbered_through_all_trustees() -> None:
    single, other = (SingleTrustee(TrusteeKey(E[n], PROOF)) for n in (1, 2))
    group, second = group_of(E[3], E[4], E[5]), group_of(E[1])
    trustees = (single, group, other, second)
    assert list(owner_ranges(trustees)) == [
        (single, range(1, 2)),
        (group, range(2, 5)),
        (other, range(5, 6)),
        (second, range(6, 7)),
    ]
    assert list(owner_ranges((group, single))) == [(group, range(1, 4)), (single, range(4, 5))]
    assert list(owner_ranges(())) == []
    keys = owner_keys(trustees)
    assert [key.public_key for key in keys] == [E[1], E[3], E[4], E[5], E[2], E[1]]
    assert all(keys[n - 1] in trustee.keys for trustee, ns in owner_ranges(trustees) for n in ns)


def test_what_a_member_signs_is_compact_and_in_order() -> None:
    context = CertificateContext("Ed25519", 3, 2, 1)
    text = certificate_message(context, E[1], E[2])
    inner = '{"group":"Ed25519","size":3,"threshold":2,"index":1}'
    keys = f'"verification":"{E[1].text}","encryption":"{E[2].text}"'
    assert text == f'{{"context":{inner},{keys}}}'
    elements = f'"coefexps":["{E[1].text}","{E[2].text}"]'
    assert coefficients_message((E[1], E[2])) == f"{{{elements}}}"
    certificate = Certificate(SignedMessage("x", PROOF), context, E[1], E[2])
    signed = '{"message":"x","signature":{"challenge":"0","response":"0"}}'
    joint = joint_message((certificate,), (E[1], E[2]))
    assert joint == f'certs_sig|{{"certs":[{signed}],{elements}}}'


def test_an_answer_on_lists_is_cut_into_its_lists() -> None:
    answer = lists_answer(ballot_of(LISTED))
    assert answer.lengths == (3, 2)
    assert answer.choices_by_list == (answer.choices[:3], answer.choices[3:])


def test_a_question_of_lists_has_a_choice_for_each_list_and_candidate() -> None:
    assert LISTS.row_shape == (3, 2)
    assert LISTED.election.shape == ((3, 2), 2)
    value = b'{"answers":[["Red","Ada","Bo"],["Blue","Cy"]],"question":"Which list?"}'
    assert canonical_json(LISTS.to_json()) == b'{"type":"Lists","value":' + value + b"}"


@pytest.mark.parametrize("counted", [0, 1, 7])
def test_a_ranked_question_has_a_ciphertext_a_ballot_in_a_tally(counted: int) -> None:
    questions = (RankedQuestion("?", ("A", "B")), LISTS, RankedQuestion("!", ("A",)))
    election = replace(LISTED.election, questions=questions, counted=counted)
    assert election.shape == (counted, (3, 2), counted)
    assert [question.row_shape for question in questions] == [1, (3, 2), 1], "of one ballot"
    assert election.ranked_places == (0, 2)
    assert LISTED.election.ranked_places == ()


def test_a_name_and_a_signature_of_a_trustee_are_left_out_where_there_are_none() -> None:
    proof = b'{"challenge":"0","response":"0"}'
    start = b'{"pok":%s,"public_key":"%s"' % (proof, E[1].text.encode())
    keys = (
        TrusteeKey(E[1], PROOF),
        TrusteeKey(E[1], PROOF, PROOF),
        TrusteeKey(E[1], PROOF, name=""),
        TrusteeKey(E[1], PROOF, PROOF, "Ada"),
    )
    assert [canonical_json(key.to_json()) for key in keys] == [
        start + b"}",
        start + b',"signature":%s}' % proof,
        start + b',"name":""}',
        start + b',"signature":%s,"name":"Ada"}' % proof,
    ]


@pytest.mark.parametrize("name", ["language-and-names", "language-rtl"])
def test_a_template_of_the_reference_makes_its_elections_record(name: str) -> None:
    record = fixture_steps(name)[0].contents[0]
    value = json.loads(record)
    assert "language" in value
    without = ("version", "uuid", "group", "public_key")
    template = parse_template(canonical_json({n: value[n] for n in value if n not in without}))
    key = ED25519.parse_element(value["public_key"])
    assert derive_election_record(template, Uuid(value["uuid"]), key, ED25519) == record


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
