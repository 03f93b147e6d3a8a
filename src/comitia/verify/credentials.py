"""Checks of the list of public credentials, shared out in chunks, and of its certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from comitia.curve import ED25519, Group, NotCanonical, kernel
from comitia.curve.members import check_texts
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import Standing
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
    chunks = _chunks(group, seen.note(entries))
    for findings in _checked(group, chunks, verification):
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


def _checked(
    group: Group, chunks: Iterator[CredentialChunk], verification: Verification
) -> Iterator[CredentialFindings]:
    """Yield what is found of each chunk, by the native kernel where it has a use."""
    if kernel.ACTIVE is None or group is not ED25519:
        return verification.map(check_credentials, chunks)
    return verification.map_unlocked(check_natively, chunks)


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
    findings = [_check_one(chunk.group, text) for text in chunk.texts]
    keys = [key for _, key in findings if key is not None]
    return _findings([fault for fault, _ in findings], keys)


def check_natively(chunk: CredentialChunk) -> CredentialFindings:
    """Return what ``check_credentials`` does: what the native kernel takes for keys are keys.

    Of every other text the reference says why it is none. A random one of the keys is asked of
    libsodium as well. Raises KernelDisagrees where kernel and libsodium do.
    """
    layer = kernel.expect_layer()
    encodings, standings = check_texts(layer, chunk.texts)
    if standings.count(Standing.MEMBER) == len(standings):
        return _findings([None] * len(encodings), encodings)
    faults: list[str | None] = []
    keys: list[bytes] = []
    for text, encoding, standing in zip(chunk.texts, encodings, standings, strict=True):
        is_key = standing == Standing.MEMBER
        fault, key = (None, encoding) if is_key else _check_one(chunk.group, text)
        if not is_key and fault is None:
            raise KernelDisagrees(layer.name, f"whether {text} is a member")
        faults.append(fault)
        if key is not None:
            keys.append(key)
    return _findings(faults, keys)


def _check_one(group: Group, text: str) -> tuple[str | None, bytes | None]:
    """Return why a text is no credential, or None, and the element's sort key where it is one."""
    try:
        element = group.parse_element(text)
    except NotCanonical as error:
        return str(error), None
    return "the identity, which is no key" if element.is_identity else None, element.sort_key


def _findings(faults: Sequence[str | None], keys: list[bytes]) -> CredentialFindings:
    ends = (keys[0], keys[-1]) if keys else None
    return CredentialFindings(tuple(faults), keys == sorted(keys), ends)
