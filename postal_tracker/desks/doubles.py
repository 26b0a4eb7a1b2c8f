"""The same person, procedure and day registered twice: found, then asked about or flagged.

Two lists of one day, or two clerks at one pile, register one paper twice; whoever then seals one
dossier leaves the other lying for ever. It may also be right: two vehicles of one owner.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, select, union
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.dates import midnight
from postal_tracker.core.journey import Stage
from postal_tracker.core.problems import Conflict, FieldFault
from postal_tracker.core.text import folded
from postal_tracker.core.working_days import local_day
from postal_tracker.forms import DossierForm
from postal_tracker.storage import turns
from postal_tracker.storage.bulk import GivenRows
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


def pass_over(found: Sequence[str]) -> bool:
    """Register none that is there, whatever its own code is: it may have come with another list."""
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
    """Name what `_is_same` goes by: who is the same in its eyes shares one name at least."""
    who, what = form.applicant, f"{form.procedure} {local_day(form.received_at or now)}"
    yield f"{what} {folded(who.name)} {who.phone}"
    if who.id_number:
        yield f"{what} {who.id_number}"


def possible_doubles(
    session: Session, form: DossierForm, *, scope: Scope, now: datetime
) -> list[str]:
    """Return the codes of dossiers of the same person, procedure and day, the oldest first."""
    return People(session, [form], scope=scope, now=now).doubles(form)


@dataclass(frozen=True, slots=True)
class _Person:
    """What people are told apart by."""

    phone: str
    name: str
    """Without diacritics and in lower case."""
    id_number: str


class People:
    """Who has asked for what on which day: as it stands in the record, and what a list adds.

    Withdrawn dossiers are none: what was mistyped is withdrawn and registered anew. Nor is what
    lies out of reach: what somebody asks for at another office is nobody's business here.
    """

    def __init__(
        self, session: Session, forms: Collection[DossierForm], *, scope: Scope, now: datetime
    ) -> None:
        self._now, self._kept = now, 0
        self._found: dict[Any, list[tuple[int, _Person, str]]] = defaultdict(list)
        self.look_up(session, forms, scope)

    def look_up(self, session: Session, forms: Collection[DossierForm], scope: Scope) -> None:
        """Take note of what the record has of these people."""
        days = [self._day(form) for form in forms]
        if not days:
            return
        bounds = {"begins": midnight(min(days)), "ends": midnight(max(days) + timedelta(days=1))}
        people = sorted({astuple(_person(form)) for form in forms})
        for row in _REGISTERED.ask(session.connection(), people, **bounds):
            if scope.holds(row.office_id):
                who = _Person(row.phone, row.name_folded, row.id_number)
                self._keep(who, row.procedure, local_day(row.received_at), row.code)

    def doubles(self, form: DossierForm) -> list[str]:
        """Return the codes of dossiers of the same person, procedure and day, the oldest first."""
        who, what = _person(form), (form.procedure, self._day(form))
        beside = [*self._found[what, who.phone, who.name], *self._found[what, who.id_number]]
        found = {(place, code) for place, other, code in beside if _is_same(who, other)}
        return list(dict.fromkeys(code for _, code in sorted(found)))[:_MOST_NAMED]

    def add(self, form: DossierForm, code: str) -> None:
        """Take note of one that is being registered."""
        self._keep(_person(form), form.procedure, self._day(form), code)

    def _day(self, form: DossierForm) -> date:
        return local_day(form.received_at or self._now)

    def _keep(self, who: _Person, procedure: str, day: date, code: str) -> None:
        what, self._kept = (procedure, day), self._kept + 1
        self._found[what, who.phone, who.name].append((self._kept, who, code))
        if who.id_number:
            self._found[what, who.id_number].append((self._kept, who, code))


def _person(form: DossierForm) -> _Person:
    who = form.applicant
    return _Person(who.phone, folded(who.name), who.id_number)


def _is_same(asked: _Person, other: _Person) -> bool:
    """The same identity number, or the same name and telephone.

    Where neither left a telephone, the name alone is the same; but not against two numbers.
    """
    if asked.id_number and asked.id_number == other.id_number:
        return True
    is_named_so = (asked.phone, asked.name) == (other.phone, other.name)
    return is_named_so and bool(asked.phone or not asked.id_number or not other.id_number)


def _registered(new: Callable[[], Any]) -> Any:
    """Return the query for what these people registered: an index for each way to be the same."""
    who = (col(Applicant.phone), col(Applicant.name_folded), col(Applicant.id_number))
    # Not by the index of days: a day has thousands of dossiers, a person a few.
    received_at = func.coalesce(col(Dossier.received_at), bindparam("begins"))
    in_time = and_(
        received_at >= bindparam("begins"),
        received_at < bindparam("ends"),
        col(Dossier.stage) != Stage.CANCELLED.value,
    )
    of_person: Any = select(
        col(Dossier.id).label("place"), col(Dossier.code), col(Dossier.received_at), *who,
        col(Dossier.office_id), col(Procedure.code).label("procedure"),
    )  # fmt: skip
    by_name, by_number = new(), new()
    ways = (
        (by_name, and_(who[0] == by_name.c.phone, who[1] == by_name.c.name_folded)),
        (by_number, and_(by_number.c.id_number != "", who[2] == by_number.c.id_number)),
    )
    found = [
        of_person.join_from(given, Applicant, same)
        .join(Dossier, col(Dossier.id) == col(Applicant.dossier_id))
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .where(in_time)
        for given, same in ways
    ]
    return union(*found).order_by("place")


_REGISTERED = GivenRows(Applicant, "phone", "name_folded", "id_number", query=_registered)
