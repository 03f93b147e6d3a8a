"""What must hold between the values of an election, for makers and verifiers alike.

Each ``verify_`` function raises CheckFailed with the id of its check, or returns nothing; each
``..._failures`` generator yields all failures in order. All inputs are public and already parsed.
"""

from __future__ import annotations

from comitia.ballots.v1.equations.ballot import (
    ballot_failures,
    proof_failures,
    verify_names_election,
    verify_proofs,
    verify_signature,
)
from comitia.ballots.v1.equations.bound import (
    BoundFactor,
    bound_failures,
    bound_statement,
    share_statement,
)
from comitia.ballots.v1.equations.tally import (
    combine_tallies,
    decryption_failures,
    empty_tally,
    find_exponent,
    open_tally,
    shape_of,
    tally_of_answers,
    verify_count,
    verify_knowledge,
)

__all__ = [
    "BoundFactor",
    "ballot_failures",
    "bound_failures",
    "bound_statement",
    "combine_tallies",
    "decryption_failures",
    "empty_tally",
    "find_exponent",
    "open_tally",
    "proof_failures",
    "shape_of",
    "share_statement",
    "tally_of_answers",
    "verify_count",
    "verify_knowledge",
    "verify_names_election",
    "verify_proofs",
    "verify_signature",
]
