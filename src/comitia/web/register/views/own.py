"""What an applicant sees of the own application; taking it back, and applying again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from comitia.errors import ComitiaError
from comitia.law.standings import Standing
from comitia.record.kinds.register import WithdrawApplication
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts.performing import Asked
from comitia.web.acts.refusals import sentence_of
from comitia.web.organisation.doing import Doing, do_from_page
from comitia.web.register.access import person_of
from comitia.web.register.again import again_form, held_of, may_ask
from comitia.web.register.doing import asked_of, do
from comitia.web.register.limits import decisions_due
from comitia.web.register.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_application(request: HttpRequest) -> HttpResponse:
    """Show somebody who is logged in the own application, and take it back."""
    own = Membership.objects.filter(person=person_of(request))
    row = own.select_related("branch", "person").first()
    if row is None or row.standing != Standing.APPLICANT:
        facts = {"own": row, "may_ask": row is not None and may_ask(row)}
        return render(request, "register/own_application.html", facts)
    if request.method == "POST":
        _withdraw(request, row)
        return redirect("register:own-application")
    limit = decisions_due([row.pk]).get(row.pk)
    return render(request, "register/own_application.html", {"row": row, "limit": limit})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def apply_again(request: HttpRequest) -> HttpResponse:
    """Let somebody ask to be admitted who was a member, or was refused."""
    rows = Membership.objects.filter(person=person_of(request))
    row = rows.select_related("branch", "person").first()
    if row is None or not may_ask(row):
        raise Http404
    form = again_form(row)(request.POST or None)
    page = Doing(
        gettext("Apply again"),
        row.person.name,
        gettext("Your name, date of birth and address are given as they are held."),
        gettext("Apply"),
        reverse("register:own-application"),
    )

    def asked(seen: EntryHash | None) -> Asked:
        return asked_of(form.act(**held_of(row)), row, [row.person_id], seen)

    return do_from_page(request, page, form, asked, Identifier(row.pk))


def _withdraw(request: HttpRequest, row: Membership) -> None:
    seen = EntryHash(request.POST.get("seen", ""))
    try:
        do(asked_of(WithdrawApplication(), row, [row.person_id], seen))
    except ComitiaError as error:
        messages.error(request, sentence_of(error))
    else:
        messages.success(request, gettext("You took your application back."))
