"""The rule book: which changes were announced, which version is in force, and what can be adopted.

A version is adopted by what was announced: an entry with the same rules and the same first day,
which nobody has withdrawn and no version has used up. Only what the founding declares needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from comitia.errors import CheckFailed, MalformedRecord
from comitia.law.announcing import require_announced, require_majority
from comitia.law.calendars import Calendar
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook, read_rule_book, require_adoptable
from comitia.record.canonical import canonical_bytes
from comitia.record.checks import Check
from comitia.record.folding.state import AdoptedBook, Announced
from comitia.record.folding.stepping import Step
from comitia.record.kinds.rulebook import AdoptRuleBook, AnnounceRuleBook, WithdrawAnnouncement
from comitia.record.kinds.values import EntryHash


def book_of(act: AdoptRuleBook | AnnounceRuleBook, number: int | None = None) -> RuleBook:
    """Return the rule book that an act adopts, or announces as the version of a number.

    Raises MalformedRecord, and WrongValues.
    """
    return read_rule_book(
        {
            "version": act.number if isinstance(act, AdoptRuleBook) else number,
            "in_force_from": act.in_force_from.isoformat(),
            "rules": dict(act.rules),
        }
    )


def book_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure where a rule book cannot be announced, withdrawn or adopted."""
    match step.entry.act:
        case AdoptRuleBook() as act:
            yield from _adoptable(step, act)
            yield from _declared(step, act) if step.listed_by else _decided(step, act)
        case AnnounceRuleBook() as act:
            yield from _adoptable(step, act)
            if any(one.is_open and _same(one, act) for one in step.state.announced.values()):
                code = Code.BOOK_ANNOUNCED_ALREADY
                yield step.failed(Check.RULES, code, "no open announcement of it", "one")
        case WithdrawAnnouncement() as act:
            yield from _open_one(step, act.announced)
        case _:
            pass


def adopt_book(step: Step) -> None:
    """Note a rule book that was adopted, and what was announced or withdrawn."""
    state = step.state
    match step.entry.act:
        case AdoptRuleBook() as act:
            _end(step, act.announced)
            try:
                state.books.append(AdoptedBook(step.name, book_of(act)))
            except MalformedRecord:
                return  # said by ``book_failures``; the book before stays in force
        case AnnounceRuleBook() as act:
            words = _words(act)
            state.announced[step.name] = Announced(step.name, step.day, act.in_force_from, words)
        case WithdrawAnnouncement() as act:
            _end(step, act.announced)
        case _:
            pass


def _adoptable(step: Step, act: AdoptRuleBook | AnnounceRuleBook) -> Iterator[CheckFailed]:
    """Yield a failure unless it is a whole rule book that does not reach back.

    What is announced is judged as the next version: whatever could never be adopted is not
    announced either.
    """
    earlier = [one.book for one in step.state.books]
    following = max((one.version for one in earlier), default=0) + 1
    try:
        require_adoptable(book_of(act, following), earlier, step.day)
    except MalformedRecord as error:
        yield step.failed(Check.RULES, error.where, "a rule book", error.problem)
    except RuleViolation as violation:
        yield _violated(step, violation)


def _declared(step: Step, act: AdoptRuleBook) -> Iterator[CheckFailed]:
    """Yield a failure where a founding tells of an announcement or a vote."""
    told = (("announced", act.announced), ("in_favour", act.in_favour), ("against", act.against))
    for what, value in told:
        if value is not None:
            yield step.failed(Check.RULES, what, None, value)


def _decided(step: Step, act: AdoptRuleBook) -> Iterator[CheckFailed]:
    """Yield a failure unless it was announced as it is, for long enough, and has the majority."""
    book = step.state.rule_book_at(step.entry.at)
    if book is None:
        yield _not_announced(step, "a rule book in force", None)
        return
    try:
        require_majority(act.in_favour, act.against, book)
    except RuleViolation as violation:
        yield _violated(step, violation)
    yield from _announced(step, act, book)


def _announced(step: Step, act: AdoptRuleBook, book: RuleBook) -> Iterator[CheckFailed]:
    yield from _open_one(step, act.announced)
    announced = None if act.announced is None else step.state.announced.get(act.announced)
    if announced is None:
        return
    if not _same(announced, act):
        yield _not_announced(step, "what was announced", "another first day or other rules")
    calendar = Calendar(ZoneInfo(step.state.time_zone))
    try:
        require_announced(announced.day, step.entry.at, book, calendar)
    except RuleViolation as violation:
        yield _violated(step, violation)
    except (ValueError, OverflowError):
        yield _not_announced(step, "a day from which time can be counted", announced.day)


def _open_one(step: Step, name: EntryHash | None) -> Iterator[CheckFailed]:
    """Yield a failure unless an announcement is named that still stands."""
    announced = None if name is None else step.state.announced.get(name)
    if announced is None:
        yield _not_announced(step, "an announcement", name)
    elif announced.ended_by is not None:
        yield _not_announced(step, "an open announcement", f"one ended by {announced.ended_by}")


def _not_announced(step: Step, expected: str, found: object) -> CheckFailed:
    return step.failed(Check.RULES, Code.BOOK_NOT_ANNOUNCED, expected, found)


def _violated(step: Step, violation: RuleViolation) -> CheckFailed:
    return step.failed(Check.RULES, violation.code, violation.expected, violation.found)


def _words(act: AdoptRuleBook | AnnounceRuleBook) -> bytes:
    return canonical_bytes(dict(act.rules))


def _same(announced: Announced, act: AdoptRuleBook | AnnounceRuleBook) -> bool:
    """Whether an act has the rules and the first day of an announcement, to the letter."""
    return (announced.in_force_from, announced.rules) == (act.in_force_from, _words(act))


def _end(step: Step, name: EntryHash | None) -> None:
    announced = None if name is None else step.state.announced.get(name)
    if announced is not None and announced.is_open:
        step.state.announced[announced.entry] = announced.ended(step.name)
