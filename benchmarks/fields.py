"""What a ballot costs over the 2048-bit fields, beside the reference system's program.

34 candidates of whom up to 7 may be chosen; one process and one core each. Two archives with the
same number of ballots between them are verified as a whole by both programs in turn, so that what a
ballot costs is the difference, without start-up, set-up, tables and tally. Processor time; the
ratio is taken within each round, and the median given with the lowest and the highest.

Measured in this process and in turn as well: the commitments of the 0/1 proofs by the plain
equations, with ``powmod`` for each power, and by shared powers; and membership by a power.

COMITIA_REFERENCE_TOOL names the reference's program; without it only ours is measured.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import gmpy2

from comitia.ballots.v1.equations.proofs import (
    Branch,
    ProofContext,
    plain_commitments,
    shared_commitments,
)
from comitia.ballots.v1.making import (
    ArchiveWriter,
    BallotBox,
    Decryption,
    Preparation,
    derive_result,
    generate_trustee_key,
    generate_uuid,
    issue_credentials,
    make_ballot,
    make_setup,
)
from comitia.ballots.v1.model import (
    ArchiveHeader,
    Ballot,
    Election,
    ElectionTemplate,
    EventType,
    HomomorphicAnswer,
    HomomorphicQuestion,
    SingleTrustee,
)
from comitia.ballots.v1.parse import parse_ballot
from comitia.curve import BELENIOS_2048, RFC_3526_2048, Element
from comitia.curve.field import FieldGroup

GROUPS = {group.name: group for group in (RFC_3526_2048, BELENIOS_2048)}
IN_THIRTY_FOUR = HomomorphicQuestion("Board?", tuple(f"Candidate {n}" for n in range(1, 35)), 0, 7)
CHOSEN = 5
VOTE = tuple(int(n < CHOSEN) for n in range(34))
OURS = (
    sys.executable,
    "-c",
    "import sys; from comitia.cli import main; sys.exit(main(sys.argv[1:]))",
)


@dataclass(frozen=True)
class Archive:
    """A complete election alone in its folder, and one of its ballots."""

    election: Election
    ballot: Ballot
    path: Path


def hold(group: FieldGroup, number: int, folder: Path) -> Archive:
    """Hold a complete election with so many ballots."""
    folder.mkdir()
    uuid = generate_uuid(os.urandom)
    credentials = issue_credentials([f"voter {n}" for n in range(number)], uuid, group, os.urandom)
    secret, key = generate_trustee_key(group, os.urandom)
    template = ElectionTemplate("A benchmark", "34 candidates, up to 7", (IN_THIRTY_FOUR,))
    trustees = (SingleTrustee(key),)
    preparation = Preparation(template, uuid, group, trustees, credentials.public_record())
    election, records = make_setup(preparation)
    path = folder / f"{uuid}.bel"
    with path.open("xb") as stream:
        writer = ArchiveWriter(stream, ArchiveHeader(int(time.time())))
        writer.append(EventType.SETUP, *records.in_order)
        box = BallotBox(writer, election, {public.element.text: 1 for public in credentials.public})
        ballots = [make_ballot(election, c, [VOTE], os.urandom) for _, c in credentials.private]
        parsed = [parse_ballot(ballot, (IN_THIRTY_FOUR,), group) for ballot in ballots]
        for pair in zip(ballots, parsed, strict=True):
            box.cast(*pair)
        tally, sized = box.close()
        share = Decryption(tally, secret, election, os.urandom).make_share()
        writer.append_share(1, share, election.shape)
        result = derive_result(tally, {1: share}, trustees, sized.total_weight, election)
        writer.append_result(result, election.shape)
    return Archive(election, parsed[0], path)


# --- Whole archives, by two programs ----------------------------------------------------------


def spent(command: Sequence[str]) -> float:
    """Return the processor time of a program that must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - ours or the user's
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def our_command(archive: Archive) -> list[str]:
    """Return what verifies an archive on one core."""
    return [*OURS, "verify", "--jobs", "1", "--json", str(archive.path)]


