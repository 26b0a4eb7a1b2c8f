"""Doors for people and programs: pages, the JSON API and webhooks."""
