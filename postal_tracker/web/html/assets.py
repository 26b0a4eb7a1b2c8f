"""Static files: their addresses change with what is in them, so browsers may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

STATIC = Path(__file__).parents[1] / "static"


class _Assets(StaticFiles):
    def file_response(self, *args: Any, **rest: Any) -> Response:
        response = super().file_response(*args, **rest)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        if response.media_type == "image/svg+xml":  # of which Starlette does not say it
            response.headers["Content-Type"] = "image/svg+xml; charset=utf-8"
        return response


_ASSETS = _Assets(directory=STATIC, packages=[("fastapi_offline", "static")])
"""Our own files, and behind them those of Swagger UI."""


@cache
def asset(name: str) -> str:
    """Return the address of a static file; it changes with the file, so browsers may keep it."""
    path, _ = _ASSETS.lookup_path(name)
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


async def _favicon(_request: Request) -> Response:
    """Lead browsers to our mark, which they ask for by this name wherever no page names it."""
    return RedirectResponse(asset("mark.svg"))


def install(app: FastAPI) -> None:
    """Serve the static files, compressed."""
    app.mount("/static", GZipMiddleware(_ASSETS), name="static")
    app.add_route("/favicon.ico", _favicon, include_in_schema=False)
