"""Answer with all committees that a rule can elect, whatever the lots, by exact arithmetic."""

import json
import sys
from types import ModuleType

# abcvoting imports this proprietary solver at once, and never calls it for the rules below.
sys.modules.setdefault("gurobipy", ModuleType("gurobipy"))

# The peers' environment alone has it.
from abcvoting import abcrules  # type: ignore[import-not-found] # noqa: E402 - after what it needs
from abcvoting.preferences import Profile, Voter  # type: ignore[import-not-found] # noqa: E402

RULES = {
    "phragmen": abcrules.compute_seqphragmen,
    "equal-shares": abcrules.compute_equal_shares,
    "approval": abcrules.compute_av,
}

for line in sys.stdin:
    question = json.loads(line)
    profile = Profile(question["candidates"])
    profile.add_voters([Voter(named, weight=papers) for papers, named in question["papers"]])
    exact = {} if question["rule"] == "approval" else {"algorithm": "standard-fractions"}
    found = RULES[question["rule"]](
        profile, question["seats"], resolute=False, max_num_of_committees=None, **exact
    )
    committees = sorted(sorted(committee) for committee in found)
    sys.stdout.write(json.dumps(committees) + "\n")
