"""Acts on the rule book: which rules are adopted, and from when they are in force."""

from __future__ import annotations

from datetime import date

from comitia.record.kinds.declaring import Begins, act_kind, open_field
from comitia.record.kinds.values import Line, Values


@act_kind("rulebook.adopt", aggregate="rulebook", begins=Begins.PERHAPS)
class AdoptRuleBook:
    """Adopt a version of the rule book. What was done before stays under the rules of its time."""

    number: int = open_field("the version's number, from 1")
    in_force_from: date = open_field("the first day on which it is in force")
    preset: Line = open_field("the collection that it began from")
    rules: Values = open_field("the value of every rule, by its key")
