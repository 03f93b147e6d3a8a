"""The page of one's own account: how one logs in, and where one is logged in."""

from __future__ import annotations

import secrets
from typing import Any, Final
from uuid import UUID

from allauth.account.internal.flows.reauthentication import resume_request
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comitia.web.accounts.adapters import (
    TOO_MANY,
    WRONG_CODE,
    tell_former_address,
    tell_person,
)
from comitia.web.accounts.addresses import change_email
from comitia.web.accounts.forms import MailedCodeForm, NewAddressForm
from comitia.web.accounts.fresh import mark_confirmed, needs_fresh_login
from comitia.web.accounts.limits import may_try, too_many
from comitia.web.accounts.mailed_codes import make_codes, use_code
from comitia.web.accounts.models import Person, Purpose
from comitia.web.accounts.sessions import end_sessions, sessions_of
from comitia.web.accounts.views.login import mail_codes, mail_new_address, next_page
from comitia.web.acts import clock
from comitia.web.deadlines.feeds import has_feed

_PAGE: Final = ["GET", "HEAD", "POST"]
_CONFIRM: Final = "confirm_codes"
_ADDRESS: Final = "address_codes"
_OTHER_UNTIED: Final = gettext_lazy("Another login was untied from it.")


@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    found = Authenticator.objects.filter(user=person).order_by("created_at", "pk")
    types = {authenticator.type for authenticator in found}
    facts = {
        "passkeys": [key for key in found if key.type == Authenticator.Type.WEBAUTHN],
        "app": Authenticator.Type.TOTP in types,
        "recovery_codes": Authenticator.Type.RECOVERY_CODES in types,
        "others": SocialAccount.objects.filter(user=person).exists(),
        "oidc": settings.OIDC_NAME,
        "sessions": sessions_of(person),
        "calendar": has_feed(person.pk),
        "here": request.session.session_key,
    }
    return render(request, "accounts/security.html", facts)


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    ended = end_sessions(person_of(request), but=request.session.session_key or "")
    text = (
        gettext("You are logged out everywhere else.") if ended else gettext("There was no other.")
    )
    messages.success(request, text)
    return redirect("mfa_index")


@needs_fresh_login
@require_POST
def untie_other_login(request: HttpRequest) -> HttpResponse:
    """Untie the login by another organisation's server; a mailed code still logs in."""
    removed, _ = SocialAccount.objects.filter(user=person_of(request)).delete()
    if removed:
        tell_person(person_of(request), _OTHER_UNTIED)
        messages.success(request, gettext("The other login was untied."))
    return redirect("mfa_index")


@login_required
@require_http_methods(_PAGE)
def confirm(request: HttpRequest) -> HttpResponse:
    """Have somebody who has nothing but mail prove by a code that it is still they."""
    person = person_of(request)
    if request.method == "POST" and "code" not in request.POST:
        if not may_try(request, "confirm_of", str(person.pk)):
            return too_many(request)
        sent = make_codes(Purpose.CONFIRM, [person], secrets.token_bytes, clock.now())
        request.session[_CONFIRM] = str(sent.id)
        mail_codes(sent.codes)
    form = MailedCodeForm(request.POST if "code" in request.POST else None)
    if form.is_valid() and _used(request, Purpose.CONFIRM, _CONFIRM, form) is not None:
        mark_confirmed(request, clock.now())
        return resume_request(request) or redirect("mfa_index")
    facts = {"form": form, "sent": _CONFIRM in request.session, "next": next_page(request)}
    return render(request, "accounts/confirm.html", facts)


@needs_fresh_login
@require_http_methods(_PAGE)
def change_address(request: HttpRequest) -> HttpResponse:
    """Ask for a new address, and send a code to it."""
    form = NewAddressForm(request.POST or None)
    status = 200
    if form.is_valid():
        address = form.cleaned_data["email"].strip().lower()
        if may_try(request, "ask_code") and may_try(request, "ask_code_of", address):
            person = person_of(request)
            now = clock.now()
            sent = make_codes(Purpose.ADDRESS, [person], secrets.token_bytes, now, address=address)
            request.session[_ADDRESS] = str(sent.id)
            mail_new_address(person, address, sent.codes[0][1])
            return redirect("address_code")
        form.add_error(None, TOO_MANY)
        status = 429
    return render(request, "accounts/address.html", {"form": form}, status=status)


@needs_fresh_login
@require_http_methods(_PAGE)
def confirm_address(request: HttpRequest) -> HttpResponse:
    """Take the code from the new address; the old one is told, and can undo it."""
    if _ADDRESS not in request.session:
        return redirect("address")
    form = MailedCodeForm(request.POST or None)
    address = _used(request, Purpose.ADDRESS, _ADDRESS, form) if form.is_valid() else None
    if address is None:
        return render(request, "accounts/address_code.html", {"form": form})
    person = person_of(request)
    former = person.email
    word = change_email(person, address, clock.now(), secrets.token_bytes)
    tell_former_address(person, former, word)
    messages.success(request, gettext("Your e-mail address was changed."))
    return redirect("mfa_index")


def _used(
    request: HttpRequest, purpose: Purpose, session_key: str, form: MailedCodeForm
) -> str | None:
    """Return the address that goes with a right code of this very person; else note the error."""
    sent_id = request.session.get(session_key)
    if sent_id is not None and may_try(request, "try_code"):
        found = use_code(purpose, UUID(sent_id), form.cleaned_data["code"], clock.now())
        if found is not None and found[0] == request.user:
            del request.session[session_key]
            return found[1]
    form.add_error("code", WRONG_CODE)
    return None


def person_of(request: HttpRequest) -> Person:
    person: Any = request.user
    assert isinstance(person, Person)  # noqa: S101 - the decorators see to it
    return person
