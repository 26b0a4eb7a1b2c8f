"""The same act as most would write it first: a session and a commit for each request.

A `def` endpoint with the ORM on the very tables of the product: find the parcel, pass over what is
known, add the entry, work out the stage anew, commit, answer. It keeps every promise but speed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlmodel import Session, col, select

from adapters.event import Milestone
from postal_tracker.core.journey import FINAL_MILESTONES, Direction, Holder, Stage
from postal_tracker.forms import EventForm, EventsForm
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import Dossier, Enclosure, LedgerEntry, Parcel, StageChange


class Result(BaseModel):
    id: str
    status: str
    problem: str | None = None


_STAGES = {
    Direction.TO_AUTHORITY.value: (Stage.TO_AUTHORITY, Stage.AT_AUTHORITY, Holder.AUTHORITY),
    Direction.TO_CENTRE.value: (Stage.TO_CENTRE, Stage.AT_CENTRE, Holder.OFFICE),
    Direction.TO_CITIZEN.value: (Stage.TO_CITIZEN, Stage.DELIVERED, Holder.CITIZEN),
}


def create_app(url: str) -> FastAPI:
    database = Database(url)
    app = FastAPI()

    def session() -> Iterator[Session]:
        with Session(database.engine) as opened:
            yield opened

    @app.post("/api/v1/events")
    def report_events(
        form: EventsForm, session: Annotated[Session, Depends(session)]
    ) -> dict[str, list[Result]]:
        results = [_record(session, event) for event in form.events]
        session.commit()
        return {"results": results}

    return app


def _record(session: Session, event: EventForm) -> Result:
    parcel = session.exec(
        select(Parcel)
        .where(Parcel.tracking_number == event.tracking_number, col(Parcel.open))
        .with_for_update()
    ).first()
    if parcel is None:
        return Result(id=event.id, status="unclaimed")
    if _is_known(session, event, parcel):
        return Result(id=event.id, status="duplicate")
    session.add(_entry(event, parcel))
    _move(session, event, parcel)
    return Result(id=event.id, status="recorded")


def _is_known(session: Session, event: EventForm, parcel: Parcel) -> bool:
    same_id = LedgerEntry.key == f"textbook:{event.id}"
    same_scan = (
        (LedgerEntry.parcel_id == parcel.id)
        & (LedgerEntry.what == event.milestone.value)
        & (LedgerEntry.happened_at == event.happened_at)
        & (LedgerEntry.place == event.place)
    )
    known: Any = select(LedgerEntry.id).where(same_id)
    scanned: Any = select(LedgerEntry.id).where(same_scan)
    return any(session.exec(query).first() is not None for query in (known, scanned))


def _entry(event: EventForm, parcel: Parcel) -> LedgerEntry:
    return LedgerEntry(
        key=f"textbook:{event.id}",
        parcel_id=parcel.id,
        what=event.milestone.value,
        happened_at=event.happened_at,
        recorded_at=datetime.now(UTC),
        source="courier",
        by="textbook",
        place=event.place,
    )


def _move(session: Session, event: EventForm, parcel: Parcel) -> None:
    """Bring parcel and dossiers up to date, if this is the latest news."""
    if parcel.milestone_at and event.happened_at < parcel.milestone_at:
        return
    parcel.milestone, parcel.place = event.milestone.value, event.place
    parcel.milestone_at = event.happened_at
    parcel.open = event.milestone not in FINAL_MILESTONES
    inside = select(Dossier, Enclosure).join(Enclosure).where(Enclosure.parcel_id == parcel.id)
    for dossier, enclosure in session.exec(inside):
        on_the_way, arrived, holder = _STAGES[parcel.direction]
        there = event.milestone is Milestone.DELIVERED
        before, dossier.stage = dossier.stage, (arrived if there else on_the_way).value
        dossier.holder = (holder if there else Holder.POST).value
        dossier.place, dossier.since = event.place, event.happened_at
        enclosure.open = parcel.open
        if dossier.stage != before:
            session.add(_change(dossier, before, event))


def _change(dossier: Dossier, before: str, event: EventForm) -> StageChange:
    return StageChange(
        dossier_id=dossier.id,
        stage_before=before,
        stage=dossier.stage,
        happened_at=event.happened_at,
        recorded_at=datetime.now(UTC),
    )
