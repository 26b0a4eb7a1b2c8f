"""The rehearsal carrier's own side: an invented postal service, for demonstrations and drills.

A second party: the tracker knows it by `adapters/rehearsal.py` alone, over HTTP.
"""
