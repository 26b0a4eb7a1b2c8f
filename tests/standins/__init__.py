"""Carriers' services as their documents describe them, served over real HTTP on loopback.

standin    what all of them have in common: scans they know, questions they were asked, bad days
NAME       one carrier's dialect: how it is asked, and what it posts to a webhook
"""
