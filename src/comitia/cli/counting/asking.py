"""What the person asked of a count, as the count's options."""

from __future__ import annotations

import argparse
import re
from fractions import Fraction
from typing import Final

from comitia.cli.files import naming, read_plain
from comitia.counting.constraints import Constraint
from comitia.counting.count import Options, Rule
from comitia.counting.formats.constraints_file import parse_constraints
from comitia.counting.formats.decisions_file import parse_decisions
from comitia.counting.lots import Decision
from comitia.counting.profile import AnyProfile
from comitia.errors import MalformedRecord

LARGEST_BYTES: Final = 1 << 20
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_DECIMAL: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,30})?")
_DEBIAN: Final = "debian"


def options_of(asked: argparse.Namespace, rule: Rule, profile: AnyProfile) -> Options:
    """Return the options of a count. Raises MalformedRecord for what cannot be meant."""
    _expect_debian(asked, rule)
    number = len(profile.candidates)
    return Options(
        seats=None if asked.seats is None else _whole(asked.seats, "--seats"),
        seed=_seed(asked.seed),
        decisions=_decisions(asked, profile),
        constraints=_constraints(asked, profile),
        default=None if asked.default is None else _numbered(asked.default, "--default", number),
        quorum=Fraction(0) if asked.quorum is None else _decimal(asked.quorum, "--quorum"),
        ratios=dict(_ratio(text, number) for text in asked.ratio),
    )


def _expect_debian(asked: argparse.Namespace, rule: Rule) -> None:
    given = {"--default": asked.default, "--quorum": asked.quorum, "--ratio": asked.ratio or None}
    for name, value in given.items():
        if value is not None and rule.name != _DEBIAN:
            raise MalformedRecord(name, f"only the rule {_DEBIAN} takes it, not {rule.name}")


def _seed(text: str | None) -> str | None:
    if text == "":
        raise MalformedRecord("--seed", "expected a text that was committed to before the count")
    return text


def _decisions(asked: argparse.Namespace, profile: AnyProfile) -> tuple[Decision, ...]:
    if asked.decide is None:
        return ()
    data = read_plain(asked.decide, LARGEST_BYTES)
    with naming(asked.decide):
        return parse_decisions(data, profile.display_names())


def _constraints(asked: argparse.Namespace, profile: AnyProfile) -> tuple[Constraint, ...]:
    if asked.constraints is None:
        return ()
    data = read_plain(asked.constraints, LARGEST_BYTES)
    with naming(asked.constraints):
        return parse_constraints(data, profile.display_names())


def _whole(text: str, where: str) -> int:
    if not _WHOLE.fullmatch(text) or int(text) == 0:
        raise MalformedRecord(where, f"expected a whole number from 1 on, found {text[:40]!r}")
    return int(text)


def _numbered(text: str, where: str, number: int) -> int:
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= number:
        problem = f"expected an option's number, from 1 to {number}, found {text[:40]!r}"
        raise MalformedRecord(where, problem)
    return int(text)


def _decimal(text: str, where: str) -> Fraction:
    if not _DECIMAL.fullmatch(text):
        raise MalformedRecord(where, f"expected a decimal number, found {text[:40]!r}")
    return Fraction(text)


def _ratio(text: str, number: int) -> tuple[int, Fraction]:
    option, mark, ratio = text.partition("=")
    if not mark:
        problem = f"expected N=R, an option's number and its ratio, found {text[:40]!r}"
        raise MalformedRecord("--ratio", problem)
    return _numbered(option, "--ratio", number), _decimal(ratio, "--ratio")
