"""Comitia: the internal democracy of a member organisation on one verifiable record."""

__version__ = "0.1.0"
