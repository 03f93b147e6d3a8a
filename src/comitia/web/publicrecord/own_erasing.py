"""Asking to be erased, on one's own page: what that means, by when one is answered, and why not."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from comitia.law.standings import COUNTED, Standing
from comitia.web.accounts.fresh import needs_fresh_login
from comitia.web.acts import clock
from comitia.web.publicrecord.duties import ask_for_erasure, open_answers, running_duty
from comitia.web.register.models import Membership
from comitia.web.register.queries import rules_now


@require_http_methods(["GET", "HEAD", "POST"])
@needs_fresh_login
def own_erasure(request: HttpRequest) -> HttpResponse:
    """Take in that somebody wants to be forgotten."""
    row: Membership | None = getattr(request.user, "membership", None)
    if row is None:
        raise Http404
    belongs = row.standing in {*COUNTED, Standing.APPLICANT}
    if request.method == "POST" and not belongs:
        ask_for_erasure(row, clock.now())
        messages.success(request, gettext("Your request is with the keepers of the register."))
        return redirect("own-erasure")
    _, day = rules_now()
    facts = {
        "belongs": belongs,
        "wish": getattr(row, "erasure_request", None),
        "answer_by": next(iter(open_answers([row.pk])), None),
        "duty": running_duty(row.pk, day),
    }
    return render(request, "publicrecord/own_erasure.html", facts)
