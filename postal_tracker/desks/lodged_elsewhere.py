"""Dossiers that another system lodged and registers here, under a code of its own: each once."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from postal_tracker.access import Scope
from postal_tracker.core.codes import national_procedure_code
from postal_tracker.core.working_days import local_day
from postal_tracker.desks.common import is_valid
from postal_tracker.forms import DossierForm, field_invalid
from postal_tracker.storage.tables import Applicant, Dossier, Office, Procedure


def in_our_codes(session: Session, form: DossierForm, *, now: datetime) -> DossierForm:
    """Return the form with our own code of its procedure, if it names the national one.

    Raises Invalid where several procedures in force on the day have that.
    """
    national = national_procedure_code(form.procedure)
    if national is None or _codes(session, col(Procedure.code) == form.procedure):
        return form
    found = _codes(session, col(Procedure.national_code) == national)
    on = local_day(form.received_at or now)
    valid = [row for row in found if is_valid(row, on)] or found
    if len(valid) > 1:
        raise field_invalid(
            "procedure",
            "Nhiều thủ tục có chung mã quốc gia này. Vui lòng gửi mã thủ tục của trung tâm.",
            "Several procedures have this national code. Send the centre's own code.",
        )
    return form.model_copy(update={"procedure": valid[0].code}) if valid else form


def _codes(session: Session, condition: Any) -> list[Procedure]:
    return list(session.exec(select(Procedure).where(condition).limit(10)))


_PERSON = ("name", "phone", "email", "id_number", "address", "ward", "province")
_DOSSIER = ("return_by_post", "channel", "applicant_kind", "papers_count", "sets_count", "fee_vnd")


def is_there(session: Session, form: DossierForm, *, scope: Scope, now: datetime) -> bool:
    """Tell whether a dossier of this code within reach says all that the form says.

    What the form leaves to us, the office and the time of receipt, is not compared.
    """
    found = session.exec(
        select(Dossier, Applicant, Procedure.code, Office.code)
        .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .join(Office, col(Office.id) == col(Dossier.office_id))
        .where(col(Dossier.code) == form.code, scope.covers(Dossier))
    ).first()
    if found is None:
        return False
    dossier, applicant, procedure, office = found
    return (
        procedure == in_our_codes(session, form, now=now).procedure
        and form.office in ("", office)
        and form.received_at in (None, dossier.received_at)
        and form.note == applicant.note
        and all(getattr(form.applicant, name) == getattr(applicant, name) for name in _PERSON)
        and all(getattr(form, name) == getattr(dossier, name) for name in _DOSSIER)
    )
