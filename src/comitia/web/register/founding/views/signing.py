"""The document in sentences, the invitations, and the signatures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comitia.law.errors import RuleViolation
from comitia.law.rules import RULES
from comitia.record.kinds.organisation import Terms
from comitia.web.accounts.codes import hash_code
from comitia.web.accounts.installation import needs_installation_code
from comitia.web.accounts.limits import may_try
from comitia.web.accounts.mails import in_language, send_mail
from comitia.web.acts import clock
from comitia.web.acts.words import CHOICES
from comitia.web.organisation.words import level_name, organ_name
from comitia.web.register.founding.carrying_out import DraftFaulty, found_if_signed
from comitia.web.register.founding.checking import in_order, paths_of
from comitia.web.register.founding.document import Document
from comitia.web.register.founding.forms import CodeForm, SignForm, sentence_of
from comitia.web.register.founding.saving import DraftOvertaken
from comitia.web.register.founding.signing import (
    PURPOSE,
    find_signer,
    invite,
    sign,
    signatures_of,
)
from comitia.web.register.founding.views.draft import PAGE
from comitia.web.register.founding.views.steps import Page, read_page, say_overtaken
from comitia.web.register.founding.words import STAGES, STANDINGS, TERMS, TITLES
from comitia.web.rulebook.telling import tell

_SESSION_KEY: Final = "founding_signer"
_MOST_NAMES: Final = 200
"""Shown with the document; the table of members has all of them."""
_SUBJECT: Final = gettext_lazy("Sign the founding of %(organisation)s")
_BODY: Final = gettext_lazy(
    "%(name)s,\n\nyou are named as an administrator of %(organisation)s, which is about to be"
    " founded.\nRead the document and sign it at %(address)s with this code:\n\n%(code)s\n\nIt"
    " holds for two weeks. Who has it can sign in your name: keep it to yourself.\n"
)


@needs_installation_code
@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """Show the document in sentences, and who has signed it."""
    page = read_page()
    facts = page.facts("", **document_facts(page), signatures=signatures_of(page.draft))
    return render(request, "founding/summary.html", facts)


def document_facts(page: Page) -> dict[str, Any]:
    """Return the whole document as a page shows it, and what keeps it from being founded."""
    document = page.checked.document
    return {
        "document": document,
        "hash": page.draft.hash,
        "errors": [(TITLES[one.table], sentence_of(one)) for one in page.checked.errors[:20]],
        "more_errors": max(0, len(page.checked.errors) - 20),
        "warnings": [sentence_of(one) for one in page.checked.warnings[:20]],
        "rules": list(_rule_sentences(page)),
        "terms": document.organisation and TERMS[document.organisation.terms],
        "branches": list(_branches(page)),
        "standings": _standings(page),
        "people": [(one, CHOICES[one.standing]) for one in document.members[:_MOST_NAMES]],
        "more_people": max(0, len(document.members) - _MOST_NAMES),
        "mandates": list(_mandates(document)),
        "cases": [(one, STAGES[one.stage]) for one in document.cases],
    }


def _rule_sentences(page: Page) -> Iterator[str]:
    book = page.checked.document.book
    for key, value in () if book is None else book.values.items():
        yield tell(RULES[key], value)


def _branches(page: Page) -> Iterator[tuple[str, Any, int]]:
    """Yield name, level and number of people of each branch, those above first."""
    document = page.checked.document
    terms = Terms.BRANCH if document.organisation is None else document.organisation.terms
    paths = paths_of(document.branches)
    people = Counter(one.branch for one in document.members)
    reached = [one for one in document.branches if one.reference in paths]
    for one in in_order(reached, paths):
        yield one.name, level_name(one.level, terms), people[one.reference]


def _mandates(document: Document) -> Iterator[tuple[str, Any, str, Any]]:
    """Yield who holds what where until when, by their names."""
    branches = {one.reference: one.name for one in document.branches}
    members = {one.reference: one.name for one in document.members}
    for one in document.mandates:
        who, where = members.get(one.member, one.member), branches.get(one.branch, one.branch)
        yield who, organ_name(one.organ), where, one.until


def _standings(page: Page) -> list[tuple[Any, int]]:
    found = Counter(one.standing for one in page.checked.document.members)
    return [(words, found[standing]) for standing, words in STANDINGS.items() if found[standing]]


@needs_installation_code
@require_POST
def invite_signer(request: HttpRequest, number: int) -> HttpResponse:
    """Send an administrator a code; show it once, here, where no mail is sent."""
    page = read_page()
    if page.checked.errors:
        return redirect("founding_summary")
    try:
        code = invite(page.draft, number, clock.now(), by_mail=settings.MAIL_SERVER)
    except DraftOvertaken:
        say_overtaken(request)
        return redirect("founding_summary")
    row = page.draft.administrators[number]
    if settings.MAIL_SERVER:
        fields = {
            "organisation": page.draft.organisation.name,
            "name": row.name,
            "address": request.build_absolute_uri(reverse("founding_enter")),
            "code": code,
        }
        language = page.draft.organisation.language
        send_mail(
            row.email,
            in_language(language, _SUBJECT, **fields),
            in_language(language, _BODY, **fields),
        )
        messages.success(request, gettext("The invitation is on its way."))
        return redirect("founding_summary")
    facts = page.facts("", code=code, name=row.name)
    response = render(request, "founding/invited.html", facts)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(PAGE)
def enter(request: HttpRequest) -> HttpResponse:
    """Take the code of an invitation."""
    form = CodeForm(request.POST or None)
    status = 200
    if form.is_valid():
        code_hash = hash_code(PURPOSE, b"", form.cleaned_data["code"])
        if not may_try(request, "install"):
            form.add_error(None, gettext("Too many tries. Wait five minutes."))
            status = 429
        elif find_signer(code_hash, clock.now()) is None:
            form.add_error("code", gettext("This code is wrong, or it holds no longer."))
        else:
            request.session.cycle_key()
            request.session[_SESSION_KEY] = code_hash
            return redirect("founding_sign")
    return render(request, "founding/enter.html", {"form": form}, status=status)


@require_http_methods(PAGE)
def sign_document(request: HttpRequest) -> HttpResponse:
    """Show the document to an administrator, take the signature, and found with the last one."""
    code_hash = request.session.get(_SESSION_KEY, "")
    signer = find_signer(code_hash, clock.now())
    if signer is None:
        return redirect("founding_enter")
    page = read_page()
    form = SignForm(request.POST or None, initial={"seen": page.draft.hash})
    if request.method == "POST" and not page.checked.errors and form.is_valid():
        return _sign(request, code_hash, form.cleaned_data["seen"])
    signatures = signatures_of(page.draft)
    facts = {
        **document_facts(page),
        "form": form,
        "signatures": signatures,
        "own": signatures[signer.number],
        "mail": settings.MAIL_SERVER,
    }
    return render(request, "founding/sign.html", facts)


def _sign(request: HttpRequest, code_hash: str, seen: str) -> HttpResponse:
    try:
        code = sign(code_hash, seen, clock.now())
        done = found_if_signed(clock.now())
    except DraftOvertaken:
        say_overtaken(request)
        return redirect("founding_sign")
    except (DraftFaulty, RuleViolation):
        messages.error(
            request, gettext("It cannot be founded as it is; whoever drew it up sees why.")
        )
        return redirect("founding_sign")
    if done is not None:
        del request.session[_SESSION_KEY]
    if code:
        response = render(request, "founding/signed.html", {"code": code, "is_founded": done})
        response["Cache-Control"] = "no-store"
        return response
    if done is None:
        messages.success(request, gettext("You have signed. The others are still to sign."))
        return redirect("founding_sign")
    messages.success(
        request, gettext("The organisation is founded. Log in with your e-mail address.")
    )
    return redirect("home")
