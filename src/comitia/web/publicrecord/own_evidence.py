"""Evidence of one's own entries, to keep and to check without this application."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from comitia.record.commitments import Disclosure
from comitia.record.evidence import Evidence, Kept
from comitia.record.proofs import prove_inclusion
from comitia.record.tiles import TILE_HEIGHT, TILE_WIDTH
from comitia.record.tree import NodeHash, NodeReader, complete_root
from comitia.web.acts import clock
from comitia.web.acts.models import Entry
from comitia.web.publicrecord.models import SignedCheckpoint
from comitia.web.publicrecord.publishing import checkpoint_bytes, shown_checkpoint
from comitia.web.publicrecord.sequencing import node_hashes


def evidence_of(membership: str, checkpoint: SignedCheckpoint) -> Evidence:
    """Return the entries of a membership under a checkpoint, with what they salt, and proofs.

    Only for whose membership it is: nothing but their own is in it.
    """
    rows = Entry.objects.filter(aggregate=membership, place__index__lt=checkpoint.size)
    entries = rows.select_related("place").prefetch_related("disclosures").order_by("number")
    node = _node_reader()
    kept = tuple(_kept(one, checkpoint.size, node) for one in entries)
    return Evidence(checkpoint_bytes(checkpoint).decode(), kept)


def _kept(entry: Entry, size: int, node: NodeReader) -> Kept:
    place = entry.place.index
    disclosed = sorted(entry.disclosures.all(), key=lambda one: one.field)
    return Kept(
        place,
        bytes(entry.content),
        prove_inclusion(place, size, node),
        tuple(Disclosure(one.field, bytes(one.key), json.loads(one.value)) for one in disclosed),
    )


def _node_reader() -> NodeReader:
    """Return what reads nodes of the tree from tiles; each tile is asked for once."""

    @cache
    def tile(level: int, index: int) -> Sequence[NodeHash]:
        return node_hashes(level, index)

    def read(level: int, index: int) -> NodeHash:
        height = level % TILE_HEIGHT
        first = index << height
        hashes = tile(level // TILE_HEIGHT, first // TILE_WIDTH)
        offset = first % TILE_WIDTH
        return complete_root(hashes[offset : offset + (1 << height)])

    return read


@login_required
@require_safe
def own_evidence(request: HttpRequest) -> HttpResponse:
    """Give somebody the own entries with their proofs, as a file."""
    membership = getattr(request.user, "membership", None)
    checkpoint = shown_checkpoint(clock.now())
    if membership is None or checkpoint is None:
        raise Http404
    content = evidence_of(membership.pk, checkpoint).to_bytes()
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="my-entries.json"'
    response["Cache-Control"] = "no-store"
    return response
