"""The tables of the public record, version by version."""
