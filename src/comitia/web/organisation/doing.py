"""Doing an act from a page: a form, then what will happen, then the act.

What will happen is found out by doing the act and undoing it, so it is what the machinery says and
no guess. A page that was open while somebody else acted is refused, not obeyed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from comitia.errors import ComitiaError
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts.models import Aggregate
from comitia.web.acts.performing import Asked, new_identifier, perform, preview
from comitia.web.acts.refusals import sentence_of

_NEW: Final = Signer(salt="a new aggregate")
_OURS: Final = frozenset({"csrfmiddlewaretoken", "confirmed", "new", "seen"})


@dataclass(frozen=True, slots=True)
class Doing:
    """A page on which an act is done. about: to what. back: where it leads, done or not."""

    title: str
    about: str
    explained: str
    button: str
    back: str
    is_grave: bool = False


def seen_of(aggregate: Identifier) -> str:
    """Return the last entry of something, for the form that was made after it."""
    return Aggregate.objects.filter(pk=aggregate).values_list("last", flat=True).first() or ""


def aggregate_of(request: HttpRequest) -> Identifier:
    """Return the identifier of something new: one for each form, so none is begun twice by it."""
    try:
        return Identifier(_NEW.unsign(request.POST.get("new", "")))
    except BadSignature:
        return new_identifier()


def do_from_page(
    request: HttpRequest,
    page: Doing,
    form: forms.Form,
    asked: Callable[[EntryHash | None], Asked],
    aggregate: Identifier,
) -> HttpResponse:
    """Show an act's form, then what it brings, or do it and lead back.

    asked: makes the request of the valid form, with the last entry that the reader had seen.
    """
    seen = request.POST.get("seen") or seen_of(aggregate)
    facts = {"page": page, "form": form, "new": _NEW.sign(aggregate), "seen": seen}
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisation/act.html", facts)
    wanted = EntryHash(seen) if seen else None
    try:
        if "confirmed" in request.POST:
            perform(asked(wanted))
            messages.success(request, gettext("Done. It is in the record within a minute."))
            return redirect(page.back)
        done = preview(asked(wanted))
    except ComitiaError as error:
        form.add_error(None, sentence_of(error))
        return render(request, "organisation/act.html", facts)
    facts["rows"] = [(field.label, _shown(form, field)) for field in form.visible_fields()]
    facts["posted"] = _posted(request)
    facts["following"] = len(done.entries) - 1
    return render(request, "organisation/confirm.html", facts)


def _shown(form: forms.Form, field: forms.BoundField) -> Any:  # noqa: ANN401 - any value
    """Return what was entered as a reader knows it: of a choice its name."""
    value = form.cleaned_data.get(field.name)
    options = dict(getattr(field.field, "choices", ()))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return options.get(field.value(), value)


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _OURS
        for value in values
    ]
