"""The list of public credentials, and the registrar's certificate of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from comitia.ballots.v1.model import CertifiedCredentials, CredentialsCertificate, Uuid
from comitia.ballots.v1.parse.json import (
    LARGEST_SETUP_BYTES,
    expect_canonical,
    expect_integer,
    expect_object,
    expect_text,
    parse_json,
)
from comitia.ballots.v1.parse.trustees import read_signed_message
from comitia.ballots.v1.parse.values import ValueReader, expect_hash
from comitia.curve import Group
from comitia.errors import MalformedRecord


@dataclass(frozen=True, slots=True)
class CredentialEntry:
    """One line of the list of credentials: the text of an element, and its weight if it has one."""

    text: str
    weight: int | None = None

    @property
    def counted_weight(self) -> int:
        """The weight of the voter's ballot: 1 where the list states none."""
        return 1 if self.weight is None else self.weight


class Readable(Protocol):
    """Something to read bytes from."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; none at the end."""
        ...


_BLOCK: Final = 2**16
_LONGEST_ENTRY: Final = 2048


def read_credentials(stream: Readable, size: int, group: Group) -> Iterator[CredentialEntry]:
    """Yield the public credentials of a record of ``size`` bytes, reading it in blocks.

    The form is strict: a list of strings without spaces, each with the form of an element's text.
    Membership in the group is for the caller, who can share that work out. Raises MalformedRecord
    at the first place that is not in form.
    """
    entry_form = re.compile(rf'"({group.text_form})(,(?:0|[1-9][0-9]{{0,63}}))?"([,\]])'.encode())
    if size < len(b"[]") or stream.read(1) != b"[":
        raise MalformedRecord("credentials", "expected a list")
    window, place, unread, number, ended = b"", 0, size - 1, 0, False
    while not ended:
        if len(window) - place < _LONGEST_ENTRY and unread:
            block = stream.read(min(_BLOCK, unread))
            window, place, unread = window[place:] + block, 0, unread - len(block)
        if number == 0 and window == b"]" and not unread:
            return
        entry = entry_form.match(window, place)
        if entry is None:
            raise MalformedRecord(f"credentials[{number}]", "expected a public credential")
        yield CredentialEntry(entry[1].decode(), None if entry[2] is None else int(entry[2][1:]))
        place, ended = entry.end(), entry[3] == b"]"
        number += 1
    if place < len(window) or unread:
        raise MalformedRecord("credentials", "bytes after the end of the list")


def parse_credentials(data: bytes, group: Group) -> tuple[CredentialEntry, ...]:
    """Return a list of credentials that fits into memory."""
    return tuple(read_credentials(io.BytesIO(data), len(data), group))


def parse_certificate(data: bytes, group: Group) -> CredentialsCertificate:
    """Return the registrar's certificate of the list of credentials."""
    where = "credentials certificate"
    value = parse_json(data, where, LARGEST_SETUP_BYTES)
    names = (
        "uuid",
        "voter_list_length",
        "public_creds_hash",
        "verification_key",
        "encryption_key",
        "signature",
    )
    fields = expect_object(value, where, names)
    reader = ValueReader(group)
    certified = CertifiedCredentials(
        uuid=Uuid(expect_text(fields["uuid"], "uuid")),
        voter_list_length=expect_integer(fields["voter_list_length"], "voter_list_length"),
        public_creds_hash=expect_hash(fields["public_creds_hash"], "public_creds_hash"),
        verification_key=reader.key(fields["verification_key"], "verification_key"),
        encryption_key=reader.key(fields["encryption_key"], "encryption_key"),
    )
    signature = read_signed_message(fields["signature"], reader, "signature")
    expect_canonical(data, value, where)
    reader.finish()
    return CredentialsCertificate(certified, signature)
