"""What a server does with a ballot: all checks first, then it is in the archive or it is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from comitia.ballots.v1.equations import (
    combine_tallies,
    empty_tally,
    ranked_rows,
    sort_ranked,
    tally_of_answers,
    verify_names_election,
    verify_proofs,
    verify_signature,
    with_ranked_rows,
)
from comitia.ballots.v1.making.archive import ArchiveWriter
from comitia.ballots.v1.model import (
    Answer,
    Ballot,
    Check,
    Ciphertext,
    Election,
    EncryptedTally,
    Event,
    EventType,
    Fingerprint,
    Rows,
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
    ballot = parse_ballot(record, election.questions, election.group)
    verify_names_election(ballot, election)
    verify_signature(ballot, election.group)
    verify_proofs(ballot, election)
    return ballot


class BallotCount:
    """The last ballot of every voter, and the encrypted tally that they make."""

    def __init__(self, election: Election, weights: Mapping[str, int]) -> None:
        """Start without ballots. weights: of the public credentials, by their texts."""
        self._election = election
        self._weights = weights
        self._last: dict[str, tuple[Answer, ...]] = {}

    def add(self, ballot: Ballot) -> None:
        """Take a ballot of a listed credential, in place of any earlier one of the same voter."""
        self._last[ballot.credential.text] = ballot.answers

    def derive_tally(self) -> tuple[EncryptedTally, SizedTally]:
        """Return the encrypted tally and its numbers."""
        group, questions = self._election.group, self._election.questions
        tally = empty_tally(questions, group)
        # Ranked ballots are laid side by side once, at the end: a longer and longer row would be
        # copied for every ballot.
        no_rows: Rows = ((),) * len(self._election.ranked_places)
        ranked: tuple[list[Ciphertext], ...] = tuple([] for _ in no_rows)
        for credential, answers in self._last.items():
            of_ballot = tally_of_answers(answers, self._weights[credential], group)
            for row, added in zip(ranked, ranked_rows(of_ballot, self._election), strict=True):
                row.extend(added)
            sums = with_ranked_rows(of_ballot, no_rows, self._election)
            tally = combine_tallies(tally, sums, questions)
        rows = tuple(tuple(row) for row in ranked)
        tally = sort_ranked(with_ranked_rows(tally, rows, self._election), questions)
        total = sum(self._weights[credential] for credential in self._last)
        counted = replace(self._election, counted=len(self._last))
        record = derive_tally_record(tally, counted.shape)
        return tally, SizedTally(len(self._last), total, derive_hash(record))


class BallotBox:
    """The ballots of one open election, in the order in which they came."""

    def __init__(
        self,
        writer: ArchiveWriter,
        election: Election,
        weights: Mapping[str, int],
        recorded: Iterable[Sha256Hex] = (),
        audited: Iterable[Fingerprint] = (),
    ) -> None:
        """Take the archive, after its Setup event.

        weights: of the public credentials, by their texts; 1 where weights are not used.
        recorded: the hashes of ballots that are in the archive already, and so cast before.
        audited: the hashes of unsigned ballots that were opened, and so must never be cast.
        """
        self._writer = writer
        self._election = election
        self._weights = weights
        self._recorded = set(recorded)
        self._audited = set(audited)
        self._count = BallotCount(election, weights)

    def refuse_audited(self, unsigned_hash: Fingerprint) -> None:
        """Remember that a ballot was opened: it is refused from now on."""
        self._audited.add(unsigned_hash)

    def cast(self, record: bytes, checked: Ballot) -> tuple[Event, Fingerprint]:
        """Append a ballot that ``check_ballot`` has returned; return its event and its tracker.

        Raises CheckFailed for a credential that is not on the list, for a ballot that was audited,
        and for one that is already recorded; nothing is written then.
        """
        credential = checked.credential.text
        if credential not in self._weights:
            expected = "a credential on the list"
            raise CheckFailed(Check.BALLOT_CREDENTIAL.id, "credential", expected, credential)
        if checked.signed_hash in self._audited:
            expected = "a ballot that was not audited"
            found = f"the audited ballot {checked.signed_hash}"
            raise CheckFailed(Check.BALLOT_AUDITED.id, "ballot", expected, found)
        digest = derive_hash(record)
        if digest in self._recorded:
            raise CheckFailed(Check.BALLOT_DUPLICATE.id, "ballot", "a new ballot", digest)
        event = self._writer.append(EventType.BALLOT, record)
        self._recorded.add(digest)
        self._count.add(checked)
        return event, derive_tracker(record)

    def close(self) -> tuple[EncryptedTally, SizedTally]:
        """Append the end of ballots and the encrypted tally; return the tally and its numbers.

        Only for a box that holds all ballots; for an archive that was opened again, count its
        ballots and use ``append_tally``.
        """
        tally, sized = self._count.derive_tally()
        append_tally(self._writer, self._election, tally, sized)
        return tally, sized


def append_tally(
    writer: ArchiveWriter, election: Election, tally: EncryptedTally, sized: SizedTally
) -> None:
    """Append the end of ballots, and the encrypted tally with its numbers."""
    counted = replace(election, counted=sized.num_tallied)
    record = derive_tally_record(tally, counted.shape)
    writer.append(EventType.END_BALLOTS)
    writer.append(EventType.ENCRYPTED_TALLY, record, canonical_json(sized.to_json()))
