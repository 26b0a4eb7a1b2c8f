"""What the centre is set up with as files (CSV, XLSX): each list whole, as its page shows it.

The catalogue has the headings that an import reads: it is taken away, changed and brought back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from postal_tracker.access import own_sessions, people, refuse_part
from postal_tracker.carriers.health import health
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.own_days import exceptions
from postal_tracker.core.problems import no_such
from postal_tracker.desks import keys, number_ranges
from postal_tracker.desks.imports import Kind, single
from postal_tracker.desks.imports.columns import HEADINGS
from postal_tracker.outgoing import told, webhooks
from postal_tracker.printing import devices
from postal_tracker.spreadsheets import Cell
from postal_tracker.views import listed
from postal_tracker.views.keyset import LARGEST
from postal_tracker.views.listed import Wanted
from postal_tracker.web.html.i18n import translated
from postal_tracker.web.http.auth import AdminContext, RequestContext, StaffContext
from postal_tracker.web.http.report_files import FileKind, table_file

router = APIRouter(prefix="/desk")

Asked = Mapping[str, str]
Name = Annotated[str, Path(max_length=20)]


class Listing(NamedTuple):
    """One list: its columns by the fields of its rows, and what reads all of them."""

    columns: Mapping[str, str]
    rows: Callable[[Session, RequestContext, Asked], Iterable[Any]]


@router.get("/lists/{name}.{kind}")
async def take_away(
    name: Name, kind: FileKind, request: Request, context: StaffContext
) -> Response:
    """Answer with a list that all staff may look at."""
    return await list_file(context, name, _for_staff().get(name), request.query_params, kind)


@router.get("/admin/lists/{name}.{kind}")
async def take_away_set_up(
    name: Name, kind: FileKind, request: Request, context: AdminContext
) -> Response:
    """Answer with a list that administrators may look at; all but printers only as a whole."""
    if name != "printers":
        refuse_part(context.scope)
    return await list_file(context, name, _for_admins().get(name), request.query_params, kind)


async def list_file(
    context: RequestContext, name: str, of: Listing | None, asked: Asked, kind: FileKind
) -> Response:
    """Answer with a file of a list. Raises NotFound (no such list)."""
    if of is None:
        raise no_such("page")
    columns, rows = of
    lang, header = context.lang, [translated(words, context.lang) for words in columns.values()]
    return await table_file(
        context,
        name,
        lambda s: (header, (_cells(row, columns, lang) for row in rows(s, context, asked))),
        kind,
    )


def _cells(row: Any, columns: Iterable[str], lang: Lang) -> list[Cell]:
    return [_cell(name, getattr(row, name), lang) for name in columns]


def _cell(name: str, value: Any, lang: Lang) -> Cell:
    if isinstance(value, bool):
        return translated("có" if value else "không", lang)
    if isinstance(value, list):
        return ", ".join(value)
    cell: Cell = translated(_WORDS[name][value], lang) if value in _WORDS.get(name, ()) else value
    return cell


def all_of(page_at: Callable[[Any], Any]) -> Iterator[Any]:
    """Give the rows of all pages of a list."""
    page = page_at(None)
    yield from page.items
    while page.next_cursor:
        page = page_at(page.next_cursor)
        yield from page.items


def _catalogue(kind: Kind) -> Listing:
    """Return the list of which an import makes this catalogue again."""
    of: Any = {
        Kind.OFFICES: listed.offices,
        Kind.AUTHORITIES: listed.authorities,
        Kind.PROCEDURES: listed.procedures,
    }[kind]

    def rows(session: Session, context: RequestContext, asked: Asked) -> Iterator[Any]:
        kept = {name: asked.get(name, "")[:200] for name in ("q", "group", "field")}
        for one in all_of(
            lambda c: of(session, Wanted(cursor=c, limit=1000, **kept), context.lang)
        ):
            yield SimpleNamespace(**single.as_texts(session, kind, one.code))

    return Listing({field: names[0] for field, names in HEADINGS[kind].items()}, rows)


def _printers(session: Session, context: RequestContext, _asked: Asked) -> Iterator[Any]:
    for one in devices.within(session, context.scope):
        yield devices.view(session, one, with_address=True)


def _deliveries(session: Session, context: RequestContext, asked: Asked) -> Iterator[Any]:
    text = asked.get("webhook", "")
    hook = min(int(text), LARGEST) if text.isascii() and text.isdecimal() else 0
    return all_of(lambda c: told.deliveries_of(session, hook, by=context.caller, cursor=c or ""))


def _days(_session: Session, context: RequestContext, asked: Asked) -> Iterable[Any]:
    text = asked.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else context.house.today().year
    return exceptions(context.house.calendar, min(max(year, 2000), 2100), context.lang)


def _for_staff() -> dict[str, Listing]:
    return {
        "procedures": _catalogue(Kind.PROCEDURES),
        "carriers": Listing(
            _CARRIER, lambda s, c, _: health(s, carriers=c.house.carriers, now=c.house.now())
        ),
        "sessions": Listing(_SESSION, lambda s, c, _: own_sessions(s, c.caller, "", c.now)),
    }


def _for_admins() -> dict[str, Listing]:
    return {
        **{kind.value: _catalogue(kind) for kind in (Kind.OFFICES, Kind.AUTHORITIES)},
        "procedures": _catalogue(Kind.PROCEDURES),
        "people": Listing(
            _PERSON, lambda s, _c, _: all_of(lambda c: people.people(s, after=c or 0))
        ),
        "keys": Listing(
            _KEY, lambda s, c, _: all_of(lambda at: keys.listed(s, after=at or "", now=c.now))
        ),
        "numbers": Listing(
            _RANGE, lambda s, _c, _: all_of(lambda c: number_ranges.listed(s, after=c or 0))
        ),
        "printers": Listing(_PRINTER, _printers),
        "webhooks": Listing(_WEBHOOK, lambda s, c, _: webhooks.listed(s, by=c.caller).items),
        "deliveries": Listing(_DELIVERY, _deliveries),
        "holidays": Listing(_DAY, _days),
    }


# Field and heading; what an English file says for it stands in `locale/en.po`, as for the pages.
_PERSON = {
    "username": "Tên đăng nhập",
    "name": "Họ tên",
    "role": "Vai trò",
    "office": "Điểm tiếp nhận",
    "carrier": "Đơn vị bưu chính",
    "state": "Tình trạng tài khoản",
    "has_second_factor": "Mã xác thực",
    "seen_at": "Dùng lần cuối",
}
_KEY = {
    "id": "Mã",
    "name": "Của ai",
    "role": "Vai trò",
    "office": "Điểm tiếp nhận",
    "carrier": "Đơn vị bưu chính",
    "scopes": "Phạm vi",
    "state": "Tình trạng khóa",
    "created_at": "Tạo lúc",
    "expires_at": "Hết hạn",
    "last_used_at": "Dùng lần cuối",
    "last_network": "Từ mạng",
}
_RANGE = {
    "carrier": "Đơn vị bưu chính",
    "indicator": "Hai chữ đầu",
    "first_serial": "Số đầu",
    "last_serial": "Số cuối",
    "country": "Hai chữ cuối",
    "next_number": "Số sẽ dùng tiếp",
    "left": "Còn lại",
}
_PRINTER = {
    "name": "Máy in",
    "office": "Điểm tiếp nhận",
    "kind": "Cách in",
    "address": "Địa chỉ",
    "media": "Khổ giấy",
}
_WEBHOOK = {
    "url": "Nơi nhận",
    "office": "Phạm vi",
    "created_at": "Tạo lúc",
    "state": "Tình trạng gửi",
}
_DELIVERY = {
    "id": "Mã",
    "created_at": "Lúc",
    "dossier": "Về",
    "state": "Tình trạng gửi",
    "attempts": "Số lần gửi",
    "last_status": "Trả lời gần nhất",
    "last_fault": "Lý do",
    "next_at": "Gửi tiếp lúc",
}
_SESSION = {"began_at": "Đăng nhập", "seen_at": "Dùng lần cuối", "network": "Từ mạng"}
IMPORT = {"id": "Lần", "imported_at": "Lúc", "dossiers": "Hồ sơ", "undone_at": "Hủy nhập"}
DENUNCIATION = {
    "number": "Số",
    "received_at": "Nhận lúc",
    "accept_by": "Thụ lý trước",
    "settle_by": "Giải quyết trước",
    "closed_at": "Đã giải quyết",
}
_DAY = {"date": "Ngày", "working": "làm bù", "reason": "Lý do", "source": "Văn bản"}
_CARRIER = {
    "title": "Đơn vị",
    "last_hook_at": "Bưu chính tự báo gần nhất",
    "last_answered_at": "Tra cứu được gần nhất",
    "error_rate": "Tỷ lệ tra cứu lỗi",
    "open_parcels": "Bưu gửi đang theo dõi",
    "due": "Chờ tra cứu",
}
FEEDBACK = {
    "number": "Số",
    "kind_text": "Loại",
    "dossier": "Hồ sơ",
    "state_text": "Tình trạng",
    "overdue": "Quá hạn",
    "owner_name": "Người xử lý",
    "opened_at": "Nhận lúc",
    "answer_by": "Hạn trả lời",
}
_WORDS: Mapping[str, Mapping[Any, str]] = {
    "role": {
        "desk": "Cán bộ một cửa",
        "manager": "Lãnh đạo trung tâm",
        "admin": "Quản trị",
        "courier": "Bưu tá",
        "integration": "Phần mềm",
    },
    "state": {
        "open": "đang dùng",
        "waiting": "chờ chọn mật khẩu",
        "good": "đang dùng",
        "expired": "đã hết hạn",
        "revoked": "đã thu hồi",
        "active": "đang hoạt động",
        "disabled": "đã khóa",
        "queued": "chờ gửi",
        "failed": "sẽ gửi lại",
        "delivered": "đã nhận",
        "given_up": "đã thôi gửi",
    },
    "kind": {
        "browser": "trình duyệt",
        "lp": "hệ thống in của máy chủ",
        "zpl_tcp": "máy in nhãn trên mạng",
    },
}
