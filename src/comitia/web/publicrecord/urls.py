"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from comitia.web.publicrecord import views

urlpatterns = [path("record/<path:path>", views.published, name="record")]
