"""Ties decided by looking back: who had more, or fewer, votes at an earlier stage.

The figures looked at are those of the most recent earlier stage at which the tied candidates did
not all have the same. Where that stage tells only some of them apart, those who are still equal
there are looked at alone, further back; only they can come to the lot. Why this reading and no
other: docs/decisions/0014.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from comitia.counting.count import Count
from comitia.counting.sheet import Means, Purpose, Tie

History = Sequence[Mapping[int, int]]
"""The votes of each candidate at the end of every stage so far."""


def break_tie(
    count: Count, tied: Collection[int], history: History, purpose: Purpose, *, best: bool
) -> int:
    """Return one of the tied candidates and record how: by looking back, else by the lot.

    best: whether whoever had most votes is wanted, not whoever had fewest.
    Raises Undecided, with everything recorded, where a lot is needed and there is none.
    """
    steps, left = _narrow(tied, history, best=best)
    place = len(count.ties)
    decided = None
    try:
        decided = left[0] if len(left) == 1 else count.settle(left, purpose)
    finally:
        # Recorded also where nobody decides; the lot, which settles what is left, comes last.
        last = len(steps) - 1 if len(left) == 1 else None
        count.ties[place:place] = [
            Tie(
                between,
                purpose,
                decided,
                Means.LOOK_BACK if step == last else Means.LOOK_BACK_IN_PART,
                stage,
            )
            for step, (between, stage) in enumerate(steps)
        ]
    return decided


def _narrow(
    tied: Collection[int], history: History, *, best: bool
) -> tuple[list[tuple[tuple[int, ...], int]], tuple[int, ...]]:
    """Return the groups with the stage that tells each apart, and who is left in the end."""
    left = tuple(sorted(tied))
    steps = []
    for stage in range(len(history), 0, -1):
        votes = history[stage - 1]
        wanted = (max if best else min)(votes[n] for n in left)
        still = tuple(n for n in left if votes[n] == wanted)
        if len(still) < len(left):
            steps.append((left, stage))
            left = still
        if len(left) == 1:
            break
    return steps, left
