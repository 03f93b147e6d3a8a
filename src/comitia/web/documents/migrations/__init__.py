"""The tables of `documents`, step by step."""
