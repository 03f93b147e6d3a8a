"""Acts on cases: today those that were open when the record began.

What a case is about, and against whom, is in no entry of this module: a founding states only that
there is one, so that it is not forgotten.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum, unique

from comitia.record.kinds.declaring import Begins, act_kind, open_field
from comitia.record.kinds.values import Line


@unique
class Stage(StrEnum):
    """What an open case waits for."""

    CHARGE = "charge"
    HEARING = "hearing"
    RULING = "ruling"
    APPEAL = "appeal"


@act_kind("case.declare", aggregate="case", begins=Begins.ALWAYS)
class DeclareCase:
    """State at the founding that a case is open: what came of it before is not evidenced here."""

    number: Line = open_field("the number under which the organisation keeps it")
    stage: Stage = open_field("what it waits for")
    since: date = open_field("the day on which it came to this stage")
