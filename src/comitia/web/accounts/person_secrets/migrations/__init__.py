"""The table of secrets, version by version."""
