"""Work that nobody waits for; the only floor that knows DBOS."""
