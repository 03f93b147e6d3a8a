"""The record as it is published: the same bytes for everybody, to be kept by caches."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.record.tiles import CHECKPOINT_PATH
from comitia.web.publicrecord.publishing import read_published

# A tile never changes: its width is part of its name.
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_NOT_AT_ALL: Final = "no-store"


@require_safe
def published(request: HttpRequest, path: str) -> HttpResponse:  # noqa: ARG001 - a view is given one
    """Give what is published under a path."""
    try:
        content = read_published(path)
    except (MalformedRecord, StorageUnavailable):
        raise Http404(path) from None
    is_text = path == CHECKPOINT_PATH
    response = HttpResponse(
        content, content_type="text/plain; charset=utf-8" if is_text else "application/octet-stream"
    )
    response["Cache-Control"] = _NOT_AT_ALL if is_text else _FOR_EVER
    response["Access-Control-Allow-Origin"] = "*"
    return response
