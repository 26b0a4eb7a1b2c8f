"""Everything that can go wrong for a caller, with its answer and its sentence in two languages.

Problem
  BadRequest            400  it cannot be read at all
  Unauthorised          401  no valid key or session
  Forbidden             403  the role does not allow it
  NotFound              404
  WrongMethod           405
  Conflict              409  the record says otherwise
  Stale                 412  what the caller knew of it is no longer so
  TooLarge              413
  Packed                415  its body is packed as nothing here can unpack it
  Invalid               422  the request cannot be right
  Unconditional         428  it must say which state of the record it is about
  TooMany               429  wait, and how long
  HeadTooLarge          431  its address and headers are longer than anybody needs
  Busy                  503  storage is full, slow or away; nothing was kept
  Uncertain             503  the connection was lost during the commit; it may have been kept
  PrinterFault          503  a printer did not take what it was sent (in `printing/devices/faults`)

Each has a stable `slug`, which is its RFC 9457 type, and says what to do next.
"""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field."""

    field: str
    """Its path, such as `applicant.phone`."""
    vi: str
    """What is wrong, in Vietnamese."""
    en: str
    """The same in English."""


@dataclass(eq=False)
class Problem(Exception):
    """What a caller is told; one sentence each in Vietnamese and English."""

    slug: str
    vi: str
    en: str
    faults: list[FieldFault] = field(default_factory=list)
    retry_after_seconds: int | None = None

    status: ClassVar[int] = 500

    def __str__(self) -> str:
        return self.en


class BadRequest(Problem):
    status = 400


class Unauthorised(Problem):
    status = 401


class Forbidden(Problem):
    status = 403


class NotFound(Problem):
    status = 404


class WrongMethod(Problem):
    status = 405


class Conflict(Problem):
    status = 409


class Stale(Problem):
    status = 412


class TooLarge(Problem):
    status = 413


class Packed(Problem):
    status = 415


class Invalid(Problem):
    status = 422


class Unconditional(Problem):
    status = 428


class TooMany(Problem):
    status = 429


class HeadTooLarge(Problem):
    status = 431


class Busy(Problem):
    status = 503


class Uncertain(Problem):
    status = 503


def no_such(noun: str) -> NotFound:
    """Return the problem of a code that leads nowhere; `noun` is a word of the house."""
    vi, en = _NOUNS[noun]
    return NotFound(
        f"no-such-{noun}",
        f"Không tìm thấy {vi}. Vui lòng kiểm tra lại mã.",
        f"There is no such {en}. Check the code.",
    )


_NOUNS = {
    "dossier": ("hồ sơ", "dossier"),
    "book": ("quyển sổ này", "book of the register"),
    "parcel": ("bưu gửi", "parcel"),
    "handover": ("bảng kê", "handover"),
    "message": ("tin từ bưu chính", "message"),
    "office": ("điểm tiếp nhận", "office"),
    "procedure": ("thủ tục", "procedure"),
    "authority": ("cơ quan giải quyết", "authority"),
    "carrier": ("đơn vị bưu chính", "carrier"),
    "page": ("trang", "page"),
    "list": ("danh sách đã nhập", "imported list"),
    "leaf": ("mục này trong nhật ký", "entry of the log"),
    "printer": ("máy in", "printer"),
    "webhook": ("webhook", "webhook"),
    "survey": ("đợt khảo sát này", "survey"),
    "feedback": ("phản ánh, câu hỏi này", "feedback"),
    "denunciation": ("đơn này", "denunciation"),
    "delivery": ("lần gửi này", "delivery"),
    "notice": ("thông báo này", "notice"),
}


def busy() -> Busy:
    return Busy(
        "busy",
        "Hệ thống đang bận, chưa ghi nhận gì. Vui lòng gửi lại sau ít giây.",
        "The service is busy and has kept nothing. Send it again in a few seconds.",
        retry_after_seconds=5,
    )


def overloaded() -> Busy:
    """Return the problem of who comes while too many are served; nothing of his was begun."""
    return Busy(
        "overload",
        "Hệ thống đang có quá nhiều yêu cầu nên chưa nhận yêu cầu này. Vui lòng gửi lại sau số "
        "giây nêu ở Retry-After.",
        "The service has too many requests and did not begin this one. Send it again after the "
        "seconds that Retry-After names.",
        retry_after_seconds=5,
    )


def head_too_large() -> HeadTooLarge:
    return HeadTooLarge(
        "head-too-large",
        "Địa chỉ và tiêu đề của yêu cầu quá dài. Vui lòng xóa cookie của trang này, hoặc sửa "
        "chương trình gửi.",
        "The request's address and headers are too long. Clear the cookies of this site, or "
        "correct the program that sends it.",
    )


def uncertain() -> Uncertain:
    return Uncertain(
        "outcome-uncertain",
        "Mất kết nối đúng lúc đang lưu nên chưa rõ việc này đã được ghi nhận hay chưa. "
        "Vui lòng mở lại để kiểm tra rồi mới làm lại; chương trình thì gửi lại với cùng khóa hoặc "
        "mã.",
        "The connection was lost during the commit, so it is not certain whether this was kept. "
        "Look first, then do it again; a program repeats it with the same key or id.",
        retry_after_seconds=5,
    )