def compare_programs(
    small: Archive, large: Archive, ballots: int, tool: str | None, rounds: int
) -> None:
    """Print what so many more ballots cost each, by the ballot."""
    ours, theirs = [], []
    for _ in range(rounds):
        times = []
        for archive in (small, large):
            if tool:
                command = [tool, "election", "verify", f"--dir={archive.path.parent}"]
                times.append((spent(our_command(archive)), spent(command)))
            else:
                times.append((spent(our_command(archive)), 0.0))
        (small_ours, small_theirs), (large_ours, large_theirs) = times
        ours.append((large_ours - small_ours) / ballots * 1e3)
        theirs.append((large_theirs - small_theirs) / ballots * 1e3)
    print(f"  verify a ballot of an archive: ours {statistics.median(ours):.0f} ms", end="")
    if tool:
        print(f", reference {statistics.median(theirs):.0f} ms; reference / ours", end=" ")
        print(spread([other / mine for mine, other in zip(ours, theirs, strict=True)]), end="")
    print(flush=True)


# --- The parts, in this process ---------------------------------------------------------------


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that the work takes in this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def spread(ratios: Sequence[float]) -> str:
    """Return the median with the lowest and the highest."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def compare_parts(archive: Archive, group: FieldGroup, rounds: int) -> None:
    """Print the plain way and ours for one ballot's 0/1 proofs and for membership."""
    (answer,) = archive.ballot.answers
    if not isinstance(answer, HomomorphicAnswer):
        raise TypeError("the question is homomorphic")
    context = ProofContext(group, archive.election.public_key, "", "")
    disjunctions = [
        [Branch(choice, value, proof) for value, proof in enumerate(proofs)]
        for choice, proofs in zip(answer.choices, answer.individual_proofs, strict=True)
    ]
    texts = [e.text for choice in answer.choices for e in (choice.alpha, choice.beta)]

    def plain() -> list[list[Element]]:
        return [plain_commitments(context, branches) for branches in disjunctions]

    def shared() -> list[list[Element]]:
        return [shared_commitments(context, branches) for branches in disjunctions]

    def members_by_power() -> bool:
        return all(gmpy2.powmod(int(text), group.q, group.p) == 1 for text in texts)

    def members() -> list[Element]:
        return [group.parse_element(text) for text in texts]

    if plain() != shared() or not members_by_power():
        raise AssertionError("the two ways must find the same")
    # Tables are there from now on; what they cost is in the whole archives above.
    for label, slow, fast in (
        ("commitments of 34 0/1 proofs, plain / shared", plain, shared),
        ("membership of 68 elements, powers / ours", members_by_power, members),
    ):
        pairs = [(seconds(slow), seconds(fast)) for _ in range(rounds)]
        slow_ms, fast_ms = (statistics.median(side) * 1e3 for side in zip(*pairs, strict=True))
        ratio = spread([a / b for a, b in pairs])
        print(f"  {label}: {slow_ms:.1f} / {fast_ms:.1f} ms, {ratio}", flush=True)


def machine() -> str:
    """Return what the figures were measured on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    model = names[0] if names else platform.machine()
    return (
        f"{model}, {os.cpu_count()} cores; Python {platform.python_version()}, "
        f"gmpy2 {gmpy2.version()}, {gmpy2.mp_version()}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each pair is measured")
    parser.add_argument("--ballots", type=int, default=10, help="what one archive has more")
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=list(GROUPS))
    options = parser.parse_args()
    tool = os.environ.get("COMITIA_REFERENCE_TOOL")
    print(machine())
    if not tool:
        print("COMITIA_REFERENCE_TOOL is not set: nothing is measured beside ours")
    for name in options.groups:
        group, more = GROUPS[name], options.ballots
        print(name)
        with tempfile.TemporaryDirectory() as place:
            small = hold(group, more, Path(place, "small"))
            large = hold(group, 2 * more, Path(place, "large"))
            compare_programs(small, large, more, tool, options.rounds)
            compare_parts(small, group, options.rounds)


if __name__ == "__main__":
    main()
