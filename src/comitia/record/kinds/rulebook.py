"""Acts on the rule book: which rules are announced and adopted, and from when they are in force."""

from __future__ import annotations

from datetime import date

from comitia.record.kinds.declaring import Begins, act_kind, open_field
from comitia.record.kinds.values import EntryHash, Line, Values


@act_kind("rulebook.announce", aggregate="rulebook")
class AnnounceRuleBook:
    """Announce a change of the rule book, word for word as it is to be decided."""

    in_force_from: date = open_field("the first day on which it is to be in force")
    preset: Line = open_field("the collection that it began from")
    rules: Values = open_field("the value of every rule, by its key")


@act_kind("rulebook.withdraw", aggregate="rulebook")
class WithdrawAnnouncement:
    """Take back an announced change of the rule book. It cannot be adopted any more."""

    announced: EntryHash = open_field("the entry by which it was announced")


@act_kind("rulebook.adopt", aggregate="rulebook", begins=Begins.PERHAPS)
class AdoptRuleBook:
    """Adopt a version of the rule book. What was done before stays under the rules of its time.

    Whatever is adopted after the founding was announced and voted on, and says so. The votes are
    stated as they were minuted elsewhere, and not evidenced here.
    """

    number: int = open_field("the version's number, from 1")
    in_force_from: date = open_field("the first day on which it is in force")
    preset: Line = open_field("the collection that it began from")
    rules: Values = open_field("the value of every rule, by its key")
    announced: EntryHash | None = open_field("the entry by which it was announced", default=None)
    in_favour: int | None = open_field("how many voted for it, as minuted", default=None)
    against: int | None = open_field("how many voted against it, as minuted", default=None)
