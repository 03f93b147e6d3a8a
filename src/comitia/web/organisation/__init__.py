"""The organisation: its branches, and who holds what in them until when.

Its tables follow from entries: nothing is written here but by the handlers in ``acts``.
"""
