"""The making of a threshold group's keys: the whole run, and what somebody could send instead."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from comitia.ballots.v1.equations import threshold_failures, verify_knowledge
from comitia.ballots.v1.making import (
    check_certificates,
    confirm,
    finish,
    generate_trustee_key,
    make_certificate,
    make_polynomial,
    open_decryption_key,
    parse_member_secret,
    route,
)
from comitia.ballots.v1.making.channels import receive, sign
from comitia.ballots.v1.making.threshold import CheckedCertificates
from comitia.ballots.v1.model import (
    Certificate,
    CertificateContext,
    Check,
    Coefficients,
    EncryptedMessage,
    Polynomial,
    Proof,
    SingleTrustee,
    Trustees,
    VInput,
    certificate_message,
    coefficients_message,
    derive_certificate_id,
    derive_certificate_line,
    join_lines,
    joint_message,
)
from comitia.ballots.v1.parse import (
    parse_member_certificate,
    parse_member_certificates,
    parse_polynomial,
    parse_threshold_trustees,
    parse_vinput,
    parse_voutput,
)
from comitia.curve import ED25519, RFC_3526_2048, Element, Group, Scalar
from comitia.errors import CheckFailed, MalformedRecord
from tests.ballots.v1.keymaking import STEPS, Run, interpolated, make_run
from tests.elections import seeded

RUN: Final = make_run(3, 2)
OTHER: Final = make_run(3, 2, seed="other")
RANDOMNESS: Final = seeded("tests")
GROUPS: Final = [
    pytest.param(1, 1, ED25519, id="1 of 1"),
    pytest.param(2, 1, ED25519, id="1 of 2"),
    pytest.param(3, 2, ED25519, id="2 of 3"),
    pytest.param(3, 3, ED25519, id="3 of 3"),
    pytest.param(5, 3, ED25519, id="3 of 5"),
    pytest.param(3, 2, RFC_3526_2048, id="2 of 3, 2048 bits"),
]


def refusal(work: Callable[..., object], *given: object) -> str:
    """Return what a failed check says, without its id, which is always the same."""
    with pytest.raises(CheckFailed) as caught:
        work(*given)
    assert caught.value.check == Check.SETUP_TRUSTEES.id
    assert caught.value.__context__ is None  # which could hold what a message held
    return str(caught.value).removeprefix(f"{Check.SETUP_TRUSTEES.id}: ")


def with_proof(proof: Proof, group: Group) -> Proof:
    return replace(proof, response=proof.response + group.scalar(1))


def opened(run: Run) -> list[tuple[int, Scalar]]:
    """Return every member's index with its private key."""
    pairs = [
        open_decryption_key(key.to_bytes() + b"\n", secret, (run.trustees,), run.group)
        for key, secret in zip(run.decryption_keys, run.secrets, strict=True)
    ]
    return [(owner, secret.exponent) for owner, secret in pairs]


# The whole run


@pytest.mark.parametrize("size, threshold, group", GROUPS)
def test_any_members_as_many_as_the_threshold_hold_the_key_of_the_group(
    size: int, threshold: int, group: Group
) -> None:
    run = make_run(size, threshold, group)
    assert list(threshold_failures(run.trustees, group)) == []
    assert run.trustees.threshold == threshold
    pairs = opened(run)
    assert [owner for owner, _ in pairs] == list(range(1, size + 1))
    for (owner, exponent), key in zip(pairs, run.trustees.keys, strict=True):
        assert group.generator_power(exponent) == key.public_key
        verify_knowledge(key, group, f"trustee {owner}")
    for chosen in itertools.combinations(pairs, threshold):
        assert group.generator_power(interpolated(chosen, group)) == run.trustees.sub_key(group)
    for chosen in itertools.combinations(pairs, threshold - 1):
        assert group.generator_power(interpolated(chosen, group)) != run.trustees.sub_key(group)


