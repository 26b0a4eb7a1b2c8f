"""Whoever is refused is written down; strangers are counted, so that they cannot fill the log."""

from fastapi import Request

from postal_tracker.access.audit import Audited, Note
from postal_tracker.core.problems import Problem
from postal_tracker.web.http.auth import door_of, house_of, seen_from

_REFUSALS = (401, 403, 429)


def note_refusal(request: Request, problem: Problem) -> None:
    """Write down who was refused what; of any other problem nothing."""
    if problem.status not in _REFUSALS:
        return
    house, forged = house_of(request), problem.slug == "forged-message"
    told = Note(
        Audited.FORGED_HOOK if forged else Audited.REFUSED,
        house.now(),
        who=getattr(request.state, "caller", ""),
        network=seen_from(request),
        door=door_of(request),
        detail=problem.slug,
    )
    house.audit.refused(told)
