"""Whole elections for tests: made in a moment, taken apart, changed, and put together again."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from comitia.ballots.v1.equations import ranked_rows, with_ranked_rows
from comitia.ballots.v1.making import (
    ArchiveWriter,
    BallotBox,
    Decryption,
    IssuedCredentials,
    Preparation,
    SetupRecords,
    TrusteeSecret,
    check_ballot,
    derive_result,
    generate_trustee_key,
    generate_uuid,
    issue_credentials,
    make_ballot,
    make_setup,
    make_shuffle,
    sign_shuffle,
)
from comitia.ballots.v1.model import (
    ArchiveHeader,
    BoundProofs,
    CountingMethod,
    Election,
    ElectionTemplate,
    EncryptedTally,
    EventType,
    HomomorphicQuestion,
    ListsQuestion,
    Method,
    PartialDecryption,
    Question,
    RankedQuestion,
    RecordKind,
    Result,
    Shuffle,
    SignedShuffle,
    SignedShuffles,
    SingleTrustee,
    TrusteeKey,
    Trustees,
    owner_keys,
)
from comitia.ballots.v1.parse import Record, parse_event, read_content, read_header, read_records
from comitia.curve import ED25519, Group, Randomness
from comitia.verify import Report, Sources, verify_election

TIMESTAMP = 1_795_394_146
CHOOSE = HomomorphicQuestion("Who?", ("Ada", "Bo", "Cy"), 1, 2, blank=True)
YES_NO = HomomorphicQuestion("Approve?", ("Yes", "No"), 0, 1)
VOTES = (
    ((0, 1, 0, 1), (1, 0)),
    ((1, 0, 0, 0), (0, 0)),
    ((0, 0, 1, 0), (0, 1)),
    ((0, 1, 1, 0), (1, 0)),
)
"""One vote a voter on CHOOSE (blank first) and YES_NO: several, blank, one, several."""

BOARD = ListsQuestion("Board?", (("Red", "Ada", "Bo"), ("Blue", "Cy"), ("Nobody",)))
BOARD_VOTES = ((1, 1, 1, 0, 0, 0), (0, 0, 0, 1, 1, 0), (1, 0, 1, 0, 0, 0))
"""One vote a voter on BOARD, each list before its candidates: all of one list, another, one."""
LISTS = ListsQuestion("Which list?", (("Red", "Ada", "Bo"), ("Blue", "Cy")))
LISTS_VOTES = (
    ((1, 1, 1, 0, 0), (1, 0)),
    ((0, 0, 0, 1, 1), (0, 0)),
    ((1, 0, 1, 0, 0), (0, 1)),
)
"""One vote a voter on LISTS, each list before its candidates, and on YES_NO."""

RANK = RankedQuestion("Rank!", ("Ada", "Bo", "Cy"), CountingMethod(Method.STV, blank=True, seats=2))
GRADE = RankedQuestion(
    "Grade!",
    ("Red", "Blue"),
    CountingMethod(Method.MAJORITY_JUDGMENT, blank=False, grades=("good", "bad")),
)
RANK_VOTES = ((1, 2, 3), (0, 0, 0), (2, 1, 0), (3, 1, 2), (0, 1, 0))
"""One vote a voter on RANK: everybody ranked, blank, some, another order, one."""
RANKED_VOTES = tuple(
    (rank, choice, grade)
    for rank, choice, grade in zip(
        RANK_VOTES[:3], ((1, 0), (0, 0), (0, 1)), ((1, 2), (2, 2), (2, 1)), strict=True
    )
)
"""One vote a voter on RANK, YES_NO and GRADE."""


def seeded(seed: str) -> Randomness:
    """Return a source of randomness that gives the same bytes for the same seed."""
    stream = _Stream(seed)
    return stream.read


class _Stream:
    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._calls = 0

    def read(self, size: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(self._seed + b"|%d" % self._calls).digest(size)


@dataclass(frozen=True)
class Made:
    """An election with everything that its parties hold.

    tally: as it is recorded. shuffled: as it is decrypted; the same without ranked questions.
    """

    election: Election
    records: SetupRecords
    credentials: IssuedCredentials
    secrets: tuple[TrusteeSecret, ...]
    keys: tuple[TrusteeKey, ...]
    trustees: Trustees
    ballots: tuple[bytes, ...]
    tally: EncryptedTally
    shuffles: tuple[Shuffle, ...]
    signed: bytes
    shuffled: EncryptedTally
    shares: tuple[PartialDecryption, ...]
    bound: bytes
    result: Result
    archive: bytes


@dataclass(frozen=True)
class Keyholders:
    """The trustees of an election, and their secrets in the order of owner numbers."""

    trustees: Trustees
    secrets: tuple[TrusteeSecret, ...]


def weights_of(credentials: IssuedCredentials) -> dict[str, int]:
    """Return the weights by which ballots count, by the texts of the public credentials."""
    return {
        credential.element.text: 1 if credential.weight is None else credential.weight
        for credential in credentials.public
    }


@cache
def make_election(  # noqa: PLR0913 - each names one way in which a test election may differ
    *,
    group: Group = ED25519,
    questions: tuple[Question, ...] = (CHOOSE, YES_NO),
    votes: tuple[tuple[tuple[int, ...], ...], ...] = VOTES,
    revotes: tuple[tuple[int, tuple[tuple[int, ...], ...]], ...] = (),
    weights: tuple[int, ...] | None = None,
    trustees: int = 2,
    keyholders: Keyholders | None = None,
    template: ElectionTemplate | None = None,
    shufflers: tuple[int, ...] | None = None,
    seed: str = "small",
) -> Made:
    """Hold an election: ``votes`` one a voter, then ``revotes`` as (voter from 0, votes).

    keyholders: who decrypts, each of them; or None for so many single ``trustees``.
    template: in place of the small election with these ``questions``, or None.
    shufflers: the owners who shuffle ranked ballots, in their order; None for every one once.
    """
    randomness = seeded(seed)
    uuid = generate_uuid(randomness)
    voters = [f"voter {number}" for number in range(len(votes))]
    credentials = issue_credentials(voters, uuid, group, randomness, weights)
    holders = keyholders or single_trustees(trustees, group, randomness)
    decided = template or ElectionTemplate("A small election", "For tests", questions)
    election, records = make_setup(
        Preparation(decided, uuid, group, holders.trustees, credentials.public_record())
    )
    stream = io.BytesIO()
    writer = ArchiveWriter(stream, ArchiveHeader(TIMESTAMP))
    writer.append(EventType.SETUP, *records.in_order)
    box = BallotBox(writer, election, weights_of(credentials))
    ballots = []
    for voter, choices in (*enumerate(votes), *revotes):
        record = make_ballot(election, credentials.private[voter][1], choices, randomness)
        box.cast(record, check_ballot(record, election))
        ballots.append(record)
    tally, sized = box.close()
    if election.ranked_places:
        election = replace(election, counted=sized.num_tallied)
    owners = range(1, len(holders.secrets) + 1) if shufflers is None else shufflers
    shuffles, signed = shuffle_all(writer, tally, election, holders, tuple(owners), randomness)
    shuffled = tally
    if shuffles:
        shuffled = with_ranked_rows(tally, shuffles[-1].rows, election)
    shares, bound = [], []
    for owner, secret in enumerate(holders.secrets, 1):
        decryption = Decryption(shuffled, secret, election, randomness)
        shares.append(decryption.make_share())
        bound.append(decryption.prove_bound(shares[-1], owner))
        writer.append_share(owner, shares[-1], election.shape)
    by_owner = dict(enumerate(shares, 1))
    result = derive_result(shuffled, by_owner, holders.trustees, sized.total_weight, election)
    writer.append_result(result, election.shape)
    return Made(
        election=election,
        records=records,
        credentials=credentials,
        secrets=holders.secrets,
        keys=owner_keys(holders.trustees),
        trustees=holders.trustees,
        ballots=tuple(ballots),
        tally=tally,
        shuffles=shuffles,
        signed=SignedShuffles(election.fingerprint, signed).to_bytes(),
        shuffled=shuffled,
        shares=tuple(shares),
        bound=BoundProofs(election.fingerprint, tuple(bound)).to_bytes(),
        result=result,
        archive=stream.getvalue(),
    )


def shuffle_all(  # noqa: PLR0913, PLR0917 - everything that a shuffle needs
    writer: ArchiveWriter,
    tally: EncryptedTally,
    election: Election,
    holders: Keyholders,
    owners: tuple[int, ...],
    randomness: Randomness,
) -> tuple[tuple[Shuffle, ...], tuple[SignedShuffle, ...]]:
    """Shuffle the ranked ballots once for each owner; append and sign each shuffle."""
    if not election.ranked_places:
        return (), ()
    rows, shuffles, signed = ranked_rows(tally, election), [], []
    for owner in owners:
        shuffle = make_shuffle(rows, election, randomness)
        writer.append_shuffle(owner, shuffle.to_bytes())
        secret, payload = holders.secrets[owner - 1], shuffle.derive_record_hash()
        signed.append(sign_shuffle(owner, payload, secret, election, randomness))
        shuffles.append(shuffle)
        rows = shuffle.rows
    writer.append(EventType.END_SHUFFLES)
    return tuple(shuffles), tuple(signed)


def single_trustees(number: int, group: Group, randomness: Randomness) -> Keyholders:
    """Return so many trustees, each of whom is needed."""
    pairs = [generate_trustee_key(group, randomness) for _ in range(number)]
    trustees = tuple(SingleTrustee(key) for _, key in pairs)
    return Keyholders(trustees, tuple(secret for secret, _ in pairs))


@dataclass(frozen=True)
class Step:
    """An event by its type, with the records that lie before it."""

    type: EventType
    contents: tuple[bytes, ...] = ()

    def with_content(self, place: int, content: bytes) -> Step:
        """Return the step with another record at a place (-1 is the payload)."""
        contents = list(self.contents)
        contents[place] = content
        return replace(self, contents=tuple(contents))


def take_apart(archive: bytes) -> list[Step]:
    """Return the steps of a sound archive."""
    stream = io.BytesIO(archive)
    header = read_header(stream)
    steps: list[Step] = []
    pending: list[bytes] = []
    for record in list(read_records(stream, header)):
        assert isinstance(record, Record)
        content = read_content(stream, record, record.size)
        if record.kind is RecordKind.DATA:
            pending.append(content)
        else:
            steps.append(Step(parse_event(content).type, tuple(pending)))
            pending = []
    return steps


def put_together(steps: Sequence[Step]) -> bytes:
    """Return an archive of these steps, with names, chain and heights made anew.

    References inside payloads (setup data, sized tally, owners) are left as they are.
    """
    stream = io.BytesIO()
    writer = ArchiveWriter(stream, ArchiveHeader(TIMESTAMP))
    for step in steps:
        writer.append(step.type, *step.contents)
    return stream.getvalue()


def change_step(archive: bytes, number: int, change: Callable[[Step], Step]) -> bytes:
    """Return the archive with one step changed and everything after it chained anew."""
    steps = take_apart(archive)
    steps[number] = change(steps[number])
    return put_together(steps)


def verify_bytes(
    archive: bytes,
    *,
    bound: bytes | None = None,
    signed: bytes | None = None,
    earlier: bytes | None = None,
    least_shuffles: int = 1,
) -> Report:
    """Verify an archive that lies in memory, in this process.

    bound, signed: the files beside it of bound proofs and of signatures of shuffles.
    """
    sources = Sources(
        archive=lambda: io.BytesIO(archive),
        earlier=None if earlier is None else lambda: io.BytesIO(earlier),
        read_beside=lambda name: signed if name.endswith(".shuffles.json") else bound,
        least_shuffles=least_shuffles,
    )
    return verify_election(sources, map)


def failed_checks(report: Report) -> set[str]:
    """Return the ids of the checks that failed."""
    return {result.check.id for result in report.checks if result.failures}
