"""The tables of `deadlines`, step by step."""
