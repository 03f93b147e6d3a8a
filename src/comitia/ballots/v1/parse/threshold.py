"""The files that the members of a threshold group hand one another while they make their keys.

A file holds one message a line, each in its one form; the end of the last line may be missing. A
list has one line a member, in the order of their indexes, and refusals name the trustee.

Elements are members of the group and lengths are those of the group; signatures, and what encrypted
messages hold, are looked at by ``making``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeVar

from comitia.ballots.v1.model import Certificate, Json, SignedMessage
from comitia.ballots.v1.model.threshold import (
    AES_GCM,
    ChannelMessage,
    EncryptedMessage,
    Polynomial,
    VInput,
    VOutput,
)
from comitia.ballots.v1.parse.json import (
    LARGEST_SETUP_BYTES,
    NotSupported,
    expect_canonical,
    expect_list,
    expect_object,
    expect_text,
    parse_json,
)
from comitia.ballots.v1.parse.trustees import (
    MOST_MEMBERS,
    read_certificate,
    read_coefficients,
    read_member_key,
    read_signed_message,
)
from comitia.ballots.v1.parse.values import ValueReader
from comitia.curve import Group, Scalar
from comitia.errors import MalformedRecord

LARGEST_LINES_BYTES: Final = 4 * LARGEST_SETUP_BYTES
"""Of a file with one line a member; each line is at most LARGEST_SETUP_BYTES."""

_DATA: Final = re.compile(r"(?:[0-9a-f]{2}){16,}", re.ASCII)

_T = TypeVar("_T")
_Read = Callable[[Json, ValueReader, str], _T]


def parse_member_certificate(data: bytes, group: Group, where: str = "certificate") -> Certificate:
    """Return a member's certificate, which step 1 makes; its signature is not checked here.

    Here and below: raises ForeignElements for elements that are none, MalformedRecord for
    everything else; both begin with ``where``.
    """
    return _parse_line(data, group, where, read_certificate)


def parse_member_certificates(data: bytes, group: Group) -> tuple[Certificate, ...]:
    """Return the certificates of a whole group; that there are as many as they say is step 2's."""
    return tuple(
        parse_member_certificate(line, group, where) for line, where in _lines(data, "certificate")
    )


def parse_polynomial(
    data: bytes, group: Group, *, size: int, threshold: int, where: str = "polynomial"
) -> Polynomial:
    """Return what a member hands over in step 3.

    size, threshold: of the group; as many secrets and coefficients are demanded.
    """

    def read(value: Json, reader: ValueReader, where: str) -> Polynomial:
        names = ("polynomial", "secrets", "coefexps", "signature")
        fields = expect_object(value, where, names)
        signature = reader.proof(fields["signature"], f"{where}.signature")
        place = f"{where}.coefexps"
        return Polynomial(
            polynomial=_read_encrypted_text(fields["polynomial"], reader, f"{where}.polynomial"),
            secrets=_read_secrets(fields["secrets"], reader, f"{where}.secrets", size),
            coefficients=read_coefficients(fields["coefexps"], signature, threshold, reader, place),
        )

    return _parse_line(data, group, where, read)


def parse_polynomials(
    data: bytes, group: Group, *, size: int, threshold: int
) -> tuple[Polynomial, ...]:
    """Return what all members hand over in step 3; that none is missing is step 4's."""
    return tuple(
        parse_polynomial(line, group, size=size, threshold=threshold, where=where)
        for line, where in _lines(data, "polynomial")
    )


def parse_vinput(data: bytes, group: Group, *, size: int, threshold: int) -> VInput:
    """Return what a member receives in step 4; sizes as in ``parse_polynomial``."""

    def read(value: Json, reader: ValueReader, where: str) -> VInput:
        names = ("polynomial", "secrets", "coefexps", "signatures")
        fields = expect_object(value, where, names)
        signatures = reader.proofs(fields["signatures"], f"{where}.signatures", size)
        coefficients = expect_list(fields["coefexps"], f"{where}.coefexps", size)
        return VInput(
            polynomial=_read_encrypted_text(fields["polynomial"], reader, f"{where}.polynomial"),
            secrets=_read_secrets(fields["secrets"], reader, f"{where}.secrets", size),
            coefficients=tuple(
                read_coefficients(item, signature, threshold, reader, f"{where}.coefexps[{i}]")
                for i, (item, signature) in enumerate(zip(coefficients, signatures, strict=True))
            ),
        )

    return _parse_line(data, group, "vinput", read)


def parse_voutput(data: bytes, group: Group, where: str = "voutput") -> VOutput:
    """Return what a member hands over in step 5."""
    return _parse_line(data, group, where, _read_voutput)


