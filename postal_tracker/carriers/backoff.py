"""Exponential backoff: how long a carrier rests that fails time and again. Pure."""

from datetime import timedelta

FAILURES_ENDURED = 3
"""In a row; from then on the carrier rests before it is tried again."""

FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=15)


def rest_after(failures: int) -> timedelta:
    """Return twice the last rest after each further failure, but no longer than the longest."""
    if failures < FAILURES_ENDURED:
        return timedelta(0)
    doublings = min(failures - FAILURES_ENDURED, 10)
    return min(FIRST_REST * float(2**doublings), LONGEST_REST)
