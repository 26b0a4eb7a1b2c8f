"""The catalogue as lists: offices, authorities and procedures, searched without marks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from postal_tracker.core.bilingual_terms import Lang, limit_in_words, pick
from postal_tracker.core.catalogue import (
    ONLINE,
    Group,
    Online,
    national_code_of,
)
from postal_tracker.core.journey import Channel
from postal_tracker.core.text import folded
from postal_tracker.core.time_limits import Unit
from postal_tracker.storage.tables import Authority, Office, Procedure
from postal_tracker.views.standing import Named

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office where dossiers come in."""

    code: str
    name: str
    parent: str
    """The code of the office above it."""
    address: str
    phone: str
    hours: str
    """When citizens find somebody there."""
    valid_from: date | None
    valid_to: date | None
    predecessors: list[str]
    """The codes of those that it took over from."""
    successors: list[str]
    """The codes of those that took over from it."""
    modern: bool
    """Whether it is equipped as a modern one-stop desk."""


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """An authority that decides."""

    code: str
    name: str
    group: Group
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """What can be asked for."""

    code: str
    name: str
    national_code: str
    authority: Named
    group: Group
    field: str
    level: str
    online: Online
    lodging: list[Channel]
    """How it may be lodged."""
    post_out: bool
    """Whether it may be lodged by post."""
    post_back: bool
    """Whether the result may come by post."""
    post_counts: bool
    """Whether the time with the post is part of the time limit."""
    limit: str
    """The time limit in words."""
    limit_number: int
    limit_unit: Unit
    fee: int | None
    charge: int | None
    papers: list[str]
    valid_from: date | None
    valid_to: date | None
    data_status: str


@dataclass(frozen=True, slots=True)
class OfficePage:
    """A page of offices."""

    items: list[OfficeView]
    next_cursor: int | None


@dataclass(frozen=True, slots=True)
class AuthorityPage:
    """A page of authorities."""

    items: list[AuthorityView]
    next_cursor: int | None


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """A page of procedures."""

    items: list[ProcedureView]
    next_cursor: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a list is wanted."""

    q: str = ""
    code: str = ""
    """Only the one of this code."""
    cursor: int | None = None
    limit: int = 50
    group: str = ""
    field: str = ""


def offices(session: Session, wanted: Wanted, lang: Lang) -> OfficePage:
    rows = list(session.exec(select(Office).order_by(col(Office.id))))
    before: dict[str, list[str]] = {}
    for row in rows:
        for code in row.successors.split():
            before.setdefault(code, []).append(row.code)
    return OfficePage(*_page(rows, wanted, _names, lambda row: _office(row, before, lang)))


def _office(row: Office, before: Mapping[str, list[str]], lang: Lang) -> OfficeView:
    return OfficeView(
        row.code,
        pick((row.name_vi, row.name_en), lang),
        row.parent_code,
        row.address,
        row.phone,
        pick((row.hours_vi, row.hours_en), lang),
        row.valid_from,
        row.valid_to,
        before.get(row.code, []),
        row.successors.split(),
        row.modern,
    )


def authorities(session: Session, wanted: Wanted, lang: Lang) -> AuthorityPage:
    query = select(Authority).order_by(col(Authority.id))
    if wanted.group:
        query = query.where(Authority.group == wanted.group)

    def seen(row: Authority) -> AuthorityView:
        name = pick((row.name_vi, row.name_en), lang)
        return AuthorityView(row.code, name, Group(row.group), row.address, row.phone)

    return AuthorityPage(*_page(session.exec(query), wanted, _names, seen))


def procedures(session: Session, wanted: Wanted, lang: Lang) -> ProcedurePage:
    query = (
        select(Procedure, Authority)
        .join(Authority, col(Authority.id) == col(Procedure.authority_id))
        .order_by(col(Procedure.id))
    )
    if wanted.group:
        query = query.where(Authority.group == wanted.group)
    if wanted.field:
        query = query.where(Procedure.field == wanted.field)

    def names(pair: Any) -> str:
        return f"{_names(pair[0])} {pair[0].national_code} {pair[0].field}"

    found = _page(
        session.exec(query), wanted, names, lambda pair: _procedure(pair[0], pair[1], lang)
    )
    return ProcedurePage(*found)


def _procedure(row: Procedure, authority: Authority, lang: Lang) -> ProcedureView:
    ways = {
        Channel.DIRECT: row.direct,
        Channel.ONLINE: row.online in ONLINE,
        Channel.POSTAL: row.post_out,
    }
    return ProcedureView(
        code=row.code,
        name=pick((row.name_vi, row.name_en), lang),
        national_code=national_code_of(row.code, row.national_code),
        authority=Named(authority.code, pick((authority.name_vi, authority.name_en), lang)),
        group=Group(authority.group),
        field=row.field,
        level=row.level,
        online=Online(row.online),
        lodging=[channel for channel, may in ways.items() if may],
        post_out=row.post_out,
        post_back=row.post_back,
        post_counts=row.post_counts,
        limit=pick(limit_in_words(row.limit), lang),
        limit_number=row.limit_number,
        limit_unit=Unit(row.limit_unit),
        fee=row.fee,
        charge=row.charge,
        papers=row.papers.splitlines(),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        data_status=row.data_status,
    )


def fields(session: Session) -> list[str]:
    """Return the fields that procedures are of, by name."""
    found = session.exec(select(Procedure.field).where(Procedure.field != "").distinct())
    return sorted(found, key=folded)


def _names(row: Any) -> str:
    return f"{row.code} {row.name_vi} {row.name_en}"


def _page(
    rows: Iterable[Any], wanted: Wanted, names: Callable[[Any], str], view: Callable[[Any], T]
) -> tuple[list[T], int | None]:
    """Return the rows behind the cursor that hold each word of `q`, with or without marks.

    They are gone through one by one: a catalogue has some hundreds, at most some thousands.
    """
    words = folded(wanted.q).split()
    found = []
    for row in rows:
        own = row if hasattr(row, "id") else row[0]
        id_ = own.id
        if id_ <= (wanted.cursor or 0) or wanted.code not in ("", own.code):
            continue
        if words and not all(word in folded(names(row)) for word in words):
            continue
        found.append((id_, view(row)))
        if len(found) > wanted.limit:
            break
    page = found[: wanted.limit]
    return [one for _, one in page], page[-1][0] if len(found) > len(page) else None
