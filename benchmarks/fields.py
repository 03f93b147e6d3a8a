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
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import gmpy2

from comitia.ballots.v1.equations.proofs import (
    Branch,
    ProofContext,
    plain_commitments,
    shared_commitments,
)
from comitia.ballots.v1.model import HomomorphicAnswer
from comitia.ballots.v1.parse import parse_ballot
from comitia.curve import BELENIOS_2048, RFC_3526_2048, Element
from comitia.curve.field import FieldGroup

sys.path.append(str(Path(__file__).parents[1]))

from benchmarks._elections import BOARD, hold, read_sample
from benchmarks._programs import Pair, reference_tool, spread

GROUPS = {group.name: group for group in (RFC_3526_2048, BELENIOS_2048)}


def compare_programs(pair: Pair, tool: str | None, rounds: int) -> None:
    """Print what a further ballot costs each program."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(pair.ours())
        if tool:
            theirs.append(pair.reference(tool))
    print(f"  verify a ballot of an archive: ours {statistics.median(ours):.0f} ms", end="")
    if theirs:
        print(f", reference {statistics.median(theirs):.0f} ms; reference / ours", end=" ")
        print(spread([other / mine for mine, other in zip(ours, theirs, strict=True)]), end="")
    print(flush=True)


# --- The parts, in this process ---------------------------------------------------------------


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that the work takes in this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def compare_parts(archive: Path, group: FieldGroup, rounds: int) -> None:
    """Print the plain way and ours for one ballot's 0/1 proofs and for membership."""
    election, (record,) = read_sample(archive, 1)
    (answer,) = parse_ballot(record, election.questions, group).answers
    if not isinstance(answer, HomomorphicAnswer):
        raise TypeError("the question is homomorphic")
    context = ProofContext(group, election.public_key, "", "")
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
    print(machine())
    tool = reference_tool()
    for name in options.groups:
        group, more = GROUPS[name], options.ballots
        print(name)
        with tempfile.TemporaryDirectory() as place:
            small = hold(BOARD, more, Path(place, "small"), group)
            large = hold(BOARD, 2 * more, Path(place, "large"), group)
            compare_programs(Pair(small, large, more), tool, options.rounds)
            compare_parts(small, group, options.rounds)


if __name__ == "__main__":
    main()
