"""Many labels to one printer: each once unless asked for again, noted as the printer takes them.

They go in chunks. After each the record notes what the printer took, so that whoever goes on after
a fault, or after a browser's patience, prints what is missing and nothing else.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from time import monotonic

from sqlmodel import Session

from labels.paper import Medium
from postal_tracker import printing
from postal_tracker.forms import LabelsForm
from postal_tracker.house import House
from postal_tracker.printers.faults import PrinterFault
from postal_tracker.printers.records import FORMATS, Kind, find, medium_named
from postal_tracker.printers.sending import send
from postal_tracker.printers.wanted import PrintsForm, Wanted, not_printed, to_print
from postal_tracker.problems import Invalid
from postal_tracker.staff import Caller
from postal_tracker.tables import Printer

CHUNK = 20
"""Labels sent and noted at once, or as many as fill whole sheets."""


@dataclass(slots=True)
class Outcome:
    """What came of it, so far."""

    printed: int = 0
    already: int = 0
    """Printed before, so left out."""
    left: list[str] = field(default_factory=list)
    """Not printed yet; to go on, ask for them."""
    unsure: list[str] = field(default_factory=list)
    """Those of `left` that may have come out as the printer failed."""
    unprintable: list[str] = field(default_factory=list)
    """Those that would not scan; the others were printed without them."""
    fault: PrinterFault | None = None


Tell = Callable[[int, int], None]
"""Is told how many labels are done, and of how many."""


@dataclass(frozen=True, slots=True)
class _Run:
    house: House
    form: PrintsForm
    by: Caller
    printer: Printer
    medium: Medium
    fresh: Sequence[Wanted]
    already: int


async def print_labels(
    house: House,
    form: PrintsForm,
    *,
    by: Caller,
    seconds: float = inf,
    tell: Tell | None = None,
) -> Outcome:
    """Print labels and note each chunk as the printer takes it; begin none after so many seconds.

    Raises NotFound (a printer of this office, a parcel, dossier, handover), Invalid (nothing asked
    for, no such medium), PrinterFault (if it failed before anything may have come out).
    """
    run = await house.database.read(lambda s: _begin(s, house, form, by), slow=True)
    total, ends = len(run.fresh), monotonic() + seconds
    outcome = Outcome(already=run.already, left=[one.code for one in run.fresh])
    for chunk in _chunks(run.fresh, len(run.medium.places), form.skip):
        if monotonic() > ends:
            break
        try:
            await _print_chunk(run, chunk, outcome)
        except PrinterFault as fault:
            if not outcome.printed and not fault.unsure:
                raise
            outcome.fault = fault
            break
        del outcome.left[: len(chunk.wanted)]
        if tell:
            tell(total - len(outcome.left), total)
    return outcome


def _begin(session: Session, house: House, form: PrintsForm, by: Caller) -> _Run:
    printer = find(session, form.printer, by=by)
    if printer.kind == Kind.BROWSER:
        raise Invalid(
            "printer-of-the-browser",
            "Máy in này do trình duyệt in: hãy mở tệp PDF.",
            "This is the browser's printer: open the PDF file (POST /labels).",
        )
    medium = medium_named(form.media or printer.medium, house.media)
    fresh, already = to_print(session, form, by=by)
    return _Run(house, form, by, printer, medium, fresh, already)


# Chunk by chunk


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What is sent at once, and how many stickers of its first sheet are left free."""

    wanted: Sequence[Wanted]
    skip: int


def _chunks(fresh: Sequence[Wanted], places: int, skip: int) -> Iterator[_Chunk]:
    size = places * max(1, CHUNK // places)
    start = 0
    while start < len(fresh):
        end = start + max(1, size - skip)
        yield _Chunk(fresh[start:end], skip)
        start, skip = end, 0


async def _print_chunk(run: _Run, chunk: _Chunk, outcome: Outcome) -> None:
    """Print a chunk, note it, and count it in. Raises PrinterFault."""
    database = run.house.database
    still, labels = await database.read(lambda s: _labels(s, run, chunk), slow=True)
    document, good = await asyncio.to_thread(_drawn, run, labels, chunk.skip)
    codes = {printing.code_of(label) for label in good}
    sound = [one for one in still if one.code in codes]
    if sound:
        await _send(run, document, sound, outcome)
        form = _form(run, sound)
        await database.write(
            lambda s: printing.note_printed(
                s, form, by=run.by, now=run.house.now(), printer=run.printer.name
            )
        )
    outcome.printed += len(sound)
    outcome.already += len(chunk.wanted) - len(still)
    outcome.unprintable += [one.code for one in still if one not in sound]


async def _send(run: _Run, document: bytes, sent: Sequence[Wanted], outcome: Outcome) -> None:
    try:
        await send(run.printer, document)
    except PrinterFault as fault:
        if fault.unsure:
            outcome.unsure = [one.code for one in sent]
        raise


def _labels(
    session: Session, run: _Run, chunk: _Chunk
) -> tuple[Sequence[Wanted], list[printing.Label]]:
    """Return the chunk without what somebody else has printed meanwhile, and its labels."""
    still = chunk.wanted if run.form.again else not_printed(session, chunk.wanted)
    if not still:
        return [], []
    house = run.house
    imprint = printing.Imprint(house.settings.address, house.secret, house.titles)
    return still, printing.labels_for(session, imprint, _form(run, still))


def _form(run: _Run, some: Sequence[Wanted], skip: int = 0) -> LabelsForm:
    return LabelsForm(
        parcels=[one.code for one in some if one.kind == "parcels"],
        dossiers=[one.code for one in some if one.kind == "dossiers"],
        media=run.medium.name,
        format=FORMATS[run.printer.kind],
        skip=skip,
    )


def _drawn(
    run: _Run, labels: Sequence[printing.Label], skip: int
) -> tuple[bytes, Sequence[printing.Label]]:
    """Return the document, and the labels on it: all but those that would not scan."""
    if not labels:
        return b"", []
    try:
        return _draw(run, labels, skip), labels
    except Invalid as refused:
        if refused.slug != printing.WOULD_NOT_SCAN:
            raise
    good = [label for label in labels if _scans(run, label)]
    return (_draw(run, good, skip) if good else b""), good


def _draw(run: _Run, labels: Sequence[printing.Label], skip: int = 0) -> bytes:
    offset = (run.printer.offset_x, run.printer.offset_y)
    return printing.draw(labels, _form(run, [], skip), run.house.media, offset=offset)


def _scans(run: _Run, label: printing.Label) -> bool:
    try:
        return bool(_draw(run, [label]))
    except Invalid:
        return False
