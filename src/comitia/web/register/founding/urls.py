"""The addresses of the founding."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from comitia.web.register.founding.views import declared, draft, rules, signing, tables

urlpatterns: Final[list[URLPattern]] = [
    path("founding", draft.overview, name="found"),
    path("founding/declared", declared.declared_cases, name="declared_cases"),
    path("founding/organisation", draft.organisation, name="founding_organisation"),
    path("founding/file", draft.file, name="founding_file"),
    path("founding/back", draft.back, name="founding_back"),
    path("founding/rules", rules.book, name="founding_rules"),
    path("founding/rules/<slug:key>", rules.rule, name="founding_rule"),
    path("founding/summary", signing.summary, name="founding_summary"),
    path("founding/invite/<int:number>", signing.invite_signer, name="founding_invite"),
    path("founding/sign", signing.enter, name="founding_enter"),
    path("founding/sign/document", signing.sign_document, name="founding_sign"),
    path("founding/<slug:table>", tables.rows, name="founding_table"),
    path("founding/<slug:table>/file", tables.file, name="founding_rows_file"),
    path("founding/<slug:table>/rows", tables.import_rows, name="founding_import"),
    path("founding/<slug:table>/new", tables.add, name="founding_add"),
    path("founding/<slug:table>/<int:number>", tables.edit, name="founding_edit"),
    path("founding/<slug:table>/<int:number>/remove", tables.remove, name="founding_remove"),
]
