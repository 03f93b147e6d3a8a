"""The tables of the founding, version by version."""
