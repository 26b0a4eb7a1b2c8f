"""Taking dossiers in: one citizen's file, its code, its appointment, its first entry."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from postal_tracker import ledger
from postal_tracker.access import Caller
from postal_tracker.core import codes
from postal_tracker.core.journey import Act, Holder, Stage
from postal_tracker.core.problems import Conflict
from postal_tracker.core.search_terms import terms_of
from postal_tracker.core.text import folded
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.desks.common import check_time, desk_entry, is_valid, office_for
from postal_tracker.desks.doubles import OnDoubles, ask, possible_doubles, take_turn
from postal_tracker.forms import ApplicantForm, DossierForm, field_invalid
from postal_tracker.ledger.numbers import next_serial
from postal_tracker.storage.tables import Applicant, Dossier, Office, Procedure


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A dossier that lies on the desk, and what is still to be written of it."""

    id: int
    code: str
    at: datetime
    place: str
    terms: frozenset[str]
    doubles: str
    """The codes of those it may repeat, if that is to be flagged."""


def register(
    session: Session,
    form: DossierForm,
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
    on_doubles: OnDoubles = ask,
) -> str:
    """Take a dossier in, write it down, and return its code. Raises as `take_in` does."""
    taken = take_in(session, form, by=by, calendar=calendar, now=now, on_doubles=on_doubles)
    write_down(session, [taken], by=by, now=now)
    return taken.code


def write_down(session: Session, taken: Sequence[TakenIn], *, by: Caller, now: datetime) -> None:
    """Put dossiers that were taken in into the ledger and make them findable, all at once."""
    terms = ((term, one.id) for one in taken for term in one.terms)
    ledger.search_terms.add(session.connection(), terms)
    entries = [
        desk_entry(Act.REGISTERED, by=by, at=one.at, dossier_id=one.id, place=one.place)
        for one in taken
    ]
    entries += [
        desk_entry(Act.POSSIBLE_DOUBLE, by=by, at=one.at, dossier_id=one.id, note=one.doubles)
        for one in taken
        if one.doubles
    ]
    ledger.record(session, entries, now=now)


def take_in(
    session: Session,
    form: DossierForm,
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
    on_doubles: OnDoubles = ask,
) -> TakenIn:
    """Take a dossier in, to be written down in the same transaction: of a list, all together.

    Raises Invalid (unknown procedure or office, a time to come), Forbidden (another office's),
    Conflict (the code is taken), PossibleDouble (as `on_doubles` will).
    """
    received_at = form.received_at or now
    check_time(received_at, "received_at", now)
    received_on = local_day(received_at)
    office = office_for(session, form.office, by, received_on)
    procedure = procedure_on(session, form.procedure, received_on)
    take_turn(session, [form], now=now)
    code = form.code or next_dossier_code(session, office.code, received_on)
    _refuse_taken(session, code)
    doubles = possible_doubles(session, form, scope=by.scope, now=now)
    flagged = bool(doubles) and on_doubles(doubles)
    due_on = calendar.due_on(received_on, procedure.working_days)
    times = {"received_at": received_at, "due_on": due_on, "created_at": now}
    dossier = _dossier(form, procedure, office, code=code, **times)
    session.add(dossier)
    session.flush()
    session.add(_applicant(dossier, form.applicant, form.note))
    session.flush()
    terms = terms_of(code, form.applicant.name, form.applicant.phone)
    note = ", ".join(doubles) if flagged else ""
    return TakenIn(dossier.id, code, received_at, office.name_vi, terms, note)


def _dossier(form: DossierForm, procedure: Procedure, office: Office, **given: Any) -> Dossier:
    """Return a dossier at its first desk; `given`: its code and its times."""
    return Dossier(
        lookup_code=codes.new_lookup_code(secrets.token_bytes),
        procedure_id=procedure.id,
        authority_id=procedure.authority_id,
        office_id=office.id,
        return_by_post=form.return_by_post,
        stage=Stage.WITH_OFFICE.value,
        holder=Holder.OFFICE.value,
        since=given["received_at"],
        **given,
    )


def procedure_on(session: Session, code: str, on: date) -> Procedure:
    """Return what is asked for by its code. Raises Invalid (none such on the day of receipt)."""
    procedure = session.exec(select(Procedure).where(Procedure.code == code)).first()
    if procedure is None or not is_valid(procedure, on):
        raise field_invalid(
            "procedure",
            "Không có thủ tục này vào ngày tiếp nhận.",
            "There is no such procedure on the day of receipt.",
        )
    return procedure


def next_dossier_code(session: Session, unit: str, on: date) -> str:
    """Return the next code of a unit on a day (Circular 01/2018/TT-VPCP art. 19)."""
    while True:  # passes over codes that another system gave out for the same unit
        code = str(codes.make_dossier_code(unit, on, next_serial(session, unit, on)))
        if not _exists(session, code):
            return code


def _exists(session: Session, code: str) -> bool:
    return session.exec(select(Dossier.id).where(Dossier.code == code)).first() is not None


def _refuse_taken(session: Session, code: str) -> None:
    if _exists(session, code):
        raise Conflict(
            "dossier-code-taken",
            f"Mã hồ sơ {code} đã được đăng ký.",
            f"The dossier code {code} is registered already.",
        )


def _applicant(dossier: Dossier, form: ApplicantForm, note: str) -> Applicant:
    return Applicant(
        dossier_id=dossier.id, name_folded=folded(form.name), note=note, **form.model_dump()
    )
