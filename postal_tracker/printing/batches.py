"""Many labels to one printer: each once unless asked for again, reserved before it is sent.

They go in chunks. Each chunk is reserved, drawn and sent by itself. So the same request made again,
after a fault or a browser's timeout, prints what is missing and nothing else: it is idempotent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf
from time import monotonic

from sqlmodel import Session

from postal_tracker.access import Caller
from postal_tracker.core.bilingual_terms import Pair
from postal_tracker.core.problems import Invalid
from postal_tracker.house import House
from postal_tracker.printing import documents, reservations
from postal_tracker.printing.devices.faults import PrinterFault
from postal_tracker.printing.devices.records import (
    FORMATS,
    Kind,
    find,
    medium_named,
    refuse_too_far,
    refuse_unfit,
)
from postal_tracker.printing.devices.sending import send
from postal_tracker.printing.reservations import LabelRef, Reservation
from postal_tracker.printing.selection import Choice, PrintsForm, to_print
from postal_tracker.printing.sheets import Sheet
from postal_tracker.storage.pools import DRAWING
from postal_tracker.storage.tables import Printer

CHUNK = 5
"""Labels in one job for a label printer, whose memory empties a label at a time; or as many as
fill one sheet of stickers."""

QUEUED = 20
"""Labels, in whole sheets, in one job for a printing system, which keeps them all at once."""

LAST_JOB = 30.0
"""Seconds that the last job has for itself once the time for printing is over."""

OF_A_REQUEST = 20.0
"""Seconds for which one request prints; what is left then is for the next.

Proxies wait for a minute: with the last job it is fifty seconds.
"""


@dataclass(slots=True)
class BatchResult:
    """What came of it, so far."""

    began: datetime
    """To go on with a reprint, ask for the same labels again with this."""
    printed: int = 0
    already: int = 0
    """Printed before, so left out."""
    left: list[str] = field(default_factory=list)
    """Not printed yet; to go on, ask for them."""
    unsure: list[str] = field(default_factory=list)
    """Those of `left` that may have come out as the printer failed; then they are reprints."""
    unprintable: dict[str, Pair] = field(default_factory=dict)
    """Those that cannot be printed, and why; the others were printed without them."""
    fault: PrinterFault | None = None
    shown: list[LabelRef] = field(default_factory=list)
    """All that may lie on paper now: whose names somebody has seen."""


OnProgress = Callable[[int, int], None]
"""Is called with how many labels are done, and of how many."""


@dataclass(frozen=True, slots=True)
class _Run:
    house: House
    form: PrintsForm
    by: Caller
    printer: Printer
    sheet: Sheet
    choice: Choice
    ends: float
    """When no more chunk is begun, on the monotonic clock."""


async def print_labels(
    house: House,
    form: PrintsForm,
    *,
    by: Caller,
    seconds: float = inf,
    on_progress: OnProgress | None = None,
) -> BatchResult:
    """Print labels, chunk by chunk; begin none after so many seconds, and give up on the last one
    `LAST_JOB` later.

    Raises NotFound (a printer of this office, a parcel, dossier, handover), Invalid (nothing asked
    for, no such medium), PrinterFault (if it failed before anything may have come out).
    """
    ends, began = monotonic() + seconds, house.now()
    run = await house.database.read(lambda s: _begin(s, house, form, by, ends), slow=True)
    fresh = run.choice.fresh
    result = BatchResult(began, already=run.choice.already, left=[one.code for one in fresh])
    for chunk in _chunks(run):
        if monotonic() > ends:
            break
        try:
            await _print_chunk(run, chunk, result)
        except PrinterFault as fault:
            if not result.printed and not fault.unsure:
                raise
            result.fault = fault
            break
        del result.left[: len(chunk.wanted)]
        if on_progress:
            on_progress(len(fresh) - len(result.left), len(fresh))
    return result


def _begin(session: Session, house: House, form: PrintsForm, by: Caller, ends: float) -> _Run:
    printer = find(session, form.printer, scope=by.scope)
    if printer.kind == Kind.BROWSER:
        raise Invalid(
            "printer-of-the-browser",
            "Máy in này do trình duyệt in: vui lòng mở tệp PDF.",
            "This is the browser's printer: open the PDF file (POST /labels).",
        )
    medium = medium_named(form.media or printer.medium, house.media)
    refuse_unfit(printer.kind, printer.dpi, medium)
    offset = (printer.offset_x, printer.offset_y)
    refuse_too_far(medium, *offset)
    sheet = Sheet(medium, FORMATS[printer.kind], form.skip, offset)
    return _Run(house, form, by, printer, sheet, to_print(session, form, by=by), ends)


# Chunk by chunk


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What is sent at once, and on what: the stickers left free are on the first sheet."""

    wanted: Sequence[LabelRef]
    sheet: Sheet


