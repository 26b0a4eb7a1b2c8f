"""The JSON API: the same acts and views as the pages, for programs. See /docs for its shapes."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

import labels
from postal_tracker import views
from postal_tracker.access.throttle import network_of
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import EventResult, EventStatus, Report
from postal_tracker.core.problems import FieldFault
from postal_tracker.desks import acts, handover, registration, scanning, sealing
from postal_tracker.forms import (
    ActForm,
    DossierForm,
    EventForm,
    EventsForm,
    HandoverForm,
    LabelsForm,
    LooseEventsForm,
    ParcelForm,
    ScanForm,
    SignatureForm,
    TrackForm,
    faults_of,
    field_invalid,
    invalid,
)
from postal_tracker.ledger import idempotency
from postal_tracker.printing import label_files
from postal_tracker.printing.selection import FileForm
from postal_tracker.views import lookup
from postal_tracker.web.http.auth import (
    Desk,
    DeskOrCourier,
    DeskOrProgram,
    Door,
    Reporter,
    Staff,
    address_of,
    house_of,
    language_of,
)
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.json_bodies import StrictRoute, read_body

router = APIRouter(
    prefix="/api/v1",
    route_class=StrictRoute,
    responses=documented(400, 401, 403, 405, 413, 422, 500, 503),
)

Code = Annotated[str, Query(max_length=80)]
CodeInPath = Annotated[str, Path(max_length=80)]
Cursor = Annotated[int | None, Query(ge=0, le=2**53)]
Limit = Annotated[int, Query(ge=1, le=views.MOST_LISTED)]


async def _create(
    door: Door, request: Request, response: Response, command: Callable[[Session], dict[str, Any]]
) -> dict[str, Any]:
    """Run a command that makes something, once for each Idempotency-Key."""
    key = request.headers.get("idempotency-key", "")
    if not key:
        return await door.house.database.write(command)
    if len(key) > idempotency.LONGEST_KEY:
        raise field_invalid("Idempotency-Key", "Dài quá 255 ký tự.", "Longer than 255 characters.")
    sent = b"\0".join([request.method.encode(), request.url.path.encode(), await request.body()])
    answer = await door.house.database.write(
        lambda session: idempotency.once(
            session, command, caller=door.caller.label, key=key, request=sent, now=door.now
        )
    )
    if answer.pop("replayed", False):
        response.headers["Idempotent-Replayed"] = "true"
    return answer


# Dossiers


@router.post("/dossiers", status_code=201, responses=documented(409))
async def register(
    form: DossierForm, door: DeskOrProgram, request: Request, response: Response
) -> views.DossierView:
    """Take a dossier in."""

    def command(session: Session) -> dict[str, Any]:
        calendar = door.house.calendar
        code = registration.register(session, form, by=door.caller, calendar=calendar, now=door.now)
        return {"code": code}

    made = await _create(door, request, response, command)
    return await _dossier(door, made["code"])


async def _dossier(door: Door, code: str) -> views.DossierView:
    house = door.house
    today = house.today()
    return await house.database.read(
        lambda s: views.dossier(s, code, today=today, titles=house.titles, lang=door.lang)
    )


@router.get("/dossiers")
async def list_dossiers(
    door: Staff,
    stage: Code = "",
    authority: Code = "",
    office: Code = "",
    holder: Code = "",
    q: Annotated[str, Query(max_length=200)] = "",
    overdue: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> views.DossierPage:
    """List dossiers, newest first; `q` finds code, tracking number, name or phone."""
    wanted = views.Filter(
        stage=stage,
        authority=authority,
        office=office,
        holder=holder,
        overdue=overdue,
        q=q,
        cursor=cursor,
        limit=limit,
    )
    house, today = door.house, door.house.today()
    return await house.database.read(
        lambda s: views.dossiers(s, wanted, today=today, titles=house.titles, lang=door.lang),
        slow=True,
    )


@router.get("/dossiers/{code}", responses=documented(404))
async def show_dossier(code: CodeInPath, door: Staff) -> views.DossierView:
    """Show one dossier: who holds it, where, since when, and everything that happened to it."""
    return await _dossier(door, code.upper()[:60])


@router.post("/dossiers/{code}/acts", responses=documented(404, 409))
async def act_on_dossier(code: CodeInPath, form: ActForm, door: Desk) -> views.DossierView:
    """Do what a desk does with a dossier; `strike_out` takes an entry of the timeline back."""
    plain = code.upper()[:60]
    await door.house.database.write(
        lambda s: acts.act(s, plain, form, by=door.caller, now=door.now)
    )
    return await _dossier(door, plain)


# Parcels


@router.post("/parcels", status_code=201, responses=documented(404, 409))
async def make_parcel(
    form: ParcelForm, door: DeskOrProgram, request: Request, response: Response
) -> views.ParcelView:
    """Seal dossiers into a parcel; without a number it gets the next of the centre's range."""

    def command(session: Session) -> dict[str, Any]:
        made = sealing.put_into_parcel(
            session,
            form,
            door.house.carriers,
            by=door.caller,
            reuse_after=door.house.reuse_after,
            now=door.now,
        )
        return {"number": made.tracking_number, "left": made.numbers_left}

    made = await _create(door, request, response, command)
    return await door.house.database.read(
        lambda s: views.parcel(s, made["number"], numbers_left=made["left"])
    )


@router.get("/parcels/{tracking_number:path}", responses=documented(404))
async def show_parcel(tracking_number: CodeInPath, door: Staff) -> views.ParcelView:
    """Show one parcel with every scan of it."""
    number = tracking_number.upper()[:80]
    return await door.house.database.read(lambda s: views.parcel(s, number))


