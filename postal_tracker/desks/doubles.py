"""The same person, procedure and day registered twice: found, then asked about or flagged.

Two lists of one day, or two clerks at one pile, register one paper twice; whoever then seals one
dossier leaves the other lying for ever. It may also be right: two vehicles of one owner.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from postal_tracker.access import Scope
from postal_tracker.core.dates import midnight
from postal_tracker.core.journey import Stage
from postal_tracker.core.problems import Conflict, FieldFault
from postal_tracker.core.text import folded
from postal_tracker.core.working_days import local_day
from postal_tracker.forms import ApplicantForm, DossierForm
from postal_tracker.storage import turns
from postal_tracker.storage.tables import Applicant, Dossier, Procedure

_MOST_NAMED = 5


class PossibleDouble(Conflict):
    """Somebody has to say whether this is another dossier. `codes`: those it may repeat."""

    def __init__(self, codes: Sequence[str]) -> None:
        named = ", ".join(codes)
        vi = (
            f"Hồ sơ {named} cùng người nộp, cùng thủ tục, cùng ngày. Vui lòng kiểm tra; nếu đây là "
            "hồ sơ khác, vui lòng chọn vẫn đăng ký."
        )
        en = (
            f"{named} is of the same person, procedure and day. Please check; if this is another "
            "dossier, choose to register it anyway."
        )
        super().__init__("possible-double", vi, en, [FieldFault("seen", vi, en)])
        self.codes = codes


OnDoubles = Callable[[Sequence[str]], bool]
"""Is told the codes of possible doubles. Raises PossibleDouble, or says whether to flag them."""


def ask(found: Sequence[str]) -> bool:
    """Register none before somebody has answered. Raises PossibleDouble."""
    raise PossibleDouble(found)


def flag(_found: Sequence[str]) -> bool:
    """Register it, and leave the question to whoever looks at it: programs cannot be asked."""
    return True


def keep(_found: Sequence[str]) -> bool:
    """Register it: somebody has answered that it is another dossier."""
    return False


def ask_beyond(seen: Collection[str]) -> OnDoubles:
    """Ask, unless it was answered for all that are found: `seen` are the codes then shown."""
    return lambda found: keep(found) if set(found) <= set(seen) else ask(found)


def take_turn(session: Session, forms: Collection[DossierForm], *, now: datetime) -> None:
    """Wait for whoever registers one of these people for the same procedure and day just now.

    Otherwise two offices do not see each other's. Before a number is drawn: there one waits, too.
    """
    names = {name for form in forms for name in _turns_of(form, now)}
    turns.take_turns(session.connection(), turns.PEOPLE, names)


def _turns_of(form: DossierForm, now: datetime) -> Iterator[str]:
    """Name what `_is_person` goes by: who is the same in its eyes shares one name at least."""
    who, what = form.applicant, f"{form.procedure} {local_day(form.received_at or now)}"
    yield f"{what} {folded(who.name)} {who.phone}"
    if who.id_number:
        yield f"{what} {who.id_number}"


def possible_doubles(
    session: Session, form: DossierForm, *, scope: Scope, now: datetime
) -> list[str]:
    """Return the codes of dossiers of the same person, procedure and day, the oldest first.

    Of those within reach: what somebody asks for at another office is nobody's business here.

    Withdrawn ones are none: what was mistyped is withdrawn and registered anew.
    """
    begins = midnight(local_day(form.received_at or now))
    return list(
        session.exec(
            select(Dossier.code)
            .join(Applicant, col(Applicant.dossier_id) == Dossier.id)
            .join(Procedure, col(Procedure.id) == Dossier.procedure_id)
            .where(
                Procedure.code == form.procedure,
                col(Dossier.received_at) >= begins,
                col(Dossier.received_at) < begins + timedelta(days=1),
                Dossier.stage != Stage.CANCELLED.value,
                _is_person(form.applicant),
                scope.covers(Dossier),
            )
            .order_by(col(Dossier.id))
            .limit(_MOST_NAMED)
        )
    )


def _is_person(form: ApplicantForm) -> Any:
    """The same identity number, or the same name and telephone.

    Where neither left a telephone, the name alone is the same; but not against two numbers.
    """
    same_name = and_(
        col(Applicant.phone) == form.phone, col(Applicant.name_folded) == folded(form.name)
    )
    if not form.id_number:
        return same_name
    if not form.phone:
        same_name = and_(same_name, col(Applicant.id_number) == "")
    return or_(col(Applicant.id_number) == form.id_number, same_name)
