"""The tables of the organisation, version by version."""
