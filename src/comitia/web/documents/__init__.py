"""Documents: letters as PDF, and files that only their person's secret opens.

- ``letters``: pages for window envelopes, many letters in one file, the same bytes each time.
- ``sealing``: a file under a key of its own, and that key under a person's secret. No database.
- ``sorts``: what a file is, by its own bytes.
- ``files``: storing, loading, destroying; how a file is served.
"""
