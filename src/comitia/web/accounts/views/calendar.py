"""The secret address under which somebody's own calendar program reads their deadlines."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comitia.web.accounts.fresh import needs_fresh_login
from comitia.web.accounts.views.security import person_of
from comitia.web.acts import clock
from comitia.web.acts.founded import organisation_language
from comitia.web.deadlines.feeds import end_feed, make_feed


@never_cache
@needs_fresh_login
@require_POST
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Make a new address, which is shown once and ends an earlier one; or end the one there is."""
    person = person_of(request).pk
    if "end" in request.POST:
        end_feed(person)
        messages.success(request, gettext("The calendar's address has ended."))
        return redirect("mfa_index")
    token = make_feed(person, get_language() or organisation_language(), clock.now())
    address = settings.PUBLIC_ADDRESS + reverse("calendar", args=[token])
    return render(request, "accounts/calendar.html", {"address": address})
