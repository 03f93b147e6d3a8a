"""The numbers of an election: of supporters, candidates, trustees and ballots."""

from __future__ import annotations

from enum import StrEnum

from comitia.law import rules
from comitia.law.elections.stages import Move
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook


class Ground(StrEnum):
    """Why a nomination is refused: each follows from a rule, and no other reason is one (R7).

    NO_MEMBER: the nominated, or who nominates, is no member where the office is.
    """

    NO_MEMBER = "no_member"
    LATE = "late"
    UNSUPPORTED = "unsupported"
    NO_CONSENT = "no_consent"
    TERMS_IN_A_ROW = "terms_in_a_row"
    ANOTHER_PART = "another_part"


def supporters_needed(book: RuleBook) -> int:
    """Return how many support a nomination besides the one who makes it. Raises RuleViolation."""
    return book.value(rules.ELECTION_SUPPORTERS) or 0


def require_supported(supporters: int, book: RuleBook, subject: str) -> None:
    """Refuse a nomination with too few supporters. Raises RuleViolation."""
    needed = supporters_needed(book)
    if supporters < needed:
        code = Code.NOMINATION_UNSUPPORTED
        raise RuleViolation(code, subject, f"{needed} supporters", f"{supporters}")


def after_nominations(candidates: int, seats: int, book: RuleBook, *, reopened: bool) -> Move:
    """Return what follows when nominations close. reopened: whether they were open twice already.

    Too few candidates open them once more; then whoever stands is enough. Raises RuleViolation.
    """
    demanded = seats + (book.value(rules.ELECTION_CANDIDATES) or 0)
    if candidates < demanded and not reopened:
        return Move.REOPEN
    if not candidates:
        return Move.FIND_NOBODY
    return Move.LEAVE_UNCONTESTED if candidates <= seats else Move.CONTEST


def after_closing(ballots: int, book: RuleBook) -> Move:
    """Return what follows the voting: of too few ballots nothing is opened. Raises RuleViolation.

    ballots: those that count, one of each voter at most.
    """
    return Move.DECLARE if ballots >= book.value(rules.ELECTION_BALLOTS) else Move.FIND_TOO_FEW


def require_trustees(trustees: int, threshold: int, book: RuleBook, subject: str) -> None:
    """Refuse trustees of whom too few could open the result, or of whom none may be missing.

    threshold: how many open it together. Raises RuleViolation.
    """
    least = book.value(rules.ELECTION_TRUSTEES)
    if not least <= threshold < trustees:
        expected = f"at least {least} together, out of more"
        found = f"{threshold} out of {trustees}"
        raise RuleViolation(Code.ELECTION_TRUSTEES_FEW, subject, expected, found)
