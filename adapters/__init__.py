"""Carriers' dialects on one side, our own words on the other.

To add a carrier: one file here, one line in `registry.py`, one folder in `tests/samples/`.
Nothing here knows a database, the web, or the tracker; the HTTP client is handed in.
"""
