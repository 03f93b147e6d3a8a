"""A story to look at the application with: an organisation that has two years behind it.

Told through the real acts with a moved clock, on fresh data only, in a process of its own whose
settings alone let the clock move. The same seed tells the same story.
"""
