"""Deadlines: what is due from whom, until when, and what became of it.

- ``holidays``: the organisation's calendar, as ``law.calendars`` wants it.
- ``running``: starting, meeting, extending.
- ``awaiting``: what awaits a person, what is overdue.
- ``feeds``: a person's deadlines in their own calendar, at a secret address.

A deadline is computed once, when it starts, and stored: a holiday that is proclaimed later moves
nothing by itself. What is past its end is late whether or not anything has run since.
"""
