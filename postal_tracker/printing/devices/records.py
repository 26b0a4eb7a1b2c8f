"""Which printers an office has. Only an administrator says where one is: the service goes there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlmodel import Session, col, select

from labels.faults import UnknownMedium
from labels.layout.sheets import FARTHEST, farthest
from labels.paper import Medium, named
from postal_tracker.access import Scope
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.forms import Form, Line, Short, Word, field_invalid
from postal_tracker.printing.devices.addresses import (
    Networks,
    host_and_port,
    is_elsewhere,
    is_queue,
)
from postal_tracker.storage.tables import Office, Printer


class Kind(StrEnum):
    """How a document comes to a printer."""

    ZPL_TCP = "zpl_tcp"
    """A label printer on the network that understands ZPL."""
    LP = "lp"
    """A queue of the server's own printing system (CUPS)."""
    BROWSER = "browser"
    """The clerk's own printer: the browser gets a PDF and prints it."""


FORMATS: Mapping[str, str] = {Kind.ZPL_TCP: "zpl", Kind.LP: "pdf", Kind.BROWSER: "pdf"}
"""What each kind of printer is sent."""

MEDIUM = "a6"
"""For an office that has said nothing."""

PrinterName = Annotated[Short, StringConstraints(min_length=1, max_length=60)]
Offset = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]


class PrinterForm(Form):
    """A printer as an administrator tells of it; `address` as its kind has it, `offset` in mm."""

    name: PrinterName
    office: Word
    kind: Kind
    address: Line = ""
    """A label printer's host and port, a queue's name, or nothing for the browser's."""
    media: Word = MEDIUM
    dpi: Annotated[int, Field(ge=150, le=1200)] | None = None
    """The medium's, unless told."""
    offset_x: Offset = 0.0
    """How far everything is moved to the right. Millimetres."""
    offset_y: Offset = 0.0
    """How far everything is moved down. Millimetres."""


@dataclass(frozen=True, slots=True)
class PrinterView:
    """A printer as staff see it."""

    name: str
    office: str
    kind: Kind
    address: str | None
    """Shown to administrators alone."""
    media: str
    dpi: int
    offset_x: float
    """How far everything is moved to the right. Millimetres."""
    offset_y: float
    """How far everything is moved down. Millimetres."""


@dataclass(frozen=True, slots=True)
class PrintersView:
    """Printers of an office."""

    items: list[PrinterView]


def add(
    session: Session,
    form: PrinterForm,
    media: Mapping[str, Medium],
    *,
    allowed: Networks,
    scope: Scope,
    now: datetime,
) -> Printer:
    """Add a printer to an office, somewhere in the networks of printers.

    Raises NotFound (the office, or it is out of reach), Conflict (the name is taken), Invalid (no
    address of this kind, no such medium, one that the printer cannot print on).
    """
    told = _told(session, form, media, allowed=allowed, scope=scope)
    printer = Printer(**told, added_at=now)
    session.add(printer)
    session.flush()
    return printer


def change(
    session: Session,
    printer: Printer,
    form: PrinterForm,
    media: Mapping[str, Medium],
    *,
    allowed: Networks,
    scope: Scope,
) -> None:
    """Let a printer be as it is told now. Raises as `add` does."""
    told = _told(session, form, media, allowed=allowed, scope=scope, id_=printer.id)
    printer.sqlmodel_update(told)
    session.add(printer)
    session.flush()


def _told(
    session: Session,
    form: PrinterForm,
    media: Mapping[str, Medium],
    *,
    allowed: Networks,
    scope: Scope,
    id_: int | None = None,
) -> dict[str, Any]:
    """Return the columns of what was told of a printer; `id_` is its own, if it is there."""
    office = session.exec(select(Office).where(Office.code == form.office)).first()
    if office is None or not scope.holds(office.id):
        raise no_such("office")
    others = select(Printer).where(Printer.name == form.name, col(Printer.id) != (id_ or 0))
    if session.exec(others).first():
        raise Conflict(
            "printer-name-taken",
            f"Đã có máy in tên {form.name}. Vui lòng đặt tên khác.",
            f"There is a printer called {form.name} already. Choose another name.",
        )
    _check_address(form, allowed)
    medium, dpi = _paper_of(form, media)
    told = form.model_dump(include={"name", "address", "offset_x", "offset_y"})
    rest = {"office_id": office.id, "kind": form.kind.value, "dpi": dpi, "medium": medium.name}
    return told | rest


def _paper_of(form: PrinterForm, media: Mapping[str, Medium]) -> tuple[Medium, int]:
    medium = medium_named(form.media, media)
    refuse_too_far(medium, form.offset_x, form.offset_y)
    dpi = form.dpi or medium.dpi
    refuse_unfit(form.kind, dpi, medium)
    return medium, dpi


