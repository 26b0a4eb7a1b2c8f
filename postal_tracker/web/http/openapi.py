"""What /openapi.json says beyond what the routes say themselves: problems, events, keys."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from postal_tracker.forms import EventsForm
from postal_tracker.web.http.errors import ProblemAnswer

_SCHEMA = "#/components/schemas/{model}"

_NOT_OURS = ("HTTPValidationError", "ValidationError")
"""FastAPI's own form of a refusal, which no door here answers with."""

_KEYS = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made with `postal-tracker keys create`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sid",
        "description": "The sign-in of staff; `__Host-sid` over https.",
    },
}

_OPEN_TO_ALL = ("/api/v1/track",)


def install(app: FastAPI) -> None:
    """Let the app describe itself in full; the document is made once."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(plain())
        return app.openapi_schema

    app.openapi = whole  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    _, ours = models_json_schema(
        [(ProblemAnswer, "serialization"), (EventsForm, "validation")], ref_template=_SCHEMA
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(ours["$defs"])
    for name in _NOT_OURS:
        schemas.pop(name, None)
    components["securitySchemes"] = _KEYS
    for path, methods in document["paths"].items():
        if path.startswith("/api/v1/") and path not in _OPEN_TO_ALL:
            for operation in methods.values():
                operation["security"] = [{name: []} for name in _KEYS]
    return document
