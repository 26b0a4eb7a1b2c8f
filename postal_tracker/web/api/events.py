"""Events that couriers and portals tell of parcels; each stands for itself."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from pydantic import TypeAdapter, ValidationError

from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import EventBatch, EventResult, EventStatus
from postal_tracker.core.problems import FieldFault
from postal_tracker.forms import EventForm, EventsForm, LooseEventsForm, faults_of, read_as
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ReporterContext, RequestContext
from postal_tracker.web.http.json_bodies import read_body

router = api_router("events")


@dataclass(frozen=True, slots=True)
class EventsView:
    """What became of each event, in the order in which they were sent."""

    results: list[EventResult]
    """One for each event."""


_RESULTS = TypeAdapter(EventsView)


@router.post(
    "/events",
    response_model=EventsView,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/EventsForm"}}
            },
        }
    },
)
async def report_events(request: Request, context: ReporterContext) -> Response:
    """Record what couriers and portals report; each event stands for itself."""
    results = await record_events(context, await request.body())
    return Response(_RESULTS.dump_json(EventsView(results)), media_type="application/json")


async def record_events(context: RequestContext, body: bytes) -> list[EventResult]:
    """Record a body of events; refuses the whole only if it is no list of events at all."""
    sent = read_body(body)
    try:
        events: tuple[EventForm, ...] = tuple(EventsForm.model_validate(sent).events)
        refused: dict[int, EventResult] = {}
    except ValidationError:
        events, refused = _judged_one_by_one(sent)
    results: list[EventResult] = []
    if events:
        batch = EventBatch(events, context.caller, context.now)
        results = await context.house.database.write_each(inbox.record_batches, batch)
    for place, refusal in sorted(refused.items()):
        results.insert(place, refusal)
    return results


def _judged_one_by_one(
    sent: dict[str, object],
) -> tuple[tuple[EventForm, ...], dict[int, EventResult]]:
    """Return the events that can be read, and the refusals of the others by their place."""
    loose = read_as(LooseEventsForm, sent).events
    good: list[EventForm] = []
    refused: dict[int, EventResult] = {}
    for place, event in enumerate(loose):
        try:
            good.append(_EVENT.validate_python(event))
        except ValidationError as fault:
            refused[place] = _refusal(event, faults_of(fault.errors())[0])
    return tuple(good), refused


_EVENT = TypeAdapter(EventForm)


def _refusal(event: Any, fault: FieldFault) -> EventResult:
    id_ = event.get("id") if isinstance(event, dict) else None
    known = str(id_)[:100] if isinstance(id_, str | int) else ""
    # Half a character is text in JSON, and in no answer.
    known = known.encode("utf-8", "replace").decode()
    return EventResult(known, EventStatus.REFUSED, fault)
