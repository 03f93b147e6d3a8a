"""The six steps in which a threshold group makes its keys (section "Threshold"; Pedersen).

1 each member: ``make_certificate``. 2 everybody: ``check_certificates``; what follows takes its
result. 3 each member: ``make_polynomial``. 4 whoever collects: ``route``. 5 each member:
``confirm``. 6 whoever collects: ``finish``. To decrypt, a member opens its file of step 6 with
``open_decryption_key``. Trustees are counted from 1 in their group.

A refusal in step 2, 4, 5 or 6 ends the run: CheckFailed names the trustee, by whom or in whose name
something false was sent, and all start afresh with new certificates. Nothing is repaired, and no
step is made a second time from the same certificate. That holds above all for step 3: two
polynomials under one certificate are both validly signed, shares of both can be combined, and
members can be shown different ones. Nothing here can know of an earlier call, so whoever calls
``make_polynomial`` first looks whether the member's file of step 3 is there, and hands that one
out again; it writes the file before anything leaves the machine, and never replaces it.

What this protocol does not give: the last to send a polynomial can choose it by those of the others
and so bias the joint key (never know it); as many members as the threshold open everything; and a
false message shows who signed it, not who is at fault for a message that does not open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comitia.ballots.v1.equations import (
    certificate_failures,
    coefficient_failures,
    evaluate,
    repeated_certificate_failures,
    threshold_failures,
)
from comitia.ballots.v1.making.channels import (
    MemberKeys,
    MemberSecret,
    derive_member_keys,
    generate_member_secret,
    read_quietly,
    receive,
    refused,
    send,
    sign,
)
from comitia.ballots.v1.making.keys import TrusteeSecret, prove_knowledge
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import (
    Certificate,
    CertificateContext,
    Coefficients,
    Json,
    ThresholdTrustees,
    TrusteeKey,
    Trustees,
    canonical_json,
    certificate_message,
    coefficients_message,
    joint_message,
    owner_ranges,
)
from comitia.ballots.v1.model.threshold import EncryptedMessage, Polynomial, VInput, VOutput
from comitia.ballots.v1.parse.threshold import parse_encrypted_message, parse_secret_scalars
from comitia.ballots.v1.parse.trustees import MOST_MEMBERS
from comitia.curve import GROUPS, Group, Randomness, Scalar
from comitia.errors import CheckFailed


@dataclass(frozen=True, slots=True)
class CheckedCertificates:
    """The certificates of all members, in their order; made by ``check_certificates`` alone."""

    group: Group
    threshold: int
    certificates: tuple[Certificate, ...]

    @property
    def size(self) -> int:
        """How many members there are."""
        return len(self.certificates)


def make_certificate(
    context: CertificateContext, randomness: Randomness, *, all_needed: bool = False
) -> tuple[MemberSecret, Certificate]:
    """Step 1: return a fresh secret, and the certificate of its two keys (section "Certificates").

    all_needed: says that a threshold as large as the group is meant: then one lost secret loses
    every result. ``ValueError`` without it, and for a context of no group.
    """
    _check_context(context, all_needed=all_needed)
    secret = generate_member_secret(randomness)
    keys = derive_member_keys(secret, GROUPS[context.group])
    message = certificate_message(context, keys.verification, keys.encryption)
    signed = sign(keys, message, randomness)
    return secret, Certificate(signed, context, keys.verification, keys.encryption)


def check_certificates(certificates: Sequence[Certificate], group: Group) -> CheckedCertificates:
    """Step 2: check that these are the certificates of one whole group, each signed by its owner.

    They must agree on group, size and threshold, be in the order of their indexes, and hold no key
    twice. Where they disagree, those that differ from the most are named. That a certificate is the
    trustee's own is for the members to compare, outside of this protocol.

    Raises CheckFailed; ``ValueError`` for no certificates.
    """
    if not certificates:
        raise ValueError("no certificates")
    size, threshold = _agreed(certificates)
    if not 1 <= threshold <= size:
        found = f"threshold {threshold} of {size}"
        raise refused("trustee 1, certificate", "a threshold from 1 to the group's size", found)
    for index, certificate in enumerate(certificates[:size], 1):
        expected = CertificateContext(group.name, size, threshold, index)
        _raise_first(certificate_failures(certificate, expected, group, f"trustee {index}"))
    _expect_one_each(certificates, size, "certificate")
    _raise_first(repeated_certificate_failures(certificates))
    return CheckedCertificates(group, threshold, tuple(certificates))


def make_polynomial(
    certificates: CheckedCertificates, secret: MemberSecret, randomness: Randomness
) -> Polynomial:
    """Step 3: return a fresh polynomial, committed, with its value for each member encrypted.

    Never twice for one certificate: the module says why, and what the caller does for it. Raises
    CheckFailed where none of the certificates is this secret's.
    """
    group = certificates.group
    keys = derive_member_keys(secret, group)
    _own_index(certificates.certificates, keys)
    context = "polynomial|" + joint_message(certificates.certificates, ())
    nonces = NonceSource(group, keys.signing.to_bytes(), context, randomness)
    polynomial = [nonces.draw() for _ in range(certificates.threshold)]
    elements = tuple(group.generator_power(coefficient) for coefficient in polynomial)
    joint = sign(keys, joint_message(certificates.certificates, elements), randomness)
    texts: list[Json] = [coefficient.text for coefficient in polynomial]
    return Polynomial(
        polynomial=send(keys, keys.encryption, _object("polynomial", texts), randomness),
        secrets=tuple(
            send(
                keys,
                certificate.encryption,
                _object("secret", _evaluate_secret(polynomial, index, group).text),
                randomness,
            )
            for index, certificate in enumerate(certificates.certificates, 1)
        ),
        coefficients=Coefficients(
            signed=sign(keys, coefficients_message(elements), randomness),
            joint_signature=joint.signature,
            elements=elements,
        ),
    )


def route(
    certificates: CheckedCertificates, polynomials: Sequence[Polynomial]
) -> tuple[VInput, ...]:
    """Step 4: return what each member receives (section "Vinputs").

    polynomials: one of each member, in the order of the certificates. Checks lengths and signatures
    of every one; what is encrypted in them only its recipient can check. Raises CheckFailed.
    """
    _check_polynomials(certificates, polynomials)
    coefficients = tuple(polynomial.coefficients for polynomial in polynomials)
    return tuple(
        VInput(
            polynomial=own.polynomial,
            secrets=tuple(polynomial.secrets[place] for polynomial in polynomials),
            coefficients=coefficients,
        )
        for place, own in enumerate(polynomials)
    )


def confirm(
    certificates: CheckedCertificates,
    secret: MemberSecret,
    vinput: VInput,
    randomness: Randomness,
) -> VOutput:
    """Step 5: check everything that was received and return the signed public key.

    Of every member: the coefficients are signed, alone and with these very certificates, and the
    value for this member is the one that they commit to. Of the own polynomial: it came back as it
    was made. The decryption key is the sum of all values, encrypted to the member itself.

    Raises CheckFailed that names the member whose message is false.
    """
    group = certificates.group
    keys = derive_member_keys(secret, group)
    index = _own_index(certificates.certificates, keys)
    _expect_one_each(vinput.secrets, certificates.size, "secret")
    _check_coefficients(certificates, vinput.coefficients)
    _check_own_polynomial(keys, vinput.polynomial, vinput.coefficients[index - 1], index)
    decryption_key = _sum_secrets(certificates, keys, vinput, index)
    public_key = prove_knowledge(group, decryption_key, randomness)
    signature = sign(keys, public_key.public_key.text, randomness).signature
    message = _object("decryption_key", decryption_key.text)
    return VOutput(
        private_key=send(keys, keys.encryption, message, randomness),
        public_key=TrusteeKey(public_key.public_key, public_key.proof, signature),
    )


def finish(
    certificates: CheckedCertificates,
    polynomials: Sequence[Polynomial],
    voutputs: Sequence[VOutput],
) -> tuple[ThresholdTrustees, tuple[EncryptedMessage, ...]]:
    """Step 6: return the group for the election's trustees, and each member's decryption key.

    polynomials, voutputs: one of each member, in the order of the certificates. A decryption key is
    encrypted and only its member's to open. Raises CheckFailed for whatever does not hold.
    """
    _check_polynomials(certificates, polynomials)
    _expect_one_each(voutputs, certificates.size, "voutput")
    trustees = ThresholdTrustees(
        threshold=certificates.threshold,
        certificates=certificates.certificates,
        coefficients=tuple(polynomial.coefficients for polynomial in polynomials),
        keys=tuple(voutput.public_key for voutput in voutputs),
    )
    _raise_first(threshold_failures(trustees, certificates.group))
    return trustees, tuple(voutput.private_key for voutput in voutputs)


def open_decryption_key(
    data: bytes, secret: MemberSecret, trustees: Trustees, group: Group
) -> tuple[int, TrusteeSecret]:
    """Return a member's owner number among an election's trustees, and its private key.

    data: the member's file of step 6. secret: of the member. The key is checked to be that of the
    published public key. Raises MalformedRecord for a file of another form, CheckFailed for one
    that does not open or holds another key, and where no trustee has a certificate of this secret.
    """
    keys = derive_member_keys(secret, group)
    owner, certificate, published = _find_member(trustees, keys)
    subject = f"trustee {owner}, decryption key"
    encrypted = parse_encrypted_message(data, group, "decryption key")
    message = receive(keys, encrypted, certificate.verification, subject)
    exponent = _open_scalar(message, "decryption_key", group, subject)
    if group.generator_power(exponent) != published.public_key:
        raise refused(subject, "the key of the published public key", "another")
    return owner, TrusteeSecret(exponent)


def _check_context(context: CertificateContext, *, all_needed: bool) -> None:
    if context.group not in GROUPS:
        raise ValueError("no group of this name")
    if not 1 <= context.size <= MOST_MEMBERS:
        raise ValueError(f"a threshold group has from 1 to {MOST_MEMBERS} members")
    if not 1 <= context.index <= context.size:
        raise ValueError("an index lies between 1 and the group's size")
    if not 1 <= context.threshold <= context.size:
        raise ValueError("a threshold lies between 1 and the group's size")
    if context.threshold == context.size and not all_needed:
        raise ValueError("a threshold as large as the group must be asked for by all_needed")


def _agreed(certificates: Sequence[Certificate]) -> tuple[int, int]:
    """Return the size and the threshold that most certificates state; the earlier of equals."""
    stated = Counter((one.context.size, one.context.threshold) for one in certificates)
    return stated.most_common(1)[0][0]


def _check_polynomials(
    certificates: CheckedCertificates, polynomials: Sequence[Polynomial]
) -> None:
    """Check that there is one of each member, with a secret for each, and all signatures."""
    size = certificates.size
    _expect_one_each(polynomials, size, "polynomial")
    for index, polynomial in enumerate(polynomials, 1):
        if len(polynomial.secrets) != size:
            found = f"{len(polynomial.secrets)}"
            raise refused(f"trustee {index}, secrets", f"{size}, one for each trustee", found)
    _check_coefficients(certificates, [polynomial.coefficients for polynomial in polynomials])


def _check_coefficients(
    certificates: CheckedCertificates, coefficients: Sequence[Coefficients]
) -> None:
    threshold = certificates.threshold
    _expect_one_each(coefficients, certificates.size, "coefficients")
    for index, (certificate, committed) in enumerate(
        zip(certificates.certificates, coefficients, strict=True), 1
    ):
        subject = f"trustee {index}"
        if len(committed.elements) != threshold:
            expected = f"{threshold}, as many as the threshold"
            raise refused(f"{subject}, coefficients", expected, f"{len(committed.elements)}")
        _raise_first(
            coefficient_failures(
                committed,
                certificates.certificates,
                certificate.verification,
                certificates.group,
                subject,
            )
        )


def _check_own_polynomial(
    keys: MemberKeys, encrypted: EncryptedMessage, committed: Coefficients, index: int
) -> None:
    """Check that what came back is the polynomial whose coefficients all members were shown."""
    subject, name = f"trustee {index}, polynomial", "polynomial"
    message = receive(keys, encrypted, keys.verification, subject)
    length = len(committed.elements)
    polynomial = read_quietly(lambda: parse_secret_scalars(message, name, keys.group, length))
    if polynomial is None:
        raise refused(subject, f"{length} coefficients", "something else")
    if tuple(keys.group.generator_power(one) for one in polynomial) != committed.elements:
        raise refused(subject, "the one that this trustee committed to", "another")


def _sum_secrets(
    certificates: CheckedCertificates, keys: MemberKeys, vinput: VInput, index: int
) -> Scalar:
    """Return the member's decryption key, of values that are what their senders committed to."""
    group = certificates.group
    total = group.scalar(0)
    for sender, (certificate, encrypted, committed) in enumerate(
        zip(certificates.certificates, vinput.secrets, vinput.coefficients, strict=True), 1
    ):
        subject = f"trustee {sender}, secret for trustee {index}"
        message = receive(keys, encrypted, certificate.verification, subject)
        value = _open_scalar(message, "secret", group, subject)
        if group.generator_power(value) != evaluate(committed.elements, index, group):
            raise refused(subject, "the value that its coefficients commit to", "another")
        total += value
    if int(total) == 0:
        raise refused(f"trustee {index}, decryption key", "a number above zero", "zero")
    return total


