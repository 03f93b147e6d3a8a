"""Every address, and the pages of errors."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from comitia.web.accounts import urls as accounts
from comitia.web.deadlines import urls as deadlines
from comitia.web.interface import urls as interface
from comitia.web.organisation import urls as organisation
from comitia.web.project import api, styleguide, views
from comitia.web.publicrecord import urls as publicrecord
from comitia.web.register import own_urls as own
from comitia.web.register import urls as register
from comitia.web.register.founding import urls as founding
from comitia.web.rulebook import urls as rulebook

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", views.health, name="health"),
    path("language", set_language, name="language"),
    *organisation.urlpatterns,
    *rulebook.urlpatterns,
    *deadlines.urlpatterns,
    *publicrecord.urlpatterns,
    *accounts.urlpatterns,
    *register.urlpatterns,
    *own.urlpatterns,
    *founding.urlpatterns,
    *interface.urlpatterns,
    *api.urlpatterns,
]
if settings.DEBUG:
    urlpatterns += styleguide.urlpatterns

handler400: Final = "comitia.web.project.errors.bad_request"
handler403: Final = "comitia.web.project.errors.forbidden"
handler404: Final = "comitia.web.project.errors.not_found"
handler429: Final = "comitia.web.project.errors.too_many"  # allauth asks for it
handler500: Final = "comitia.web.project.errors.server_error"
