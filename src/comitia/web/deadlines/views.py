"""The calendar at its secret address."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comitia.web.acts.clock import now
from comitia.web.deadlines.feeds import calendar_of, find_feed


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer to whoever knows the token, which no log holds."""
    found = find_feed(token)
    if found is None:
        raise Http404
    answer = HttpResponse(calendar_of(found, request.get_host(), now()))
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    return answer
