"""What differs between SQLite and PostgreSQL, in one place; the rooms ask for it by name.

- ``configuring``: from one address to Django's settings.
- ``sqlite``: Django's backend for SQLite, whose write transactions wait for their turn at a file.
- ``locking``: rows that a handler rests on, or changes.
- ``append_only``: tables whose rows the database itself refuses to change.
- ``alone``: a place that one process holds at a time.
- ``prefixes``: search by the beginning of a text, by an index.
- ``routing``: the second database, with the secrets of persons alone.
- ``state``: whether the tables are those that this version knows.

Every ``atomic`` block is a write transaction on SQLite: open one to write, not to read.
"""
