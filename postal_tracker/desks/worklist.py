"""The worklist's acts: take something, give it to somebody, put it off, note what was said."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from postal_tracker import views
from postal_tracker.access import Caller, refuse_part
from postal_tracker.carriers.next_checks import poll_at_once
from postal_tracker.core.journey import Act
from postal_tracker.core.problems import Conflict, NotFound
from postal_tracker.core.worklist import ABOUT, About, WorkKind
from postal_tracker.desks.colleagues import account_of
from postal_tracker.desks.common import act_on, find_dossiers
from postal_tracker.desks.feedback import own
from postal_tracker.forms import WorkForm, field_invalid
from postal_tracker.storage.tables import (
    Dossier,
    Enclosure,
    Feedback,
    Handover,
    Parcel,
    WorkItem,
)

LONGEST = timedelta(days=60)
"""For so long something may be put off."""

KEPT = timedelta(days=180)
"""So long who took something is remembered after the last word on it."""


def work_on(session: Session, item: str, form: WorkForm, *, by: Caller, now: datetime) -> str:
    """Do one thing with an item of the worklist, such as `silent:EA123456785VN`; return its id.

    Raises NotFound (no such item, or out of reach), Invalid, Conflict (nobody polls its carrier).
    """
    kind, code = _parts(item)
    found = _found(session, kind, code, by)
    if form.act == "note":
        _note(session, found, form.note, by=by, now=now)
    elif form.act == "ask_carrier":
        _ask_carrier(session, found, now=now)
    else:
        _change(session, kind, code, form, by=by, now=now)
    return f"{kind}:{code}"


def _parts(item: str) -> tuple[WorkKind, str]:
    name, _, code = item.partition(":")
    try:
        return WorkKind(name), code.upper() if ABOUT[WorkKind(name)] is About.PARCEL else code
    except ValueError:
        raise _unknown() from None


def _unknown() -> NotFound:
    return NotFound(
        "no-such-work-item",
        "Không có việc này trong danh sách.",
        "There is nothing like this on the worklist.",
    )


def _found(session: Session, kind: WorkKind, code: str, by: Caller) -> Dossier | Parcel | None:
    """Return what an item is about, if it is a dossier or a parcel. Raises NotFound, Forbidden."""
    match ABOUT[kind]:
        case About.DOSSIER:
            return find_dossiers(session, [code], scope=by.scope)[0]
        case About.PARCEL:
            return views.find_parcel(session, code, scope=by.scope)
        case About.HANDOVER:
            _refuse_unknown(session, Handover, code, by)
        case About.FEEDBACK:
            _refuse_unknown(session, Feedback, code, by)
        case About.MESSAGE | About.CARRIER:
            refuse_part(by.scope)
            if not code.replace("_", "").isalnum():
                raise _unknown()
    return None


def _refuse_unknown(
    session: Session, table: type[Handover] | type[Feedback], code: str, by: Caller
) -> None:
    wanted = col(table.number) == code, by.scope.covers(table)
    if session.exec(select(table.id).where(*wanted)).first() is None:
        raise _unknown()


def _note(
    session: Session, found: Dossier | Parcel | None, text: str, *, by: Caller, now: datetime
) -> None:
    """Write it beside an entry of each dossier that it is about."""
    if not text:
        raise field_invalid("note", "Vui lòng ghi nội dung.", "Say what there is to note.")
    parcel = found if isinstance(found, Parcel) else None
    dossiers = [found] if isinstance(found, Dossier) else _inside(session, parcel, by)
    if not dossiers:
        raise field_invalid(
            "act",
            "Chỉ ghi chú được cho hồ sơ và bưu gửi.",
            "Notes are written to dossiers and parcels.",
        )
    act_on(session, dossiers, Act.NOTED, by=by, at=now, now=now, parcel=parcel, note=text)


def _inside(session: Session, parcel: Parcel | None, by: Caller) -> Sequence[Dossier]:
    if parcel is None:
        return []
    query = (
        select(Dossier)
        .join(Enclosure, col(Enclosure.dossier_id) == col(Dossier.id))
        .where(Enclosure.parcel_id == parcel.id, by.scope.covers(Dossier))
        .order_by(col(Dossier.id))
        .with_for_update(key_share=True, of=Dossier)
    )
    return session.exec(query).all()


def _ask_carrier(session: Session, found: Dossier | Parcel | None, *, now: datetime) -> None:
    """Let the carrier be polled at once, as soon as its rate allows."""
    if not isinstance(found, Parcel) or not poll_at_once(session, found.id, now=now):
        raise Conflict(
            "carrier-not-polled",
            "Hệ thống không hỏi được đơn vị bưu chính về bưu gửi này. Vui lòng gọi điện.",
            "The carrier cannot be polled about this. Please call them.",
        )


def _change(
    session: Session, kind: WorkKind, code: str, form: WorkForm, *, by: Caller, now: datetime
) -> None:
    key = f"{kind}:{code}"
    item = session.get(WorkItem, key, with_for_update=True) or WorkItem(key=key, changed_at=now)
    if form.act == "snooze":
        item.snoozed_until = _until(form, now)
    else:
        item.assignee_id = _assignee(session, form, by)
    item.changed_at = now
    session.add(item)
    if kind is WorkKind.FEEDBACK and form.act != "snooze":
        own(session, code, item.assignee_id, by=by, now=now)


def _until(form: WorkForm, now: datetime) -> datetime:
    if form.until is None or not now < form.until <= now + LONGEST:
        raise field_invalid(
            "until",
            f"Vui lòng chọn một thời điểm trong {LONGEST.days} ngày tới.",
            f"Choose a time within the next {LONGEST.days} days.",
        )
    return form.until


def _assignee(session: Session, form: WorkForm, by: Caller) -> int | None:
    """Return whose it is: the caller's, somebody's, or (of `release`) nobody's any more."""
    if form.act == "release":
        return None
    return account_of(session, None if form.act == "take" else form.assignee, by)


def forget_old(session: Session, most: int, *, now: datetime) -> int:
    """Delete the oldest items on which nobody has had a word for long; return how many went."""
    old = select(WorkItem.key).where(col(WorkItem.changed_at) < now - KEPT)
    gone = old.order_by(col(WorkItem.changed_at)).limit(most)
    return (
        session.connection().execute(delete(WorkItem).where(col(WorkItem.key).in_(gone))).rowcount
    )
