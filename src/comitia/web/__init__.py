"""The application: a Django project, one package a room. Only ``cli.serving`` imports it."""
