"""Acts on the record itself: its keys, and what it has forgotten."""

from __future__ import annotations

from comitia.record.kinds.declaring import Begins, act_kind, open_field
from comitia.record.kinds.values import EntryHash, Text


@act_kind("record.rotate_key", aggregate="record", begins=Begins.PERHAPS)
class RotateKey:
    """Sign checkpoints by another key from now on."""

    key: Text = open_field("the new verifier key, as signed notes write it")
    old_key_lost: bool = open_field("whether the old key is lost or known to others")


@act_kind("record.erase", aggregate="membership")
class EraseDisclosures:
    """Destroy what identifies somebody under one pseudonym. The entries stay, without it."""

    entries: tuple[EntryHash, ...] = open_field("the entries whose salted values were destroyed")
