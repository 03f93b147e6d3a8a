"""How many administrators there must be: always as many as a technical act takes together.

With fewer nobody could ever be given technical rights again, and no key of the record replaced.
"""

from __future__ import annotations

from collections.abc import Collection

from comitia.law import rules
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook


def require_enough_administrators(left: Collection[str], book: RuleBook, subject: str) -> None:
    """Check that those who are left can still act together.

    left: pseudonyms, each once or more. book: the rules that will hold then. Raises RuleViolation.
    """
    together = int(book.value(rules.ADMINISTRATORS_TOGETHER))
    if (remaining := len(set(left))) < together:
        raise RuleViolation(
            Code.ADMINISTRATORS_TOO_FEW, subject, f"{together} administrators left", f"{remaining}"
        )
