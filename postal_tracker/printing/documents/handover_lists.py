"""The list that one postman signs for, on paper."""

import re
from collections.abc import Sequence
from itertools import dropwhile
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from labels.papers import handover_list
from labels.papers.handover_list import HandoverList, Line
from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core import dates
from postal_tracker.core.bilingual_terms import say
from postal_tracker.core.journey import Direction
from postal_tracker.core.problems import no_such
from postal_tracker.printing.documents import anchors
from postal_tracker.printing.documents.drawn import pdf
from postal_tracker.printing.documents.imprint import Imprint
from postal_tracker.printing.documents.parties import name_above
from postal_tracker.storage.tables import (
    Applicant,
    Authority,
    Enclosure,
    Handover,
    Office,
    Parcel,
    Recipient,
)

_WARD = re.compile(r"(phường|xã|đặc khu|thị trấn)\b", re.IGNORECASE)
"""What a place begins with that is no street."""


def handover_list_for(
    session: Session, imprint: Imprint, number: str, *, scope: Scope
) -> HandoverList:
    """Return a list in words. Raises NotFound."""
    wanted = select(Handover).where(Handover.number == number, scope.covers_list())
    handover = session.exec(wanted).first()
    if handover is None:
        raise no_such("handover")
    office = session.get_one(Office, handover.office_id)
    seen = views.handover(session, number, scope=scope)
    return HandoverList(
        number=handover.number,
        above=name_above(session, office),
        office=office.name_vi,
        carrier=imprint.title(handover.carrier),
        made=dates.moment(handover.created_at),
        lines=tuple(_lines(session, [one.id for one in views.on_list(session, handover)])),
        signed=dates.moment(handover.signed_at) if handover.signed_at else "",
        signed_by=handover.signed_by,
        giver=seen.given_by or "",
        is_brought=seen.way == "back",
        left=tuple(seen.left_behind),
        record=seen.record[:16] if seen.counted_at else "",
        anchor=anchors.newest(session),
    )


def draw(words: HandoverList) -> bytes:
    """Return the list as a PDF. Raises Invalid."""
    return pdf(lambda: handover_list.pages(words), f"Bảng kê {words.number}")


def _lines(session: Session, ids: Sequence[int]) -> Sequence[Line]:
    counts = dict(
        session.exec(
            select(Enclosure.parcel_id, func.count())
            .where(col(Enclosure.parcel_id).in_(ids))
            .group_by(col(Enclosure.parcel_id))
        ).all()
    )
    there = aliased(Office)
    told: tuple[Any, ...] = (Parcel, Office.name_vi, Authority.name_vi, Recipient, there.name_vi)
    rows = session.execute(
        sa.select(*told)
        .join(Office, col(Office.id) == col(Parcel.office_id))
        .join(Authority, col(Authority.id) == col(Parcel.authority_id), isouter=True)
        .join(there, col(there.id) == col(Parcel.to_office_id), isouter=True)
        .join(Recipient, col(Recipient.parcel_id) == col(Parcel.id), isouter=True)
        .where(col(Parcel.id).in_(ids))
    ).all()
    wards = _wards(session, ids)
    return [
        Line(
            tracking_number=parcel.tracking_number,
            direction=say(Direction(parcel.direction), "vi"),
            place=_place(parcel, to or office, authority, chosen, wards.get(parcel.id, "")),
            dossiers=counts.get(parcel.id, 0),
        )
        for parcel, office, authority, chosen, to in sorted(
            rows, key=lambda row: ids.index(row[0].id)
        )
    ]


def _place(
    parcel: Parcel, office: str, authority: str | None, chosen: Recipient | None, ward: str
) -> str:
    """Return where a parcel goes; of a citizen neither the name nor the street."""
    if parcel.direction == Direction.TO_CITIZEN:
        return (chosen and _end_of(chosen.address)) or ward
    if chosen:
        return chosen.name
    return authority or office if parcel.direction == Direction.TO_AUTHORITY else office


def _end_of(address: str) -> str:
    """Return the ward and what follows it; nothing if no part is plainly a ward."""
    parts = [part.strip() for part in address.split(",")]
    return ", ".join(dropwhile(lambda part: not _WARD.match(part), parts))


def _wards(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the ward and province of a citizen of each parcel."""
    rows = session.exec(
        select(Enclosure.parcel_id, Applicant.ward, Applicant.province)
        .join(Applicant, col(Applicant.dossier_id) == col(Enclosure.dossier_id))
        .where(col(Enclosure.parcel_id).in_(ids))
        .order_by(col(Enclosure.dossier_id).desc())
    )
    return {parcel: ", ".join(filter(None, place)) for parcel, *place in rows}
