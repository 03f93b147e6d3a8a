"""Django's backend for SQLite with turns taken at a file: the ENGINE of the embedded database."""
