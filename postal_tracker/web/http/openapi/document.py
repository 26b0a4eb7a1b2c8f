"""The OpenAPI document: FastAPI's own, completed."""

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from postal_tracker.forms import EventsForm
from postal_tracker.web.http.errors import ProblemAnswer
from postal_tracker.web.http.openapi.examples import show_examples
from postal_tracker.web.http.openapi.fields import describe_fields

_SCHEMA = "#/components/schemas/{model}"

_NOT_OURS = ("HTTPValidationError", "ValidationError")
"""FastAPI's own form of a refusal, which is never answered here."""

_TAGS = {
    "dossiers": "Citizens' case files: registered, found, acted on.",
    "parcels": "Postal items: sealed from dossiers, and every scan of them.",
    "handovers": "The lists that couriers sign for.",
    "labels": "Labels as files.",
    "prints": "Labels to the paper of a printer, each once.",
    "printers": "Which printers an office has.",
    "number-ranges": "Tracking numbers that a post allotted to the centre.",
    "keys": "Keys of programs and of couriers' devices.",
    "catalogue": "Offices, authorities and procedures.",
    "holidays": "Days off and make-up days, by which due dates are worked out.",
    "papers": "Receipts, forms of the law, lists, slips and envelopes as PDF.",
    "worklist": "What needs somebody today, and who has taken it.",
    "scans": "What a scanner read, and what can be done with it.",
    "events": "What couriers and portals report.",
    "track": "One dossier for its citizen.",
    "feedback": "Complaints and questions about a dossier, with the law's clock.",
    "messages": "Carriers' messages that found no home.",
    "log": "The log that cannot be rewritten: checkpoints and proofs for anybody.",
    "carriers": "Which carriers there are, and the status of each.",
    "reports": "What managers ask, as JSON, CSV or XLSX.",
    "changes": "What has changed, in the order in which it did: for portals that ask.",
    "webhooks": "Other systems that are told of changes: subscriptions and deliveries.",
    "national": "What the national public service portal is told, in its own names.",
    "audit": "Who did what to the service, and who looked at whose data.",
    "hooks": "Where carriers send their messages.",
    "problems": "What a problem's `type` means, and what to do.",
    "health": "For load balancers and operators.",
}

_ABOUT = """\
Who holds each citizen's dossier, where, since when, and is that as it should be?

**Who may call.** Send `Authorization: Bearer KEY`, a key made with `postal-tracker keys create`, or
the session cookie of a signed-in member of staff. Each operation names the roles that may call it.

**What goes wrong** is answered as a problem (RFC 9457). Its `type` is an address here that says
what the problem means and what to do; its `detail` is in Vietnamese, or in English if
`Accept-Language` asks for it.

**Times** have an offset (RFC 3339). **Lists** come in pages: send `next_cursor` as `cursor` to get
the next. **What creates something** takes an `Idempotency-Key`: it can be sent again safely.
"""


def described() -> dict[str, Any]:
    """Return how the service introduces itself: FastAPI's own arguments."""
    return {
        "title": "Postal dossier forwarding tracker",
        "description": _ABOUT,
        "version": _version(),
        "openapi_tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "generate_unique_id_function": _operation_id,
    }


@cache
def _version() -> str:
    return version("postal-tracker")


def _operation_id(route: APIRoute) -> str:
    return route.name


def install(app: FastAPI) -> None:
    """Let the app describe itself in full; the document is made once."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(app, plain())
        return app.openapi_schema

    app.openapi = whole  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _completed(app: FastAPI, document: dict[str, Any]) -> dict[str, Any]:
    _, ours = models_json_schema(
        [(ProblemAnswer, "serialization"), (EventsForm, "validation")], ref_template=_SCHEMA
    )
    schemas = document["components"]["schemas"]
    schemas.update(ours["$defs"])
    for name in _NOT_OURS:
        schemas.pop(name, None)
    for operation in operations(document):
        operation["description"] += f"\n\n{_who_may(operation)}"
        for parameter in operation.get("parameters", ()):
            if parameter["schema"].get("default") == "":  # as good as none, and no word of an enum
                del parameter["schema"]["default"]
    describe_fields(document, app.routes, ProblemAnswer, EventsForm)
    show_examples(document)
    return document


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (operation for path in document["paths"].values() for operation in path.values())


def _who_may(operation: dict[str, Any]) -> str:
    if not operation.get("security"):
        operation["security"] = []
        return "No key is needed."
    roles = ", ".join(f"`{role}`" for role in operation["security"][0]["key"])
    return f"For these roles: {roles}."
