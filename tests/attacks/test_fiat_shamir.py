"""Challenges that do not hash what they are about: rows 1, 15, 22 and 50.

Two ways to look: of every proof, field by field, what its challenge hashes; and the attack itself,
commitments first and the statement solved for last.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from comitia.ballots.v1.equations import (
    BoundFactor,
    bound_failures,
    bound_statement,
    certificate_failures,
    certified_failures,
    decryption_failures,
    is_signed_by,
    share_statement,
    shuffle_signature_statement,
    statements,
    verify_knowledge,
)
from comitia.ballots.v1.equations.proofs import (
    ProofContext,
    commitment,
    commitment_for,
    encryption_commitments,
    verify_blank,
    verify_blank_overall,
    verify_interval,
    verify_list,
    verify_nonzero,
)
from comitia.ballots.v1.equations.statements import (
    blank_overall_statement,
    blank_statement,
    challenge,
    interval_statement,
    knowledge_statement,
    list_statement,
    message_statement,
    nonzero_statement,
    plaintext_statement,
    signature_statement,
)
from comitia.ballots.v1.making import Decryption, check_ballot
from comitia.ballots.v1.model import (
    BoundShare,
    Ciphertext,
    CredentialsCertificate,
    NonzeroProof,
    PartialDecryption,
    Proof,
    SignedMessage,
    TrusteeKey,
    certificate_message,
    derive_ballot_record,
    derive_hash,
)
from comitia.ballots.v1.parse import parse_bound_proofs
from comitia.curve import ED25519, Element, Group
from comitia.errors import CheckFailed
from tests.attacks.hostile import failed, negative, refusal, solved
from tests.ballots.v1.equations.test_statements import STATEMENTS, E, T, variants
from tests.ballots.v1.forging import ballot_of, unsigned
from tests.ballots.v1.keymaking import make_run
from tests.ballots.v1.samples import SMALL
from tests.elections import seeded
from tests.verify.building import certify, small, with_solved_factor

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
GROUP: Final[Group] = ED25519
KEY: Final = SMALL.election.public_key
RUN: Final = make_run(3, 2)

Statement = Callable[[Sequence[Element]], str]


def words_of(*page: str) -> str:
    """Return the text of a page of ours, whatever its line breaks."""
    return " ".join(DOCS.joinpath(*page).read_text(encoding="utf-8").split())


# --- What is hashed, field by field ----------------------------------------------------------

FURTHER: Final[list[tuple[str, Callable[..., str], dict[str, object]]]] = [
    ("list", list_statement, {"context": "S", "commitments": (E[5], E[6])}),
    ("nonzero", nonzero_statement, {"context": "S", "commitments": (E[5], E[6], E[7])}),
    ("message", message_statement, {"message": "text", "commitment": E[5]}),
]
"""The transcripts that are not in the table of strings beside the equations."""


@dataclass(frozen=True)
class Transcript:
    """The public inputs of a proof, and what becomes of those that its own string has not.

    elsewhere: each input that is not in the string, with what holds it fast instead.
    """

    make: Callable[..., str]
    inputs: tuple[str, ...]
    elsewhere: dict[str, str]


FINGERPRINT: Final = "in the fingerprint, which is in the context"
TRANSCRIPTS: Final = [
    Transcript(
        interval_statement,
        ("context", "ciphertext", "commitments", "key", "group", "values"),
        {"key": FINGERPRINT, "group": FINGERPRINT, "values": FINGERPRINT},
    ),
    Transcript(
        blank_statement,
        ("context", "commitments", "blank", "total", "key", "group"),
        {
            "blank": "in the context, which has every ciphertext",
            "total": "in the context, which has every ciphertext",
            "key": FINGERPRINT,
            "group": FINGERPRINT,
        },
    ),
    Transcript(
        blank_overall_statement,
        ("context", "commitments", "blank", "total", "key", "group", "values"),
        {
            "blank": "in the context, which has every ciphertext",
            "total": "in the context, which has every ciphertext",
            "key": FINGERPRINT,
            "group": FINGERPRINT,
            "values": FINGERPRINT,
        },
    ),
    Transcript(
        list_statement,
        ("context", "commitments", "choices", "key", "group"),
        {
            "choices": "in the context, which has every ciphertext",
            "key": FINGERPRINT,
            "group": FINGERPRINT,
        },
    ),
    Transcript(
        nonzero_statement,
        ("context", "commitments", "total", "key", "group"),
        {
            "total": "in the context, which has every ciphertext",
            "key": FINGERPRINT,
            "group": FINGERPRINT,
        },
    ),
    Transcript(
        signature_statement,
        ("signed_hash", "commitment", "credential", "group"),
        {"credential": "in the signed hash", "group": "in the signed hash, by the fingerprint"},
    ),
    Transcript(knowledge_statement, ("group", "public_key", "commitment"), {}),
    Transcript(
        statements.decryption_statement,
        ("fingerprint", "public_key", "commitments", "alpha", "factor", "place", "group"),
        {
            "alpha": "nowhere: in the bound proof",
            "factor": "nowhere: in the bound proof",
            "place": "nowhere: in the bound proof",
            "group": "in the fingerprint",
        },
    ),
    Transcript(
        message_statement,
        ("message", "commitment", "verification", "group"),
        {
            "verification": "nowhere: in the certificate, which is such a message and names it",
            "group": "nowhere: in the certificate, which is such a message and names it",
        },
    ),
    Transcript(bound_statement, ("election", "bound", "commitments"), {}),
    Transcript(
        plaintext_statement,
        ("voter", "key", "ciphertext", "commitment", "group"),
        {"group": FINGERPRINT},
    ),
    Transcript(
        shuffle_signature_statement, ("election", "owner", "public_key", "payload", "mask"), {}
    ),
    Transcript(share_statement, ("election", "public_key", "signed_hash", "commitment_"), {}),
]


def test_attack_50_every_public_input_is_hashed_or_held_fast_elsewhere() -> None:
    made = {name for name in vars(statements) if name.endswith("_statement")}
    named = {transcript.make.__name__ for transcript in TRANSCRIPTS}
    assert named == made | {
        "bound_statement",
        "share_statement",
        "shuffle_signature_statement",
    }
    for transcript in TRANSCRIPTS:
        hashed = tuple(inspect.signature(transcript.make).parameters)
        missing = [name for name in transcript.inputs if name not in hashed]
        assert missing == list(transcript.elsewhere), transcript.make.__name__
        assert set(hashed) <= set(transcript.inputs)


def test_attack_50_every_transcript_is_changed_field_by_field() -> None:
    tried = {row[1].__name__ for row in STATEMENTS} | {row[1].__name__ for row in FURTHER}
    named = {transcript.make.__name__ for transcript in TRANSCRIPTS}
    assert tried == named | {"voter_context", "answer_context"}


@pytest.mark.parametrize("name, make, fields", FURTHER, ids=[row[0] for row in FURTHER])
def test_attacks_1_and_50_every_field_of_the_other_statements_changes_the_challenge(
    name: str, make: Callable[..., str], fields: dict[str, object]
) -> None:
    text = make(**fields)
    changed = [
        make(**{**fields, field: new}) for field, value in fields.items() for new in variants(value)
    ]
    assert len(changed) >= len(fields)
    assert len({challenge(GROUP, one) for one in (text, *changed)}) == 1 + len(changed)
    assert text.split("|")[0] == {"list": "lproof", "message": "sigmsg"}.get(name, name)


def test_attack_50_elements_cannot_be_moved_from_one_field_of_a_transcript_to_the_next() -> None:
    """Every element has one text without a separator in it, so a string has one reading."""
    assert not any(set(text) & set("|,") for text in T)
    assert not any(set(text) & set("|,") for text in (str(GROUP.order - 1), "0" * 43, "+/" * 20))


def test_attacks_1_22_and_50_our_pages_say_what_version_1_leaves_out() -> None:
    page = words_of("reference", "bound-decryption-proofs.md")
    covered = "`comitia-bound-decryption-v1|`G`|`φ`|`i`,`j`|`X`|`α`|`f`|`A`,`B) mod q"  # noqa: RUF001 - Greek, as printed
    assert covered in page
    assert "That the shares are right then rests on the trustees" in page
    assert (
        "In wire version 1 the hash of a decryption proof does not cover the ciphertext and the "
        "share it is about."
    ) in words_of("explanation", "verifiable-elections.md")
    assert (
        "In wire version 1 a signature's hash covers the message and not the key that signed it"
    ) in words_of("explanation", "threshold-trustees.md")


# --- The statement solved for last -----------------------------------------------------------


@dataclass(frozen=True)
class Solved:
    """A ciphertext of any number, with a proof whose equations hold for another statement."""

    ciphertext: Ciphertext
    proofs: tuple[Proof, ...]
    commitments: tuple[Element, ...]


def solve_last(branches: int, claimed: int, statement: Statement) -> Solved:
    """Commit to everything, take the challenge, and only then choose what was encrypted.

    The first branch gets the whole challenge h. Its commitments are g^w and y^w g^b; they fit to
    the encryption of ``claimed`` + b / h. The other branches have the challenge 0.
    """
    numbers = seeded("solved last")
    exponent, offset, *masks = (GROUP.reduce(numbers(64)) for _ in range(branches + 2))
    commitments: list[Element] = []
    for number, mask in enumerate(masks):
        shift = GROUP.generator_power(offset) if number == 0 else GROUP.identity
        commitments += [GROUP.generator_power(mask), KEY.power(mask) * shift]
    hashed = challenge(GROUP, statement(commitments))
    votes = GROUP.scalar(claimed) + offset * GROUP.scalar(pow(int(hashed), -1, GROUP.order))
    beta = KEY.power(exponent) * GROUP.generator_power(votes)
    responses = [masks[0] - exponent * hashed, *masks[1:]]
    zeros = [GROUP.scalar(0)] * (branches - 1)
    proofs = tuple(map(Proof, (hashed, *zeros), responses))
    ciphertext = Ciphertext(GROUP.generator_power(exponent), beta)
    return Solved(ciphertext, proofs, tuple(commitments))


PLACEHOLDER: Final = Ciphertext(E[1], E[2])
OTHER: Final = ballot_of(SMALL).answers[0].choices[0]


def context_of(*ciphertexts: Ciphertext) -> ProofContext:
    """Return the context of an answer with these ciphertexts."""
    voter = statements.voter_context(SMALL.election.fingerprint, ballot_of(SMALL).credential)
    return ProofContext(GROUP, KEY, statements.answer_context(voter, ciphertexts), "question 1")


def test_attack_1_a_choice_solved_for_last_is_no_0_or_1() -> None:
    context = context_of()
    forged = solve_last(
        2, 0, lambda commitments: interval_statement(context.text, PLACEHOLDER, commitments)
    )
    held = [
        part
        for value, proof in enumerate(forged.proofs)
        for part in encryption_commitments(context, forged.ciphertext, value, proof)
    ]
    assert tuple(held) == forged.commitments, "the equations hold: only the hash can tell"
    found = failed(lambda: verify_interval(context, forged.ciphertext, (0, 1), forged.proofs))
    assert found == ("ballot.proof", "question 1")


def test_attack_1_a_sum_solved_for_last_is_no_permitted_sum() -> None:
    before = context_of(PLACEHOLDER)
    forged = solve_last(3, 1, lambda given: interval_statement(before.text, PLACEHOLDER, given))
    after = context_of(forged.ciphertext)
    found = failed(lambda: verify_interval(after, forged.ciphertext, (1, 2, 3), forged.proofs))
    assert found == ("ballot.proof", "question 1")


BLANKS: Final[list[tuple[str, int, int, Callable[..., str], Callable[..., None]]]] = [
    ("blank", 2, 0, blank_statement, verify_blank),
    (
        "blank overall",
        3,
        1,
        blank_overall_statement,
        lambda context, blank, total, proofs: verify_blank_overall(
            context, blank, total, (1, 2), proofs
        ),
    ),
    (
        "list",
        2,
        1,
        list_statement,
        lambda context, own, candidate, proofs: verify_list(context, (own, candidate), proofs),
    ),
]


@pytest.mark.parametrize(
    "branches, claimed, statement, verify", [row[1:] for row in BLANKS], ids=[r[0] for r in BLANKS]
)
def test_attack_1_a_ciphertext_solved_for_last_fails_the_proof_of_the_whole_answer(
    branches: int,
    claimed: int,
    statement: Callable[[str, Sequence[Element]], str],
    verify: Callable[..., None],
) -> None:
    before = context_of(PLACEHOLDER, OTHER)
    forged = solve_last(branches, claimed, lambda given: statement(before.text, given))
    verify(before, forged.ciphertext, OTHER, forged.proofs)  # what a hash without it would accept
    after = context_of(forged.ciphertext, OTHER)
    found = failed(lambda: verify(after, forged.ciphertext, OTHER, forged.proofs))
    assert found == ("ballot.proof", "question 1")


def test_attack_1_the_mark_of_a_nonzero_sum_cannot_be_solved_for_last() -> None:
    """Of a sum that is 0: with the mark out of the hash it would pass for any other."""
    exponent, mask, free, offset = (GROUP.scalar(n) for n in (11, 13, 17, 19))
    total = Ciphertext(GROUP.generator_power(exponent), KEY.power(exponent))
    context = context_of(total)
    commitments = (
        GROUP.generator_power(mask),
        KEY.power(mask) * GROUP.generator_power(offset),
    )
    hashed = challenge(GROUP, nonzero_statement(context.text, (E[3], *commitments)))
    mark = solved(GROUP.generator_power(offset), GROUP.identity, hashed)
    proof = NonzeroProof(mark, hashed, (free, mask - exponent * free))
    first, second = proof.responses
    held = (
        total.alpha.power(first) * GROUP.generator_power(second),
        total.beta.power(first) * KEY.power(second) * mark.power(hashed),
    )
    assert held == commitments, "the equations hold: only the hash can tell"
    found = failed(lambda: verify_nonzero(context, total, proof))
    assert found == ("ballot.proof", "question 1")


def test_attack_1_a_key_solved_for_last_has_no_proof() -> None:
    response, made = GROUP.scalar(5), GROUP.generator_power(GROUP.scalar(7))
    hashed = challenge(GROUP, knowledge_statement(GROUP, E[1], made))
    key = solved(made, GROUP.generator_power(response), hashed)
    proof = Proof(hashed, response)
    assert commitment(GROUP, proof, key) == made
    found = failed(lambda: verify_knowledge(TrusteeKey(key, proof), GROUP, "trustee 1"))
    assert found == ("setup.trustees", "trustee 1")


def test_attack_1_a_credential_solved_for_last_signs_another_ballot_than_its_own() -> None:
    ballot = ballot_of(SMALL)
    response, made = GROUP.scalar(5), GROUP.generator_power(GROUP.scalar(7))
    hashed = challenge(GROUP, signature_statement(ballot.signed_hash, made))
    credential = solved(made, GROUP.generator_power(response), hashed)
    signature = replace(ballot.signature, proof=Proof(hashed, response))
    forged = replace(ballot, credential=credential, signature=signature)
    assert commitment(GROUP, signature.proof, credential) == made
    record = derive_ballot_record(unsigned(forged), signature)
    found = failed(lambda: check_ballot(record, SMALL.election))
    assert found == ("ballot.signature", "signed hash")


def first_bound() -> tuple[PartialDecryption, BoundShare]:
    """Return the first trustee's share and bound share of the smallest election."""
    made = small()
    proofs = parse_bound_proofs(made.bound, made.election.shape, GROUP)
    return made.shares[0], proofs.shares[0]


