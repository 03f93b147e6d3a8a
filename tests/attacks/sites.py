"""Where the verifier says that something failed, so that each place can be switched off alone."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

import pytest

import comitia.verify
from comitia.ballots.v1.model import Check
from comitia.errors import CheckFailed
from comitia.record.checks import Check as RecordCheck
from comitia.verify.one_ballot import BallotCheck
from comitia.verify.record import _Verification
from comitia.verify.report import Place, ReportBuilder, Subject

FOLDER: Final = Path(comitia.verify.__file__).parent
REPORTING: Final = frozenset({"fail", "_fail", "_grammar"})
"""Functions that note a failure; the last two pass on what others say."""


@dataclass(frozen=True, order=True)
class Site:
    """A call that notes a failure; number: which one of its function, from 1."""

    module: str
    function: str
    number: int

    def __str__(self) -> str:
        return f"{self.module}.{self.function}-{self.number}"


@dataclass(frozen=True)
class _Lines:
    module: str
    first: int
    last: int


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def _is_report(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in REPORTING
    )


def find_sites() -> dict[Site, _Lines]:
    """Return every call in the verifier that notes a failure, with its lines."""
    sites: dict[Site, _Lines] = {}
    for path in sorted(FOLDER.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in _functions(tree):
            calls = [node for node in ast.walk(function) if _is_report(node)]
            if function.name in REPORTING:
                continue
            for number, call in enumerate(sorted(calls, key=lambda c: c.lineno), 1):  # type: ignore[attr-defined] # a call has a line
                lines = _Lines(path.stem, call.lineno, call.end_lineno or call.lineno)  # type: ignore[attr-defined] # as above
                sites[Site(path.stem, function.name, number)] = lines
    return sites


_ALL: Final = find_sites()
SITES: Final = {site: lines for site, lines in _ALL.items() if site.module != "record"}
"""Those of archives of elections."""
SITES_OF_RECORDS: Final = tuple(site for site in _ALL if site.module == "record")
PASSED_ON: Final = {Site("ballots", "check_ballots", 1)}
"""What the workers found, each noted at a site of its own."""


def _site_of(frame: FrameType | None) -> Site | None:
    """Return the site from which a failure is being noted."""
    while frame is not None and frame.f_code.co_name in REPORTING:
        frame = frame.f_back
    assert frame is not None
    module, line = Path(frame.f_code.co_filename).stem, frame.f_lineno
    for site, lines in _ALL.items():
        if lines.module == module and lines.first <= line <= lines.last:
            return None if site in PASSED_ON else site
    raise AssertionError(f"a failure from nowhere: {module}, line {line}")


def watch(monkeypatch: pytest.MonkeyPatch, silent: Site | None = None) -> set[Site]:
    """Return a set that every site enters when it notes a failure; one of them may be silent."""
    seen: set[Site] = set()
    fail: Callable[..., None] = ReportBuilder.fail
    fail_ballot: Callable[..., None] = BallotCheck._fail

    def watched(
        builder: ReportBuilder, check: Check, place: Place, expected: str, found: str
    ) -> None:
        site = _site_of(sys._getframe(1))
        if site is not None:
            seen.add(site)
        if silent is None or site != silent:
            fail(builder, check, place, expected, found)

    def watched_ballot(ballot: BallotCheck, check: Check, expected: str, found: str) -> None:
        site = _site_of(sys._getframe(1))
        assert site is not None
        seen.add(site)
        if site != silent:
            fail_ballot(ballot, check, expected, found)

    monkeypatch.setattr(ReportBuilder, "fail", watched)
    monkeypatch.setattr(BallotCheck, "_fail", watched_ballot)
    return seen


def watch_records(monkeypatch: pytest.MonkeyPatch, silent: Site | None = None) -> set[Site]:
    """Return what ``watch`` does, of the verifier of records."""
    seen: set[Site] = set()
    fail: Callable[..., None] = _Verification._fail

    def watched(
        verification: _Verification,
        check: RecordCheck,
        error: CheckFailed,
        subject: Subject = Subject(),  # noqa: B008 - frozen
    ) -> None:
        site = _site_of(sys._getframe(1))
        assert site is not None
        seen.add(site)
        if site != silent:
            fail(verification, check, error, subject)

    monkeypatch.setattr(_Verification, "_fail", watched)
    return seen
