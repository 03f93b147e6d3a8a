"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from comitia.web.publicrecord import views

urlpatterns = [
    path("record/", views.page, name="record"),
    path("record/key", views.key, name="record_key"),
    path("record/trust", views.trust, name="record_trust"),
    path("record/cosignatures", views.cosignatures, name="record_cosignatures"),
    path("record/<path:path>", views.published, name="published"),
]
