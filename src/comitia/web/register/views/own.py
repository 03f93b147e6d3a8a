"""What an applicant sees of the own application, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from comitia.errors import ComitiaError
from comitia.law.standings import Standing
from comitia.record.kinds.register import WithdrawApplication
from comitia.record.kinds.values import EntryHash
from comitia.web.acts import clock
from comitia.web.acts.reading import state_of
from comitia.web.acts.refusals import sentence_of
from comitia.web.register.access import person_of
from comitia.web.register.doing import asked_of, do
from comitia.web.register.limits import decision_limit
from comitia.web.register.models import Membership
from comitia.web.register.queries import applied_at


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_application(request: HttpRequest) -> HttpResponse:
    """Show somebody who is logged in the own application, and take it back."""
    rows = Membership.objects.filter(person=person_of(request), standing=Standing.APPLICANT)
    row = rows.select_related("branch").first()
    if row is None:
        return render(request, "register/own_application.html", {})
    if request.method == "POST":
        _withdraw(request, row)
        return redirect("register:own-application")
    state = state_of()
    book = state.rule_book_at(clock.now())
    applied = applied_at(rows)[row.pk]
    limit = None if book is None else decision_limit(applied, book)
    return render(request, "register/own_application.html", {"row": row, "limit": limit})


def _withdraw(request: HttpRequest, row: Membership) -> None:
    seen = EntryHash(request.POST.get("seen", ""))
    try:
        do(asked_of(WithdrawApplication(), row, [row.person_id], seen))
    except ComitiaError as error:
        messages.error(request, sentence_of(error))
    else:
        messages.success(request, gettext("You took your application back."))
