"""Scope: which files a caller may see and act on. Asked here, and nowhere else.

Every query for dossiers, parcels, lists and printers takes a `Scope` and ANDs `covers` to it, so
that what lies outside is not found, and is answered as if it were not there: that it exists may
tell something (OWASP ASVS 5.0.0, 8.2.2). A test of the house walks the code for queries without.

Whose a file is: a dossier's the office that took it in; a parcel's, a list's and a printer's the
office that has it. Somebody of an office may do with its files, and with those of the offices
below it, what the role allows; somebody of no office with all files of the installation.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, false, true
from sqlmodel import Session, col, select

from postal_tracker.core.problems import Forbidden
from postal_tracker.storage.tables import (
    Denunciation,
    Dossier,
    Enclosure,
    Feedback,
    Handover,
    Office,
    Parcel,
    Printer,
    RatingTally,
    RatingText,
    SurveyRound,
    Tally,
    TallyChange,
)

Owned = (
    type[Dossier]
    | type[Parcel]
    | type[Handover]
    | type[Printer]
    | type[Tally]
    | type[TallyChange]
    | type[RatingTally]
    | type[RatingText]
    | type[Feedback]
    | type[Denunciation]
    | type[SurveyRound]
)
"""What belongs to an office."""


@dataclass(frozen=True, slots=True)
class Scope:
    """How far somebody's reach goes."""

    offices: frozenset[int] | None = None
    """Whose files, by the offices' ids; None: those of all there are."""
    carrier: str = ""
    """The only carrier whose parcels are within reach; empty: no such bound."""
    sees_dossiers: bool = True
    """A courier has parcels to do with, never what lies in them."""
    sees_people: bool = True
    """Whether names, telephone numbers and addresses are shown."""

    @property
    def is_whole(self) -> bool:
        """Whether it takes in every office: for what belongs to none, such as messages."""
        return self.offices is None and not self.carrier

    def holds(self, office_id: int) -> bool:
        """Tell whether an office's files are within reach."""
        return self.offices is None or office_id in self.offices

    def covers(self, table: Owned, *, leads: bool = True) -> ColumnElement[bool]:
        """Return the condition under which a row is within reach.

        `leads`: whether its index may lead to the rows. Where a period leads to fewer it may not:
        SQLite, which knows no sizes, would read all that an office ever had.
        """
        if table is not Parcel and not self.sees_dossiers:
            return false()
        office = self._of_office(col(table.office_id) if leads else col(table.office_id) + 0)
        if table is Parcel and self.carrier:
            return and_(office, col(Parcel.carrier) == self.carrier)
        return office

    def reaches(self, table: Owned, office_id: int, carrier: str = "") -> bool:
        """Tell the same of a row that is read already; `carrier` is a parcel's."""
        if table is not Parcel and not self.sees_dossiers:
            return False
        return self.holds(office_id) and (table is not Parcel or self.carrier in ("", carrier))

    def covers_list(self) -> ColumnElement[bool]:
        """Return under which condition a list may be seen: whoever carries parcels may, too."""
        if self.sees_dossiers:
            return self.covers(Handover)
        office = self._of_office(col(Handover.office_id))
        return and_(office, col(Handover.carrier) == self.carrier) if self.carrier else office

    def covers_dossier(self, dossier_id: Any) -> ColumnElement[bool]:
        """Return the same for a row that names a dossier by its id."""
        if self.offices is None and self.sees_dossiers:
            return true()
        return exists().where(col(Dossier.id) == dossier_id, self.covers(Dossier))

    def covers_parcel_or_its_dossiers(self) -> ColumnElement[bool]:
        """Return under which condition a parcel may be looked at: it, or something in it, is ours.

        A ward's dossier may travel in a parcel of the centre's.
        """
        ours = self.covers(Parcel)
        if self.offices is None or not self.sees_dossiers:
            return ours
        inside = exists().where(
            col(Enclosure.parcel_id) == col(Parcel.id),
            self.covers_dossier(col(Enclosure.dossier_id)),
        )
        return ours | inside

    def _of_office(self, column: Any) -> ColumnElement[bool]:
        if self.offices is None:
            return true()
        if len(self.offices) == 1:  # so that an index gives its rows in order
            return cast("ColumnElement[bool]", column == next(iter(self.offices)))
        return cast("ColumnElement[bool]", column.in_(sorted(self.offices)))


EVERYTHING = Scope()
"""For the operator's commands, and for what only follows from a row that was found in scope."""


def refuse_part(scope: Scope) -> None:
    """Refuse what belongs to no one office to whoever has a part only. Raises Forbidden."""
    if not scope.is_whole:
        raise Forbidden(
            "for-the-whole-centre",
            "Việc này do người phụ trách toàn trung tâm thực hiện. Vui lòng liên hệ người đó.",
            "This is for those who work for the whole centre. Please turn to them.",
        )


def refuse_other_carrier(scope: Scope, carrier: str) -> None:
    """Refuse parcels of another carrier to whoever is bound to one. Raises Forbidden."""
    if scope.carrier and scope.carrier != carrier:
        raise Forbidden(
            "another-carrier",
            "Khóa này chỉ dùng cho bưu gửi của đơn vị bưu chính của mình.",
            "This key is for parcels of its own carrier only.",
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """An office and those below it."""

    offices: frozenset[int] = frozenset()
    is_whole: bool = False
    """Whether those are all there are: then it works for the whole centre."""


def reach_of(session: Session, office_id: int | None) -> Reach:
    """Return the ids of an office and of all below it, however deep."""
    if office_id is None:
        return Reach()
    rows = session.exec(select(Office.id, Office.code, Office.parent_code)).all()
    found, above = {office_id}, {code for id_, code, _ in rows if id_ == office_id}
    while above:  # ends though two should name each other as parents
        below = [(id_, code) for id_, code, parent in rows if parent in above and id_ not in found]
        found |= {id_ for id_, _ in below}
        above = {code for _, code in below}
    return Reach(frozenset(found), len(found) == len(rows))


def within(session: Session, scope: Scope, office: str) -> Scope:
    """Return the part of a reach that lies in an office (its code) and in those below it.

    Of an office that is not there, or out of reach, that is nothing.
    """
    if not office:
        return scope
    id_ = session.exec(select(Office.id).where(Office.code == office)).first()
    below = reach_of(session, id_).offices
    return replace(scope, offices=frozenset(one for one in below if scope.holds(one)))


def office_above(session: Session, offices: Collection[int]) -> int | None:
    """Return the lowest office to which all of these belong; None if they have none in common."""
    wanted, seen = frozenset(offices), set[int]()
    office = session.get(Office, min(wanted))
    while office and office.id not in seen:
        if wanted <= reach_of(session, office.id).offices:
            return office.id
        seen.add(office.id)
        office = session.exec(select(Office).where(Office.code == office.parent_code)).first()
    return None
