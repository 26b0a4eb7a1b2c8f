"""What a citizen may see of one dossier, and the throttling of those who guess.

Stage, holder, post offices and dates; never a name, phone, address or document. An unknown code and
a wrong proof give the same answer after the same work.
"""

import hmac
from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.access.throttle import count_wrong, key_of, wrong_tries
from postal_tracker.core import codes
from postal_tracker.core.journey import Act, Flag, Holder, Stage
from postal_tracker.core.problems import NotFound, TooMany
from postal_tracker.core.terms import FLAGS, HOLDERS, STAGES_FOR_CITIZENS, Lang, pick, say_what
from postal_tracker.storage.tables import Applicant, Dossier, Enclosure, LedgerEntry, Office
from postal_tracker.views.standing import is_overdue

WRONG_PER_NETWORK = 60
"""Wrong proofs from one network in an hour, whatever the codes: an office may sit behind one."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many wrong proofs one code may see: from one network in an hour, from all in a day."""

    per_hour: int
    per_day: int


@dataclass(frozen=True, slots=True)
class CitizenLocationView:
    """Who holds the dossier, where, since when, as a citizen is told it."""

    holder: Holder
    holder_text: str
    """The holder in words."""
    place: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CitizenTimelineView:
    """One thing that happened, as a citizen is told it."""

    happened_at: datetime
    text: str
    """What happened, in words."""
    place: str | None


@dataclass(frozen=True, slots=True)
class CitizenDossierView:
    """What a citizen may see of a dossier: no name, phone, address or document."""

    code: str
    stage: Stage
    stage_text: str
    """The stage as a sentence for the citizen."""
    location: CitizenLocationView
    due_on: date
    overdue: bool
    office_name: str
    office_phone: str
    """Where to ask."""
    timeline: list[CitizenTimelineView]


_DOSSIER = (
    select(
        col(Dossier.id),
        col(Dossier.code),
        col(Dossier.lookup_code),
        col(Dossier.stage),
        col(Dossier.holder),
        col(Dossier.place),
        col(Dossier.since),
        col(Dossier.due_on),
        col(Dossier.open),
        col(Dossier.result_ready_at),
        col(Dossier.flags),
        col(Applicant.phone),
        col(Office.name_vi),
        col(Office.name_en),
        col(Office.phone).label("office_phone"),
    )
    .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
    .join(Office, col(Office.id) == col(Dossier.office_id))
    .where(
        or_(
            col(Dossier.lookup_code) == bindparam("b_code"),
            col(Dossier.code) == bindparam("b_code"),
        )
    )
)

_TIMELINE = (
    select(
        col(LedgerEntry.id),
        col(LedgerEntry.what),
        col(LedgerEntry.happened_at),
        col(LedgerEntry.place),
        col(LedgerEntry.claimed),
        col(LedgerEntry.strikes_id),
    )
    .where(
        or_(
            col(LedgerEntry.dossier_id) == bindparam("b_id"),
            and_(
                col(LedgerEntry.dossier_id).is_(None),
                col(LedgerEntry.parcel_id).in_(
                    select(col(Enclosure.parcel_id)).where(
                        col(Enclosure.dossier_id) == bindparam("b_id")
                    )
                ),
            ),
        )
    )
    .order_by(col(LedgerEntry.happened_at), col(LedgerEntry.id))
    .limit(500)
)


def find(
    session: Session,
    code: str,
    phone_last4: str,
    *,
    network: str,
    limits: Limits,
    now: datetime,
    today: date,
    lang: Lang,
) -> CitizenDossierView | None:
    """Return what this code and proof show; None if either is wrong, which is then to be counted.

    Raises TooMany while somebody has guessed too often.
    """
    plain = _plain(code)
    wait = _wait(session, plain, network, limits, now)
    if wait:
        raise _too_many(wait)
    connection = session.connection()
    row = connection.execute(_DOSSIER, {"b_code": plain}).first()
    right = hmac.compare_digest((row.phone if row else "")[-4:].rjust(4, "-"), phone_last4)
    return _seen(connection, row, today, lang) if row and right else None


def count_miss(session: Session, code: str, *, network: str, now: datetime) -> None:
    """Count a wrong code or proof."""
    pair, whole, everywhere = _keys(_plain(code), network)
    # In one order, so that two transactions seldom wait for each other.
    for key, window in sorted([(pair, _HOUR), (whole, _DAY), (everywhere, _HOUR)]):
        count_wrong(session, key, window=window, now=now)


def not_found() -> NotFound:
    """Return the one answer to an unknown code and to a wrong proof."""
    return NotFound(
        "nothing-found",
        "Không tìm thấy hồ sơ với mã và số điện thoại này. Hãy xem lại giấy hẹn.",
        "Nothing is found for this code and telephone number. See your receipt.",
    )


