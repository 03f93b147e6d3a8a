"""The addresses of a member's own page, and of the answers to what is asked there."""

from __future__ import annotations

from typing import Final

from django.urls import path

from comitia.web.register import own_requests, own_views

urlpatterns: Final = [
    path("me", own_views.own_page, name="me"),
    path("me/history", own_views.own_history, name="own-history"),
    path("me/download", own_views.own_download, name="own-download"),
    path("me/leave", own_views.leave, name="leave"),
    path("me/address", own_views.details, name="own-details"),
    path("me/correction", own_views.request_correction, name="request-correction"),
    path("me/address-works", own_views.trust_address, name="own-address-works"),
    path("me/language", own_views.choose_language, name="own-language"),
    path("corrections", own_requests.corrections, name="corrections"),
    path("corrections/<int:number>", own_requests.correction, name="correction"),
]
