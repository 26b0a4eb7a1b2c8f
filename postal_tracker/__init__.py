"""The postal dossier forwarding tracker: who holds each dossier, where, since when."""
