"""The record as it is published: the same bytes for everybody, to be kept by caches.

Nothing here asks who somebody is: no session is read, so no answer depends on one.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from comitia.errors import CheckFailed, MalformedRecord, StorageUnavailable
from comitia.record.checkpoints import parse_checkpoint
from comitia.record.notes import LARGEST_NOTE_BYTES, parse_note
from comitia.verify.trust import Trust
from comitia.web.acts import clock
from comitia.web.publicrecord.keeping import read_record_key
from comitia.web.publicrecord.models import SignedCheckpoint
from comitia.web.publicrecord.publishing import (
    CHECKPOINT_PATHS,
    checkpoint_bytes,
    read_published,
    shown_checkpoint,
)
from comitia.web.publicrecord.witnessed import Seen, last_seen, take_cosignatures

# A tile never changes: its width is part of its name.
_FOR_EVER: Final = "max-age=31536000, immutable"
_ASK_AGAIN: Final = "public, no-cache"
_BEARER: Final = "Bearer "
# What needs a token. The hashes do not: witnesses compare by them, and nobody can undo them.
_ENTRIES: Final = "tile/entries/"
_PLAIN: Final = "text/plain; charset=utf-8"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Tell people what the record is, and how to check it."""
    checkpoint = shown_checkpoint(clock.now())
    facts = {
        "checkpoint": checkpoint,
        "note": None if checkpoint is None else checkpoint_bytes(checkpoint).decode(),
        "address": request.build_absolute_uri(reverse("record")),
        "trust": trust_of(checkpoint),
        "is_open": not settings.RECORD_TOKEN,
        "headings": (_("Witness"), _("Entries"), _("Signed")),
        "witnesses": [_row(one) for one in last_seen(settings.WITNESSES)],
    }
    return render(request, "publicrecord/record.html", facts)


def _row(seen: Seen) -> tuple[object, object, object]:
    if seen.at is None or seen.size is None:
        return seen.key.name, _("none yet"), _("never")
    return seen.key.name, seen.size, seen.at


def trust_of(checkpoint: SignedCheckpoint | None) -> Trust | None:
    """Return what an auditor needs to know beforehand, as far as we can say it ourselves."""
    key = read_record_key(settings.DATA)
    if key is None or checkpoint is None:
        return None
    head = parse_checkpoint(parse_note(checkpoint.note.encode(), "ours").text, "ours").head
    needed = 1 if checkpoint.cosignatures.exists() else 0
    return Trust(key.name, (key.verifier,), settings.WITNESSES, needed, head)


@require_safe
def trust(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view is given one
    """Give the file that ``comitia verify --trust`` reads."""
    said = trust_of(shown_checkpoint(clock.now()))
    if said is None:
        raise Http404("trust")
    response = HttpResponse(said.to_text(), content_type=_PLAIN)
    response["Content-Disposition"] = 'attachment; filename="record.trust"'
    return response


@require_safe
def published(request: HttpRequest, path: str) -> HttpResponseBase:
    """Give what is published under a path."""
    if path.startswith(_ENTRIES) and not _may_read(request):
        refusal = HttpResponse("a token is needed\n", status=401, content_type=_PLAIN)
        refusal["WWW-Authenticate"] = "Bearer"
        return refusal
    try:
        content = read_published(path, clock.now())
    except (MalformedRecord, StorageUnavailable):
        raise Http404(path) from None
    is_checkpoint = path in CHECKPOINT_PATHS
    kind = _PLAIN if is_checkpoint else "application/octet-stream"
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    answer = HttpResponse(content, content_type=kind, headers={"ETag": tag})
    response = get_conditional_response(request, etag=tag, response=answer) or answer
    return _with_caching(response, path)


def _with_caching(response: HttpResponseBase, path: str) -> HttpResponseBase:
    if path in CHECKPOINT_PATHS:
        response["Cache-Control"] = _ASK_AGAIN
    elif settings.RECORD_TOKEN and path.startswith(_ENTRIES):
        response["Cache-Control"] = f"private, {_FOR_EVER}"
    else:
        response["Cache-Control"] = f"public, {_FOR_EVER}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _may_read(request: HttpRequest) -> bool:
    if not settings.RECORD_TOKEN:
        return True
    brought = request.headers.get("Authorization", "")
    expected = f"{_BEARER}{settings.RECORD_TOKEN}"
    return hmac.compare_digest(brought.encode(), expected.encode())


@require_safe
def key(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view is given one
    """Give the key in force, for a witness that begins and asks nobody else."""
    found = read_record_key(settings.DATA)
    if found is None:
        raise Http404("key")
    return _said(found.verifier.text, 200)


@csrf_exempt  # it is no form: what counts is the signature, whoever brings it
@require_POST
def cosignatures(request: HttpRequest) -> HttpResponse:
    """Take a checkpoint of ours that witnesses have signed."""
    body = request.read(LARGEST_NOTE_BYTES + 1)
    try:
        take_cosignatures(body, settings.WITNESSES, clock.now())
    except MalformedRecord as error:
        return _said(str(error), 400)
    except StorageUnavailable as error:
        return _said(str(error), 404)
    except CheckFailed as error:
        return _said(str(error), 403)
    return HttpResponse(status=204)


def _said(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type=_PLAIN)
