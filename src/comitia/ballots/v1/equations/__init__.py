"""What must hold between the values of an election, for makers and verifiers alike.

Each ``verify_`` function raises CheckFailed with the id of its check, or returns nothing; each
``..._failures`` generator yields all failures in order. All inputs are public and already parsed.
"""

from __future__ import annotations

from comitia.ballots.v1.equations.audit import audit_failures, encrypt
from comitia.ballots.v1.equations.ballot import (
    ballot_failures,
    election_failures,
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
from comitia.ballots.v1.equations.credentials import (
    certified_failures,
)
from comitia.ballots.v1.equations.exponents import find_exponent
from comitia.ballots.v1.equations.opening import interpolate, open_tally
from comitia.ballots.v1.equations.recipe import compile_recipe
from comitia.ballots.v1.equations.rehearsal import (
    Rehearsal,
    can_open,
    derive_rehearsal,
    rehearsal_failures,
)
from comitia.ballots.v1.equations.shuffle import (
    shuffle_failures,
    shuffle_signature_statement,
    signed_shuffle_failures,
)
from comitia.ballots.v1.equations.shuffle_statement import ShuffleStatement, independent_generators
from comitia.ballots.v1.equations.symbols import NotTraceable
from comitia.ballots.v1.equations.tally import (
    choose_owners,
    combine_tallies,
    decryption_failures,
    empty_tally,
    ranked_rows,
    sort_ranked,
    tally_of_answers,
    verify_count,
    with_ranked_rows,
)
from comitia.ballots.v1.equations.trustees import (
    certificate_failures,
    coefficient_failures,
    evaluate,
    is_signed_by,
    member_key_failures,
    member_keys,
    repeated_certificate_failures,
    repeated_key_failures,
    threshold_failures,
    trustee_failures,
    verify_knowledge,
)

__all__ = [
    "BoundFactor",
    "NotTraceable",
    "Rehearsal",
    "ShuffleStatement",
    "audit_failures",
    "ballot_failures",
    "bound_failures",
    "bound_statement",
    "can_open",
    "certificate_failures",
    "certified_failures",
    "choose_owners",
    "coefficient_failures",
    "combine_tallies",
    "compile_recipe",
    "decryption_failures",
    "derive_rehearsal",
    "election_failures",
    "empty_tally",
    "encrypt",
    "evaluate",
    "find_exponent",
    "independent_generators",
    "interpolate",
    "is_signed_by",
    "member_key_failures",
    "member_keys",
    "open_tally",
    "proof_failures",
    "ranked_rows",
    "rehearsal_failures",
    "repeated_certificate_failures",
    "repeated_key_failures",
    "share_statement",
    "shuffle_failures",
    "shuffle_signature_statement",
    "signed_shuffle_failures",
    "sort_ranked",
    "tally_of_answers",
    "threshold_failures",
    "trustee_failures",
    "verify_count",
    "verify_knowledge",
    "verify_names_election",
    "verify_proofs",
    "verify_signature",
    "with_ranked_rows",
]
