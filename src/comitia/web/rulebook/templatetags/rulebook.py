"""Words of the law in templates: ``{% load rulebook %}``."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as translated  # what `dev.py messages` must not read

register = template.Library()


@register.filter
def said(text: str) -> str:
    """Return a text of the law in the reader's language."""
    return translated(text)
