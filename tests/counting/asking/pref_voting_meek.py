"""Answer with who is elected by Meek's method in binary floating point, numbers sorted."""

import json
import sys

# The peers' environment alone has it.
from pref_voting.profiles_with_ties import ProfileWithTies  # type: ignore[import-not-found]
from pref_voting.proportional_methods import stv_meek  # type: ignore[import-not-found]

for line in sys.stdin:
    question = json.loads(line)
    profile = ProfileWithTies(
        [{n: place for place, n in enumerate(one)} for one in question["preferences"]],
        rcounts=question["counts"],
        candidates=question["candidates"],
    )
    elected = stv_meek(profile, num_seats=question["seats"])
    sys.stdout.write(json.dumps(sorted(elected)) + "\n")
