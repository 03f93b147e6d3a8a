"""Checks of how an election was set up: the election, its trustees, its credentials."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Final

from comitia.ballots.v1.equations import verify_knowledge
from comitia.ballots.v1.model import (
    Check,
    Election,
    Sha256Hex,
    TrusteeKey,
    combine_keys,
    single_keys,
)
from comitia.ballots.v1.parse import (
    LARGEST_SETUP_BYTES,
    CredentialEntry,
    ForeignElements,
    NotSupported,
    parse_election,
    parse_trustees,
    read_credentials,
)
from comitia.curve import Group, NotCanonical
from comitia.errors import CheckFailed, MalformedRecord
from comitia.verify.parallel import Verification
from comitia.verify.structure import Located

THRESHOLD_REASON: Final = "threshold trustees cannot be checked by this version"
QUESTION_REASON: Final = "ranked questions and questions of lists cannot be checked by this version"
CERTIFICATE_REASON: Final = "a certificate of the credentials cannot be checked by this version"
WEIGHT_REASON: Final = "weighted votes cannot be checked by this version"
NO_ELECTION_REASON: Final = "the election's record cannot be read"
_CHUNK: Final = 1000
_RECORDS_WITHOUT_CERTIFICATE: Final = 4


@dataclass(slots=True)
class Setup:
    """What the set-up says, as far as it could be read."""

    election: Election | None = None
    keys: tuple[TrusteeKey, ...] | None = None
    credentials: frozenset[str] = frozenset()
    weighted: bool = False
    unreadable: str = field(default=NO_ELECTION_REASON)


def check_setup(verification: Verification) -> Setup:
    """Check the records that open an election; return what later checks need of them."""
    setup, report = Setup(), verification.report
    located = verification.structure.setup
    for check in (Check.SETUP_ELECTION, Check.SETUP_TRUSTEES, Check.SETUP_CREDENTIALS):
        report.examined(check, 0)
    if not located:
        for check in (Check.SETUP_ELECTION, Check.SETUP_TRUSTEES, Check.SETUP_CREDENTIALS):
            report.not_checked(check, "the archive has no complete Setup event")
        return setup
    _check_election(located[0], setup, verification)
    if setup.election is None:
        for check in (Check.SETUP_TRUSTEES, Check.SETUP_CREDENTIALS):
            report.not_checked(check, setup.unreadable)
        return setup
    _check_trustees(located, setup, setup.election, verification)
    _check_credentials(located[2], setup, setup.election.group, verification)
    if len(located) > _RECORDS_WITHOUT_CERTIFICATE:
        report.not_checked(Check.SETUP_CREDENTIALS, CERTIFICATE_REASON)
    return setup


def _check_election(located: Located, setup: Setup, verification: Verification) -> None:
    report = verification.report
    report.examined(Check.SETUP_ELECTION)
    try:
        setup.election = parse_election(verification.read(located, LARGEST_SETUP_BYTES))
    except NotSupported as error:
        setup.unreadable = error.problem
        report.not_checked(Check.SETUP_ELECTION, error.problem)
    except MalformedRecord as error:
        expected = "a well-formed election"
        report.fail(Check.SETUP_ELECTION, located.place, expected, str(error))


def _check_trustees(
    located: tuple[Located, ...], setup: Setup, election: Election, verification: Verification
) -> None:
    check, place, group = Check.SETUP_TRUSTEES, located[1].place, election.group
    report = verification.report
    try:
        trustees = parse_trustees(verification.read(located[1], LARGEST_SETUP_BYTES), group)
    except ForeignElements as error:
        for where, problem in error.faults:
            report.fail(check, place, "a key of the group", f"{where}: {problem}")
    except MalformedRecord as error:
        report.fail(check, place, "a well-formed list of trustees", str(error))
    else:
        report.examined(check, len(trustees))
        setup.keys = single_keys(trustees)
        if setup.keys is None:
            report.not_checked(check, THRESHOLD_REASON)
            report.not_checked(Check.SETUP_ELECTION, THRESHOLD_REASON)
    if setup.keys is None:
        return
    for owner, key in enumerate(setup.keys, 1):
        try:
            verify_knowledge(key, group, f"trustee {owner}")
        except CheckFailed as failure:
            report.fail(check, place, f"{failure.subject}: {failure.expected}", failure.found)
    product = combine_keys([key.public_key for key in setup.keys], group)
    if product != election.public_key:
        expected = f"public_key {product.text}, the product of the trustees' keys"
        found = election.public_key.text
        report.fail(Check.SETUP_ELECTION, located[0].place, expected, found)


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


def _check_credentials(
    located: Located, setup: Setup, group: Group, verification: Verification
) -> None:
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
    setup.credentials = frozenset(seen.texts)
    setup.weighted = seen.weighted
    if not is_sorted:
        text = (
            "The list of credentials is not in the order of its elements, "
            "so its order may say something about the roll."
        )
        report.warn(check, located.place, text)


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
    """Notes each credential as it streams past: whether it came before, whether it has a weight.

    Entries are drawn ahead of what the workers find, so faults are put in the list's order at the
    end. A list that ceases to be in form ends there; what stood before it is checked.
    """

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self.weighted = False
        self.ended = False
        self._faults: list[tuple[int, str, str]] = []

    def note(self, entries: Iterable[CredentialEntry]) -> Iterator[str]:
        """Yield the text of each entry after looking at it."""
        number = 0
        try:
            for entry in entries:
                if entry.text in self.texts:
                    self.fault(number, "each credential once", f"{entry.text} again")
                self.texts.add(entry.text)
                self.weighted = self.weighted or entry.weighted
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
