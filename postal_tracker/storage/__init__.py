"""The record on disk.

database    `write` and `read`: a unit of work each; the only file that commits
bulk        many rows at once
tables      what is stored
migrations  how the tables came to be what they are
"""
