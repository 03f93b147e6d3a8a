"""What readers call the rooms and acts that a token can be made for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.permissions import Act
from comitia.web.interface.scopes import Area

AREAS: Final[Mapping[Area, Promise]] = {
    Area.ORGANISATION: gettext_lazy("Branches, and who holds what"),
    Area.RULEBOOK: gettext_lazy("The rule book"),
    Area.REGISTER: gettext_lazy("The register, as far as you may see it"),
    Area.RECORD: gettext_lazy("The record"),
}

ACTS: Final[Mapping[Act, Promise]] = {
    Act.MEMBERSHIP_APPLY: gettext_lazy("Ask to be admitted"),
    Act.MEMBERSHIP_WITHDRAW: gettext_lazy("Take an application back"),
    Act.MEMBERSHIP_ADMIT: gettext_lazy("Accept an application"),
    Act.MEMBERSHIP_REFUSE: gettext_lazy("Refuse an application"),
    Act.MEMBERSHIP_TRANSFER: gettext_lazy("Propose to transfer a member, or confirm it"),
    Act.MEMBERSHIP_LEAVE: gettext_lazy("End one's own membership, or propose to end another's"),
    Act.MEMBERSHIP_RECORD_DEATH: gettext_lazy("Propose to record a death, or confirm it"),
    Act.MEMBERSHIP_CORRECT: gettext_lazy("Propose to correct an entry, or confirm it"),
    Act.MEMBERSHIP_SET_CATEGORY: gettext_lazy("Propose another kind of membership, or confirm it"),
    Act.RECORD_ERASE: gettext_lazy("Propose to erase somebody, or confirm it"),
    Act.MEMBERSHIP_READMIT: gettext_lazy("Admit somebody again"),
    Act.PERSON_CORRECT_DETAILS: gettext_lazy("Put right what is held about somebody"),
    Act.BRANCH_CREATE: gettext_lazy("Create a branch"),
    Act.BRANCH_RENAME: gettext_lazy("Rename a branch"),
    Act.BRANCH_MOVE: gettext_lazy("Move a branch"),
    Act.BRANCH_MERGE: gettext_lazy("Merge branches"),
    Act.BRANCH_CLOSE: gettext_lazy("Close a branch"),
    Act.APPOINTMENT_MAKE: gettext_lazy("Appoint somebody"),
    Act.APPOINTMENT_END: gettext_lazy("End an appointment"),
    Act.MANDATE_END: gettext_lazy("Give up a mandate"),
    Act.RULEBOOK_ANNOUNCE: gettext_lazy("Announce a change of the rule book"),
    Act.RULEBOOK_WITHDRAW: gettext_lazy("Take an announced change of the rule book back"),
    Act.RULEBOOK_ADOPT: gettext_lazy("Propose to adopt a version of the rule book, or confirm it"),
    Act.ADMINISTRATOR_GRANT: gettext_lazy("Propose technical rights for somebody, or confirm it"),
    Act.ADMINISTRATOR_REVOKE: gettext_lazy("Propose to take technical rights, or confirm it"),
    Act.RECORD_ROTATE_KEY: gettext_lazy("Propose another key of the record, or confirm it"),
}
"""Of all acts that a token can be made for."""