@pytest.mark.parametrize("size, threshold, group", GROUPS)
def test_every_file_is_read_as_it_was_written(size: int, threshold: int, group: Group) -> None:
    run = make_run(size, threshold, group)
    lines = [derive_certificate_line(one) for one in run.certificates.certificates]
    assert parse_member_certificates(join_lines(lines), group) == run.certificates.certificates
    for polynomial in run.polynomials:
        data = polynomial.to_bytes()
        assert parse_polynomial(data, group, size=size, threshold=threshold) == polynomial
    for vinput in run.vinputs:
        assert parse_vinput(vinput.to_bytes(), group, size=size, threshold=threshold) == vinput
    for voutput in run.voutputs:
        assert parse_voutput(voutput.to_bytes(), group) == voutput
    for secret in run.secrets:
        assert parse_member_secret(secret.private_file()) == secret


def test_every_run_draws_other_secrets() -> None:
    randomness = seeded("twice")
    checked, secret = RUN.certificates, RUN.secrets[0]
    one, two = (make_polynomial(checked, secret, randomness) for _ in range(2))
    assert not set(one.coefficients.elements) & set(two.coefficients.elements)
    alphas = [message.alpha for made in (one, two) for message in (made.polynomial, *made.secrets)]
    assert len(set(alphas)) == len(alphas)


def test_under_randomness_that_repeats_nothing_is_shared_but_by_equal_work() -> None:
    def stuck(size: int) -> bytes:
        return b"\x07" * size

    polynomials = [make_polynomial(RUN.certificates, one, stuck) for one in RUN.secrets]
    elements = [one for polynomial in polynomials for one in polynomial.coefficients.elements]
    messages = [one for each in polynomials for one in (each.polynomial, *each.secrets)]
    assert len({one.text for one in elements}) == 6
    assert len({one.alpha.text for one in messages}) == 12


# The reference's files


def reference_files(ending: str) -> list[bytes]:
    """Return the files of a kind in the order of the trustees."""
    ids = [
        derive_certificate_id(one)
        for one in parse_member_certificates((STEPS / "certs.jsons").read_bytes(), ED25519)
    ]
    return [(STEPS / f"{name}.{ending}").read_bytes() for name in ids]


def reference_group() -> tuple[CheckedCertificates, tuple[Polynomial, ...]]:
    certificates = parse_member_certificates((STEPS / "certs.jsons").read_bytes(), ED25519)
    polynomials = tuple(
        parse_polynomial(data, ED25519, size=3, threshold=2)
        for data in reference_files("polynomial")
    )
    return check_certificates(certificates, ED25519), polynomials


def test_the_reference_s_files_are_written_again_to_the_same_bytes() -> None:
    checked, polynomials = reference_group()
    for certificate, data in zip(checked.certificates, reference_files("cert"), strict=True):
        assert parse_member_certificate(data, ED25519) == certificate
        assert join_lines([derive_certificate_line(certificate)]) == data
    assert [join_lines([one.to_bytes()]) for one in polynomials] == reference_files("polynomial")
    routed = route(checked, polynomials)
    assert [join_lines([one.to_bytes()]) for one in routed] == reference_files("vinput")
    voutputs = [parse_voutput(data, ED25519) for data in reference_files("voutput")]
    assert [join_lines([one.to_bytes()]) for one in voutputs] == reference_files("voutput")
    trustees, keys = finish(checked, polynomials, voutputs)
    assert [join_lines([one.to_bytes()]) for one in keys] == reference_files("dkey")
    data = (STEPS / "threshold.json").read_bytes()
    assert trustees == parse_threshold_trustees(data.removesuffix(b"\n"), ED25519)


def test_the_reference_s_messages_open_and_give_its_keys() -> None:
    checked, polynomials = reference_group()
    trustees = parse_threshold_trustees(
        (STEPS / "threshold.json").read_bytes().removesuffix(b"\n"), ED25519
    )
    secrets = [parse_member_secret(data) for data in reference_files("key")]
    voutputs = [
        confirm(checked, secret, vinput, RANDOMNESS)
        for secret, vinput in zip(secrets, route(checked, polynomials), strict=True)
    ]
    assert [one.public_key.public_key for one in voutputs] == [
        key.public_key for key in trustees.keys
    ]
    _, own_keys = finish(checked, polynomials, voutputs)
    for number, (secret, theirs, ours) in enumerate(
        zip(secrets, reference_files("dkey"), own_keys, strict=True), 1
    ):
        found = open_decryption_key(theirs, secret, (trustees,), ED25519)
        assert found[0] == number
        assert found == open_decryption_key(ours.to_bytes(), secret, (trustees,), ED25519)


