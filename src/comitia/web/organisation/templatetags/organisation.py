"""Words of this room in templates: ``{% load organisation %}``."""

from __future__ import annotations

from django import template

from comitia.law.values import Organ
from comitia.web.organisation import words

register = template.Library()


@register.filter
def level_name(level: str, terms: str) -> str:
    """Return what the organisation calls a branch of a level."""
    return words.level_name(level, terms)


@register.filter
def organ_name(organ: Organ) -> str:
    """Return what readers call a body or an office."""
    return words.organ_name(organ)