def test_attacks_1_22_and_50_a_factor_solved_for_last_fails_its_bound_proof() -> None:
    """The same trick against our own proof: its hash holds the factor."""
    made, election = small(), small().election
    share, bound = first_bound()
    alpha, key = made.tally[0][0].alpha, made.keys[0].public_key
    exponent, mask = made.secrets[0].exponent, GROUP.scalar(5)
    commitments = (GROUP.generator_power(mask), GROUP.generator_power(GROUP.scalar(7)))
    about = BoundFactor(0, 0, key, alpha, E[1])
    hashed = challenge(GROUP, bound_statement(election, about, commitments))
    proof = Proof(hashed, mask - exponent * hashed)
    false = solved(commitments[1], alpha.power(proof.response), hashed)
    assert commitment(GROUP, proof, key) == commitments[0]
    assert commitment_for(alpha, proof, false) == commitments[1]
    factors, proofs = share.factors[0], bound.proofs[0]
    forged = replace(share, factors=((false, *factors[1:]),))
    found = bound_failures(
        replace(bound, proofs=((proof, *proofs[1:]),)), forged, made.tally, key, election
    )
    assert [failure.subject for failure in found] == [
        "record proved",
        "signature",
        "question 1, choice 1",
    ]


def test_attacks_1_22_and_50_version_1_accepts_such_a_factor_and_the_bound_proof_does_not() -> None:
    made = small()
    share, key = with_solved_factor(made, 1), made.keys[0].public_key
    assert list(decryption_failures(share, made.tally, key, made.election)) == [], "the limit"
    decryption = Decryption(made.tally, made.secrets[0], made.election, seeded("solved"))
    bound = decryption.prove_bound(share, 1)
    found = bound_failures(bound, share, made.tally, key, made.election)
    assert [(f.check, f.subject) for f in found] == [("decryption.bound", "question 1, choice 1")]


