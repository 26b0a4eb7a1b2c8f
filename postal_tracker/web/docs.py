"""The API's own page, `/docs`: Swagger UI, drawn from `/openapi.json` without the internet.

Swagger UI's files come from a package and are served beside our own, so the content security
policy of every other page holds here too. No script stands in a page: the first step is
`static/docs.js`.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from postal_tracker.core.problems import no_such
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import house_of
from postal_tracker.web.http.openness import refuse_strangers

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def show_docs(request: Request) -> Response:
    await _refuse(request)
    return show(request, "docs.html")


@router.get("/openapi.json")
async def show_document(request: Request) -> Response:
    await _refuse(request)
    return JSONResponse(request.app.openapi())


async def _refuse(request: Request) -> None:
    if not house_of(request).settings.docs:
        raise no_such("page")
    await refuse_strangers(request)
