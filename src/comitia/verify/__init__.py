"""Checks of what was published, by anybody, from the bytes alone.

``verify_election`` takes an archive and a ``map`` to run in parallel and returns a Report. Nothing
here trusts a stored verdict, and nothing here can encrypt, cast or decrypt.
"""

from __future__ import annotations

from comitia.verify.election import Sources, verify_election
from comitia.verify.parallel import Opener, ParallelMap
from comitia.verify.report import (
    CheckResult,
    Failure,
    RankedReading,
    Report,
    Status,
    Subject,
    Verdict,
    Warning_,
)

__all__ = [
    "CheckResult",
    "Failure",
    "Opener",
    "ParallelMap",
    "RankedReading",
    "Report",
    "Sources",
    "Status",
    "Subject",
    "Verdict",
    "Warning_",
    "verify_election",
]
