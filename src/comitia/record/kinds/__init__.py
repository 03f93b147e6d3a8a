"""The kinds of acts, one module a room: what the record can hold, and nothing else.

A kind is declared once; entry, schema, form, call of the programming interface and sentence of the
history follow from it.
"""

from comitia.record.kinds import cases, organisation, publicrecord, register, rulebook
from comitia.record.kinds.declaring import (
    KINDS,
    ActField,
    ActKind,
    Visibility,
    Withheld,
    act_kind,
    kind_of,
    kind_of_class,
)

__all__ = [
    "KINDS",
    "ActField",
    "ActKind",
    "Visibility",
    "Withheld",
    "act_kind",
    "cases",
    "kind_of",
    "kind_of_class",
    "organisation",
    "publicrecord",
    "register",
    "rulebook",
]
