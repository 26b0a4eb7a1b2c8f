"""The sheet of the national database of procedures, known by its own headings.

It says who carries a procedure out and how far it is online, but not within which time: a
procedure that is there keeps its limit, a new one needs a limit from elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, select

from postal_tracker.core import codes
from postal_tracker.core.catalogue import Online
from postal_tracker.core.text import folded
from postal_tracker.core.time_limits import Limit
from postal_tracker.desks.imports.columns import bare
from postal_tracker.desks.imports.words import MOST_VND, vnd
from postal_tracker.storage.tables import Authority, Procedure

_HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("Mã TTHC", "Mã số TTHC"),
    "name_vi": ("Tên TTHC", "Tên thủ tục hành chính"),
    "field": ("Lĩnh vực",),
    "fee": ("Phí",),
    "charge": ("Lệ phí",),
    "level": ("Cấp thực hiện",),
    "authority": ("Cơ quan thực hiện",),
    "full": ("Toàn trình",),
    "partial": ("Một phần",),
    "information": ("Cung cấp thông tin",),
    "post": ("Dịch vụ BCCI", "BCCI"),
    "state": ("Trạng thái",),
}

_OURS = {bare(name): column for column, names in _HEADINGS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Known:
    """What the record knows already, and what holds where the sheet does not say."""

    procedures: Mapping[str, tuple[str, Limit]] = field(default_factory=dict)
    """By national code: our own code, and the limit."""
    authorities: Mapping[str, str] = field(default_factory=dict)
    """The code by every code and name of an authority, folded; empty if several have it."""
    limit: str = ""
    authority: str = ""


def known(session: Session, *, limit: str = "", authority: str = "") -> Known:
    """Read what is known of procedures and authorities."""
    procedures = {}
    for row in session.exec(select(Procedure)):
        procedures[row.code] = procedures[row.national_code or row.code] = (row.code, row.limit)
    authorities: dict[str, str] = {}
    for one in session.exec(select(Authority)):
        for name in {folded(one.code), folded(one.name_vi)}:
            authorities[name] = "" if name in authorities else one.code
    return Known(procedures, authorities, limit, authority)


def is_header(cells: Sequence[str]) -> bool:
    """Tell whether this row holds the national sheet's headings; titles may stand above it."""
    return {"code", "name_vi"} <= set(_columns(cells))


def joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Return the headings of which two rows make one: groups above, their names below.

    Nothing if the second row is none of headings: it has a code or a name of its own, or nothing
    that belongs below a group. A name that stands below two groups has its group before it.
    """
    width = max(len(first), len(second))
    upper, lower = ([*cells, *[""] * (width - len(cells))] for cells in (first, second))
    told = {_OURS.get(bare(up)): low for up, low in zip(upper, lower, strict=True)}
    if not is_header(first) or told["code"] or told["name_vi"]:
        return []
    upper = ["" if n and up == upper[n - 1] else up for n, up in enumerate(upper)]
    if not any(
        bare(low) and (not up or bare(low) in _OURS) for up, low in zip(upper, lower, strict=True)
    ):
        return []
    names = [_name_of(upper[n:], lower[n:]) for n in range(width)]
    return [
        f"{_group_of(upper[: n + 1])}: {name}" if name and names.count(name) > 1 else name
        for n, name in enumerate(names)
    ]


def _group_of(upper: Sequence[str]) -> str:
    return next((up for up in reversed(upper) if up), "")


def _name_of(upper: Sequence[str], lower: Sequence[str]) -> str:
    """Return the heading of the first of these columns: what stands below is a remark, or more."""
    up, low = upper[0], lower[0]
    begins_group = len(upper) > 1 and not upper[1] and lower[1]
    return low if bare(low) and (not up or begins_group or bare(low) in _OURS) else up


def _columns(cells: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in cells:
        column = _OURS.get(bare(name))
        if column:
            found.setdefault(column, name)
    return found


def headings_of(header: Sequence[str]) -> dict[str, str]:
    """Return the sheet's heading of each column: of its own, and of those of ours they fill."""
    found = _columns(header)
    online = next((found[name] for name in _LEVELS if name in found), "")
    filled = {"online": online, "post_out": found.get("post"), "post_back": found.get("post")}
    return found | {column: name for column, name in filled.items() if name}


_LEVELS = {"full": Online.FULL, "partial": Online.PARTIAL, "information": Online.INFORMATION}

_NOT = frozenset({"", "khong", "k", "0", "no", "n", "false", "-"})

_ENDED = ("het hieu luc", "bai bo", "huy bo", "khong con hieu luc")


def shaped(values: Mapping[str, str], known: Known) -> dict[str, Any]:
    """Return a row of the sheet as a row of our own list of procedures."""
    code = codes.national_procedure_code(values.get("code", "").strip()) or values.get("code", "")
    own, limit = known.procedures.get(code, (code, None))
    rest: dict[str, Any] = {
        name: values[name] for name in ("name_vi", "field", "level") if values.get(name)
    }
    rest |= {name: _sum(values[name]) for name in ("fee", "charge") if values.get(name)}
    if own != code:
        rest["national_code"] = code
    if (wanted := limit or known.limit) != "":
        rest["limit"] = wanted
    if "post" in values:
        rest |= dict.fromkeys(("post_out", "post_back"), values["post"])
    authority = _authority(values.get("authority", ""), known)
    return {"code": own, "authority": authority, "online": _online(values), **rest}


def _sum(text: str) -> int | None:
    """Return a fixed sum; many cells say only by which circular it is reckoned."""
    found = vnd(text)
    return found if found is None or found <= MOST_VND else None


def _online(values: Mapping[str, str]) -> Online:
    ticked = [level for name, level in _LEVELS.items() if folded(values.get(name, "")) not in _NOT]
    return ticked[0] if ticked else Online.NONE


def _authority(name: str, known: Known) -> str:
    return known.authorities.get(folded(name[:300])) or known.authority


def has_ended(values: Mapping[str, str]) -> bool:
    """Tell whether the sheet says of a procedure that it is no longer in force."""
    return any(word in folded(values.get("state", "")[:100]) for word in _ENDED)
