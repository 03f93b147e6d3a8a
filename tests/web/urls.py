"""The project's addresses, and some that only tests ask for."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path

from comitia.web.project import styleguide
from comitia.web.project.urls import (
    handler400,
    handler403,
    handler404,
    handler429,
    handler500,
)
from comitia.web.project.urls import (
    urlpatterns as real,
)

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"Maria Muster, {request.GET.get('name')}")


def forbid(request: HttpRequest, name: str) -> HttpResponse:
    raise PermissionDenied(f"Maria Muster, {name}, {request.method}")


def post(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{len(request.POST)} fields, {len(request.FILES)} files")


urlpatterns = [
    *real,
    *styleguide.urlpatterns,
    path("break", break_down),
    path("forbid/<str:name>", forbid),
    path("post", post),
]
