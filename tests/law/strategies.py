"""Values of the law's types for property tests."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from comitia.law.kinds import Choice, Count, OneOrgan, OrNone, Period, Share, YesNo
from comitia.law.rulebook import RuleBook, Setting
from comitia.law.rules import RULES
from comitia.law.values import Duration, Organ, OrganKind

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
IDS = st.from_regex(r"[a-z][a-z0-9-]{0,39}", fullmatch=True)
ORGANS = st.builds(Organ, st.sampled_from(OrganKind), IDS)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def durations(kind: Period) -> st.SearchStrategy[Duration]:
    units = [
        st.builds(Duration, st.integers(1, bound.number), st.just(bound.unit))
        for bound in kind.most
    ]
    return st.one_of(units)


def fractions(kind: Share) -> st.SearchStrategy[Fraction]:
    return st.fractions(kind.least, kind.most, max_denominator=9999)


def values_of(kind: object) -> st.SearchStrategy[Any]:
    """Return a strategy for every value that a kind allows."""
    found: st.SearchStrategy[Any]
    match kind:
        case Count(least=least, most=most):
            found = st.integers(least, most)
        case Period():
            found = durations(kind)
        case Share():
            found = fractions(kind)
        case Choice(options=options):
            found = st.sampled_from([option for option, _ in options])
        case YesNo():
            found = st.booleans()
        case OneOrgan():
            found = ORGANS
        case OrNone(kind=inner):
            found = st.none() | values_of(inner)
        case _:
            raise TypeError(f"no strategy for {kind}")
    return found


SETTINGS = st.fixed_dictionaries({key: values_of(rule.kind) for key, rule in RULES.items()})


@st.composite
def rule_books(draw: st.DrawFn, *, version: int | None = None) -> RuleBook:
    """Draw a rule book that answers every rule."""
    values = draw(SETTINGS)
    number = draw(st.integers(1, 1000)) if version is None else version
    settings = tuple(Setting(key, value) for key, value in values.items())
    return RuleBook(number, draw(DAYS), settings)
