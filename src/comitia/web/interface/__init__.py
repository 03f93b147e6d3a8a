"""The programming interface: what its calls share, whichever room they ask.

A call brings a token, which reaches no further than its owner at that moment, and less where it was
made for less. Rooms give their own calls in their ``api``; ``project`` puts all of them together.
"""
