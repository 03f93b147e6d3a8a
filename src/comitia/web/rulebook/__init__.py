"""The rule book: what the organisation adopted, version by version, each in force from a day."""
