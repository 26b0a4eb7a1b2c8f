"""What is held of one person, across dossiers: which fields, since when, why, and who has seen it.

Read under the law's eyes: it is handed to the person whose identity was checked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.access.audit import Audited
from postal_tracker.core.problems import no_such
from postal_tracker.core.working_days import local_day
from postal_tracker.ledger import personal
from postal_tracker.storage.bulk import among
from postal_tracker.storage.tables import (
    Applicant,
    AuditEntry,
    AuditSubject,
    CarrierMessage,
    Dossier,
    NoticeChoice,
    Office,
    Procedure,
    StaffMember,
    table_of,
)

MOST = 200
"""Dossiers of one person that are looked at, the newest: who has more is an agent."""


@dataclass(frozen=True, slots=True)
class PersonsDossier:
    """One dossier of a person, and how long it is kept."""

    id: int
    code: str
    procedure: str
    received_at: datetime
    open: bool
    since: datetime
    erased_at: datetime | None

    def kept_until(self, period: timedelta) -> date | None:
        """Return until which day a period holds it; None: it is open still."""
        return None if self.open else local_day(self.since + period)

    def is_kept(self, period: timedelta, now: datetime) -> bool:
        """Tell whether it may not be erased yet."""
        return self.open or now < self.since + period


def dossiers_of_person(
    session: Session, dossier_id: int, *, scope: Scope
) -> Sequence[PersonsDossier]:
    """Return all dossiers within reach of whoever handed this one in, the newest first.

    The same person has the same identity number, or the same telephone number and name: a number
    alone may be an agent's.
    """
    own = session.get(Applicant, dossier_id)
    same = [col(Applicant.dossier_id) == dossier_id]
    if own and own.id_number:
        same.append(col(Applicant.id_number) == own.id_number)
    if own and own.phone:
        alike = col(Applicant.name_folded) == own.name_folded
        same.append(and_(col(Applicant.phone) == own.phone, alike))
    names = ("id", "code", "received_at", "open", "since", "erased_at")
    query = (
        select(*(col(getattr(Dossier, name)) for name in names))
        .add_columns(col(Procedure.name_vi).label("procedure"))
        .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .where(or_(*same), scope.covers(Dossier, leads=False))
        .order_by(col(Dossier.id).desc())
        .limit(MOST)
    )
    return [PersonsDossier(**row._mapping) for row in session.connection().execute(query)]


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One field that holds something."""

    dossier: str
    table: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who has seen it: an office and a role, no officer's name."""

    office: str
    """Empty: one for the whole centre, or a program."""
    role: str
    """Empty: a program."""
    times: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class HeldView:
    """All that is held of one person within reach."""

    dossiers: Sequence[PersonsDossier]
    lines: list[HeldLine]
    messages: int
    """Carriers' messages that tell of the parcels, word for word."""
    consents: list[tuple[str, int, datetime]]
    """By dossier: which text was agreed to, and when."""
    readers: list[Reader]


_DERIVED = ("name_folded",)


def held(session: Session, code: str, *, scope: Scope) -> HeldView:
    """Return what is held of whoever handed the dossier of this code in. Raises NotFound."""
    query = select(col(Dossier.id)).where(col(Dossier.code) == code, scope.covers(Dossier))
    own = session.connection().execute(query).scalar_one_or_none()
    if own is None:
        raise no_such("dossier")
    dossiers = dossiers_of_person(session, own, scope=scope)
    codes = {one.id: one.code for one in dossiers}
    found = personal.reached(session.connection(), list(codes))
    return HeldView(
        dossiers,
        sorted(_lines(session, found, codes), key=lambda line: (line.dossier, line.table)),
        _whole_messages(session, list(found[personal.Of.MESSAGE])),
        _consents(session, codes),
        _readers(session, list(codes)),
    )


def _lines(
    session: Session, found: Mapping[personal.Of, Mapping[int, int]], codes: Mapping[int, str]
) -> Iterator[HeldLine]:
    for one in personal.PERSONAL:
        table, ours = table_of(one.model), found[one.of]
        shown = [name for name in one.columns if name not in _DERIVED]
        if one.of is personal.Of.MESSAGE or not shown or not ours:
            continue
        query = select(table.c[one.key], *(table.c[name] for name in shown))
        wanted = query.where(among(table.c[one.key], "ids"))
        for key, *values in session.connection().execute(wanted, {"ids": list(ours)}):
            for name, value in zip(shown, values, strict=True):
                if value:
                    yield HeldLine(codes[ours[key]], table.name, name, value)


def _whole_messages(session: Session, ids: Sequence[int]) -> int:
    query = select(func.count()).where(
        among(col(CarrierMessage.id), "ids"), col(CarrierMessage.erased_at).is_(None)
    )
    return session.connection().execute(query, {"ids": list(ids)}).scalar_one()


def _consents(session: Session, codes: Mapping[int, str]) -> list[tuple[str, int, datetime]]:
    query = select(
        col(NoticeChoice.dossier_id), col(NoticeChoice.consent), col(NoticeChoice.chosen_at)
    ).where(among(col(NoticeChoice.dossier_id), "ids"))
    rows = session.connection().execute(query, {"ids": list(codes)})
    return [(codes[id_], consent, at) for id_, consent, at in rows]


_SEEN = (Audited.READ.value, Audited.EXPORTED.value)


def _readers(session: Session, ids: Sequence[int]) -> list[Reader]:
    """Return who has seen any of it, as long as the audit log is kept, the last one first."""
    at = col(AuditEntry.at)
    query = (
        select(col(AuditEntry.who), func.count(), func.min(at), func.max(at))
        .join(AuditSubject, col(AuditSubject.entry_id) == col(AuditEntry.id))
        .where(among(col(AuditSubject.dossier_id), "ids"), col(AuditEntry.what).in_(_SEEN))
        .group_by(col(AuditEntry.who))
    )
    rows = session.connection().execute(query, {"ids": list(ids)}).all()
    places = _places(session, [row.who for row in rows])
    readers = [Reader(*places.get(who, ("", "")), n, first, last) for who, n, first, last in rows]
    return sorted(readers, key=lambda reader: reader.last, reverse=True)


def _places(session: Session, labels: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Return at which office and in which role each account works."""
    ids = [int(label.partition(":")[2]) for label in labels if label.startswith("staff:")]
    query = (
        select(col(StaffMember.id), col(Office.name_vi), col(StaffMember.role))
        .join(Office, col(Office.id) == col(StaffMember.office_id), isouter=True)
        .where(among(col(StaffMember.id), "ids"))
    )
    rows = session.connection().execute(query, {"ids": ids})
    return {f"staff:{id_}": (office or "", role) for id_, office, role in rows}
