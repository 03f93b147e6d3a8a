"""The Django project: settings, wiring, the look of every page, and how it is served."""