def _chunks(run: _Run) -> Iterator[_Chunk]:
    sheet, fresh = run.sheet, run.choice.fresh
    places, most = len(sheet.medium.places), CHUNK if run.printer.kind == Kind.ZPL_TCP else QUEUED
    size, start, skip = places * max(1, most // places), 0, sheet.skip
    while start < len(fresh):
        end = start + max(1, size - skip)
        yield _Chunk(fresh[start:end], replace(sheet, skip=skip))
        start, skip = end, 0


async def _print_chunk(run: _Run, chunk: _Chunk, result: BatchResult) -> None:
    """Reserve a chunk, print it, and count it in. Raises PrinterFault."""
    reserved = await _reserved(run, chunk)
    refused = await _on_paper(run, reserved, chunk.sheet, result) if reserved else {}
    result.printed += len(reserved) - len(refused)
    result.shown += [one.wanted for one in reserved if one.wanted.code not in refused]
    result.already += len(chunk.wanted) - len(reserved)
    result.unprintable |= refused


async def _reserved(run: _Run, chunk: _Chunk) -> list[Reservation]:
    """Reserve those of a chunk that nobody else has printed meanwhile."""
    return await run.house.database.write(
        lambda s: reservations.reserve(
            s,
            chunk.wanted,
            chunk.sheet,
            since=run.form.since,
            by=run.by,
            now=run.house.now(),
            printer=run.printer.name,
        )
    )


async def _on_paper(
    run: _Run, reserved: Sequence[Reservation], sheet: Sheet, result: BatchResult
) -> dict[str, Pair]:
    """Draw and send; return those that cannot be printed, and why. Raises PrinterFault."""
    try:
        document, refused = await _drawn(run, reserved, sheet)
    except BaseException:
        await _settle(run, reservations.release, reserved)
        raise
    await _settle(run, reservations.release, list(refused))
    await _send(run, document, [one for one in reserved if one not in refused], result)
    return {one.wanted.code: why for one, why in refused.items()}


async def _drawn(
    run: _Run, reserved: Sequence[Reservation], sheet: Sheet
) -> tuple[bytes, Mapping[Reservation, Pair]]:
    """Return the document, and what is not on it for it cannot be printed."""
    house = run.house
    imprint = documents.Imprint(house.settings.address, house.secret, house.titles)
    words = await house.database.read(
        lambda s: documents.labels_for(s, imprint, reserved), slow=True
    )
    try:
        return await DRAWING.run(documents.draw, words, sheet), {}
    except documents.LabelsUnprintable as unprintable:
        reasons = unprintable.reasons
    good = [label for place, label in enumerate(words) if place not in reasons]
    document = await DRAWING.run(documents.draw, good, sheet) if good else b""
    return document, {reserved[place]: why for place, why in reasons.items()}


async def _send(
    run: _Run, document: bytes, sent: Sequence[Reservation], result: BatchResult
) -> None:
    if not sent:
        return
    try:
        await send(
            run.printer,
            document,
            run.sheet.medium,
            allowed=run.house.printer_networks,
            until=run.ends + LAST_JOB,
        )
    except PrinterFault as fault:
        if fault.unsure:
            result.unsure = [one.wanted.code for one in sent]
            result.shown += [one.wanted for one in sent]
        await _settle(run, reservations.doubt if fault.unsure else reservations.release, sent)
        raise


async def _settle(
    run: _Run,
    how: Callable[[Session, Sequence[Reservation]], None],
    reserved: Sequence[Reservation],
) -> None:
    if reserved:
        await run.house.database.write(lambda s: how(s, reserved))
