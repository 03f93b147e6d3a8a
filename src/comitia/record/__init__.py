"""The append-only record: what is written once, signed, witnessed, and can be checked by anybody.

From below: ``canonical`` (the one form of an entry), ``tree`` and ``proofs`` (hashes over entries),
``keys``, ``notes`` and ``checkpoints`` (who says so), ``cosignatures`` and ``witnessing`` (who saw
it too), ``tiles`` and ``tile_reader`` (how it is published), ``commitments`` (what may be
forgotten). Specified in docs/reference/record-log.md. Import from the modules; nothing is here.

Nothing here knows a network, a clock or a disk: bytes, times and randomness are arguments.
"""
