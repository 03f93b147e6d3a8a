"""Jobs: acts that are done with nobody in front of them, counted together.

An import, the ticker and every script do their acts within one. The people whose memberships change
are counted over the whole of it; the act that would be one too many is refused, and leaves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from comitia.law.jobs import STRUCTURAL, require_few_people
from comitia.law.rulebook import RuleBook


@dataclass(slots=True)
class Job:
    """A job under way. people: the memberships that it has changed."""

    name: str
    people: set[str] = field(default_factory=set)


_running: Final[ContextVar[Job | None]] = ContextVar("job", default=None)


@contextmanager
def job(name: str) -> Iterator[Job]:
    """Count all acts within as one job. Within another job they count as that one's."""
    outer = _running.get()
    if outer is not None:
        yield outer
        return
    made = Job(name)
    token = _running.set(made)
    try:
        yield made
    finally:
        _running.reset(token)


def changed_by(kind: str, first: Collection[str], following: Collection[str]) -> set[str]:
    """Return whom an act counts for.

    kind: of the act. first: the memberships of the act itself; following: of what followed by rule.
    """
    return {*first, *(() if kind in STRUCTURAL else following)}


def expect_few(people: Collection[str], book: RuleBook | None) -> None:
    """Raise RuleViolation where the job under way, if any, would change too many people."""
    running = _running.get()
    if running is not None and book is not None:
        require_few_people({*running.people, *people}, book, running.name)


def count(people: Collection[str]) -> None:
    """Count people for the job under way, once their act is done."""
    if (running := _running.get()) is not None:
        running.people.update(people)
