"""Checks of the list of public credentials, shared out in chunks, and of its certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Final

from comitia.ballots.v1.equations import certified_failures
from comitia.ballots.v1.model import Check, Election, Sha256Hex
from comitia.ballots.v1.parse import (
    LARGEST_SETUP_BYTES,
    CredentialEntry,
    parse_certificate,
    read_credentials,
)
from comitia.curve import Group, NotCanonical
from comitia.errors import MalformedRecord
from comitia.verify.parallel import Verification, faults_of
from comitia.verify.structure import Located

_CHUNK: Final = 1000


@dataclass(frozen=True, slots=True)
class CredentialChunk:
    """Consecutive credentials of the list, as text."""

    group: Group
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CredentialFindings:
    """What a worker found: for each text why it is no credential, or None; and their order.

    keys: the sort keys of the first and the last member, or None where there is none.
    """

    faults: tuple[str | None, ...]
    is_sorted: bool
    keys: tuple[bytes, bytes] | None


@dataclass(frozen=True, slots=True)
class ListedCredentials:
    """The weight of each public credential, by its text, and how many entries the list has."""

    weights: Mapping[str, int]
    number: int


def check_list(located: Located, group: Group, verification: Verification) -> ListedCredentials:
    """Check the list of public credentials; return what it says."""
    check, report = Check.SETUP_CREDENTIALS, verification.report
    seen = _SeenCredentials()
    stream = _HashedStream(verification.stream, located.record.offset)
    entries = read_credentials(stream, located.record.size, group)
    number, is_sorted, previous = 0, True, b""
    for findings in verification.map(check_credentials, _chunks(group, seen.note(entries))):
        for index, fault in enumerate(findings.faults, number):
            if fault is not None:
                seen.fault(index, "a member of the group, not the identity", fault)
        number += len(findings.faults)
        first, last = findings.keys or (previous, previous)
        is_sorted, previous = is_sorted and findings.is_sorted and previous <= first, last
    for expected, found in seen.faults_in_order():
        report.fail(check, located.place, expected, found)
    if seen.ended:
        verification.expect_unchanged(located, stream.derive_hash())
    report.examined(check, number)
    if not is_sorted:
        text = (
            "The list of credentials is not in the order of its elements, "
            "so its order may say something about the roll."
        )
        report.warn(check, located.place, text)
    return ListedCredentials(seen.weights, number)


def check_certificate(
    located: Located,
    election: Election,
    list_hash: Sha256Hex,
    number: int,
    verification: Verification,
) -> None:
    """Check the registrar's certificate of a list of so many credentials."""
    check, report, place = Check.SETUP_CREDENTIALS, verification.report, located.place
    report.examined(check)
    try:
        record = verification.read(located, LARGEST_SETUP_BYTES)
        certificate = parse_certificate(record, election.group)
    except MalformedRecord as error:
        for found in faults_of(error):
            report.fail(check, place, "a well-formed certificate of the credentials", found)
        return
    for failure in certified_failures(certificate, election, list_hash, number):
        report.fail(check, place, f"{failure.subject}: {failure.expected}", failure.found)


class _HashedStream:
    """Reads on from a place and hashes what it reads."""

    def __init__(self, stream: BinaryIO, offset: int) -> None:
        stream.seek(offset)
        self._stream = stream
        self._digest = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        """Read up to ``size`` bytes."""
        content = self._stream.read(size)
        self._digest.update(content)
        return content

    def derive_hash(self) -> Sha256Hex:
        """Return the hash of all that was read."""
        return Sha256Hex(self._digest.hexdigest())


class _SeenCredentials:
    """Notes each credential as it streams past: whether it came before, and its weight.

    Entries are drawn ahead of what the workers find, so faults are put in the list's order at the
    end. A list that ceases to be in form ends there; what stood before it is checked.
    """

    def __init__(self) -> None:
        self.weights: dict[str, int] = {}
        self.ended = False
        self._faults: list[tuple[int, str, str]] = []

    def note(self, entries: Iterable[CredentialEntry]) -> Iterator[str]:
        """Yield the text of each entry after looking at it."""
        number = 0
        try:
            for entry in entries:
                if entry.text in self.weights:
                    self.fault(number, "each credential once", f"{entry.text} again")
                self.weights[entry.text] = entry.counted_weight
                yield entry.text
                number += 1
            self.ended = True
        except MalformedRecord as error:
            self._faults.append((number, "a well-formed list of credentials", str(error)))

    def fault(self, number: int, expected: str, found: str) -> None:
        """Note what is wrong with the credential of this number, from 0."""
        self._faults.append((number, expected, f"credentials[{number}]: {found}"))

    def faults_in_order(self) -> list[tuple[str, str]]:
        """Return what was expected and found, in the order of the list."""
        return [fault[1:] for fault in sorted(self._faults, key=lambda fault: fault[0])]


def _chunks(group: Group, texts: Iterator[str]) -> Iterator[CredentialChunk]:
    while chunk := tuple(islice(texts, _CHUNK)):
        yield CredentialChunk(group, chunk)


def check_credentials(chunk: CredentialChunk) -> CredentialFindings:
    """Check that texts are credentials, and whether they are sorted; run by the workers."""
    faults: list[str | None] = []
    keys: list[bytes] = []
    for text in chunk.texts:
        try:
            element = chunk.group.parse_element(text)
        except NotCanonical as error:
            faults.append(str(error))
        else:
            faults.append("the identity, which is no key" if element.is_identity else None)
            keys.append(element.sort_key)
    ends = (keys[0], keys[-1]) if keys else None
    return CredentialFindings(tuple(faults), keys == sorted(keys), ends)