# --- Signatures whose hash has no key: row 15 ------------------------------------------------


def related(signed: SignedMessage, key: Element) -> tuple[SignedMessage, Element]:
    """Return the same text signed for a related key, without the secret of either."""
    shift, proof = GROUP.scalar(7), signed.signature
    adapted = Proof(proof.challenge, proof.response + negative(shift * proof.challenge))
    return replace(signed, signature=adapted), key * GROUP.generator_power(shift)


def test_attack_15_a_text_is_signed_by_a_related_key_too_which_is_the_limit() -> None:
    keys, certificate = RUN.keys(1), RUN.certificates.certificates[0]
    signed, key = related(certificate.signed, keys.verification)
    assert is_signed_by(
        certificate.signed.message, certificate.signed.signature, keys.verification, GROUP
    )
    assert is_signed_by(signed.message, signed.signature, key, GROUP)


def test_attack_15_a_certificate_names_the_key_that_signs_it() -> None:
    """So the related key's certificate is another text, which its signature does not cover."""
    certificate = RUN.certificates.certificates[0]
    signed, key = related(certificate.signed, certificate.verification)
    text = certificate_message(certificate.context, key, certificate.encryption)
    forged = replace(certificate, signed=replace(signed, message=text), verification=key)
    found = certificate_failures(forged, certificate.context, GROUP, "trustee 1")
    assert [(f.check, f.subject) for f in found] == [
        ("setup.trustees", "trustee 1, signature of the certificate")
    ]


