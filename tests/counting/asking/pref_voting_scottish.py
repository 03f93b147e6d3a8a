"""Answer with who is elected by Scottish STV, numbers sorted.

Lots are drawn as ours are, from the seed in the question, so that both draw the same.
"""

import json
import sys
from collections.abc import Sequence
from hashlib import sha256

# The peers' environment alone has it.
from pref_voting.profiles_with_ties import ProfileWithTies  # type: ignore[import-not-found]
from pref_voting.proportional_methods import stv_scottish  # type: ignore[import-not-found]


class Lots:
    """What the peer asks for a choice."""

    def __init__(self, seed: str) -> None:
        """Take the seed."""
        self.seed = seed
        self.drawn = 0

    def choice(self, tied: Sequence[int]) -> int:
        """Draw one."""
        self.drawn += 1
        return min(
            tied,
            key=lambda n: sha256(f"comitia-lot-1|{self.drawn}|{n}|{self.seed}".encode()).digest(),
        )


for line in sys.stdin:
    question = json.loads(line)
    profile = ProfileWithTies(
        [{n: place for place, n in enumerate(one)} for one in question["preferences"]],
        rcounts=question["counts"],
        candidates=question["candidates"],
    )
    elected = stv_scottish(profile, num_seats=question["seats"], rng=Lots(question["seed"]))
    sys.stdout.write(json.dumps(sorted(map(int, elected))) + "\n")
