"""What /openapi.json says beyond what the routes say themselves: problems, events."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from postal_tracker.forms import EventsForm
from postal_tracker.web.http.errors import ProblemAnswer

_SCHEMA = "#/components/schemas/{model}"

_NOT_OURS = ("HTTPValidationError", "ValidationError")
"""FastAPI's own form of a refusal, which is never answered here."""


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
    return document
