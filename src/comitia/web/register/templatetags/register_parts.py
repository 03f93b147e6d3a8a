"""Parts of this room's pages: ``{% load register_parts %}``."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comitia.law.standings import COUNTED, Standing
from comitia.record.kinds.register import Category
from comitia.web.acts.words import name_of_choice
from comitia.web.register.calling import Called
from comitia.web.register.models import Step
from comitia.web.register.words import CHANGES, COLUMNS, REASONS

register = template.Library()

_LOOK = {
    Standing.MEMBER: " good",
    Standing.SUSPENDED: " warn",
    Standing.STRUCK_OFF: " bad",
    Standing.EXPELLED: " bad",
}


@register.filter
def standing_mark(standing: str) -> SafeString:
    """Show a standing as a mark; none of an application that was refused or taken back."""
    if not standing:
        return format_html('<span class="mark">{}</span>', gettext("no standing"))
    one = Standing(standing)
    return format_html('<span class="mark{}">{}</span>', _LOOK.get(one, ""), name_of_choice(one))


@register.filter
def is_counted(standing: str) -> bool:
    """Whether somebody of this standing is in the number of members."""
    return standing in COUNTED


@register.filter
def category_name(category: str) -> str:
    return name_of_choice(Category(category))


@register.filter
def reason_name(reason: str) -> str:
    return str(REASONS[reason])


@register.filter
def change_name(change: str) -> str:
    return str(CHANGES[change])


@register.filter
def column_name(column: str) -> str:
    return str(COLUMNS[column])


def name_cell(one: Called, step: Step) -> SafeString:
    """Return how somebody in a list of steps is called, with a way to the card where it opens."""
    if not one.has_card:
        return format_html("<code>{}</code>", one.name)
    link = reverse("register:card", args=[step.membership_id])
    return format_html('<a href="{}">{}</a>', link, one.name)