# Step 1


@pytest.mark.parametrize(
    "context, problem",
    [
        (CertificateContext("Ed448", 3, 2, 1), "no group of this name"),
        (CertificateContext("Ed25519", 0, 1, 1), "from 1 to 1000 members"),
        (CertificateContext("Ed25519", 1001, 2, 1), "from 1 to 1000 members"),
        (CertificateContext("Ed25519", 3, 2, 0), "an index lies between"),
        (CertificateContext("Ed25519", 3, 2, 4), "an index lies between"),
        (CertificateContext("Ed25519", 3, 0, 1), "a threshold lies between"),
        (CertificateContext("Ed25519", 3, 4, 1), "a threshold lies between"),
        (CertificateContext("Ed25519", 3, 3, 1), "must be asked for by all_needed"),
        (CertificateContext("Ed25519", 1, 1, 1), "must be asked for by all_needed"),
    ],
)
def test_a_certificate_for_no_group_is_not_made(context: CertificateContext, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        make_certificate(context, RANDOMNESS)


def test_all_needed_is_no_hindrance_where_they_are_not() -> None:
    context = CertificateContext("Ed25519", 1000, 999, 1000)
    _, certificate = make_certificate(context, RANDOMNESS, all_needed=True)
    assert certificate.context == context
    with pytest.raises(ValueError, match="a threshold lies between"):
        make_certificate(replace(context, threshold=1001), RANDOMNESS, all_needed=True)


# Step 2


def certificates_with(index: int, certificate: Certificate) -> list[Certificate]:
    certificates = list(RUN.certificates.certificates)
    certificates[index - 1] = certificate
    return certificates


def certified(
    index: int, context: CertificateContext, encryption: Element | None = None
) -> Certificate:
    """Return a member's certificate with another context or encryption key, validly signed."""
    own = RUN.certificates.certificates[index - 1]
    keys = (own.verification, encryption or own.encryption)
    signed = sign(RUN.keys(index), certificate_message(context, *keys), RANDOMNESS)
    return Certificate(signed, context, *keys)


@pytest.mark.parametrize("index", [1, 2, 3])
@pytest.mark.parametrize("field", ["size", "threshold", "index", "group"])
def test_a_certificate_for_another_place_is_refused_and_its_trustee_named(
    index: int, field: str
) -> None:
    own = RUN.certificates.certificates[index - 1].context
    context = {
        "size": replace(own, size=4),
        "threshold": replace(own, threshold=1),
        "index": replace(own, index=index % 3 + 1),
        "group": replace(own, group="BELENIOS-2048"),
    }[field]
    certificates = certificates_with(index, certified(index, context))
    said = refusal(check_certificates, certificates, ED25519)
    assert said.startswith(f"trustee {index}, certificate: expected for place {index} of 3 over Ed")


@pytest.mark.parametrize("index", [1, 2, 3])
def test_a_certificate_that_is_not_signed_with_its_own_key_is_refused(index: int) -> None:
    own = RUN.certificates.certificates[index - 1]
    forged = replace(own.signed, signature=with_proof(own.signed.signature, ED25519))
    stranger = OTHER.certificates.certificates[index - 1].verification
    for changed in (replace(own, signed=forged), replace(own, verification=stranger)):
        certificates = certificates_with(index, changed)
        said = refusal(check_certificates, certificates, ED25519)
        assert said.startswith(f"trustee {index}, signature of the certificate: ")


def test_too_few_too_many_and_repeated_certificates_are_refused() -> None:
    own = RUN.certificates.certificates
    cases: list[tuple[tuple[Certificate, ...], str]] = [
        (own[:2], "trustee 3, certificate: expected one of each trustee, found none"),
        (own[1:], "trustee 1, certificate: expected for place 1 of 3 over Ed25519, threshold 2, "),
        ((*own, own[2]), "trustee 4, certificate: expected no more than 3 trustees, found one"),
        ((own[0], own[0], own[2]), "trustee 2, certificate: expected for place 2 of 3 "),
        ((own[1], own[0], own[2]), "trustee 1, certificate: expected for place 1 of 3 "),
    ]
    for certificates, expected in cases:
        said = refusal(check_certificates, certificates, ED25519)
        assert said.startswith(expected)


def test_no_certificates_are_the_caller_s_mistake() -> None:
    with pytest.raises(ValueError, match=r"^no certificates$"):
        check_certificates((), ED25519)


@pytest.mark.parametrize("threshold", [0, 4])
def test_a_threshold_that_no_group_can_have_is_refused(threshold: int) -> None:
    certificates = [
        certified(index, CertificateContext("Ed25519", 3, threshold, index)) for index in (1, 2, 3)
    ]
    said = refusal(check_certificates, certificates, ED25519)
    assert said == (
        "trustee 1, certificate: expected a threshold from 1 to the group's size, "
        f"found threshold {threshold} of 3"
    )


@pytest.mark.parametrize(
    "what, owner",
    [("encryption key", 2), ("verification key", 1), ("verification key", 3)],
)
def test_two_certificates_with_one_key_are_refused_and_both_named(what: str, owner: int) -> None:
    theirs = RUN.certificates.certificates[owner - 1]
    key = theirs.encryption if what == "encryption key" else theirs.verification
    context = RUN.certificates.certificates[2].context
    certificates = certificates_with(3, certified(3, context, key))
    assert refusal(check_certificates, certificates, ED25519) == (
        f"trustee 3, encryption key: expected a key of its own, found the {what} of trustee {owner}"
    )


def test_one_signing_key_in_two_places_is_refused() -> None:
    """Whoever plays two trustees with one secret is found, though both signatures hold."""
    first, second = RUN.certificates.certificates[:2]
    context, keys = second.context, (first.verification, second.encryption)
    signed = sign(RUN.keys(1), certificate_message(context, *keys), RANDOMNESS)
    certificates = certificates_with(2, Certificate(signed, context, *keys))
    assert refusal(check_certificates, certificates, ED25519) == (
        "trustee 2, verification key: expected a key of its own, "
        "found the verification key of trustee 1"
    )


# Step 3


def test_only_a_member_makes_a_polynomial() -> None:
    said = refusal(make_polynomial, RUN.certificates, OTHER.secrets[0], RANDOMNESS)
    assert said == (
        "own certificate: expected one of the certificates, found none that is this secret's"
    )


def test_a_secret_whose_signing_key_alone_is_certified_is_no_member_s() -> None:
    third = RUN.certificates.certificates[2]
    encryption = OTHER.certificates.certificates[2].encryption
    certificates = certificates_with(3, certified(3, third.context, encryption))
    checked = check_certificates(certificates, ED25519)
    said = refusal(make_polynomial, checked, RUN.secrets[2], RANDOMNESS)
    assert said.startswith("own certificate: ")


# Step 4 and, of the same polynomials, step 6


def joined(index: int, elements: tuple[Element, ...], run: Run = RUN) -> Coefficients:
    """Return coefficients that a member signed as it should."""
    keys = run.keys(index)
    message = joint_message(run.certificates.certificates, elements)
    return Coefficients(
        sign(keys, coefficients_message(elements), RANDOMNESS),
        sign(keys, message, RANDOMNESS).signature,
        elements,
    )


def false_polynomials(index: int) -> dict[str, tuple[Polynomial, str]]:
    """Return polynomials of a member that nobody should take, with what is said of each."""
    own, other = RUN.polynomials[index - 1], OTHER.polynomials[index - 1]
    neighbour = RUN.polynomials[index % 3]
    honest = own.coefficients
    forged = replace(honest.signed, signature=with_proof(honest.signed.signature, ED25519))
    joint = with_proof(honest.joint_signature, ED25519)
    elements = honest.elements
    return {
        "secret missing": (replace(own, secrets=own.secrets[:2]), "secrets: expected 3, one for"),
        "secret added": (replace(own, secrets=own.secrets * 2), "secrets: expected 3, one for"),
        "coefficient missing": (
            replace(own, coefficients=joined(index, elements[:1])),
            "coefficients: expected 2, as many as the threshold, found 1",
        ),
        "coefficient added": (
            replace(own, coefficients=joined(index, elements * 2)),
            "coefficients: expected 2, as many as the threshold, found 4",
        ),
        "forged": (replace(own, coefficients=replace(honest, signed=forged)), "coefficients: "),
        "forged jointly": (
            replace(own, coefficients=replace(honest, joint_signature=joint)),
            "certificates with coefficients: ",
        ),
        "other elements": (
            replace(own, coefficients=replace(honest, elements=elements[::-1])),
            "certificates with coefficients: ",
        ),
        "replayed from another run": (other, "coefficients: "),
        "replayed from another group of the same keys": (
            replace(own, coefficients=self_only(index)),
            "certificates with coefficients: ",
        ),
        "of another trustee": (neighbour, "coefficients: "),
    }


def self_only(index: int) -> Coefficients:
    """Return coefficients that are signed with certificates of which one is not in this group."""
    checked = RUN.certificates.certificates
    strangers = (*checked[:2], OTHER.certificates.certificates[2])
    elements, keys = RUN.polynomials[index - 1].coefficients.elements, RUN.keys(index)
    return Coefficients(
        sign(keys, coefficients_message(elements), RANDOMNESS),
        sign(keys, joint_message(strangers, elements), RANDOMNESS).signature,
        elements,
    )


@pytest.mark.parametrize("kind", false_polynomials(1))
@pytest.mark.parametrize("index", [1, 2, 3])
def test_a_false_polynomial_is_refused_and_its_trustee_named(index: int, kind: str) -> None:
    false, expected = false_polynomials(index)[kind]
    given = [*RUN.polynomials]
    given[index - 1] = false
    said = refusal(route, RUN.certificates, given)
    assert said.startswith(f"trustee {index}, {expected}")
    assert refusal(finish, RUN.certificates, given, RUN.voutputs) == said


def test_every_trustee_s_polynomial_is_needed_once() -> None:
    few = "trustee 3, polynomial: expected one of each trustee, found none"
    many = "trustee 4, polynomial: expected no more than 3 trustees, found one more"
    for given, expected in ((RUN.polynomials[:2], few), (RUN.polynomials * 2, many)):
        assert refusal(route, RUN.certificates, given) == expected
        said = refusal(finish, RUN.certificates, given, RUN.voutputs)
        assert said == expected


# Step 5


def confirmed(vinput: VInput, index: int = 2) -> str:
    return refusal(confirm, RUN.certificates, RUN.secrets[index - 1], vinput, RANDOMNESS)


def with_secret(sender: int, message: EncryptedMessage, index: int = 2) -> VInput:
    vinput = RUN.vinputs[index - 1]
    secrets = list(vinput.secrets)
    secrets[sender - 1] = message
    return replace(vinput, secrets=tuple(secrets))


def flipped(message: EncryptedMessage, place: int) -> EncryptedMessage:
    data = bytearray(message.data)
    data[place] ^= 1
    return replace(message, data=bytes(data))


@pytest.mark.parametrize("sender", [1, 2, 3])
def test_a_message_that_does_not_open_names_its_sender(sender: int) -> None:
    honest = RUN.vinputs[1].secrets[sender - 1]
    generator = ED25519.generator
    changed = [
        flipped(honest, -1),  # the tag
        flipped(honest, 0),
        replace(honest, data=honest.data[:-1]),
        replace(honest, data=honest.data[:16]),
        replace(honest, alpha=honest.alpha * generator),
        replace(honest, beta=honest.beta * generator),
        replace(honest, alpha=ED25519.identity),
        replace(honest, beta=ED25519.identity),
        RUN.vinputs[0].secrets[sender - 1],  # another trustee's share, as if two were swapped
        OTHER.vinputs[1].secrets[sender - 1],  # a share for another group
    ]
    for message in changed:
        assert confirmed(with_secret(sender, message)) == (
            f"trustee {sender}, secret for trustee 2: "
            "expected a message for this trustee's secret, found one that does not open"
        )


def sealed(sender: int, recipient: int, plaintext: str) -> EncryptedMessage:
    """Return any text encrypted to a member, without signature or recipient in it."""
    from comitia.ballots.v1.making import channels  # noqa: PLC0415 - a test may look inside

    key = RUN.certificates.certificates[recipient - 1].encryption
    return channels._encrypt(RUN.keys(sender), key, plaintext.encode(), RANDOMNESS)


def signed_text(keys_of: Run, sender: int, message: str) -> str:
    signed = sign(keys_of.keys(sender), message, RANDOMNESS)
    return json.dumps(signed.to_json(), separators=(",", ":"), ensure_ascii=False)


def channel_text(recipient: int, message: str) -> str:
    key = RUN.certificates.certificates[recipient - 1].encryption.text
    return json.dumps({"recipient": key, "message": message}, separators=(",", ":"))


@pytest.mark.parametrize("sender", [1, 2, 3])
def test_what_is_inside_a_message_is_checked_and_never_repeated(sender: int) -> None:
    secret = '{"secret":"123456789"}'
    honest = channel_text(2, secret)
    spaced = signed_text(RUN, sender, honest).replace(",", ", ")
    other = (sender % 3) + 1
    bad_signature = "the signature of who sent it, found one that does not hold"
    no_message = "a signed message in it, found something else"
    no_recipient = "a message with its recipient in it, found something else"
    no_number = "a number below the order of the group, found something else"
    cases = [
        (sealed(sender, 2, secret), no_message),
        (sealed(sender, 2, '{"message":123456789,"signature":null}'), no_message),
        (sealed(sender, 2, spaced), no_message),
        (sealed(sender, 2, signed_text(RUN, sender, honest) + "\n"), no_message),
        (sealed(sender, 2, signed_text(RUN, other, honest)), bad_signature),
        (sealed(sender, 2, signed_text(OTHER, sender, honest)), bad_signature),
        (sealed(sender, 2, signed_text(RUN, sender, secret)), no_recipient),
        (sealed(sender, 2, signed_text(RUN, sender, honest + "\n")), no_recipient),
        (
            sealed(sender, 2, signed_text(RUN, sender, channel_text(3, secret))),
            "a message to this trustee, found one to another recipient",
        ),
        *(
            (RUN.encrypted(sender, 2, text), no_number)
            for text in (
                '{"secret":123456789}',
                '{"secret":"0123456789"}',
                '{"secret": "123456789"}',
                '{"secret":"123456789"}\n',
                '{"secret":["123456789"]}',
                '{"123456789":"1"}',
                f'{{"secret":"{ED25519.order}"}}',
                '{"decryption_key":"123456789"}',
                "123456789",
                "",
            )
        ),
        (
            RUN.encrypted(sender, 2, secret),
            "the value that its coefficients commit to, found another",
        ),
    ]
    for message, expected in cases:
        said = confirmed(with_secret(sender, message))
        assert said == f"trustee {sender}, secret for trustee 2: expected {expected}"
        assert "123456789" not in said


def test_a_secret_for_one_s_self_given_to_another_is_refused() -> None:
    """The sender's own text for trustee 3, signed for trustee 3, encrypted anew to trustee 2."""
    third = RUN.keys(3)
    text = receive(third, RUN.vinputs[2].secrets[0], RUN.keys(1).verification, "")
    said = confirmed(with_secret(1, RUN.encrypted(1, 2, text)))
    assert said.endswith("expected the value that its coefficients commit to, found another")


@pytest.mark.parametrize("kind", false_polynomials(1))
@pytest.mark.parametrize("index", [1, 2, 3])
def test_a_member_checks_the_coefficients_of_all_itself(index: int, kind: str) -> None:
    false, expected = false_polynomials(index)[kind]
    if expected.startswith("secrets"):
        return
    vinput = RUN.vinputs[1]
    given = [*vinput.coefficients]
    given[index - 1] = false.coefficients
    said = confirmed(replace(vinput, coefficients=tuple(given)))
    assert said.startswith(f"trustee {index}, {expected}")


def test_coefficients_that_are_signed_but_are_not_those_of_the_shares_are_refused() -> None:
    vinput = RUN.vinputs[1]
    swapped = joined(3, RUN.polynomials[2].coefficients.elements[::-1])
    said = confirmed(replace(vinput, coefficients=(*vinput.coefficients[:2], swapped)))
    assert said == (
        "trustee 3, secret for trustee 2: "
        "expected the value that its coefficients commit to, found another"
    )


def test_a_member_finds_its_own_polynomial_changed() -> None:
    subject, vinput = "trustee 2, polynomial: expected", RUN.vinputs[1]
    cases = [
        (OTHER.vinputs[1].polynomial, "a message for this trustee's secret, found one that does"),
        (RUN.encrypted(1, 2, '{"polynomial":["1","2"]}'), "the signature of who sent it, found "),
        (RUN.encrypted(2, 2, '{"polynomial":["1"]}'), "2 coefficients, found something else"),
        (RUN.encrypted(2, 2, '{"polynomial":["1","2","3"]}'), "2 coefficients, found something"),
        (RUN.encrypted(2, 2, '{"polynomial":"1"}'), "2 coefficients, found something else"),
        (
            RUN.encrypted(2, 2, '{"polynomial":["1","2"]}'),
            "the one that this trustee committed to, found another",
        ),
    ]
    for message, expected in cases:
        said = confirmed(replace(vinput, polynomial=message))
        assert said.startswith(f"{subject} {expected}")


def test_a_second_polynomial_of_one_certificate_is_found_where_both_are_mixed() -> None:
    again = make_polynomial(RUN.certificates, RUN.secrets[1], seeded("again"))
    polynomials = (RUN.polynomials[0], again, RUN.polynomials[2])
    routed = route(RUN.certificates, polynomials)
    mixed = replace(routed[1], polynomial=RUN.vinputs[1].polynomial)
    assert confirmed(mixed).startswith("trustee 2, polynomial: ")
    mixed = replace(routed[0], secrets=RUN.vinputs[0].secrets)
    assert confirmed(mixed, 1).startswith("trustee 2, secret for trustee 1: ")
    said = refusal(finish, RUN.certificates, polynomials, RUN.voutputs)
    assert said.startswith("trustee 1, public key: ")


def test_a_vinput_has_one_of_everything_for_each_trustee() -> None:
    vinput = RUN.vinputs[1]
    few, many = "one of each trustee, found none", "no more than 3 trustees, found one more"
    for name, field in (("secret", "secrets"), ("coefficients", "coefficients")):
        items = getattr(vinput, field)
        for given, index, expected in ((items[:2], 3, few), (items * 2, 4, many)):
            said = confirmed(replace(vinput, **{field: given}))
            assert said == f"trustee {index}, {name}: expected {expected}"


def test_a_decryption_key_of_zero_is_refused() -> None:
    """Two trustees whose polynomials cancel out: nobody who keeps to the steps makes such."""
    run = make_run(2, 1)
    texts = ["1", str(ED25519.order - 1)]
    polynomials = []
    for index, text in enumerate(texts, 1):
        element = ED25519.generator_power(ED25519.parse_scalar(text))
        polynomials.append(
            Polynomial(
                run.encrypted(index, index, f'{{"polynomial":["{text}"]}}'),
                tuple(run.encrypted(index, to, f'{{"secret":"{text}"}}') for to in (1, 2)),
                joined(index, (element,), run),
            )
        )
    vinput = route(run.certificates, polynomials)[0]
    said = refusal(confirm, run.certificates, run.secrets[0], vinput, RANDOMNESS)
    assert said == "trustee 1, decryption key: expected a number above zero, found zero"


def test_only_a_member_confirms() -> None:
    said = refusal(confirm, RUN.certificates, OTHER.secrets[1], RUN.vinputs[1], RANDOMNESS)
    assert said.startswith("own certificate: ")


# Step 6


@pytest.mark.parametrize("index", [1, 2, 3])
def test_a_false_public_key_is_refused_and_its_trustee_named(index: int) -> None:
    voutput, other = RUN.voutputs[index - 1], OTHER.voutputs[index - 1]
    key = voutput.public_key
    assert key.signature is not None
    strange = generate_trustee_key(ED25519, RANDOMNESS)[1]
    cases = [
        (replace(key, proof=with_proof(key.proof, ED25519)), ": "),
        (replace(key, signature=with_proof(key.signature, ED25519)), ", signed public key: "),
        (replace(key, signature=None), ", signed public key: expected a signature, found none"),
        (replace(key, public_key=strange.public_key), ", public key: "),
        (other.public_key, ", public key: "),
    ]
    for changed, expected in cases:
        given = [*RUN.voutputs]
        given[index - 1] = replace(voutput, public_key=changed)
        said = refusal(finish, RUN.certificates, RUN.polynomials, given)
        assert said.startswith(f"trustee {index}{expected}")


def test_every_trustee_s_public_key_is_needed_once() -> None:
    few = "trustee 3, voutput: expected one of each trustee, found none"
    many = "trustee 4, voutput: expected no more than 3 trustees, found one more"
    for given, expected in ((RUN.voutputs[:2], few), (RUN.voutputs * 2, many)):
        said = refusal(finish, RUN.certificates, RUN.polynomials, given)
        assert said == expected


# Opening


def open_key(
    data: bytes, index: int = 2, run: Run = RUN, trustees: Trustees = (RUN.trustees,)
) -> tuple[int, object]:
    return open_decryption_key(data, run.secrets[index - 1], trustees, ED25519)


def test_a_member_is_found_among_all_trustees() -> None:
    single = SingleTrustee(generate_trustee_key(ED25519, RANDOMNESS)[1])
    trustees = (single, OTHER.trustees, single, RUN.trustees)
    owner, secret = open_key(RUN.decryption_keys[1].to_bytes(), trustees=trustees)
    assert (owner, secret) == (7, open_key(RUN.decryption_keys[1].to_bytes())[1])


def test_a_decryption_key_of_something_else_is_refused() -> None:
    zero, strange = '{"decryption_key":"0"}', '{"decryption_key":"123456789"}'
    cases = [
        (RUN.decryption_keys[0], "a message for this trustee's secret, found one that does not"),
        (OTHER.decryption_keys[1], "a message for this trustee's secret, found one that does not"),
        (flipped(RUN.decryption_keys[1], -1), "a message for this trustee's secret, found one"),
        (RUN.encrypted(1, 2, strange), "the signature of who sent it, found one that does not"),
        (RUN.polynomials[1].secrets[1], "a number below the order of the group, found something"),
        (RUN.encrypted(2, 2, zero), "the key of the published public key, found another"),
        (RUN.encrypted(2, 2, strange), "the key of the published public key, found another"),
    ]
    for message, expected in cases:
        said = refusal(open_key, message.to_bytes())
        assert said.startswith(f"trustee 2, decryption key: expected {expected}")
        assert "123456789" not in said


def test_who_is_no_trustee_opens_nothing() -> None:
    data = RUN.decryption_keys[1].to_bytes()
    for trustees in ((), (OTHER.trustees,)):
        said = refusal(open_key, data, 2, RUN, trustees)
        assert said == (
            "own certificate: expected one of the trustees', found none that is this secret's"
        )


def test_a_file_that_is_no_encrypted_message_is_malformed() -> None:
    with pytest.raises(MalformedRecord, match=r"^decryption key: not JSON at character 0"):
        open_key(b"")
