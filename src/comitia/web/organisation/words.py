"""What readers call branches and offices: closed sets of words, each translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.values import Organ
from comitia.record.kinds.organisation import Level, Terms

LEVELS: Final[Mapping[Terms, Mapping[Level, Promise]]] = {
    Terms.BRANCH: {
        Level.WHOLE: gettext_lazy("Whole organisation"),
        Level.REGION: gettext_lazy("Region"),
        Level.DISTRICT: gettext_lazy("District"),
        Level.LOCAL: gettext_lazy("Branch"),
        Level.GROUP: gettext_lazy("Group"),
    },
    Terms.LOCAL: {
        Level.WHOLE: gettext_lazy("National union"),
        Level.REGION: gettext_lazy("Region"),
        Level.DISTRICT: gettext_lazy("District"),
        Level.LOCAL: gettext_lazy("Local"),
        Level.GROUP: gettext_lazy("Workplace group"),
    },
    Terms.SECTION: {
        Level.WHOLE: gettext_lazy("Whole organisation"),
        Level.REGION: gettext_lazy("Regional section"),
        Level.DISTRICT: gettext_lazy("District section"),
        Level.LOCAL: gettext_lazy("Section"),
        Level.GROUP: gettext_lazy("Subsection"),
    },
    Terms.CELL: {
        Level.WHOLE: gettext_lazy("Whole organisation"),
        Level.REGION: gettext_lazy("Regional organisation"),
        Level.DISTRICT: gettext_lazy("District organisation"),
        Level.LOCAL: gettext_lazy("Local organisation"),
        Level.GROUP: gettext_lazy("Cell"),
    },
    Terms.CHAPTER: {
        Level.WHOLE: gettext_lazy("Whole organisation"),
        Level.REGION: gettext_lazy("Regional chapter"),
        Level.DISTRICT: gettext_lazy("District chapter"),
        Level.LOCAL: gettext_lazy("Chapter"),
        Level.GROUP: gettext_lazy("Working group"),
    },
}
"""By the organisation's choice at its founding, what a branch of each level is called."""

_ORGANS: Final[Mapping[str, Promise]] = {
    "branch-committee": gettext_lazy("branch committee"),
    "branch-executive": gettext_lazy("branch executive"),
    "branch-secretary": gettext_lazy("branch secretary"),
    "committee": gettext_lazy("committee"),
    "conference": gettext_lazy("conference"),
    "congress": gettext_lazy("congress"),
    "general-meeting": gettext_lazy("general meeting"),
    "membership-officer": gettext_lazy("membership officer"),
    "secretary": gettext_lazy("secretary"),
}
"""The bodies and offices of the presets; others are called by their own ids."""


def level_name(level: str, terms: str) -> str:
    """Return what an organisation calls a branch of a level."""
    return str(LEVELS[Terms(terms)][Level(level)])


def organ_name(organ: Organ) -> str:
    """Return what readers call a body or an office."""
    return str(_ORGANS.get(organ.id) or organ.id.replace("-", " "))
