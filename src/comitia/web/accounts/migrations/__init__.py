"""The tables of persons, version by version."""
