"""The trustees of an election, and the key that a single one hands over."""

from __future__ import annotations

from typing import Final

from comitia.ballots.v1.model import (
    Certificate,
    CertificateContext,
    Coefficients,
    Json,
    Proof,
    SignedMessage,
    SingleTrustee,
    ThresholdTrustees,
    Trustee,
    TrusteeKey,
    Trustees,
)
from comitia.ballots.v1.parse.json import (
    LARGEST_SETUP_BYTES,
    NotSupported,
    expect_canonical,
    expect_integer,
    expect_list,
    expect_object,
    expect_text,
    parse_json,
)
from comitia.ballots.v1.parse.values import ValueReader
from comitia.curve import Group
from comitia.errors import MalformedRecord

MOST_MEMBERS: Final = 1000
"""Of a threshold group; their keys take work that grows with members times threshold."""

_NAME: Final = "name"
_SIGNATURE: Final = "signature"


def parse_trustees(data: bytes, group: Group) -> Trustees:
    """Return the trustees of a record, in order of owner number.

    Raises ForeignElements for keys that are none, MalformedRecord for everything else, spaces and
    other forms of the same values included.
    """
    value = parse_json(data, "trustees", LARGEST_SETUP_BYTES)
    items = expect_list(value, "trustees")
    if not items:
        raise MalformedRecord("trustees", "expected at least one trustee")
    reader = ValueReader(group)
    trustees = tuple(_parse_trustee(item, reader, f"trustees[{i}]") for i, item in enumerate(items))
    expect_canonical(data, value, "trustees")
    reader.finish()
    return trustees


def _parse_trustee(value: Json, reader: ValueReader, where: str) -> Trustee:
    kind, content = expect_list(value, where, 2)
    match expect_text(kind, where):
        case "Single":
            return SingleTrustee(_parse_key(content, reader, where, signed=False))
        case "Pedersen":
            return _parse_threshold(content, reader, where)
        case _:
            raise MalformedRecord(where, "not a kind of trustee of this protocol")


def _parse_key(value: Json, reader: ValueReader, where: str, *, signed: bool) -> TrusteeKey:
    """Return a key; a signature belongs to the members of threshold groups, and only to them."""
    names = ("pok", "public_key", *((_SIGNATURE,) if signed else ()), _NAME)
    fields = expect_object(value, where, names, optional=(_NAME,))
    return TrusteeKey(
        proof=reader.proof(fields["pok"], f"{where}.pok"),
        public_key=reader.key(fields["public_key"], f"{where}.public_key"),
        signature=reader.proof(fields[_SIGNATURE], f"{where}.{_SIGNATURE}") if signed else None,
        name=expect_text(fields[_NAME], f"{where}.{_NAME}") if _NAME in fields else None,
    )


def _parse_threshold(value: Json, reader: ValueReader, where: str) -> ThresholdTrustees:
    names = ("threshold", "certs", "coefexps", "signatures", "verification_keys")
    fields = expect_object(value, where, names)
    certificates = expect_list(fields["certs"], f"{where}.certs")
    size = len(certificates)
    if size > MOST_MEMBERS:
        raise NotSupported(where, f"this version takes up to {MOST_MEMBERS} members of a group")
    threshold = expect_integer(fields["threshold"], f"{where}.threshold")
    if not 1 <= threshold <= size:
        raise MalformedRecord(f"{where}.threshold", f"expected a number from 1 to {size}")
    coefficients, signatures, keys = (
        expect_list(fields[name], f"{where}.{name}", size) for name in names[2:]
    )
    return ThresholdTrustees(
        threshold=threshold,
        certificates=tuple(
            read_certificate(item, reader, f"{where}.certs[{i}]")
            for i, item in enumerate(certificates)
        ),
        coefficients=tuple(
            read_coefficients(item, signature, threshold, reader, f"{where}.coefexps[{i}]")
            for i, (item, signature) in enumerate(
                zip(
                    coefficients,
                    reader.proofs(signatures, f"{where}.signatures", size),
                    strict=True,
                )
            )
        ),
        keys=tuple(
            read_member_key(item, reader, f"{where}.verification_keys[{i}]")
            for i, item in enumerate(keys)
        ),
    )


def read_signed_message(value: Json, reader: ValueReader, where: str) -> SignedMessage:
    """Return a signed text, whatever it holds."""
    fields = expect_object(value, where, ("message", "signature"))
    return SignedMessage(
        expect_text(fields["message"], f"{where}.message"),
        reader.proof(fields["signature"], f"{where}.signature"),
    )


def _open_message(signed: SignedMessage, where: str) -> Json:
    """Return the value that a signed text holds, in its one form."""
    data, place = signed.message.encode(), f"{where}.message"
    value = parse_json(data, place, LARGEST_SETUP_BYTES)
    expect_canonical(data, value, place)
    return value


def read_certificate(value: Json, reader: ValueReader, where: str) -> Certificate:
    """Return a certificate, with the keys and the context that its signed text holds."""
    signed = read_signed_message(value, reader, where)
    place = f"{where}.message"
    names = ("context", "verification", "encryption")
    fields = expect_object(_open_message(signed, where), place, names)
    context_names = ("group", "size", "threshold", "index")
    context = expect_object(fields["context"], f"{place}.context", context_names)
    size, threshold, index = (
        expect_integer(context[name], f"{place}.context.{name}") for name in context_names[1:]
    )
    return Certificate(
        signed=signed,
        context=CertificateContext(
            expect_text(context["group"], f"{place}.context.group"), size, threshold, index
        ),
        verification=reader.key(fields["verification"], f"{place}.verification"),
        encryption=reader.key(fields["encryption"], f"{place}.encryption"),
    )


def read_coefficients(
    value: Json, joint_signature: Proof, threshold: int, reader: ValueReader, where: str
) -> Coefficients:
    """Return a member's committed coefficients, exactly as many as the threshold.

    joint_signature: stands elsewhere in the record, and is parsed already.
    """
    signed = read_signed_message(value, reader, where)
    place = f"{where}.message"
    fields = expect_object(_open_message(signed, where), place, ("coefexps",))
    items = expect_list(fields["coefexps"], f"{place}.coefexps", threshold)
    elements = (reader.element(item, f"{place}.coefexps[{i}]") for i, item in enumerate(items))
    return Coefficients(signed, joint_signature, tuple(elements))


def read_member_key(value: Json, reader: ValueReader, where: str) -> TrusteeKey:
    """Return the signed key of a member of a threshold group."""
    return _parse_key(value, reader, where, signed=True)


def parse_trustee_key(data: bytes, group: Group) -> TrusteeKey:
    """Return the public key that a single trustee hands over, as a file of its own."""
    where = "trustee's key"
    value = parse_json(data, where, LARGEST_SETUP_BYTES)
    reader = ValueReader(group)
    key = _parse_key(value, reader, where, signed=False)
    expect_canonical(data, value, where)
    reader.finish()
    return key


def parse_threshold_trustees(data: bytes, group: Group) -> ThresholdTrustees:
    """Return a threshold group from the file that ends the making of its keys."""
    where = "threshold trustees"
    value = parse_json(data, where, LARGEST_SETUP_BYTES)
    reader = ValueReader(group)
    trustees = _parse_threshold(value, reader, where)
    expect_canonical(data, value, where)
    reader.finish()
    return trustees
