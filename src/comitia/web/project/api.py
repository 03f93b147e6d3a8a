"""The programming interface, version 1: the calls of all rooms under one address.

What it takes and gives is described by itself (``openapi.json``), derived from the same
declarations as what it does. There is no page to try it out: that would need scripts of others.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from ninja import NinjaAPI

from comitia.web.interface.acting import router_of
from comitia.web.interface.calling import Bearer, CallParser
from comitia.web.interface.failing import answer_failures, nothing_here
from comitia.web.interface.proposals import router as proposals
from comitia.web.organisation.api import router as organisation
from comitia.web.project.wiring import WIRING
from comitia.web.publicrecord.api import router as publicrecord
from comitia.web.register.api import router as register
from comitia.web.register.balance_api import router as balance
from comitia.web.register.founding.api import router as founding
from comitia.web.rulebook.api import router as rulebook

api: Final = NinjaAPI(
    title="Comitia",
    version="1",
    urls_namespace="api",
    docs_url=None,
    auth=Bearer(),
    parser=CallParser(),
)
answer_failures(api)
_reading = (organisation, founding, rulebook, register, balance, publicrecord)
for _router in (*_reading, router_of(WIRING.handlers), proposals):
    api.add_router("", _router)


def unknown(request: HttpRequest) -> HttpResponse:
    """Tell a program in its own form that there is no such call."""
    return nothing_here(api, request)


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/1/", api.urls),
    re_path(r"^api/", unknown),
]
