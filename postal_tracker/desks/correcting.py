"""Putting right what was taken down of an applicant and of what is asked for, with a reason."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from postal_tracker import ledger
from postal_tracker.access import Caller, Scope
from postal_tracker.core.journey import Act, Stage
from postal_tracker.core.problems import Stale
from postal_tracker.core.text import folded
from postal_tracker.core.time_limits import due_at
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.desks.common import desk_entry, find_dossiers, procedure_on
from postal_tracker.forms import NOWHERE, CorrectionForm, field_invalid
from postal_tracker.storage.tables import (
    Applicant,
    Correction,
    Dossier,
    Enclosure,
    LedgerEntry,
    Procedure,
)
from postal_tracker.storage.tables.ledger import ROOM_FOR_FIELDS

Changes = dict[str, tuple[Any, Any]]
"""By field: what it was, and what it becomes."""


def correct(
    session: Session,
    code: str,
    form: CorrectionForm,
    *,
    versions: Collection[int] | None,
    by: Caller,
    calendar: Calendar,
    now: datetime,
) -> bool:
    """Correct a dossier's data, and tell whether any was otherwise: else nothing is recorded.

    `versions`: which of them the caller has seen last; None: any. Raises NotFound, Stale (a desk
    has done something since), Invalid (no such procedure, or something was sent already).
    """
    dossier = find_dossiers(session, [code], scope=by.scope)[0]
    applicant = session.get_one(Applicant, dossier.id)
    changes = _changes(session, dossier, applicant, form)
    if not changes:
        return False
    if versions is not None and _version(session, dossier) not in versions:
        raise Stale("changed-meanwhile", *_CHANGED)
    _refuse_post_to_nowhere(dossier, applicant, changes)
    if "procedure" in changes:
        _change_procedure(session, dossier, changes["procedure"][1], calendar)
    _put_in(dossier, applicant, changes)
    session.flush()
    ledger.search_terms.refresh(session.connection(), [dossier.id])
    _record(session, dossier, changes, reason=form.reason, by=by, now=now)
    return True


def _record(
    session: Session, dossier: Dossier, changes: Changes, *, reason: str, by: Caller, now: datetime
) -> None:
    """Put into the ledger which fields were corrected, and beside it what they held."""
    for portion in _portions(changes):
        entry = desk_entry(
            Act.CORRECTED,
            by=by,
            at=now,
            dossier_id=dossier.id,
            note=reason,
            fields=tuple(portion),
        )
        for entry_id in filter(None, ledger.record(session, [entry], now=now)):
            session.add_all(
                Correction(entry_id=entry_id, field=field, was=_text(was), became=_text(became))
                for field, (was, became) in portion.items()
            )


def _portions(changes: Changes) -> list[Changes]:
    """Return what was corrected in as many parts as it takes: an entry has room for so much."""
    portions: list[Changes] = [{}]
    for field, change in changes.items():
        if len(" ".join([*portions[-1], field])) > ROOM_FOR_FIELDS:
            portions.append({})
        portions[-1][field] = change
    return portions


_CHANGED = (
    "Hồ sơ vừa được người khác sửa hoặc xử lý. Vui lòng mở lại, kiểm tra, rồi đính chính nếu vẫn "
    "cần.",
    "Somebody has just corrected or worked on this dossier. Open it again, look, then correct "
    "what is still wrong.",
)

_OF_APPLICANT = ("name", "phone", "email", "id_number", "address", "ward", "province", "note")
_OF_DOSSIER = (
    "return_by_post",
    "channel",
    "applicant_kind",
    "papers_count",
    "sets_count",
    "fee_vnd",
    "result_number",
)


def _changes(
    session: Session, dossier: Dossier, applicant: Applicant, form: CorrectionForm
) -> Changes:
    known = {field: getattr(applicant, field) for field in _OF_APPLICANT}
    known |= {field: getattr(dossier, field) for field in _OF_DOSSIER}
    known["procedure"] = session.get_one(Procedure, dossier.procedure_id).code
    told = form.model_dump(mode="json", exclude={"reason", "applicant"})
    told |= form.applicant.model_dump()
    return {
        field: (was, told[field])
        for field, was in known.items()
        if told[field] is not None and told[field] != was
    }


def _refuse_post_to_nowhere(dossier: Dossier, applicant: Applicant, changes: Changes) -> None:
    """Refuse what would leave a promise of the post without an address. Raises Invalid."""
    known = {field: getattr(applicant, field) for field in ("address", "ward")}
    known["return_by_post"] = dossier.return_by_post
    if not known.keys() & changes.keys():  # something else is mended, of what has long been so
        return
    after = known | {field: became for field, (_, became) in changes.items()}
    if after["return_by_post"] and not (after["address"] or after["ward"]):
        raise field_invalid("applicant.address", *NOWHERE)


def _version(session: Session, dossier: Dossier) -> int | None:
    """Return the number of what a desk did last with a dossier, as `DossierView.version`."""
    ours = LedgerEntry.dossier_id == dossier.id
    not_struck = LedgerEntry.what != Act.STRUCK_OUT.value
    return session.exec(select(func.max(col(LedgerEntry.id))).where(ours, not_struck)).one()


def may_change_procedure_of(session: Session, code: str, *, by: Caller) -> bool:
    """Tell it of a dossier within reach. Raises NotFound."""
    return may_change_procedure(session, find_dossiers(session, [code], scope=by.scope)[0])


def may_change_procedure(session: Session, dossier: Dossier) -> bool:
    """Tell whether nothing was sent: from then on an authority has it under this name."""
    sent = session.exec(select(Enclosure).where(Enclosure.dossier_id == dossier.id)).first()
    return dossier.stage == Stage.WITH_OFFICE and not dossier.settled_at and sent is None


def _change_procedure(session: Session, dossier: Dossier, code: str, calendar: Calendar) -> None:
    if not may_change_procedure(session, dossier):
        raise field_invalid(
            "procedure",
            "Hồ sơ đã niêm phong hoặc đã gửi nên không đổi được thủ tục. Vui lòng lấy hồ sơ ra "
            "khỏi bưu gửi chưa gửi, hoặc rút hồ sơ và tiếp nhận lại.",
            "It is sealed or was sent, so its procedure stays. Take it out of a parcel that was "
            "not sent, or withdraw it and register it anew.",
        )
    received_on = local_day(dossier.received_at)
    procedure = procedure_on(session, code, received_on)
    stood = ledger.cells(session, dossier)
    dossier.procedure_id = procedure.id
    dossier.authority_id = procedure.authority_id
    dossier.limit_number, dossier.limit_unit = procedure.limit
    dossier.post_counts = procedure.post_counts
    dossier.first_due_at = due_at(procedure.limit, dossier.received_at, calendar)
    ledger.tallies.change(session.connection(), stood, ledger.cells(session, dossier))
    ledger.settle(session, dossier, calendar)


def _put_in(dossier: Dossier, applicant: Applicant, changes: Changes) -> None:
    for field, (_, became) in changes.items():
        if field in _OF_APPLICANT:
            setattr(applicant, field, became)
        elif field in _OF_DOSSIER:
            setattr(dossier, field, became)
    applicant.name_folded = folded(applicant.name)


def _text(value: str | bool | int | None) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value).lower()


def revoke_link(session: Session, code: str, *, scope: Scope) -> None:
    """Let the links on all receipts of a dossier printed until now open nothing. Raises NotFound.

    No entry of the ledger: nothing happened to the dossier. The audit log tells of it.
    """
    find_dossiers(session, [code], scope=scope)[0].link_number += 1
