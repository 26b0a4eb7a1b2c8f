"""Doors for people and programs: pages, the JSON API and web hooks."""
