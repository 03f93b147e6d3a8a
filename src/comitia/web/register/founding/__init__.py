"""The founding: a draft that is written step by step, read, signed by two, and carried out once.

- ``draft``: what was typed so far, right or wrong, and the file that it is exported to.
- ``document``: the same, understood; ``checking`` says what keeps it from being founded.
- ``tables``: rows that somebody pastes or uploads as CSV.
- ``saving``, ``signing``: the one draft in the database, and who has signed which state of it.
- ``carrying_out``: from a signed document to ``acts.founding``.

The first three and ``faults`` know no Django: ``comitia register founding`` checks a file offline.
"""