@pytest.mark.parametrize("index", [1, 2, 3])
def test_attack_15_no_other_text_of_a_member_is_taken_from_a_related_key(index: int) -> None:
    """Coefficients and public keys do not name their signer: the place's certificate does."""
    certificate, own = (
        RUN.certificates.certificates[index - 1],
        RUN.trustees.coefficients[index - 1],
    )
    signed, key = related(own.signed, certificate.verification)
    assert is_signed_by(signed.message, signed.signature, key, GROUP)
    assert not is_signed_by(signed.message, signed.signature, certificate.verification, GROUP)
    published = RUN.trustees.keys[index - 1]
    assert published.signature is not None
    named = SignedMessage(published.public_key.text, published.signature)
    adapted, _ = related(named, certificate.verification)
    assert not is_signed_by(named.message, adapted.signature, certificate.verification, GROUP)


def test_attack_15_a_key_solved_for_last_signs_no_certificate() -> None:
    certificate = RUN.certificates.certificates[0]
    response, made = GROUP.scalar(5), GROUP.generator_power(GROUP.scalar(7))
    hashed = challenge(GROUP, message_statement(certificate.signed.message, made))
    key = solved(made, GROUP.generator_power(response), hashed)
    proof = Proof(hashed, response)
    assert is_signed_by(certificate.signed.message, proof, key, GROUP), "of a text without it"
    text = certificate_message(certificate.context, key, certificate.encryption)
    forged = replace(certificate, signed=SignedMessage(text, proof), verification=key)
    found = [
        f.subject for f in certificate_failures(forged, certificate.context, GROUP, "trustee 1")
    ]
    assert found == ["trustee 1, signature of the certificate"]


