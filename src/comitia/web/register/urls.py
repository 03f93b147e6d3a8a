"""The addresses of this room; a person is only ever named by a pseudonym in them."""

from __future__ import annotations

from django.urls import URLPattern, include, path, register_converter
from django.urls.converters import StringConverter

from comitia.web.register import access_views, due_views, outbox_views
from comitia.web.register.views import (
    applications,
    as_at,
    asking,
    balances,
    deciding,
    members,
    own,
    proposals,
)

app_name = "register"


class PseudonymConverter(StringConverter):
    """A membership's identifier; anything else is no such page."""

    regex = "[0-9a-f]{32}"


register_converter(PseudonymConverter, "pseudonym")

_pages: list[URLPattern] = [
    path("apply", asking.apply, name="apply"),
    path("apply/received", applications.applied, name="applied"),
    path("apply/own", own.own_application, name="own-application"),
    path("apply/again", own.apply_again, name="apply-again"),
    path("applications", applications.waiting, name="applications"),
    path("applications/new", applications.lodge, name="lodge"),
    path("applications/<pseudonym:membership>", deciding.application, name="application"),
    path("register", members.members, name="members"),
    path("register/as-at", as_at.as_at, name="as-at"),
    path("register/balance", balances.balance, name="balance"),
    path("register/balance/entries", balances.entries, name="balance-entries"),
    path("register/access", access_views.access, name="access"),
    path(
        "register/access/<pseudonym:membership>", access_views.member_access, name="member-access"
    ),
    path("outbox", outbox_views.messages_waiting, name="outbox"),
    path("outbox/letters", outbox_views.letters, name="letters-of-all"),
    path("outbox/letters/<pseudonym:branch>", outbox_views.letters, name="letters"),
    path("outbox/<uuid:message>", outbox_views.message, name="message"),
    path("deadlines", due_views.deadlines, name="deadlines"),
    path("deadlines/<int:deadline>", due_views.extend_deadline, name="extend-deadline"),
    path("register/proposals", proposals.proposals, name="proposals"),
    path("register/proposals/<pseudonym:proposal>", proposals.proposal, name="proposal"),
    path("register/<pseudonym:membership>", members.card, name="card"),
    path("register/<pseudonym:membership>/<slug:slug>", members.act, name="act"),
]
urlpatterns = [path("", include((_pages, app_name)))]
