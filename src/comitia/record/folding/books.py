"""Which rule book is in force: what an adoption adds, and whether it can be."""

from __future__ import annotations

from collections.abc import Iterator

from comitia.errors import CheckFailed, MalformedRecord
from comitia.law.errors import RuleViolation
from comitia.law.rulebook import RuleBook, read_rule_book, require_adoptable
from comitia.record.checks import Check
from comitia.record.folding.state import AdoptedBook
from comitia.record.folding.stepping import Step
from comitia.record.kinds.rulebook import AdoptRuleBook


def book_of(act: AdoptRuleBook) -> RuleBook:
    """Return the rule book that an act adopts. Raises MalformedRecord, and WrongValues."""
    return read_rule_book(
        {
            "version": act.number,
            "in_force_from": act.in_force_from.isoformat(),
            "rules": dict(act.rules),
        }
    )


def book_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure where a rule book cannot be adopted."""
    act = step.entry.act
    if not isinstance(act, AdoptRuleBook):
        return
    try:
        earlier = [one.book for one in step.state.books]
        require_adoptable(book_of(act), earlier, step.day)
    except MalformedRecord as error:
        yield step.failed(Check.RULES, error.where, "a rule book", error.problem)
    except RuleViolation as violation:
        yield step.failed(Check.RULES, violation.code, violation.expected, violation.found)


def adopt_book(step: Step) -> None:
    """Note a rule book that was adopted."""
    if isinstance(step.entry.act, AdoptRuleBook):
        try:
            step.state.books.append(AdoptedBook(step.name, book_of(step.entry.act)))
        except MalformedRecord:
            return  # said by ``book_failures``; the book before stays in force