def _open_scalar(message: str, name: str, group: Group, subject: str) -> Scalar:
    scalars = read_quietly(lambda: parse_secret_scalars(message, name, group))
    if scalars is None:
        raise refused(subject, "a number below the order of the group", "something else")
    return scalars[0]


def _evaluate_secret(polynomial: Sequence[Scalar], index: int, group: Group) -> Scalar:
    """Return f(index) of secret coefficients, lowest first."""
    point, result = group.scalar(index), group.scalar(0)
    for coefficient in reversed(polynomial):
        result = result * point + coefficient
    return result


def _own_index(certificates: Sequence[Certificate], keys: MemberKeys) -> int:
    for index, certificate in enumerate(certificates, 1):
        if keys.are_of(certificate):
            return index
    raise refused("own certificate", "one of the certificates", "none that is this secret's")


def _find_member(trustees: Trustees, keys: MemberKeys) -> tuple[int, Certificate, TrusteeKey]:
    for trustee, owners in owner_ranges(trustees):
        if isinstance(trustee, ThresholdTrustees):
            rows = zip(owners, trustee.certificates, trustee.keys, strict=True)
            for row in rows:
                if keys.are_of(row[1]):
                    return row
    raise refused("own certificate", "one of the trustees'", "none that is this secret's")


def _object(name: str, value: Json) -> str:
    return canonical_json({name: value}).decode()


def _expect_one_each(items: Sequence[object], size: int, what: str) -> None:
    if len(items) < size:
        raise refused(f"trustee {len(items) + 1}, {what}", "one of each trustee", "none")
    if len(items) > size:
        raise refused(f"trustee {size + 1}, {what}", f"no more than {size} trustees", "one more")


def _raise_first(failures: Iterator[CheckFailed]) -> None:
    for failure in failures:
        raise failure
