"""Pulling the plug: a service that can be killed, and clients that remember what they were told."""
