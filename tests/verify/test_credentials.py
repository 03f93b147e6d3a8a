"""The registrar's certificate of the list of credentials; the list itself is in ``test_setup``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from comitia.ballots.v1.model import (
    Check,
    CredentialsCertificate,
    EventType,
    Sha256Hex,
    Uuid,
    canonical_json,
    derive_hash,
)
from comitia.curve import BELENIOS_2048, ED25519, kernel
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import SIZE, Layer, Standing
from comitia.verify import Failure, Report, Subject, Verdict
from comitia.verify.credentials import CredentialChunk, check_credentials, check_natively
from tests.curve.kernels import each_layer
from tests.elections import VOTES, Step, failed_checks, make_election, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    certify,
    failures_of,
    hold_again,
    one_failure,
    result_of,
    small,
    spoiled,
    with_setup,
)

FOREIGN = "0" * 63 + "2"
IDENTITY = ED25519.identity.text


def certified(certificate: bytes) -> Report:
    """Verify the small election with a certificate."""
    records = with_setup(small(), certificate=certificate)
    _, *after = take_apart(small().archive)
    return verify(put_together([Step(EventType.SETUP, records.in_order), *after]))


def found_in(certificate: CredentialsCertificate | bytes) -> tuple[Failure, ...]:
    """Return the failures of a certificate, which must be all that fails."""
    data = certificate if isinstance(certificate, bytes) else certificate.to_bytes()
    report = certified(data)
    assert failed_checks(report) == {"setup.credentials"}
    failures = failures_of(report)["setup.credentials"]
    assert {failure.subject for failure in failures} == {Subject(0, derive_hash(data))}
    return failures


def with_value(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return a certificate changed as JSON, its signature as it was."""
    value = json.loads(certify(small()).to_bytes())
    change(value)
    return canonical_json(value)


def with_claim(**change: Any) -> CredentialsCertificate:  # noqa: ANN401 - a value of any field
    """Return a right certificate with a claim changed after signing."""
    certificate = certify(small())
    return replace(certificate, certified=replace(certificate.certified, **change))


def test_a_right_certificate_is_examined_with_the_list() -> None:
    report = certified(certify(small()).to_bytes())
    assert report.verdict is Verdict.VALID
    assert result_of(report, Check.SETUP_CREDENTIALS).count == 3


def test_a_certificate_over_another_group_and_of_weights_is_right() -> None:
    made = make_election(group=BELENIOS_2048, votes=VOTES[:2], weights=(2, 3))
    records = with_setup(made, certificate=certify(made).to_bytes())
    assert verify(put_together(hold_again(made, records=records))).verdict is Verdict.VALID


@pytest.mark.parametrize(
    "certificate, claim, expected, found",
    [
        (certify(small(), uuid=Uuid("1" * 14)), "uuid", small().election.uuid, "1" * 14),
        (certify(small(), length=1), "voter_list_length", "2", "1"),
        (certify(small(), length=3), "voter_list_length", "2", "3"),
        (certify(small(), length=0), "voter_list_length", "2", "0"),
        (
            certify(small(), list_hash=Sha256Hex("0" * 64)),
            "public_creds_hash",
            derive_hash(small().records.credentials),
            "0" * 64,
        ),
    ],
)
def test_what_a_certificate_claims_is_compared_though_it_is_signed(
    certificate: CredentialsCertificate, claim: str, expected: str, found: str
) -> None:
    (failure,) = found_in(certificate)
    assert failure.expected == f"credentials certificate, {claim}: {expected}"
    assert failure.found == found


@pytest.mark.parametrize(
    "changed",
    [
        with_claim(verification_key=ED25519.generator),
        with_claim(encryption_key=ED25519.generator),
        with_claim(voter_list_length=4),
    ],
)
def test_whatever_is_changed_after_signing_is_seen_by_its_hash(
    changed: CredentialsCertificate,
) -> None:
    failures = found_in(changed)
    expected = f"credentials certificate, signed text: {changed.certified.derive_signed_hash()}"
    found = certify(small()).signature.message
    assert Failure(failures[0].subject, expected, found) in set(failures)


@pytest.mark.parametrize(
    "certificate",
    [
        pytest.param(certify(small(), signer="somebody else"), id="of another"),
        pytest.param(
            replace(
                certify(small()),
                signature=replace(
                    certify(small()).signature,
                    signature=spoiled(certify(small()).signature.signature),
                ),
            ),
            id="a response more",
        ),
    ],
)
def test_a_signature_is_the_registrar_s(certificate: CredentialsCertificate) -> None:
    (failure,) = found_in(certificate)
    key = certify(small()).certified.verification_key.text
    assert failure.expected == f"credentials certificate, signature: a signature by {key}"
    assert failure.found == "one that does not verify"


def test_a_signature_of_another_text_fails_though_it_is_the_registrar_s() -> None:
    """Of the certificate of an earlier list, say."""
    earlier = certify(small(), length=1)
    (failure,) = found_in(replace(certify(small()), signature=earlier.signature))
    assert failure.expected.startswith("credentials certificate, signed text: ")
    assert failure.found == earlier.certified.derive_signed_hash()


@pytest.mark.parametrize("name", ["verification_key", "encryption_key"])
@pytest.mark.parametrize("text", [FOREIGN, IDENTITY])
def test_a_key_that_is_none_is_named(name: str, text: str) -> None:
    (failure,) = found_in(with_value(lambda value: value.update({name: text})))
    assert failure.expected == "a well-formed certificate of the credentials"
    assert failure.found.startswith(f"{name}: ")


