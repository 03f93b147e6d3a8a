"""What ``comitia check`` looks at: the installation, and whether the tables are what was recorded.

- ``running``: opens the installation; ``checks``: the list of all checks.
- ``installation``: settings, files, databases, the record's key.
- ``entries``: folds all entries from nothing, with the record's own functions, and says which rows
  the state tables must have.
- ``tables``: compares the tables with these rows.
- ``publication``: places, nodes, checkpoints.
- ``persons``: disclosures, pseudonyms, secrets.

The verifier sees only what is published; what only the database can tell is found here. Nothing is
changed, and no finding names a person.
"""
