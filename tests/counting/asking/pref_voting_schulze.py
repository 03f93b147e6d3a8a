"""Answer with the candidates of each Beat Path level, the strength of a defeat as in Schulze."""

import json
import sys

# The peers' environment alone has it.
from pref_voting.margin_based_methods import beat_path_defeat  # type: ignore[import-not-found]
from pref_voting.profiles_with_ties import ProfileWithTies  # type: ignore[import-not-found]

MORE_THAN_ALL_PAPERS = 10**6

for line in sys.stdin:
    question = json.loads(line)
    profile = ProfileWithTies(
        [{int(n): rank for n, rank in ranks.items()} for ranks in question["rankings"]],
        rcounts=question["counts"],
        candidates=question["candidates"],
    )
    profile.use_extended_strict_preference()

    def strength(one: int, other: int) -> int:
        """Order by votes for, then by fewer votes against."""
        over: int = profile.support(one, other)  # noqa: B023 - called within its round only
        under: int = profile.support(other, one)  # noqa: B023 - the same
        return over * MORE_THAN_ALL_PAPERS - under

    beaten = beat_path_defeat(profile, strength_function=strength)
    levels = []
    left = set(question["candidates"])
    while left:
        level = sorted(n for n in left if not left.intersection(beaten.predecessors(n)))
        levels.append(level)
        left -= set(level)
    sys.stdout.write(json.dumps(levels) + "\n")
