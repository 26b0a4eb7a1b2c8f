"""Taking dossiers in: citizens' files, their codes, appointments and first entries.

One dossier is a list of one. A list costs a handful of statements, however long it is.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from postal_tracker import ledger
from postal_tracker.access import Caller
from postal_tracker.core import codes
from postal_tracker.core.codes import BadCode
from postal_tracker.core.journey import Act, Holder, Stage
from postal_tracker.core.search_terms import terms_of
from postal_tracker.core.text import folded
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.desks import register_numbers
from postal_tracker.desks.common import desk_entry
from postal_tracker.desks.doubles import OnDoubles, People, ask, take_turn
from postal_tracker.desks.intakes import (
    Intake,
    Refusal,
    at_desk,
    code_taken,
    each,
    good,
    look_for_doubles,
    no_code_left,
    taken,
)
from postal_tracker.forms import DossierForm
from postal_tracker.ledger.numbers import give_back, next_serials
from postal_tracker.storage.bulk import NewRows
from postal_tracker.storage.tables import Applicant, Dossier


def register(
    session: Session,
    form: DossierForm,
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
    on_doubles: OnDoubles = ask,
) -> str:
    """Take a dossier in and return its code.

    Raises Invalid (unknown procedure or office, a time to come), Forbidden (another office's),
    Conflict (the code is taken), PossibleDouble (as `on_doubles` will).
    """
    [one] = register_all(session, [form], by=by, calendar=calendar, now=now, on_doubles=on_doubles)
    if isinstance(one, Exception):
        raise one
    return one


def register_all(
    session: Session,
    forms: Sequence[DossierForm],
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
    on_doubles: OnDoubles = ask,
) -> list[str | Refusal]:
    """Take dossiers in; return the code of each, or what `register` would have raised for it.

    Nothing is kept of those that are refused, and no number is used up for them.
    """
    take_turn(session, forms, now=now)
    intakes = [Intake(form) for form in forms]
    each(intakes, at_desk(session, by, calendar, now))
    _give_codes(session, intakes)
    people = People(session, [one.form for one in good(intakes)], scope=by.scope, now=now)
    each(intakes, lambda one: look_for_doubles(one, people, on_doubles))
    _give_back(session, intakes)
    _write_down(session, intakes, by=by, now=now)
    return [one.refused or one.code for one in intakes]


# Codes: their own, or the next of the unit on the day (Circular 01/2018/TT-VPCP art. 19)


def _give_codes(session: Session, intakes: Sequence[Intake]) -> None:
    given = [one.form.code for one in good(intakes) if one.form.code]
    known = taken(session, given)
    drawn = _drawn(session, intakes, known.union(given))

    def step(one: Intake) -> None:
        one.code = one.form.code or drawn[one.series].next()
        one.is_taken = one.code in known
        known.add(one.code)

    each(intakes, step)


@dataclass(slots=True)
class _Drawn:
    """The next codes of a unit on a day, and why there are no more."""

    codes: Iterator[str]
    no_more: BadCode | None = None

    def next(self) -> str:
        code = next(self.codes, "")
        if self.no_more and not code:
            raise self.no_more
        return code


def _drawn(
    session: Session, intakes: Sequence[Intake], given: Collection[str]
) -> Mapping[tuple[str, date], _Drawn]:
    """Draw as many codes of each series as are needed; in one order, for others draw, too."""
    wanted = Counter(one.series for one in good(intakes) if not one.form.code)
    return {
        (unit, on): _draw(session, unit, on, count, given)
        for (unit, on), count in sorted(wanted.items())
    }


def _draw(session: Session, unit: str, on: date, count: int, given: Collection[str]) -> _Drawn:
    found: list[str] = []
    while missing := count - len(found):  # passes over what another system gave out for the unit
        last = next_serials(session, unit, on, missing)
        new, no_more = codes.make_dossier_codes(unit, on, range(last - missing + 1, last + 1))
        gone = taken(session, new).union(given)
        found += [code for code in new if code not in gone]
        if no_more:
            return _Drawn(iter(found), no_code_left(unit, on))
    return _Drawn(iter(found))


def _give_back(session: Session, intakes: Sequence[Intake]) -> None:
    """Give back the numbers of those that were refused; the others take the first ones."""
    drew = [one for one in intakes if one.code and not one.form.code]
    left = Counter(one.series for one in drew if one.refused)
    for series, count in sorted(left.items()):
        own = [one for one in drew if one.series == series]
        numbers = iter([one.code for one in own])
        for one in own:
            one.code = "" if one.refused else next(numbers)
        give_back(session, *series, count)


# Into the record, all at once


_LODGED = ("channel", "applicant_kind", "papers_count", "sets_count", "fee_vnd")

_NEW_DOSSIERS = NewRows(
    Dossier,
    *("code", "lookup_code", "procedure_id", "authority_id", "office_id"),
    *("limit_number", "limit_unit", "post_counts"),
    *("received_at", "first_due_at", "due_at", "due_on"),
    *("return_by_post", "created_at", "open", "stage", "holder", "place", "since", "flags"),
    *("resume", "link_number", "stopped", "waiting_for", "closed_by", "steps", "result_number"),
    *_LODGED,
    *("register_year", "register_number"),
    returning=("id", "code"),
)


def _dossier(one: Intake, now: datetime) -> Sequence[Any]:
    """Return the columns of a dossier at its first desk, but for its place in the register."""
    lookup_code = codes.new_lookup_code(secrets.token_bytes)
    what = (one.procedure.id, one.procedure.authority_id, one.office.id)
    where = (True, Stage.WITH_OFFICE.value, Holder.OFFICE.value, "", one.at)
    when = (*one.procedure.limit, one.procedure.post_counts, one.at, one.due_at, one.due_at)
    rest = (local_day(one.due_at), one.form.return_by_post, now)
    lodged = one.form.model_dump(mode="json", include=set(_LODGED)).values()
    so_far: tuple[Any, ...] = ([], {}, 0, False, "", "", 0, "", *lodged)
    return (one.code, lookup_code, *what, *when, *rest, *where, *so_far)


_WHO, _KEY = ("name", "phone", "email", "id_number", "address", "ward", "province"), ("dossier_id",)

_NEW_APPLICANTS = NewRows(Applicant, "dossier_id", *_WHO, "name_folded", "note", returning=_KEY)


def _applicant(id_: int, form: DossierForm) -> Sequence[Any]:
    who = form.applicant
    return (id_, *[getattr(who, name) for name in _WHO], folded(who.name), form.note)


def _write_down(session: Session, intakes: Sequence[Intake], *, by: Caller, now: datetime) -> None:
    """Store dossiers and applicants, make them findable, and put them into the ledger."""
    if all(one.refused for one in intakes):
        return
    places = [(one.office.code, one.at) for one in good(intakes)]
    registered = register_numbers.draw(session, places)
    connection = session.connection()
    rows = _NEW_DOSSIERS.add(
        connection,
        [
            (*_dossier(one, now), *place)
            for one, place in zip(good(intakes), registered, strict=True)
        ],
    )
    ids = {row.code: row.id for row in rows}
    for one in good(intakes):
        if one.code not in ids:  # somebody else was a moment quicker
            one.refused = code_taken(one.code)
    kept = [(ids[one.code], one) for one in good(intakes)]
    if not kept:
        return
    _NEW_APPLICANTS.add(connection, [_applicant(id_, one.form) for id_, one in kept])
    ledger.search_terms.add(connection, ((t, id_) for id_, one in kept for t in _terms(one)))
    ledger.record(session, [e for id_, one in kept for e in _entries(id_, one, by)], now=now)


def _terms(one: Intake) -> Collection[str]:
    return terms_of(one.code, one.form.applicant.name, one.form.applicant.phone)


def _entries(id_: int, one: Intake, by: Caller) -> Iterator[ledger.NewEntry]:
    place = one.office.name_vi
    yield desk_entry(Act.REGISTERED, by=by, at=one.at, dossier_id=id_, place=place)
    if one.doubles:
        note = one.doubles
        yield desk_entry(Act.POSSIBLE_DOUBLE, by=by, at=one.at, dossier_id=id_, note=note)