def _check_address(form: PrinterForm, allowed: Networks) -> None:
    if form.kind is Kind.ZPL_TCP:
        _check_place(form.address, allowed)
    elif form.kind is Kind.LP and not is_queue(form.address):
        raise field_invalid(
            "address",
            "Tên hàng in chỉ gồm chữ không dấu, chữ số và . _ @ + -",
            "A queue's name has letters, digits and . _ @ + - only.",
        )
    elif form.kind is Kind.BROWSER and form.address:
        raise field_invalid(
            "address",
            "Máy in của trình duyệt không có địa chỉ.",
            "The browser's printer has no address.",
        )


def _check_place(address: str, allowed: Networks) -> None:
    try:
        host, _ = host_and_port(address)
    except ValueError:
        raise field_invalid(
            "address",
            "Địa chỉ gồm máy và cổng, ví dụ 192.168.1.40:9100.",
            "An address is a host and a port, such as 192.168.1.40:9100.",
        ) from None
    if is_elsewhere(host, allowed):
        raise field_invalid(
            "address",
            "Địa chỉ này nằm ngoài các mạng cho phép đặt máy in (POSTAL_PRINTER_NETWORKS).",
            "This address is in no network in which printers may stand (POSTAL_PRINTER_NETWORKS).",
        )


def medium_named(name: str, media: Mapping[str, Medium]) -> Medium:
    """Return the medium of that name. Raises Invalid, naming those there are."""
    try:
        return named(name, media)
    except UnknownMedium as unknown:
        allowed = ", ".join(unknown.allowed)
        raise field_invalid(
            "media",
            f"Không có khổ giấy này; chọn một trong: {allowed}.",
            f"There is no such medium; choose one of: {allowed}.",
        ) from None


def refuse_unfit(kind: str, dpi: int, medium: Medium) -> None:
    """Refuse what would come out in another size: ZPL counts in the printer's own dots.

    A printing system knows its printer and takes what it is told. Raises Invalid.
    """
    if kind != Kind.ZPL_TCP:
        return
    if medium.stickers:
        raise field_invalid(
            "media",
            "Máy in nhãn ZPL in trên cuộn, không in trên tờ nhiều nhãn.",
            "A ZPL printer prints on rolls, not on sheets of stickers.",
        )
    if dpi != medium.dpi:
        raise field_invalid(
            "media",
            f"Khổ {medium.name} dành cho máy in {medium.dpi} dpi; vui lòng chọn khổ đúng với máy.",
            f"Medium {medium.name} is for printers of {medium.dpi} dpi; choose one that fits.",
        )


def refuse_too_far(medium: Medium, offset_x: float, offset_y: float) -> None:
    """Raises Invalid if something of a label would be moved off this paper."""
    most = farthest(medium)
    for field, length in (("offset_x", offset_x), ("offset_y", offset_y)):
        if abs(length) > most:
            raise field_invalid(
                field,
                f"Khổ {medium.name} chỉ dịch được {most:g} mm; dịch hơn thì nhãn ra ngoài giấy. "
                "Vui lòng đặt lại giấy trong máy in.",
                f"On {medium.name} everything can be moved by {most:g} mm; farther, labels would "
                "run off the paper. Put the paper into the printer anew.",
            )


def find(session: Session, which: str | int, *, scope: Scope) -> Printer:
    """Return a printer within reach by its name or its row's id. Raises NotFound."""
    column = col(Printer.id if isinstance(which, int) else Printer.name)
    printer = session.exec(select(Printer).where(column == which, scope.covers(Printer))).first()
    if printer is None:
        raise no_such("printer")
    return printer


def within(session: Session, scope: Scope) -> list[Printer]:
    """Return the printers within reach, oldest first."""
    return list(
        session.exec(select(Printer).where(scope.covers(Printer)).order_by(col(Printer.id)))
    )


def browser_of(session: Session, office_id: int | None) -> Printer | None:
    """Return the browser's printer of an office: for files, when nobody says for which printer."""
    own = Scope(frozenset({office_id})) if office_id else Scope(frozenset())
    return next((p for p in within(session, own) if p.kind == Kind.BROWSER), None)


def remove(session: Session, name: str, *, scope: Scope) -> None:
    """Forget a printer; labels that came out of it keep its name. Raises NotFound."""
    session.delete(find(session, name, scope=scope))
    session.flush()


def view(session: Session, printer: Printer, *, with_address: bool) -> PrinterView:
    """Return a printer as staff see it."""
    return PrinterView(
        name=printer.name,
        office=session.get_one(Office, printer.office_id).code,
        kind=Kind(printer.kind),
        address=printer.address if with_address else None,
        media=printer.medium,
        dpi=printer.dpi,
        offset_x=printer.offset_x,
        offset_y=printer.offset_y,
    )
