"""The machinery of acts: from a decision to its entry, in one transaction.

- ``performing``: the one way in which anything changes: locks, right, entry, state, consequences.
- ``founding``: the one exception, before which nothing is possible.
- ``wiring``: what the rooms give to it: handlers, consequences, suppliers. No room is imported.
- ``reading``: what an act rests on, from the entries themselves.
- ``forms``, ``schemas``, ``history``, ``refusals``: what pages and the programming interface need
  of acts, derived from their kinds; ``words`` puts values into the reader's language.
- ``clock``: the time, for everything in the application.

Whether an act may be done is asked of ``law`` and ``record``, as the verifier asks it: what this
machinery writes, everybody else accepts.
"""
