"""Answer with who can be elected by instant run-off, whatever lots decide, numbers sorted."""

import json
import sys

# The peers' environment alone has it.
from pref_voting.iterative_methods import instant_runoff_put  # type: ignore[import-not-found]
from pref_voting.profiles_with_ties import ProfileWithTies  # type: ignore[import-not-found]

for line in sys.stdin:
    question = json.loads(line)
    profile = ProfileWithTies(
        [{n: place for place, n in enumerate(one)} for one in question["preferences"]],
        rcounts=question["counts"],
        candidates=question["candidates"],
    )
    sys.stdout.write(json.dumps(sorted(map(int, instant_runoff_put(profile)))) + "\n")
