"""What the world sees: every entry in its place, under a signed checkpoint, as tiles.

- ``sequencing``: gives committed entries their places, in one process at a time.
- ``sequencer``: the thread of a server's process that does so when an act wakes it.
- ``publishing``: checkpoint, tiles and bundles, rendered from the tables when they are asked for.
- ``witnessed``: what witnesses say of our checkpoints.
- ``keeping``: the key that signs.
"""
