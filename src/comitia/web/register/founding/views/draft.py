"""The draft as a whole: what is missing, what the organisation is, its file, one step back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comitia.errors import MalformedRecord
from comitia.web.accounts.installation import needs_installation_code
from comitia.web.acts import clock
from comitia.web.register.founding.draft import draft_bytes, parse_draft
from comitia.web.register.founding.forms import CellsForm, DraftFileForm
from comitia.web.register.founding.saving import DraftOvertaken, change_draft, take_back
from comitia.web.register.founding.signing import signatures_of
from comitia.web.register.founding.views.steps import read_page, say_overtaken

PAGE: Final = ["GET", "HEAD", "POST"]


@needs_installation_code
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the steps, and what is still missing in each."""
    page = read_page()
    facts = page.facts(
        "",
        form=DraftFileForm(initial={"seen": page.draft.hash}),
        can_go_back=page.saved.before is not None,
        saved_at=page.saved.saved_at,
        is_ready=not page.checked.errors,
        signatures=signatures_of(page.draft),
    )
    return render(request, "founding/overview.html", facts)


@needs_installation_code
@require_http_methods(PAGE)
def organisation(request: HttpRequest) -> HttpResponse:
    """Say what the organisation itself is."""
    page = read_page()
    own = page.draft.organisation
    form = CellsForm("organisation", own, page.draft, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = form.row(own)
            change_draft(
                form.cleaned_data["seen"],
                lambda draft: replace(draft, organisation=changed),
                clock.now(),
            )
        except DraftOvertaken:
            say_overtaken(request)
            return redirect("founding_organisation")
        page = read_page()
        faults = page.checked.of("organisation")
        if not faults:
            return redirect("founding_rules")
        form = CellsForm("organisation", changed, page.draft, _again(request, page.draft.hash))
        form.show(faults)
    return render(request, "founding/cells.html", page.facts("organisation", form=form))


def _again(request: HttpRequest, seen: str) -> dict[str, str]:
    """Return what was posted, as of the draft that is saved by now."""
    return {**request.POST.dict(), "seen": seen}


@needs_installation_code
@require_http_methods(PAGE)
def file(request: HttpRequest) -> HttpResponse:
    """Give the draft as a file, or take one in its place."""
    if request.method != "POST":
        response = HttpResponse(draft_bytes(read_page().draft), content_type="application/json")
        response["Content-Disposition"] = 'attachment; filename="founding-draft.json"'
        response["Cache-Control"] = "no-store"
        return response
    form = DraftFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            draft = parse_draft(form.cleaned_data["file"].read())
            change_draft(form.cleaned_data["seen"], lambda _: draft, clock.now())
            messages.success(request, gettext("The file is the draft now."))
        except MalformedRecord as error:
            text = gettext(
                "This file is no draft: what stands at “%(place)s” cannot be read. The command"
                " “comitia register founding” says why."
            )
            messages.error(request, text % {"place": error.where})
        except DraftOvertaken:
            say_overtaken(request)
    else:
        messages.error(request, gettext("Choose a file first."))
    return redirect("found")


@needs_installation_code
@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """Take the last change back; once more brings it again."""
    try:
        take_back(request.POST.get("seen", ""), clock.now())
        messages.success(request, gettext("The last change is taken back."))
    except DraftOvertaken:
        say_overtaken(request)
    return redirect("found")
