"""Every element of the look on one page, to be looked at; it exists in DEBUG and in tests only."""

from __future__ import annotations

from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

_BRANCHES: Final = (
    ("Stuttgart", "Ana Brandt", "412", "12 May 2026"),
    ("Ulm", "Jonas Okafor-Weidenbacher", "97", "3 June 2026"),
    ("Friedrichshafen am Bodensee", "vacant", "1,208", "none yet"),
)


class _Sample(forms.Form):
    name = forms.CharField(label="Name", max_length=40, help_text="As it stands on the card.")
    mail = forms.EmailField(label="E-mail address", required=False)
    branch = forms.ChoiceField(label="Branch", choices=[("s", "Stuttgart"), ("u", "Ulm")])
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}))
    vote = forms.ChoiceField(
        label="Do you accept the nomination?",
        choices=[("y", "Yes, I accept"), ("n", "No, I decline")],
        widget=forms.RadioSelect,
    )
    seen = forms.BooleanField(label="I have read the rule book")


class _Search(forms.Form):
    words = forms.CharField(label="Branch", required=False, help_text="The first letters.")


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Show the elements; whatever is posted comes back in the forms, checked."""
    posted = request.POST or None
    sample = _Sample(posted if posted and "name" in posted else None)
    search = _Search(posted if posted and "words" in posted else None)
    words = search.cleaned_data["words"].casefold() if search.is_valid() else ""
    for level in (messages.SUCCESS, messages.INFO, messages.WARNING, messages.ERROR):
        text = f"A message of the kind {messages.DEFAULT_TAGS[level]}."
        messages.add_message(request, level, text)
    facts = {
        "sample": sample,
        "search": search,
        "headings": ("Branch", "Secretary", "Members", "Last meeting"),
        "branches": [row for row in _BRANCHES if row[0].casefold().startswith(words)],
    }
    return render(request, "styleguide.html", facts)


urlpatterns = [path("styleguide", show, name="styleguide")]
