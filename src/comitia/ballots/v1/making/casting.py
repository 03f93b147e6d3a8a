"""What a server does with a ballot: all checks first, then it is in the archive or it is not."""

from __future__ import annotations

from collections.abc import Iterable

from comitia.ballots.v1.equations import (
    combine_tallies,
    empty_tally,
    shape_of,
    tally_of_answers,
    verify_names_election,
    verify_proofs,
    verify_signature,
)
from comitia.ballots.v1.making.archive import ArchiveWriter
from comitia.ballots.v1.model import (
    Ballot,
    Check,
    Election,
    EncryptedTally,
    Event,
    EventType,
    Fingerprint,
    Sha256Hex,
    SizedTally,
    canonical_json,
    derive_hash,
    derive_tally_record,
    derive_tracker,
)
from comitia.ballots.v1.parse import parse_ballot
from comitia.errors import CheckFailed


def check_ballot(record: bytes, election: Election) -> Ballot:
    """Return the ballot of a record that passes every check which needs no other ballot.

    Raises MalformedRecord for its form, CheckFailed for the first check that does not hold.
    """
    ballot = parse_ballot(record, election.homomorphic_questions or (), election.group)
    verify_names_election(ballot, election)
    verify_signature(ballot, election.group)
    verify_proofs(ballot, election)
    return ballot


class BallotBox:
    """The ballots of one open election, in the order in which they came."""

    def __init__(
        self, writer: ArchiveWriter, election: Election, credentials: Iterable[str]
    ) -> None:
        """Take the archive, after its Setup event, and the texts of the public credentials."""
        self._writer = writer
        self._election = election
        self._credentials = frozenset(credentials)
        self._recorded: set[Sha256Hex] = set()
        self._last: dict[str, EncryptedTally] = {}

    def cast(self, record: bytes, checked: Ballot) -> tuple[Event, Fingerprint]:
        """Append a ballot that ``check_ballot`` has returned; return its event and its tracker.

        Raises CheckFailed for a credential that is not on the list and for a ballot that is already
        recorded; nothing is written then.
        """
        credential = checked.credential.text
        if credential not in self._credentials:
            expected = "a credential on the list"
            raise CheckFailed(Check.BALLOT_CREDENTIAL.id, "credential", expected, credential)
        digest = derive_hash(record)
        if digest in self._recorded:
            raise CheckFailed(Check.BALLOT_DUPLICATE.id, "ballot", "a new ballot", digest)
        event = self._writer.append(EventType.BALLOT, record)
        self._recorded.add(digest)
        self._last[credential] = tally_of_answers(checked.answers)
        return event, derive_tracker(record)

    def close(self) -> tuple[EncryptedTally, SizedTally]:
        """Append the end of ballots and the encrypted tally; return the tally and its numbers."""
        tally = empty_tally(
            shape_of(self._election.homomorphic_questions or ()), self._election.group
        )
        for of_ballot in self._last.values():
            tally = combine_tallies(tally, of_ballot)
        record = derive_tally_record(tally)
        sized = SizedTally(len(self._last), len(self._last), derive_hash(record))
        self._writer.append(EventType.END_BALLOTS)
        self._writer.append(EventType.ENCRYPTED_TALLY, record, canonical_json(sized.to_json()))
        return tally, sized
