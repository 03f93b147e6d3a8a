"""Try the core's mutants and say which no test notices: ``dev.py mutants`` runs this.

Results are kept in .cache/mutation, one line each, so that a run that was broken off goes on where
it stood. What was noticed is not tried again while its function stands as it is; what survived is
tried again once any test has changed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.mutants.explained import Change, read_explained
from tests.mutants.making import Mutant, write_mutated
from tests.mutants.trying import Bench, CannotTryError, Outcome, Result

ROOT: Final = Path(__file__).resolve().parents[2]
BENCH: Final = Bench(ROOT / ".cache" / "mutation")
RESULTS: Final = "results.jsonl"
_OFTEN: Final = 50


def read_results(path: Path) -> dict[str, Result]:
    """Return what became of mutants so far, by their keys; the last word counts."""
    results: dict[str, Result] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            key, outcome, seconds, tests = json.loads(line)
            results[key] = Result(Outcome(outcome), seconds, tests)
    return results


def add_result(path: Path, mutant: Mutant, result: Result) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps([mutant.key, *dataclasses.astuple(result)]) + "\n")


def is_open(result: Result | None, tests: str, *, explained: bool) -> bool:
    """Return whether a mutant is to be tried, with these tests."""
    if result is None:
        return True
    return result.outcome is Outcome.SURVIVED and result.tests != tests and not explained


def in_turn(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Order mutants so that no function has its second before every other has had its first.

    So a run that is broken off has been everywhere.
    """
    seen: Counter[str] = Counter()
    rounds: list[tuple[int, Mutant]] = []
    for mutant in mutants:
        rounds.append((seen[mutant.change.function], mutant))
        seen[mutant.change.function] += 1
    return [mutant for _, mutant in sorted(rounds, key=lambda pair: pair[0])]


def try_all(
    mutants: Sequence[Mutant], results: dict[str, Result], reasons: Collection[Change], tests: str
) -> None:
    """Try what is open and keep each result at once."""
    waiting = in_turn(
        mutant
        for mutant in mutants
        if is_open(results.get(mutant.key), tests, explained=mutant.change in reasons)
    )
    print(f"{len(mutants)} mutants, {len(waiting)} of them to try", flush=True)
    if not waiting:
        return
    timings = BENCH.time_tests(tests)
    seconds = sum(timings.seconds.values())
    print(f"the tests take {seconds:.0f} seconds without a mutant", flush=True)
    spent = 0.0
    for number, mutant in enumerate(waiting, 1):
        result = BENCH.try_mutant(mutant, timings, tests)
        add_result(BENCH.folder / RESULTS, mutant, result)
        results[mutant.key] = result
        spent += result.seconds
        if number % _OFTEN == 0:
            print(f"{number} of {len(waiting)} tried, {spent / number:.1f} s each", flush=True)


def survivors(
    mutants: Iterable[Mutant], results: Mapping[str, Result], reasons: Mapping[Change, str]
) -> list[Mutant]:
    """Return the mutants that no test noticed and nobody has explained."""
    return [
        mutant
        for mutant in mutants
        if (result := results.get(mutant.key))
        and result.outcome is Outcome.SURVIVED
        and mutant.change not in reasons
    ]


def summary(
    mutants: Sequence[Mutant], results: Mapping[str, Result], reasons: Mapping[Change, str]
) -> str:
    """Return how many mutants came to which end."""
    counts: Counter[str] = Counter()
    for mutant in mutants:
        result = results.get(mutant.key)
        word = "not run" if result is None else str(result.outcome)
        if word == Outcome.SURVIVED and mutant.change in reasons:
            word = "explained"
        counts[word] += 1
    words = (*Outcome, "explained", "not run")
    return ", ".join(f"{counts[word]} {word}" for word in words)


def report(
    mutants: Sequence[Mutant], results: Mapping[str, Result], reasons: Mapping[Change, str]
) -> int:
    """Print what came of it all; 1 where a mutant survived that nobody has explained."""
    found = survivors(mutants, results, reasons)
    for mutant in found:
        print(f"\nsurvived: {mutant.change.function} ({mutant.name})\n{mutant.change}")
    for mutant in mutants:
        result = results.get(mutant.key)
        if mutant.change in reasons and result and result.outcome is not Outcome.SURVIVED:
            print(f"\n{result.outcome}, though explained: {mutant.change.function}")
            print(mutant.change)
    print(f"\n{summary(mutants, results, reasons)}")
    return 1 if found else 0


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="dev.py mutants")
    parser.add_argument("patterns", nargs="*", default=["comitia.*"])
    patterns = parser.parse_args().patterns
    reasons = read_explained()
    BENCH.folder.mkdir(parents=True, exist_ok=True)
    tests = BENCH.copy_tests(ROOT)
    mutants = write_mutated(ROOT / "src", BENCH.code, patterns)
    if not mutants:
        parser.error(f"no mutant is called like {' or '.join(patterns)}")
    results = read_results(BENCH.folder / RESULTS)
    try:
        try_all(mutants, results, reasons, tests)
    except CannotTryError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        report(mutants, results, reasons)
        return 130
    return report(mutants, results, reasons)


if __name__ == "__main__":
    sys.exit(main())