def _too_many(wait_seconds: int) -> TooMany:
    minutes = -(-wait_seconds // 60)
    return TooMany(
        "too-many-lookups",
        f"Đã nhập sai nhiều lần. Hãy thử lại sau {minutes} phút, quét mã QR trên giấy hẹn, "
        "hoặc hỏi điểm tiếp nhận.",
        f"Too many wrong tries. Try again in {minutes} minutes, scan the QR code of the receipt, "
        "or ask the office.",
        retry_after_seconds=wait_seconds,
    )


def _plain(code: str) -> str:
    """Return the code as it is stored; what cannot be one leads nowhere, like an unknown one."""
    try:
        return codes.read_lookup_code(code)
    except codes.BadCode:
        pass
    try:
        return str(codes.DossierCode.parse(code))
    except codes.BadCode:
        return "?"


def _keys(code: str, network: str) -> tuple[str, str, str]:
    return (
        key_of("lookup:code-network", code, network),
        key_of("lookup:code", code),
        key_of("lookup:network", network),
    )


def _wait(session: Session, code: str, network: str, limits: Limits, now: datetime) -> int:
    pair, whole, everywhere = _keys(code, network)
    tries = wrong_tries(session, (pair, whole, everywhere), now)
    return max(
        tries[pair].wait(limits.per_hour, now),
        tries[whole].wait(limits.per_day, now) if code != "?" else 0,
        tries[everywhere].wait(WRONG_PER_NETWORK, now),
    )


# The link of the receipt's QR: whoever holds the receipt needs no other proof


def link_token(lookup_code: str, secret: str) -> str:
    """Return what the receipt's link ends with: the code and 110 bits that only we can work out."""
    return lookup_code + _seal(lookup_code, secret)


def _seal(lookup_code: str, secret: str) -> str:
    mac = hmac.new(secret.encode(), b"link:" + lookup_code.encode(), sha256).digest()
    return b32encode(mac).decode()[:22]


def find_by_link(
    session: Session, token: str, *, secret: str, today: date, lang: Lang
) -> CitizenDossierView:
    """Return what a receipt's link shows. Raises NotFound."""
    lookup_code, seal = token[:13], token[13:]
    if not hmac.compare_digest(_seal(lookup_code, secret).encode(), seal.upper().encode()):
        raise not_found()
    connection = session.connection()
    row = connection.execute(_DOSSIER, {"b_code": lookup_code}).first()
    if row is None:
        raise not_found()
    return _seen(connection, row, today, lang)


# What is shown


_AT_THE_DOOR = {
    Milestone.OUT_FOR_DELIVERY,
    Milestone.DELIVERY_FAILED,
    Milestone.DELIVERED,
}
"""Scanned where somebody lives: their place may be a street."""

_NOT_FOR_CITIZENS = {Milestone.UNRECOGNISED, Milestone.ANNOUNCED, Act.STRUCK_OUT, Act.TAKEN_OUT}


def _seen(connection: Connection, row: Any, today: date, lang: Lang) -> CitizenDossierView:
    entries = connection.execute(_TIMELINE, {"b_id": row.id}).all()
    timeline = _timeline(entries, lang)
    holder = Holder(row.holder)
    places = {seen.place for seen in timeline}
    claimed = Flag.DELIVERY_CLAIMED in row.flags
    stage = Stage(row.stage)
    words = STAGES_FOR_CITIZENS[stage]
    return CitizenDossierView(
        code=row.code,
        stage=stage,
        stage_text=pick(FLAGS[Flag.DELIVERY_CLAIMED] if claimed else words, lang),
        location=CitizenLocationView(
            holder=holder,
            holder_text=pick(HOLDERS[holder], lang),
            place=row.place if row.place in places else "",
            since=row.since,
        ),
        due_on=row.due_on,
        overdue=is_overdue(row, today),
        office_name=pick((row.name_vi, row.name_en), lang),
        office_phone=row.office_phone,
        timeline=timeline,
    )


def _timeline(entries: Any, lang: Lang) -> list[CitizenTimelineView]:
    struck = {e.strikes_id for e in entries if e.strikes_id}
    shown = [e for e in entries if e.id not in struck and e.what not in _NOT_FOR_CITIZENS]
    seen: list[CitizenTimelineView] = []
    for entry in shown:
        claim = pick(FLAGS[Flag.DELIVERY_CLAIMED], lang)
        text = claim if entry.claimed else say_what(entry.what, lang)
        place = None if entry.what in _AT_THE_DOOR else entry.place or None
        if not seen or (seen[-1].text, seen[-1].place) != (text, place):  # the same told twice
            seen.append(CitizenTimelineView(entry.happened_at, text, place))
    return seen
