"""Where the `type` of a problem leads: what it means, and what to do (RFC 9457, section 3.1.1)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from postal_tracker.core.bilingual_terms import pick
from postal_tracker.core.problem_types import PROBLEM_TYPES
from postal_tracker.core.problems import no_such
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.errors import TITLES, address_of_type, documented, wants_page
from postal_tracker.web.http.languages import language_of

router = APIRouter(prefix="/problems", tags=["problems"])


@dataclass(frozen=True, slots=True)
class ProblemTypeView:
    """One kind of problem."""

    type: str
    """The address at which this is told."""
    status: int
    title: str
    """The same for all problems of this status."""
    detail: str
    """What problems of this kind mean, then what to do about them."""


@router.get("/{slug}", response_model=ProblemTypeView, responses=documented(404, 405, 422))
async def show_problem_type(
    slug: Annotated[str, Path(max_length=80)], request: Request
) -> ProblemTypeView | Response:
    """Say what a kind of problem means and what to do about it; browsers get a page."""
    if slug not in PROBLEM_TYPES:
        raise no_such("page")
    kind = PROBLEM_TYPES[slug]
    text = pick((kind.vi, kind.en), language_of(request))
    if wants_page(request):
        return show(request, "problem_type.html", kind=kind, text=text)
    return ProblemTypeView(address_of_type(slug), kind.status, TITLES[kind.status], text)