def test_attack_15_a_registrar_s_certificate_names_the_key_that_signs_it() -> None:
    made = small()
    certificate, list_hash = certify(made), derive_hash(made.records.credentials)
    signed, key = related(certificate.signature, certificate.certified.verification_key)
    certified = replace(certificate.certified, verification_key=key)
    forged = CredentialsCertificate(certified, signed)
    found = [f.subject for f in certified_failures(forged, made.election, list_hash, 2)]
    assert found == ["credentials certificate, signed text"]
    renewed = replace(signed, message=certified.derive_signed_hash())
    again = CredentialsCertificate(certified, renewed)
    found = [f.subject for f in certified_failures(again, made.election, list_hash, 2)]
    assert found == ["credentials certificate, signature"]


def test_attack_15_the_signature_of_a_bound_share_has_its_key_in_the_hash() -> None:
    made, election = small(), small().election
    share, bound = first_bound()
    shift = GROUP.scalar(7)
    key = made.keys[0].public_key * GROUP.generator_power(shift)
    signature = bound.signature
    adapted = replace(signature, response=signature.response - shift * signature.challenge)
    assert commitment(GROUP, adapted, key) == commitment(GROUP, signature, made.keys[0].public_key)
    found = bound_failures(replace(bound, signature=adapted), share, made.tally, key, election)
    assert next(found).subject == "signature"


def test_attack_15_a_ballot_of_a_related_credential_is_refused_before_it_is_recorded() -> None:
    ballot = ballot_of(SMALL)
    shift, proof = GROUP.scalar(7), ballot.signature.proof
    adapted = Proof(proof.challenge, proof.response - shift * proof.challenge)
    credential = ballot.credential * GROUP.generator_power(shift)
    forged = replace(ballot, credential=credential)
    record = derive_ballot_record(unsigned(forged), replace(ballot.signature, proof=adapted))
    error = refusal(lambda: check_ballot(record, SMALL.election))
    assert isinstance(error, CheckFailed)
    assert (error.check, error.found) == ("ballot.signature", ballot.signed_hash)
