"""The pages on which people make tokens for themselves, and take them back."""

from __future__ import annotations

import secrets
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comitia.web.accounts.fresh import needs_fresh_login
from comitia.web.accounts.models import Person
from comitia.web.acts import clock
from comitia.web.acts.wiring import wired
from comitia.web.interface.forms import TokenForm
from comitia.web.interface.models import ApiToken
from comitia.web.interface.tokens import MOST_TOKENS, make_token, revoke, tokens_of
from comitia.web.interface.words import ACTS, AREAS

_PAGE: Final = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens that are good."""
    found = tokens_of(_person(request), clock.now())
    return render(request, "interface/tokens.html", {"tokens": [_shown(one) for one in found]})


@needs_fresh_login
@require_http_methods(_PAGE)
@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """Make a token, and show its word this once."""
    person, now = _person(request), clock.now()
    form = TokenForm(timezone.localdate(now), request.POST if request.method == "POST" else None)
    if form.is_valid():
        if len(tokens_of(person, now)) < MOST_TOKENS:
            given = form.cleaned_data
            token, word = make_token(
                *(person, given["name"], form.scope()),
                last_day=given["last_day"],
                now=now,
                randomness=secrets.token_bytes,
            )
            return render(request, "interface/made.html", {"token": token, "word": word})
        form.add_error(None, gettext("You have as many tokens as one can have. End one first."))
    return render(request, "interface/make.html", {"form": form})


@login_required
@require_POST
def end(request: HttpRequest, token: int) -> HttpResponse:
    """End one of one's own tokens."""
    revoke(get_object_or_404(ApiToken, pk=token, person=_person(request)), clock.now())
    messages.success(request, gettext("The token was ended. What it did stays done."))
    return redirect("api_tokens")


def _shown(token: ApiToken) -> dict[str, object]:
    reach = token.reach
    return {
        "token": token,
        "reads": [label for area, label in AREAS.items() if area in reach.reads],
        "acts": [label for act, label in ACTS.items() if act in reach.acts],
        "branch": wired().names_of([reach.branch]).get(reach.branch) if reach.branch else None,
    }


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)  # noqa: S101 - the decorators see to it
    return request.user
