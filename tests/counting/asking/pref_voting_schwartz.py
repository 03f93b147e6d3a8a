"""Answer with what Schwartz sequential dropping leaves of options and the votes between them."""

import json
import sys

# The peers' environment alone has it.
from pref_voting.margin_based_methods import (  # type: ignore[import-not-found]
    _schwartz_sequential_dropping,
)
from pref_voting.weighted_majority_graphs import MarginGraph  # type: ignore[import-not-found]

MORE_THAN_ALL_PAPERS = 10**6

for line in sys.stdin:
    question = json.loads(line)
    links = [
        (one, other, over * MORE_THAN_ALL_PAPERS - under)
        for one, other, over, under in question["defeats"]
    ]
    left = _schwartz_sequential_dropping(MarginGraph(question["options"], links))
    sys.stdout.write(json.dumps(sorted(left)) + "\n")
