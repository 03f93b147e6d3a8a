"""The tables of `notices`, step by step."""
