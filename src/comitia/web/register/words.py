"""What this room's codes are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.balance import Column
from comitia.law.standings import ChangeKind
from comitia.web.register.likeness import Reason

REASONS: Final[Mapping[str, Promise]] = {
    Reason.SAME_NAME: gettext_lazy("the same name"),
    Reason.WORDS_SWAPPED: gettext_lazy("the same names in another order"),
    Reason.PART_OF_NAME: gettext_lazy("one name is part of the other"),
    Reason.MISSPELT_NAME: gettext_lazy("the name differs by a slip"),
    Reason.SAME_BIRTH_DATE: gettext_lazy("the same date of birth"),
    Reason.SWAPPED_BIRTH_DATE: gettext_lazy("day and month of birth swapped"),
    Reason.MISTYPED_BIRTH_DATE: gettext_lazy("the date of birth differs in one figure"),
    Reason.SAME_ADDRESS: gettext_lazy("the same address"),
}

CHANGES: Final[Mapping[str, Promise]] = {
    ChangeKind.FOUND: gettext_lazy("declared at the founding"),
    ChangeKind.APPLY: gettext_lazy("applied"),
    ChangeKind.ADMIT: gettext_lazy("admitted"),
    ChangeKind.REFUSE: gettext_lazy("refused"),
    ChangeKind.WITHDRAW: gettext_lazy("withdrawn"),
    ChangeKind.TRANSFER: gettext_lazy("transferred"),
    ChangeKind.LEAVE: gettext_lazy("left"),
    ChangeKind.READMIT: gettext_lazy("readmitted"),
    ChangeKind.SUSPEND: gettext_lazy("suspended"),
    ChangeKind.STRIKE_OFF: gettext_lazy("struck off"),
    ChangeKind.EXPEL: gettext_lazy("expelled"),
    ChangeKind.REINSTATE: gettext_lazy("reinstated"),
    ChangeKind.DIE: gettext_lazy("died"),
}

COLUMNS: Final[Mapping[str, Promise]] = {
    Column.JOINED: gettext_lazy("joined"),
    Column.READMITTED: gettext_lazy("readmitted"),
    Column.TRANSFERRED_IN: gettext_lazy("transferred in"),
    Column.LEFT: gettext_lazy("left"),
    Column.TRANSFERRED_OUT: gettext_lazy("transferred out"),
    Column.STRUCK_OFF: gettext_lazy("struck off"),
    Column.EXPELLED: gettext_lazy("expelled"),
    Column.DIED: gettext_lazy("died"),
}
