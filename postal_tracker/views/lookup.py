"""Finding one dossier for a citizen, and the throttling of those who guess.

An unknown code and a wrong proof give the same answer after the same work.
"""

import hmac
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session, col

from postal_tracker.access.guesses import NOTHING, Guess, Limits, Patience
from postal_tracker.core import codes
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.problems import NotFound, TooMany
from postal_tracker.storage.prepared import Prepared, answers
from postal_tracker.storage.tables import Applicant, Authority, Dossier, Office, Procedure
from postal_tracker.views.citizen import CitizenDossierView, as_citizen_sees, timeline_of

LOOKUP = "lookup"
"""What is guessed at, in counters and device cookies."""


@cache
def lookup_limits(per_pair: int, per_day: int, overall: int) -> Limits:
    """Return how many wrong proofs cost nothing, and how long one waits after them."""
    return Limits(
        per_pair=per_pair,
        pair_window=timedelta(days=1),
        first_wait=timedelta(minutes=1),
        longest_wait=timedelta(hours=1),
        per_network=60,  # whatever the codes: thousands of citizens may share one address
        network_window=timedelta(hours=1),
        per_day=per_day,
        overall=overall,
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks, and who asks it."""

    code: str
    """As it is stored, see `plain_code`."""
    phone_last4: str = field(repr=False)
    networks: tuple[str, str]
    device: str
    """Of which device we know that it opened this code before; empty: of none."""
    limits: Limits


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a question: what it shows, or the guess that is to be counted."""

    guess: Guess
    seen: CitizenDossierView | None = None


def _named(table: type[Procedure | Authority], what: str) -> tuple[Any, Any]:
    return col(table.name_vi).label(f"{what}_vi"), col(table.name_en).label(f"{what}_en")


DOSSIERS = (
    select(
        col(Dossier.id),
        col(Dossier.code),
        col(Dossier.lookup_code),
        col(Dossier.stage),
        col(Dossier.holder),
        col(Dossier.place),
        col(Dossier.since),
        col(Dossier.first_due_at),
        col(Dossier.due_on),
        col(Dossier.open),
        *(col(Dossier.result_ready_at), col(Dossier.settled_at), col(Dossier.closed_by)),
        *(col(Dossier.stopped), col(Dossier.waiting_for), col(Dossier.return_by_post)),
        col(Dossier.flags),
        col(Dossier.link_number),
        col(Applicant.phone),
        col(Office.name_vi),
        col(Office.name_en),
        *(col(Office.hours_vi), col(Office.hours_en)),
        col(Office.phone).label("office_phone"),
        col(Office.address).label("office_address"),
        *_named(Procedure, "procedure"),
        *_named(Authority, "authority"),
    )
    .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
    .join(Office, col(Office.id) == col(Dossier.office_id))
    .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
    .join(Authority, col(Authority.id) == col(Dossier.authority_id))
)
_DOSSIER = DOSSIERS.where(
    or_(
        col(Dossier.lookup_code) == bindparam("b_code"),
        col(Dossier.code) == bindparam("b_code"),
    )
)
_FOUND = Prepared(_DOSSIER)


# Where several processes judge, guesses at one dossier are judged one by one. The lock is taken in
# the same statement: a second one would cost every right question its time.
_FOUND_LOCKED = Prepared(
    _DOSSIER.add_columns(
        func.pg_advisory_xact_lock(func.hashtextextended(col(Dossier.code), 0)).label("locked")
    )
)


def find(session: Session, asked: Question, *, now: datetime, today: date, lang: Lang) -> Judged:
    """Judge a question: a wrong one is then to be counted, before the next one is judged.

    Raises TooMany while somebody must wait, and then tells nothing of the proof.
    """
    connection = session.connection()
    is_one_process = connection.dialect.name == "sqlite"
    row = (_FOUND if is_one_process else _FOUND_LOCKED).first(connection, {"b_code": asked.code})
    guess = Guess(LOOKUP, row.code if row else asked.code, asked.networks, asked.device)
    patience = Patience(guess, asked.limits, now)
    tries, entries = answers(connection, patience.question, timeline_of(row.id if row else 0))
    if wait := patience.wait(tries):
        raise _too_many(wait)
    right = hmac.compare_digest((row.phone if row else "")[-4:].rjust(4, "-"), asked.phone_last4)
    if row is None or not right:
        return Judged(guess)
    return Judged(guess, as_citizen_sees(row, entries, now, today, lang))


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


def plain_code(code: str) -> str:
    """Return the code as it is stored; what cannot be one leads nowhere, like an unknown one."""
    try:
        return codes.read_lookup_code(code)
    except codes.BadCode:
        pass
    try:
        return str(codes.DossierCode.parse(code))
    except codes.BadCode:
        return NOTHING


def mistyped(code: str) -> codes.BadCode | None:
    """Return what is wrong where a lookup code's check character shows a typing mistake."""
    try:
        codes.read_lookup_code(code)
    except codes.Mistyped as wrong:
        return wrong if plain_code(code) == NOTHING else None
    except codes.BadCode:
        pass
    return None


# The link of the receipt's QR: whoever holds the receipt needs no other proof


def link_token(lookup_code: str, secret: str, number: int = 0) -> str:
    """Return what the receipt's link ends with: the code and 110 bits that only we can work out."""
    return lookup_code + _seal(lookup_code, secret, number)


def rating_token(lookup_code: str, secret: str, number: int = 0) -> str:
    """Return what the address ends with under which a dossier is rated; it opens nothing else."""
    return lookup_code + _seal(lookup_code, secret, number, "rate")


def feedback_token(lookup_code: str, secret: str, number: int = 0) -> str:
    """Return what the address ends with under which a citizen says something of a dossier."""
    return lookup_code + _seal(lookup_code, secret, number, "feedback")


def _seal(lookup_code: str, secret: str, number: int, to: str = "link") -> str:
    which = f":{number}" if number else ""  # as receipts were signed before there were numbers
    mac = hmac.new(secret.encode(), f"{to}:{lookup_code}{which}".encode(), sha256).digest()
    return b32encode(mac).decode()[:22]


def find_by_link(
    session: Session,
    token: str,
    *,
    secrets: Iterable[str],
    good_for: timedelta,
    now: datetime,
    today: date,
    lang: Lang,
    to: str = "link",
) -> CitizenDossierView:
    """Return what a receipt's link shows, for so long after the dossier's end. Raises NotFound.

    `to` is what the link is for: "link", "rate" (`rating_token`), "feedback" (`feedback_token`).

    What is asked or said of a dossier has no end: so long somebody may prove himself for it.
    A link that was revoked is one of an older number: see `Dossier.link_number`.
    """
    lookup_code, seal = token[:13], token[13:].upper().encode()
    connection = session.connection()
    row = _FOUND.first(connection, {"b_code": lookup_code})
    number = row.link_number if row else 0
    # All are compared, so that the time tells nothing of which one is near.
    seals = [_seal(lookup_code, secret, number, to).encode() for secret in secrets]
    right = [hmac.compare_digest(one, seal) for one in seals]
    is_over = row is not None and not row.open and now - row.since > good_for
    if row is None or not any(right) or (is_over and to != "feedback"):
        raise not_found()
    [entries] = answers(connection, timeline_of(row.id))
    return as_citizen_sees(row, entries, now, today, lang)
