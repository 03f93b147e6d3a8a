"""Logging in and out. What a stranger is answered never says whether somebody is known here."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Final
from uuid import UUID

from allauth.account.utils import perform_login
from allauth.core.exceptions import ReauthenticationRequired
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from comitia.web.accounts.adapters import TOO_MANY, WRONG_CODE
from comitia.web.accounts.forms import AddressForm, MailedCodeForm
from comitia.web.accounts.fresh import is_fresh
from comitia.web.accounts.known_browsers import is_known
from comitia.web.accounts.limits import may_try, network_of, too_many
from comitia.web.accounts.mailed_codes import (
    VALID_FOR,
    make_codes,
    persons_at,
    tries_left,
    use_code,
)
from comitia.web.accounts.mails import in_language, send_mail
from comitia.web.accounts.models import Person, Purpose
from comitia.web.acts import clock
from comitia.web.acts.founded import organisation_name

_LOG: Final = logging.getLogger("comitia.accounts")
SENT: Final = "mailed_codes"
_PAGE: Final = ["GET", "HEAD", "POST"]
_MINUTES: Final = VALID_FOR.seconds // 60
_SUBJECT: Final = gettext_lazy("%(organisation)s: your code")
_ONE: Final = gettext_lazy("%(name)s: %(code)s")
_BODY: Final = gettext_lazy(
    "Somebody, probably you, has asked for a code at %(organisation)s. It is:\n\n"
    "%(codes)s\n\n"
    "Enter it on the page where you asked for it, within %(minutes)s minutes. Where there are "
    "several names, each person has a code of their own.\n\n"
    "Nobody from %(organisation)s will ever ask you for it. If it was not you, "
    "do nothing.\n"
)
_NEW_ADDRESS: Final = gettext_lazy(
    "%(name)s,\n\n"
    "this address is to be yours at %(organisation)s. If you want that, enter this code within "
    "%(minutes)s minutes on the page where you asked for it:\n\n"
    "%(code)s\n\n"
    "If you know nothing of it, do nothing.\n"
)


def next_page(request: HttpRequest) -> str:
    """Return the page of ours that login was asked for, or nothing."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else ""


@require_http_methods(_PAGE)
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address, and send codes to it."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_page(request) or settings.LOGIN_REDIRECT_URL)
    form = AddressForm(request.POST or None)
    status = 200
    if form.is_valid():
        if may_try(request, "ask_code"):
            _send_codes(request, form.cleaned_data["email"])
            return redirect("login_code")
        form.add_error(None, TOO_MANY)
        status = 429
    facts = {"form": form, "next": next_page(request), "oidc": settings.OIDC_NAME}
    return render(request, "accounts/login.html", facts, status=status)


def _send_codes(request: HttpRequest, address: str) -> None:
    # Beyond the limit nothing is sent, and nothing else is different: it would be a way to learn.
    address = address.strip().lower()
    persons = persons_at(address)
    persons = persons if _may_send(request, address, persons) else ()
    sent = make_codes(Purpose.LOGIN, persons, secrets.token_bytes, clock.now())
    request.session[SENT] = {"id": str(sent.id), "next": next_page(request)}
    mail_codes(sent.codes)


def _may_send(request: HttpRequest, address: str, persons: tuple[Person, ...]) -> bool:
    """Count that codes are asked for; say whether it is within what this browser may."""
    known = next((one for one in persons if is_known(request, one)), None)
    if known is not None:
        return may_try(request, "ask_code_known", str(known.pk))
    here = f"{address} {network_of(request)}"
    return may_try(request, "ask_code_of", here) and may_try(request, "ask_code_sum", address)


def mail_codes(codes: tuple[tuple[Person, str], ...]) -> None:
    """Send everybody at one address their codes, in one mail, in the language of the first."""
    if not codes:
        return
    first = codes[0][0]
    language = first.language or get_language() or ""
    organisation = organisation_name()
    lines = [in_language(language, _ONE, name=person.name, code=code) for person, code in codes]
    send_mail(
        first.email,
        in_language(language, _SUBJECT, organisation=organisation),
        in_language(
            language,
            _BODY,
            organisation=organisation,
            codes="\n".join(lines),
            minutes=str(_MINUTES),
        ),
    )


def mail_new_address(person: Person, address: str, code: str) -> None:
    """Send a person the code that shows that a new address is theirs."""
    organisation = organisation_name()
    fields = {"organisation": organisation, "name": person.name, "code": code}
    body = in_language(person.language, _NEW_ADDRESS, minutes=str(_MINUTES), **fields)
    send_mail(address, in_language(person.language, _SUBJECT, organisation=organisation), body)


@require_http_methods(_PAGE)
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the code, and go on to the second factor, if there is one, as the person it is for."""
    sent = request.session.get(SENT)
    if sent is None:
        return redirect("account_login")
    form = MailedCodeForm(request.POST or None)
    status = 200
    if form.is_valid():
        if not may_try(request, "try_code"):
            return too_many(request)
        found = use_code(Purpose.LOGIN, UUID(sent["id"]), form.cleaned_data["code"], clock.now())
        if found is not None:
            del request.session[SENT]
            done: HttpResponse = perform_login(request, found[0], redirect_url=sent["next"] or None)
            return done
        form.add_error("code", WRONG_CODE)
    left = tries_left(UUID(sent["id"]), clock.now())
    facts = {"form": form, "left": left, "minutes": _MINUTES}
    return render(request, "accounts/login_code.html", facts, status=status)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")


@require_http_methods(_PAGE)
def leave_for_other_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead on to the other organisation's server by a page that says so.

    Not by a redirect: a form of ours may lead to our own pages alone, as the policy says.
    """
    if request.method != "POST" or provider_id != settings.OIDC_ID or not settings.OIDC_NAME:
        raise Http404
    if request.user.is_authenticated and not is_fresh(request, clock.now()):
        raise ReauthenticationRequired  # it is going to be tied to this account
    answer = _ask_other(oidc.login, request)
    if answer.status_code != 302:  # noqa: PLR2004 - what allauth answers where the other server fails
        return answer
    facts = {"address": answer["Location"], "oidc": settings.OIDC_NAME}
    return render(request, "accounts/leave.html", facts)


@require_safe
def come_back_from_other_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the other server says, and go on as after a code by mail."""
    if provider_id != settings.OIDC_ID or not settings.OIDC_NAME:
        raise Http404
    return _ask_other(oidc.callback, request)


def _ask_other(view: Callable[..., HttpResponse], request: HttpRequest) -> HttpResponse:
    """Have allauth ask the other server; where it fails or says what it should not, say so."""
    try:
        return view(request, settings.OIDC_ID)
    except (RequestException, KeyError, ValueError) as error:
        _LOG.warning("the other login server is of no use (%s)", type(error).__name__)
        return other_login_cancelled(request)


def other_login_cancelled(request: HttpRequest) -> HttpResponse:
    """Say to who came back from there without having logged in that nothing has happened."""
    return render(request, "socialaccount/authentication_error.html")
