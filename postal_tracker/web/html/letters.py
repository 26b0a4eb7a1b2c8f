"""A letter to an authority about something on the worklist, for the clerk's own mail program.

It names codes and days alone: mail goes through other people's hands.
"""

from collections.abc import Callable
from urllib.parse import quote

from postal_tracker.core.journey import Direction
from postal_tracker.core.worklist import About, WorkKind
from postal_tracker.reports.to_do import ToDoRow

Translate = Callable[..., str]

_ABOUT_PARCELS = (WorkKind.SILENT, WorkKind.UNACCEPTED, WorkKind.CLAIMED, WorkKind.RETURNING)


def letter(_: Translate, row: ToDoRow) -> str:
    """Return the address (`mailto:`, RFC 6068) that opens it; empty where nobody is to be asked."""
    if row.about is About.DOSSIER and row.due_on:
        subject = _("Đề nghị cho biết tiến độ giải quyết hồ sơ {code}", code=row.code)
        asked = _(
            "Hồ sơ {code} hẹn trả kết quả ngày {day}. Đề nghị Quý cơ quan cho biết tiến độ giải "
            "quyết và ngày dự kiến có kết quả.",
            code=row.code,
            day=row.due_on,
        )
    elif row.kind in _ABOUT_PARCELS and row.direction is Direction.TO_AUTHORITY:
        subject = _("Đề nghị xác nhận bưu gửi {code}", code=row.code)
        asked = _(
            "Bưu gửi số {code} gửi tới Quý cơ quan, trong có hồ sơ {dossiers}. Đề nghị Quý cơ quan "
            "cho biết đã nhận được bưu gửi này chưa.",
            code=row.code,
            dossiers=", ".join(row.dossiers),
        )
    else:
        return ""
    body = "\r\n\r\n".join((_("Kính gửi Quý cơ quan,"), asked, _("Trân trọng.")))
    return f"mailto:?subject={quote(subject)}&body={quote(body)}"
