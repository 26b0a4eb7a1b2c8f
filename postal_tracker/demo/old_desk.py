"""What desk and courier did in the past: the desks' own functions, each at its own time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from adapters.event import Milestone
from postal_tracker import views
from postal_tracker.access import EVERYTHING
from postal_tracker.carriers import inbox, promises
from postal_tracker.core.eta import Forecaster
from postal_tracker.core.journey import Direction
from postal_tracker.core.working_days import local_day
from postal_tracker.demo import people
from postal_tracker.demo.plot import BY_HAND, REHEARSAL, Crew
from postal_tracker.desks import acts, handover, registration, sealing
from postal_tracker.forms import (
    ActForm,
    DossierForm,
    EventForm,
    HandoverForm,
    ParcelForm,
    SignatureForm,
)
from postal_tracker.house import House


class OldDesk:
    """One desk with its clerk and its courier."""

    def __init__(self, session: Session, house: House, crew: Crew) -> None:
        self._session, self._house = session, house
        self._clerk, self._courier = crew.desk, crew.courier
        self._learned: tuple[date, Forecaster] | None = None

    def register(self, person: people.Person, procedure: str, at: datetime) -> str:
        form = DossierForm(
            procedure=procedure,
            applicant=person.form,
            return_by_post=person.wants_it_by_post,
            note=people.NOTE,
        )
        calendar = self._house.calendar
        return registration.register(self._session, form, by=self._clerk, calendar=calendar, now=at)

    def seal(self, carrier: str, direction: Direction, codes: Sequence[str], at: datetime) -> str:
        """Return the parcel's number."""
        made = sealing.put_into_parcel(
            self._session,
            ParcelForm(carrier=carrier, direction=direction, dossiers=list(codes)),
            self._house.carriers,
            by=self._clerk,
            reuse_after=self._house.reuse_after,
            now=at,
        )
        return made.tracking_number

    def make_list(self, carrier: str, numbers: Sequence[str], at: datetime) -> str:
        form = HandoverForm(carrier=carrier, parcels=list(numbers))
        return handover.make_list(self._session, form, by=self._clerk, now=at)

    def sign(self, number: str, carrier: str, at: datetime) -> None:
        postman = "Hoàng Văn Thư" if carrier == REHEARSAL else "Vũ Anh Tuấn"
        form = SignatureForm(signed_by=postman, at=at)
        handover.sign(self._session, number, form, by=self._clerk, now=at)

    def act(self, code: str, act: str, at: datetime, **told: Any) -> None:
        form: Any = ActForm.model_validate({"act": act, **told})
        calendar = self._house.calendar
        acts.act(self._session, code, form, by=self._clerk, calendar=calendar, now=at)

    def receive(self, number: str, at: datetime) -> None:
        parcel = views.find_parcel(self._session, number, scope=EVERYTHING)
        acts.receive_parcel(self._session, parcel, by=self._clerk, at=at, now=at)

    def report(self, id_: str, number: str, milestone: Milestone, place: str, at: datetime) -> None:
        """Let the courier tell what happened to a parcel."""
        event = EventForm(
            id=id_, tracking_number=number, milestone=milestone, happened_at=at, place=place
        )
        inbox.record_batches(self._session, [inbox.EventBatch((event,), self._courier, at)])

    def promise(self, at: datetime) -> None:
        """Say when parcels will arrive, as it is done in the background."""
        self._session.flush()
        day, calendar = local_day(at), self._house.calendar
        if self._learned is None or self._learned[0] != day:
            known = promises.learn(self._session, (REHEARSAL, BY_HAND), calendar, at)
            self._learned = day, known
        promises.make(self._session, 100, forecaster=self._learned[1], now=at)
