"""The addresses of this room."""

from __future__ import annotations

from typing import Final

from django.urls import path

from comitia.web.organisation import act_views, administrator_views, views

urlpatterns: Final = [
    path("organisation/", views.tree, name="organisation"),
    path("organisation/branches/<str:identifier>/", views.branch, name="branch"),
    path(
        "organisation/branches/<str:identifier>/history",
        views.branch_history,
        name="branch-history",
    ),
    path(
        "organisation/branches/<str:identifier>/<slug:key>",
        act_views.act_on_branch,
        name="branch-act",
    ),
    path("organisation/administrators/", administrator_views.administrators, name="administrators"),
    path(
        "organisation/administrators/grant",
        administrator_views.grant,
        name="grant-administration",
    ),
    path(
        "organisation/administrators/<str:identifier>/revoke",
        administrator_views.revoke,
        name="revoke-administration",
    ),
    path(
        "organisation/administrators/<str:proposal>/answer",
        administrator_views.answer,
        name="answer-administration",
    ),
    path("organisation/held/<str:identifier>/", views.holding, name="holding"),
    path(
        "organisation/held/<str:identifier>/end",
        act_views.end_appointment,
        name="end-appointment",
    ),
    path("organisation/held/<str:identifier>/resign", act_views.resign, name="resign"),
]
