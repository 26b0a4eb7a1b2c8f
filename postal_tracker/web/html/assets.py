"""Static files: their addresses change with what is in them, so browsers may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

STATIC = Path(__file__).parents[1] / "static"


@cache
def asset(name: str) -> str:
    """Return the address of a static file; it changes with the file, so browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


class _Assets(StaticFiles):
    def file_response(self, *args: Any, **rest: Any) -> Response:
        response = super().file_response(*args, **rest)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def install(app: FastAPI) -> None:
    """Serve the static files, compressed."""
    app.mount("/static", GZipMiddleware(_Assets(directory=STATIC)), name="static")
