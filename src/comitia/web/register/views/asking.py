"""Asking to be admitted: what anybody may do, and what therefore keeps nothing by itself."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from comitia.errors import ComitiaError
from comitia.web.accounts.adapters import WRONG_CODE
from comitia.web.accounts.forms import MailedCodeForm
from comitia.web.acts import clock
from comitia.web.acts.refusals import sentence_of
from comitia.web.organisation.queries import open_branches
from comitia.web.register.answering import has_answered, mail_code, may_mail
from comitia.web.register.applying import take_application
from comitia.web.register.forms import ApplicationForm
from comitia.web.register.purposes import PURPOSES
from comitia.web.register.queries import rules_now

_ASKED: Final = ("name", "birth_date", "address", "email", "branch", "category")
_FORM: Final = "register/apply.html"


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Let anybody ask to be admitted: a form, then a code from the address, then the act."""
    book, today = rules_now()
    form = ApplicationForm(request.POST or None, open_branches(), book, today, is_own=True)
    if not settings.MAIL_SERVER:
        return render(request, "register/apply_on_paper.html")
    if request.method != "POST" or not form.is_valid() or "again" in request.POST:
        return _show(request, _FORM, form)
    if "code" in request.POST and "another" not in request.POST:
        return _take(request, form)
    if not may_mail(request, form.cleaned_data["email"]):
        form.add_error(None, gettext("Too many applications came from here. Try again tomorrow."))
        return _show(request, _FORM, form, status=429)
    mail_code(request, form.cleaned_data["email"], clock.now())
    return _ask_for_code(request, form, MailedCodeForm())


def _take(request: HttpRequest, form: ApplicationForm) -> HttpResponse:
    """Enter an application whose address has answered."""
    typed, address = MailedCodeForm(request.POST), form.cleaned_data["email"]
    if not typed.is_valid():
        return _ask_for_code(request, form, typed)
    if not has_answered(request, address, typed.cleaned_data["code"], clock.now()):
        typed.add_error("code", WRONG_CODE)
        return _ask_for_code(request, form, typed)
    try:
        take_application(form.applicant(get_language() or ""))
    except ComitiaError as error:
        form.add_error(None, sentence_of(error))
        return _show(request, _FORM, form)
    return redirect("register:applied")


def _ask_for_code(
    request: HttpRequest, form: ApplicationForm, code: MailedCodeForm
) -> HttpResponse:
    return _show(request, "register/apply_code.html", form, code=code)


def _show(
    request: HttpRequest,
    page: str,
    form: ApplicationForm,
    code: MailedCodeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    facts = {"form": form, "code": code, "purposes": [PURPOSES[name] for name in _ASKED]}
    return render(request, page, facts, status=status)


__all__ = ["apply"]
