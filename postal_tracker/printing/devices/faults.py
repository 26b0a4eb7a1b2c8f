"""Why a printer did not take what it was sent, in words for somebody who stands before it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from postal_tracker.core.problems import Problem


class Fault(StrEnum):
    """What happened on the way to the paper; the slug of the problem."""

    REFUSED = "printer-refuses"
    OUT_OF_REACH = "printer-out-of-reach"
    UNKNOWN_HOST = "printer-address-unknown"
    ELSEWHERE = "printer-elsewhere"
    STALLED = "printer-stalled"
    BROKE_OFF = "printer-broke-off"
    NO_PRINTING_SYSTEM = "no-printing-system"
    QUEUE_REFUSES = "printer-queue-refuses"


@dataclass(eq=False)
class PrinterFault(Problem):
    """A printer did not take a document. `unsure` if some of it may lie on paper all the same."""

    unsure: bool = False

    status: ClassVar[int] = 503


def fault(what: Fault, printer: str) -> PrinterFault:
    """Return what is to be told of a printer, by its name."""
    vi, en = _SENTENCES[what]
    return PrinterFault(
        what.value, vi.format(printer), en.format(printer), unsure=what in _PERHAPS_ON_PAPER
    )


_PERHAPS_ON_PAPER = {Fault.STALLED, Fault.BROKE_OFF}

_SENTENCES = {
    Fault.REFUSED: (
        "Máy in {} từ chối kết nối. Vui lòng bật máy in, hoặc chờ máy in xong việc đang làm.",
        "Printer {} refuses the connection. Switch it on, or wait until it is done with its job.",
    ),
    Fault.OUT_OF_REACH: (
        "Không tới được máy in {}. Vui lòng kiểm tra nguồn điện và dây mạng của máy in.",
        "Printer {} cannot be reached. Check its power and its network cable.",
    ),
    Fault.UNKNOWN_HOST: (
        "Không tìm thấy địa chỉ mạng của máy in {}. Vui lòng báo người quản trị.",
        "The network address of printer {} is not known. Tell the administrator.",
    ),
    Fault.ELSEWHERE: (
        "Địa chỉ của máy in {} nằm ngoài các mạng cho phép đặt máy in. Vui lòng báo người quản "
        "trị.",
        "The address of printer {} is in no network in which printers may stand. Tell the "
        "administrator.",
    ),
    Fault.STALLED: (
        "Máy in {} ngừng nhận giữa chừng. Vui lòng xem giấy, mực và nắp máy; kiểm tra nhãn vừa ra.",
        "Printer {} takes no more data. See to its paper, ribbon and lid; check what came out.",
    ),
    Fault.BROKE_OFF: (
        "Máy in {} ngắt kết nối giữa chừng. Vui lòng kiểm tra nhãn vừa ra trước khi in tiếp.",
        "Printer {} broke off half way. Check what came out before you continue printing.",
    ),
    Fault.NO_PRINTING_SYSTEM: (
        "Máy chủ không có hệ thống in (lệnh lp của CUPS) cho máy in {}. Vui lòng báo người quản "
        "trị.",
        "The server has no printing system (CUPS' lp) for printer {}. Tell the administrator.",
    ),
    Fault.QUEUE_REFUSES: (
        "Hệ thống in của máy chủ không nhận việc cho máy in {}. Vui lòng báo người quản trị.",
        "The server's printing system takes no job for printer {}. Tell the administrator.",
    ),
}
