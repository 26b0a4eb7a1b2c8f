"""Labels as a file, for a printer that is not ours to reach: a browser's, a program's."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlmodel import Session

from postal_tracker.access import Caller
from postal_tracker.house import House
from postal_tracker.printing import documents, reservations, sheets
from postal_tracker.printing.devices.records import (
    FORMATS,
    MEDIUM,
    Kind,
    browser_of,
    find,
    refuse_too_far,
)
from postal_tracker.printing.reservations import LabelRef, Reservation
from postal_tracker.printing.selection import Choice, FileForm, to_file
from postal_tracker.printing.sheets import Sheet
from postal_tracker.storage.pools import DRAWING


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A file with labels; without content if all that was asked for was printed before."""

    content: bytes
    already: int
    drawn: Sequence[LabelRef]
    left: int
    """How many labels more there are than one file holds."""


@asynccontextmanager
async def label_file(house: House, form: FileForm, *, by: Caller) -> AsyncIterator[LabelFile]:
    """Reserve labels and draw them; if the caller cannot hand the file on, release them.

    Raises NotFound (a parcel, dossier, handover, printer), Invalid.
    """
    database = house.database
    choice, sheet = await database.read(lambda s: _begin(s, house, form, by), slow=True)
    reserved = await database.write(
        lambda s: reservations.reserve(
            s, choice.fresh, sheet, since=form.since, by=by, now=house.now()
        )
    )
    try:
        content = await _drawn(house, reserved, sheet) if reserved else b""
        already = choice.already + len(choice.fresh) - len(reserved)
        yield LabelFile(content, already, [one.wanted for one in reserved], choice.left)
    except BaseException:
        await database.write(lambda s: reservations.release(s, reserved))
        raise


def _begin(session: Session, house: House, form: FileForm, by: Caller) -> tuple[Choice, Sheet]:
    return to_file(session, form, by=by), _sheet(session, house, form, by)


def _sheet(session: Session, house: House, form: FileForm, by: Caller) -> Sheet:
    """Return what is to be drawn on: as told, else as it is in the office's browser printer.

    An offset goes with a printer. Who names none, but another medium than lies in the browser's or
    a format that no browser prints, has another printer in mind.
    """
    named = find(session, form.printer, scope=by.scope) if form.printer else None
    printer = named or browser_of(session, by.office_id)
    medium = form.media or (printer.medium if printer else MEDIUM)
    offset = (0.0, 0.0)
    browsers_own = printer and (form.format, medium) == (FORMATS[Kind.BROWSER], printer.medium)
    if printer and (named or browsers_own):
        offset = (printer.offset_x, printer.offset_y)
    sheet = sheets.sheet_of(house.media, medium, form.format, form.skip, offset)
    refuse_too_far(sheet.medium, *offset)
    return sheet


async def _drawn(house: House, reserved: list[Reservation], sheet: Sheet) -> bytes:
    imprint = documents.Imprint(house.settings.address, house.secret, house.titles)
    words = await house.database.read(
        lambda s: documents.labels_for(s, imprint, reserved), slow=True
    )
    return await DRAWING.run(documents.draw, words, sheet)
