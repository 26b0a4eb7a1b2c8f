"""Finding one dossier for a citizen, and the throttling of those who guess.

An unknown code and a wrong proof give the same answer after the same work.
"""

import hmac
from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session, col

from postal_tracker.access.throttle import count_wrong, key_of, wrong_tries
from postal_tracker.core import codes
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.problems import NotFound, TooMany
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import Applicant, Dossier, Office
from postal_tracker.views.citizen import CitizenDossierView, as_citizen_sees

WRONG_PER_NETWORK = 60
"""Wrong proofs from one network in an hour, whatever the codes: an office may sit behind one."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many wrong proofs one code may see: from one network in an hour, from all in a day."""

    per_hour: int
    per_day: int


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
_FOUND = Prepared(_DOSSIER)


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
    row = _FOUND.first(connection, {"b_code": plain})
    right = hmac.compare_digest((row.phone if row else "")[-4:].rjust(4, "-"), phone_last4)
    return as_citizen_sees(connection, row, today, lang) if row and right else None


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
        "Không tìm thấy hồ sơ với mã và số điện thoại này. Vui lòng kiểm tra lại giấy hẹn.",
        "Nothing is found for this code and telephone number. Please check your receipt.",
    )


def _too_many(wait_seconds: int) -> TooMany:
    minutes = -(-wait_seconds // 60)
    return TooMany(
        "too-many-lookups",
        f"Đã nhập sai nhiều lần. Vui lòng thử lại sau {minutes} phút, quét mã QR trên giấy "
        "hẹn, hoặc liên hệ điểm tiếp nhận.",
        f"Too many wrong attempts. Try again in {minutes} minutes, scan the QR code of the "
        "receipt, or contact the office.",
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
    row = _FOUND.first(connection, {"b_code": lookup_code})
    if row is None:
        raise not_found()
    return as_citizen_sees(connection, row, today, lang)