# Handovers


@router.post("/handovers", status_code=201, responses=documented(404, 409))
async def make_handover(
    form: HandoverForm, door: Desk, request: Request, response: Response
) -> views.HandoverView:
    """Make the list that a postman signs for."""
    door.house.carriers.chosen(form.carrier)

    def command(session: Session) -> dict[str, Any]:
        return {"number": handover.make_list(session, form, by=door.caller, now=door.now)}

    made = await _create(door, request, response, command)
    return await _handover(door, made["number"])


async def _handover(door: Door, number: str) -> views.HandoverView:
    return await door.house.database.read(lambda s: views.handover(s, number))


@router.post("/handovers/{number}/sign", responses=documented(404, 409))
async def sign_handover(number: CodeInPath, form: SignatureForm, door: Desk) -> views.HandoverView:
    """Record that the postman has taken what is on the list."""
    plain = number.upper()[:30]
    await door.house.database.write(
        lambda s: handover.sign(s, plain, form, by=door.caller, now=door.now)
    )
    return await _handover(door, plain)


@router.get("/handovers/{number}", responses=documented(404))
async def show_handover(number: CodeInPath, door: Staff) -> views.HandoverView:
    """Show a list, and for each parcel whether its carrier has accepted it."""
    return await _handover(door, number.upper()[:30])


# Paper


_LABEL_FILES = (*(format_.media_type for format_ in labels.FORMATS.values()), "application/zip")


@router.post(
    "/labels",
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in _LABEL_FILES}},
        **documented(404),
    },
)
async def print_labels(form: LabelsForm, door: Desk) -> Response:
    """Draw labels for parcels or dossiers, and note who printed them.

    Without `media` they are for your office's browser printer. One named twice comes once; one
    printed before says on paper that it is a reprint. Several pages of PNG or SVG come as a ZIP.
    """
    asked = FileForm.model_validate(form.model_dump())
    async with label_files.label_file(door.house, asked, by=door.caller) as file:
        return labels_answer(file.content, form.format)


def labels_answer(drawn: bytes, format_: str) -> Response:
    """Answer with a file of labels, by the name that a browser saves it under."""
    kind = labels.media_type(format_, drawn)
    ending = "zip" if kind == "application/zip" else format_
    name = f'inline; filename="labels.{ending}"'
    return Response(drawn, media_type=kind, headers={"Content-Disposition": name})


# What happens on the way


@router.post("/scans", responses=documented(409))
async def scan(form: ScanForm, door: DeskOrCourier) -> scanning.ScanView:
    """Say what a scanner read and what can be done with it; with `act`, do it."""
    house = door.house
    if not form.act:
        return await house.database.read(lambda s: scanning.look_at(s, form.code, by=door.caller))
    return await house.database.write(
        lambda s: scanning.scan(s, form, by=door.caller, now=door.now)
    )


_RESULTS = TypeAdapter(dict[str, list[EventResult]])


@router.post(
    "/events",
    response_model=dict[str, list[EventResult]],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/EventsForm"}}
            },
        }
    },
)
async def report_events(request: Request, door: Reporter) -> Response:
    """Record what couriers and portals report; each event stands for itself."""
    results = await record_events(door, await request.body())
    return Response(_RESULTS.dump_json({"results": results}), media_type="application/json")


async def record_events(door: Door, body: bytes) -> list[EventResult]:
    """Record a body of events; refuses the whole only if it is no list of events at all."""
    sent = read_body(body)
    try:
        events: tuple[EventForm, ...] = tuple(EventsForm.model_validate(sent).events)
        refused: dict[int, EventResult] = {}
    except ValidationError:
        events, refused = _judged_one_by_one(sent)
    results: list[EventResult] = []
    if events:
        report = Report(events, door.caller, door.now)
        results = await door.house.database.write_each(inbox.report_each, report)
    for place, refusal in sorted(refused.items()):
        results.insert(place, refusal)
    return results


def _judged_one_by_one(
    sent: dict[str, object],
) -> tuple[tuple[EventForm, ...], dict[int, EventResult]]:
    """Return the events that can be read, and the refusals of the others by their place."""
    try:
        loose = LooseEventsForm.model_validate(sent).events
    except ValidationError as fault:
        raise invalid(fault.errors()) from None
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
    return EventResult(known, EventStatus.REFUSED, fault)


# Citizens


@router.post("/track", responses=documented(404, 429))
async def track(form: TrackForm, request: Request) -> lookup.CitizenDossierView:
    """Show a citizen where the dossier is. A POST, so that no proof lands in a log."""
    return await look_up(request, form)


async def look_up(request: Request, form: TrackForm) -> lookup.CitizenDossierView:
    """Return what a citizen may see, and count a wrong try. Raises NotFound, TooMany."""
    house, now = house_of(request), house_of(request).now()
    network = network_of(address_of(request))
    limits = lookup.Limits(
        house.settings.lookup_wrong_per_hour, house.settings.lookup_wrong_per_day
    )
    lang = language_of(request)
    today = house.today()
    seen = await house.database.read(
        lambda s: lookup.find(
            s,
            form.code,
            form.phone_last4,
            network=network,
            limits=limits,
            now=now,
            today=today,
            lang=lang,
        )
    )
    if seen is None:
        await house.database.write(
            lambda s: lookup.count_miss(s, form.code, network=network, now=now)
        )
        raise lookup.not_found()
    return seen
