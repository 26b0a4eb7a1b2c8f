"""A citizen says what they thought of it: once for each dossier, and nobody can tell who it was."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from postal_tracker.core.journey import Direction
from postal_tracker.core.problems import Conflict
from postal_tracker.core.surveys import CONTENT
from postal_tracker.core.working_days import local_day
from postal_tracker.forms import Form
from postal_tracker.forms.values import Line
from postal_tracker.storage.bulk import insert_into, insert_unless_known
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import (
    Dossier,
    Enclosure,
    Parcel,
    RatedDossier,
    RatingTally,
    RatingText,
    table_of,
)

TEXTS_KEPT = timedelta(days=400)

Points = Annotated[int, Field(ge=1, le=5)]


class RatingForm(Form):
    """One to five points each, and a few words."""

    fast: Points
    polite: Points
    text: Annotated[Line, Field(max_length=1000)] = ""


_RATED = Prepared(
    select(
        *(col(Dossier.id), col(Dossier.office_id), col(Dossier.procedure_id)),
        *(col(Dossier.authority_id), col(Parcel.carrier)),
    )
    .outerjoin(Enclosure, col(Enclosure.dossier_id) == col(Dossier.id))
    .outerjoin(Parcel, col(Parcel.id) == col(Enclosure.parcel_id))
    .where(col(Dossier.code) == bindparam("b_code"))
    .order_by(col(Parcel.direction) != Direction.TO_CITIZEN.value, col(Parcel.id).desc())
    .limit(1)
)


def rate(session: Session, code: str, form: RatingForm, *, now: datetime) -> None:
    """Count what a citizen thought of a dossier of theirs. Raises Conflict the second time."""
    connection = session.connection()
    about = _RATED.first(connection, {"b_code": code})
    if about is None or not _is_first(connection, about.id):
        raise Conflict(
            "rated-already",
            "Hồ sơ này đã được đánh giá. Xin cảm ơn Ông/Bà.",
            "This dossier has been rated already. Thank you.",
        )
    month = local_day(now).replace(day=1)
    _count(connection, about, month, form)
    if form.text:
        session.add(RatingText(month=month, office_id=about.office_id, text=form.text))


def _is_first(connection: Any, dossier_id: int) -> bool:
    new = insert_unless_known(connection, table_of(RatedDossier)).values(dossier_id=dossier_id)
    kept = new.returning(col(RatedDossier.dossier_id))
    return connection.execute(kept).first() is not None


_CELL = ("month", "office_id", "procedure_id", "authority_id", "carrier")


def _count(connection: Any, about: Any, month: date, form: RatingForm) -> None:
    tally = table_of(RatingTally)
    one = {"fast": int(form.fast >= CONTENT), "polite": int(form.polite >= CONTENT), "answers": 1}
    cell = (month, about.office_id, about.procedure_id, about.authority_id, about.carrier or "")
    new = insert_into(connection, tally).values(**dict(zip(_CELL, cell, strict=True)), **one)
    more = {name: tally.c[name] + n for name, n in one.items()}
    connection.execute(new.on_conflict_do_update(index_elements=_CELL, set_=more))


def is_rated(session: Session, code: str) -> bool:
    query = select(RatedDossier).join(Dossier, col(Dossier.id) == col(RatedDossier.dossier_id))
    return session.execute(query.where(col(Dossier.code) == code)).first() is not None


def forget_old(session: Session, most: int, *, now: datetime) -> int:
    """Delete texts that have been kept long enough, for they may name somebody; return how many."""
    old = select(col(RatingText.id)).where(col(RatingText.month) < (now - TEXTS_KEPT).date())
    gone = delete(RatingText).where(col(RatingText.id).in_(old.limit(most)))
    return session.connection().execute(gone).rowcount