def test_every_key_that_is_none_is_named() -> None:
    keys = {"verification_key": FOREIGN, "encryption_key": IDENTITY}
    failures = found_in(with_value(lambda value: value.update(keys)))
    assert [f.found.split(":")[0] for f in failures] == list(keys)


@pytest.mark.parametrize(
    "record, found",
    [
        (b"anything at all", "credentials certificate: not JSON at character 0: Expecting value"),
        (b"[]", "credentials certificate: expected an object, found a list"),
        (
            with_value(lambda value: value.pop("signature")),
            "credentials certificate: the field signature is missing",
        ),
        (
            with_value(lambda value: value.update(extra=1)),
            "credentials certificate: the field 'extra' does not belong here",
        ),
        (
            with_value(lambda value: value.update(voter_list_length="2")),
            "voter_list_length: expected an integer, found a string",
        ),
        (
            with_value(lambda value: value.update(public_creds_hash="A" * 43)),
            "public_creds_hash: expected a SHA-256 in 64 lowercase hexadecimal digits",
        ),
        (
            with_value(lambda value: value.update(signature={})),
            "signature: the field message is missing",
        ),
        (certify(small()).to_bytes() + b"\n", "credentials certificate: not in its canonical form"),
    ],
)
def test_a_certificate_has_one_form(record: bytes, found: str) -> None:
    (failure,) = found_in(record)
    assert failure.expected == "a well-formed certificate of the credentials"
    assert failure.found == found


def test_a_certificate_larger_than_any_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.verify.credentials.LARGEST_SETUP_BYTES", 100)
    data = certify(small()).to_bytes()
    (failure,) = found_in(data)
    assert failure.found == f"record: {len(data)} bytes, where at most 100 are allowed"


def test_faults_of_the_list_and_of_the_certificate_stand_side_by_side() -> None:
    made = small()
    first, second = json.loads(made.records.credentials)
    listed = canonical_json([first, second, second])
    certificate = certify(made, length=3, list_hash=derive_hash(listed)).to_bytes()
    records = with_setup(made, credentials=listed, certificate=certificate)
    report = verify(put_together(hold_again(made, records=records)))
    assert failures_of(report) == one_failure(
        Check.SETUP_CREDENTIALS,
        Subject(0, derive_hash(listed)),
        "each credential once",
        f"credentials[2]: {second} again",
    )


def test_a_certificate_that_is_named_and_missing_is_no_setup() -> None:
    records = with_setup(small(), certificate=certify(small()).to_bytes())
    *parts, _, setup_data = records.in_order
    _, *after = take_apart(small().archive)
    report = verify(put_together([Step(EventType.SETUP, (*parts, setup_data)), *after]))
    assert failed_checks(report) == {"archive.grammar"}
    setup = [r for r in report.checks if r.check.id.startswith("setup.")]
    assert {r.reason for r in setup} == {"the archive has no complete Setup event"}


def test_a_certificate_that_is_there_and_not_named_does_not_belong_there() -> None:
    *parts, setup_data = small().records.in_order
    certificate = certify(small()).to_bytes()
    _, *after = take_apart(small().archive)
    step = Step(EventType.SETUP, (*parts, certificate, setup_data))
    assert failed_checks(verify(put_together([step, *after]))) == {"archive.grammar"}


def test_a_certificate_before_the_list_is_in_the_wrong_place() -> None:
    records = with_setup(small(), certificate=certify(small()).to_bytes())
    election, trustees, credentials, certificate, setup_data = records.in_order
    contents = (election, trustees, certificate, credentials, setup_data)
    _, *after = take_apart(small().archive)
    report = verify(put_together([Step(EventType.SETUP, contents), *after]))
    assert failed_checks(report) == {"archive.grammar"}


ELEMENTS = tuple(ED25519.generator_power(ED25519.scalar(n)).text for n in range(2, 30))
STRANGE = {
    "none": (),
    "foreign": (FOREIGN,),
    "identity": (IDENTITY,),
    "outside": (f"{2**255 - 20:064x}",),
    "not canonical": (f"{2**255 - 19:064x}",),
    "several": (FOREIGN, ELEMENTS[0], IDENTITY, FOREIGN),
}


@each_layer
@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
def test_the_kernel_finds_of_credentials_what_the_reference_finds(
    layer: Layer, strange: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", layer)
    in_order = tuple(sorted(ELEMENTS, key=lambda text: bytes.fromhex(text)[::-1]))
    for texts in ((*in_order, *strange), (*in_order[:9], *strange, *in_order[9:]), strange):
        chunk = CredentialChunk(ED25519, texts)
        assert check_natively(chunk) == check_credentials(chunk)


@each_layer
def test_a_kernel_that_takes_a_member_for_none_stops_everything(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lying = Liar(layer.name)
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", lying)
    monkeypatch.setattr("comitia.curve.members._SAMPLE", 0)
    with pytest.raises(KernelDisagrees, match=f"whether {ELEMENTS[0]} is a member"):
        check_natively(CredentialChunk(ED25519, ELEMENTS))


@dataclass(frozen=True)
class Liar:
    """A layer that knows no member."""

    name: str

    def check_points(self, encodings: bytes) -> bytes:
        return bytes([Standing.OUTSIDE]) * (len(encodings) // SIZE)


@each_layer
def test_a_sample_of_credentials_is_asked_of_libsodium(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", Liar(layer.name))
    with pytest.raises(KernelDisagrees):
        check_natively(CredentialChunk(ED25519, ELEMENTS))


def test_without_the_kernel_the_reference_checks_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", None)
    assert verify(small().archive).verdict is Verdict.VALID
    with pytest.raises(RuntimeError, match="no layer of the native kernel is active"):
        kernel.expect_layer()
