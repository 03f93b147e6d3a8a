"""Backups that outlive no erasure, and that restore on either database.

- ``form``: what a backup is made of: a manifest, a file of rows a table, sealed rows. The reference
  has the format.
- ``rows``: rows to values and back, through the models' own fields.
- ``writing`` and ``restoring``: from a running application, and into an empty one.

A row that is somebody's is sealed under that person's secret. The secrets are in no backup but
their own, which is thrown away soon: so when a person is erased, old backups forget that person.
"""
