"""Answer with the median of each candidate's grades, and with those whose median is the best.

Its majority judgment breaks ties by shares of better and worse grades, which is another rule.
"""

import json
import sys

# The peers' environment alone has it.
from pref_voting.grade_methods import score_voting  # type: ignore[import-not-found]
from pref_voting.grade_profiles import GradeProfile  # type: ignore[import-not-found]

for line in sys.stdin:
    question = json.loads(line)
    profile = GradeProfile(
        [dict(enumerate(grades)) for grades in question["papers"]],
        list(range(question["grades"], 0, -1)),
        gcounts=question["counts"],
    )
    medians = [profile.median(candidate) for candidate in profile.candidates]
    best = score_voting(profile, evaluation_method="median")
    sys.stdout.write(json.dumps([medians, best]) + "\n")
