"""The tables of the rule book, version by version."""
