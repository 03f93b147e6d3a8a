"""The tables of the register, version by version."""
