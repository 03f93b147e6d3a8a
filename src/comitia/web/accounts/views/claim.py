"""Pages that a code opens: an account, the founding; and those that stop or undo something."""

from __future__ import annotations

from typing import Final

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from comitia.web.accounts.adapters import TOO_MANY, WRONG_CODE
from comitia.web.accounts.addresses import can_undo, undo_change
from comitia.web.accounts.claiming import claim_account
from comitia.web.accounts.forms import LongCodeForm
from comitia.web.accounts.installation import enter_installation_code
from comitia.web.accounts.limits import may_try
from comitia.web.accounts.recovery import can_stop, stop_recovery
from comitia.web.acts import clock

_PAGE: Final = ["GET", "HEAD", "POST"]


@require_http_methods(_PAGE)
def claim(request: HttpRequest) -> HttpResponse:
    """Take a code, log its person in, and lead to where a passkey or an address is set."""
    form = LongCodeForm(request.POST or None)
    status = 200
    if form.is_valid():
        if may_try(request, "claim"):
            person = claim_account(form.cleaned_data["code"], clock.now())
            if person is not None:
                logout(request)  # whoever was logged in here is somebody else
                messages.info(request, gettext("Now add a passkey, or check your e-mail address."))
                page = reverse("mfa_index")
                done: HttpResponse = perform_login(request, person, redirect_url=page)
                return done
            form.add_error("code", WRONG_CODE)
        else:
            form.add_error(None, TOO_MANY)
            status = 429
    return render(request, "accounts/claim.html", {"form": form}, status=status)


@require_http_methods(_PAGE)
def install(request: HttpRequest) -> HttpResponse:
    """Take the code that the start of the application printed."""
    form = LongCodeForm(request.POST or None)
    status = 200
    if form.is_valid():
        if may_try(request, "install"):
            if enter_installation_code(request, form.cleaned_data["code"]):
                return redirect("found")
            form.add_error("code", WRONG_CODE)
        else:
            form.add_error(None, TOO_MANY)
            status = 429
    return render(request, "accounts/install.html", {"form": form}, status=status)


@require_http_methods(_PAGE)
def stop(request: HttpRequest, word: str) -> HttpResponse:
    """Stop a recovery by a button: programs that look at mails open links, and press none."""
    stopped = request.method == "POST" and stop_recovery(word, clock.now())
    facts = {"open": not stopped and can_stop(word), "stopped": stopped}
    return render(request, "accounts/stop.html", facts)


@require_http_methods(_PAGE)
def undo_address(request: HttpRequest, word: str) -> HttpResponse:
    """Undo a change of address, by a button for the same reason."""
    now = clock.now()
    undone = request.method == "POST" and undo_change(word, now)
    facts = {"open": not undone and can_undo(word, now), "undone": undone}
    return render(request, "accounts/undo_address.html", facts)
