"""Answer with who is elected by instant run-off.

It counts on until somebody has more than half of all papers, those that left the count included, or
is left alone: so it meets ties between candidates who cannot win any more, and prints so.
"""

import json
import sys
from contextlib import redirect_stdout

# The peers' environment alone has it.
from votekit import RankBallot, RankProfile  # type: ignore[import-not-found]
from votekit.elections import IRV  # type: ignore[import-not-found]

for line in sys.stdin:
    question = json.loads(line)
    profile = RankProfile(
        ballots=[
            RankBallot(ranking=[{str(n)} for n in one], weight=count)
            for one, count in zip(question["preferences"], question["counts"], strict=True)
        ],
        candidates=[str(n) for n in question["candidates"]],
    )
    with redirect_stdout(sys.stderr):
        elected = IRV(profile).get_elected()
    sys.stdout.write(json.dumps(sorted(int(n) for level in elected for n in level)) + "\n")
