"""Whoever is refused is written down; strangers are counted, so that they cannot fill the log."""

from fastapi import Request

from postal_tracker.access.audit import Audited, Note
from postal_tracker.core.problems import Problem
from postal_tracker.web.http.auth import door_of, house_of, seen_from

_REFUSALS = (401, 403, 429)


def note_refusal(request: Request, problem: Problem) -> None:
    """Write down who was refused what, unless his door has done so; of other problems nothing."""
    if problem.status in _REFUSALS and not getattr(request.state, "refusal_is_noted", False):
        kind = Audited.FORGED_HOOK if problem.slug == "forged-message" else Audited.REFUSED
        who = getattr(request.state, "caller", "")
        refused(request, kind, who=who, detail=problem.slug)


def refused(request: Request, kind: Audited, *, who: str, detail: str) -> None:
    """Write down a refusal of this request."""
    house, network = house_of(request), seen_from(request)
    request.state.refusal_is_noted = True
    house.audit.refused(Note(kind, house.now(), who, network, door_of(request), detail=detail))
