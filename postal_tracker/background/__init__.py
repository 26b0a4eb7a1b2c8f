"""Work that nobody waits for; the only floor that knows DBOS.

scheduler  DBOS started and stopped, what is done when, and what dead workers left
tasks      what is done: polling carriers, telling them of parcels, tidying up; knows no DBOS
queues     jobs that are handed over in the caller's transaction, each lane at its rate limit
workers    the heartbeats of the processes that work here
"""
