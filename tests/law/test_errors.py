from __future__ import annotations

import pickle
import re

from comitia.errors import ComitiaError
from comitia.law.errors import Code, RuleViolation

VIOLATION = RuleViolation(Code.TERM_TOO_LONG, "chair", "an end in May", "an end in June")


def test_a_violation_is_told_from_its_fields() -> None:
    told = "term.too_long: chair: expected an end in May, found an end in June"
    assert str(VIOLATION) == told
    assert isinstance(VIOLATION, ComitiaError)


def test_a_violation_travels_between_processes() -> None:
    arrived = pickle.loads(pickle.dumps(VIOLATION))  # noqa: S301 - ours
    assert (type(arrived), vars(arrived)) == (RuleViolation, vars(VIOLATION))


def test_codes_are_noun_and_reason() -> None:
    assert [code for code in Code if not re.fullmatch(r"[a-z]+\.[a-z_]+", code)] == []