def parse_voutputs(data: bytes, group: Group) -> tuple[VOutput, ...]:
    """Return what all members hand over in step 5; that none is missing is step 6's."""
    return tuple(parse_voutput(line, group, where) for line, where in _lines(data, "voutput"))


def parse_encrypted_message(
    data: bytes, group: Group, where: str = "encrypted message"
) -> EncryptedMessage:
    """Return an encrypted message, as the file of a decryption key holds it."""
    return _parse_line(data, group, where, _read_encrypted)


def parse_signed_message(data: bytes, group: Group) -> SignedMessage:
    """Return what an encrypted message holds.

    Here and below, what is parsed was secret: its refusals can repeat parts of it and are for no
    eyes.
    """
    return _parse_record(data, group, "signed message", read_signed_message)


def parse_channel_message(text: str, group: Group) -> ChannelMessage:
    """Return what the signed text inside an encrypted message holds."""

    def read(value: Json, reader: ValueReader, where: str) -> ChannelMessage:
        fields = expect_object(value, where, ("recipient", "message"))
        recipient = reader.key(fields["recipient"], f"{where}.recipient")
        return ChannelMessage(recipient, expect_text(fields["message"], f"{where}.message"))

    return _parse_record(text.encode(), group, "channel message", read)


def parse_secret_scalars(
    text: str, name: str, group: Group, length: int | None = None
) -> tuple[Scalar, ...]:
    """Return the scalars in an object with one field: one, or a list of exactly ``length``."""

    def read(value: Json, reader: ValueReader, where: str) -> tuple[Scalar, ...]:
        inner = expect_object(value, where, (name,))[name]
        items = [inner] if length is None else expect_list(inner, where, length)
        return tuple(reader.scalar(item, where) for item in items)

    return _parse_record(text.encode(), group, name, read)


def _parse_line(data: bytes, group: Group, where: str, read: _Read[_T]) -> _T:
    return _parse_record(data.removesuffix(b"\n"), group, where, read)


def _parse_record(data: bytes, group: Group, where: str, read: _Read[_T]) -> _T:
    value = parse_json(data, where, LARGEST_SETUP_BYTES)
    reader = ValueReader(group)
    result = read(value, reader, where)
    expect_canonical(data, value, where)
    reader.finish()
    return result


def _lines(data: bytes, what: str) -> list[tuple[bytes, str]]:
    """Return the lines of a file of all members, each with the name of its place."""
    if len(data) > LARGEST_LINES_BYTES:
        problem = f"{len(data)} bytes, where at most {LARGEST_LINES_BYTES} are allowed"
        raise MalformedRecord(f"{what}s", problem)
    text = data.removesuffix(b"\n")
    if text.count(b"\n") >= MOST_MEMBERS:
        raise NotSupported(
            f"{what}s", f"this version takes up to {MOST_MEMBERS} members of a group"
        )
    return [(line, f"trustee {n}, {what}") for n, line in enumerate(text.split(b"\n"), 1)]


def _read_encrypted(value: Json, reader: ValueReader, where: str) -> EncryptedMessage:
    names = ("algorithm", "alpha", "beta", "data")
    fields = expect_object(value, where, names, optional=names[:1])
    if fields.get("algorithm") != AES_GCM:
        raise NotSupported(where, f"this version opens messages of the algorithm {AES_GCM} only")
    data = expect_text(fields["data"], f"{where}.data")
    if not _DATA.fullmatch(data):
        raise MalformedRecord(
            f"{where}.data", "expected at least 16 bytes in lowercase hexadecimal digits"
        )
    return EncryptedMessage(
        alpha=reader.element(fields["alpha"], f"{where}.alpha"),
        beta=reader.element(fields["beta"], f"{where}.beta"),
        data=bytes.fromhex(data),
    )


def _read_encrypted_text(value: Json, reader: ValueReader, where: str) -> EncryptedMessage:
    data = expect_text(value, where).encode()
    inner = parse_json(data, where, LARGEST_SETUP_BYTES)
    message = _read_encrypted(inner, reader, where)
    expect_canonical(data, inner, where)
    return message


def _read_secrets(
    value: Json, reader: ValueReader, where: str, size: int
) -> tuple[EncryptedMessage, ...]:
    items = expect_list(value, where, size)
    return tuple(
        _read_encrypted_text(item, reader, f"{where}[{i}]") for i, item in enumerate(items)
    )


def _read_voutput(value: Json, reader: ValueReader, where: str) -> VOutput:
    fields = expect_object(value, where, ("private_key", "public_key"))
    return VOutput(
        private_key=_read_encrypted_text(fields["private_key"], reader, f"{where}.private_key"),
        public_key=read_member_key(fields["public_key"], reader, f"{where}.public_key"),
    )
