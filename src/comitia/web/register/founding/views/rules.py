"""The rule book of a draft: chosen, read sentence by sentence, and changed rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from comitia.errors import MalformedRecord
from comitia.law.presets import PRESETS
from comitia.law.rules import RULES
from comitia.record.canonical import Json
from comitia.web.accounts.installation import needs_installation_code
from comitia.web.acts import clock
from comitia.web.register.founding.draft import Draft
from comitia.web.register.founding.forms import PresetForm, RuleForm, sentence_of
from comitia.web.register.founding.saving import DraftOvertaken, change_draft, today_of
from comitia.web.register.founding.views.draft import PAGE
from comitia.web.register.founding.views.steps import Page, read_page, say_overtaken
from comitia.web.rulebook.telling import ask, tell


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as it is read. slug: its key in an address. fault: what is wrong with it."""

    slug: str
    sentence: str
    is_changed: bool
    fault: str


@needs_installation_code
@require_http_methods(PAGE)
def book(request: HttpRequest) -> HttpResponse:
    """Show every rule as a sentence; a posted preset takes the place of all of them."""
    page = read_page()
    form = PresetForm(page.draft, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen = form.cleaned_data["preset"]
            rules = rules_of(chosen, page.draft)
            change_draft(
                form.cleaned_data["seen"],
                lambda draft: replace(draft, preset=chosen, rules=rules),
                clock.now(),
            )
        except DraftOvertaken:
            say_overtaken(request)
        return redirect("founding_rules")
    facts = page.facts("rules", form=form, rules=tuple(lines_of(page)))
    return render(request, "founding/rules.html", facts)


def rules_of(preset: str, draft: Draft) -> dict[str, Json]:
    """Return the rules of a preset as JSON values."""
    adopted = PRESETS[preset].rule_book(today_of(draft, clock.now())).to_json()
    return cast("dict[str, Any]", adopted)["rules"]  # type: ignore[no-any-return] # of a rule book


def lines_of(page: Page) -> Iterator[RuleLine]:
    """Yield the rules of the draft that it answers, in the catalogue's order."""
    faults = {one.cell: sentence_of(one) for one in page.checked.of("rules")}
    preset = page.draft.preset
    began = rules_of(preset, page.draft) if preset in PRESETS else {}
    for key, rule in RULES.items():
        if key not in page.draft.rules:
            continue
        value = page.draft.rules[key]
        try:
            told = tell(rule, rule.kind.read(value, key))
        except MalformedRecord:
            told = ask(rule)
        changed = value != began.get(key, value)
        yield RuleLine(key.replace(".", "-"), told, changed, faults.get(key, ""))


@needs_installation_code
@require_http_methods(PAGE)
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """Change one rule."""
    page = read_page()
    found = next((one for one in RULES.values() if one.key.replace(".", "-") == key), None)
    if found is None or found.key not in page.draft.rules:
        raise Http404
    form = RuleForm(found, page.draft, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = {**page.draft.rules, **form.rules()}
        try:
            change_draft(
                form.cleaned_data["seen"], lambda draft: replace(draft, rules=changed), clock.now()
            )
        except DraftOvertaken:
            say_overtaken(request)
        return redirect("founding_rules")
    facts = page.facts("rules", form=form, title=_title(page, key))
    return render(request, "founding/rule.html", facts)


def _title(page: Page, key: str) -> str:
    return next(one.sentence for one in lines_of(page) if one.slug == key)
