"""Counts wards with pref_voting, run by `counting.py` in the Python that has it.

Each line of the input names a method, a number of seats and a file; each line of the output tells
the processor seconds that reading and counting took, and the winners. Reading makes the profile
that the method takes, without any check of the file.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pref_voting import proportional_methods  # type: ignore[import-not-found]
from pref_voting.profiles_with_ties import ProfileWithTies  # type: ignore[import-not-found]


def read(path: str) -> ProfileWithTies:
    """Return the papers of a council CSV as a profile."""
    header, *lines = Path(path).read_text(encoding="utf-8").split("\n")
    rankings, counts = [], []
    for line in lines:
        if line.startswith('"'):
            break
        count, *candidates = map(int, line.removesuffix(",").split(","))
        counts.append(count)
        rankings.append({candidate: place for place, candidate in enumerate(candidates, 1)})
    numbers = range(1, int(header.split(",")[0]) + 1)
    return ProfileWithTies(rankings, rcounts=counts, candidates=list(numbers))


def main() -> None:
    """Answer line by line."""
    for question in sys.stdin:
        method, seats, path = json.loads(question)
        began = time.process_time()
        profile = read(path)
        has_read = time.process_time()
        winners = getattr(proportional_methods, method)(profile, num_seats=seats)
        counted = time.process_time()
        answer = [has_read - began, counted - has_read, sorted(map(int, winners))]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
