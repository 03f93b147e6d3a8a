"""The tables of acts and entries, version by version."""
