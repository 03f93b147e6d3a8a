"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from comitia.web.publicrecord import erasing_views, key_views, own_erasing, own_evidence, views

urlpatterns = [
    path("record/", views.page, name="record"),
    path("record/key", views.key, name="record_key"),
    path("record/trust", views.trust, name="record_trust"),
    path("record/cosignatures", views.cosignatures, name="record_cosignatures"),
    path("organisation/administrators/key", key_views.change_key, name="change-key"),
    path("erasures", erasing_views.erasures, name="erasures"),
    path("erasures/<str:membership>", erasing_views.erasure, name="erasure"),
    path("me/erasure", own_erasing.own_erasure, name="own-erasure"),
    path("me/evidence", own_evidence.own_evidence, name="own-evidence"),
    path("record/<path:path>", views.published, name="published"),
]
