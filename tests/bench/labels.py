"""Labels a second, against the same labels as others make them, and what one label costs.

Ours goes the whole way from words to the file: measured, wrapped, each symbol read back, drawn.
"""

import gc
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from statistics import median

import psutil

import labels
from labels import DossierLabel, ParcelLabel, Party
from labels.layout import Label
from tests.bench import label_peers
from tests.bench.figures import Limit, Ratio, in_turn, ratio
from tests.bench.label_by_hand import by_hand
from tests.bench.label_peers import Told

Draw = Callable[[Sequence[Told]], bytes]

_CENTRE = Party(
    "Trung tâm Phục vụ hành chính công phường Bến Nghé",
    ("86 Lê Thánh Tôn, phường Bến Nghé, Thành phố Hồ Chí Minh", "ĐT: 028 3829 6052"),
)
_FAMILIES = ("Nguyễn Thị", "Trần Văn", "Lê Hoàng", "Phạm Thị Ngọc", "Huỳnh Quốc", "Đặng Thuỳ")
_GIVEN = ("Ẩn", "Bảo", "Cường", "Diễm", "Hạnh", "Khuê", "Lộc", "Mỹ", "Nghĩa", "Phượng", "Tuấn")
_STREETS = ("Lý Tự Trọng", "Nguyễn Đình Chiểu", "Võ Thị Sáu", "Điện Biên Phủ", "Bùi Thị Xuân")
_PROCEDURES = (
    "Đổi giấy phép lái xe do ngành Giao thông vận tải cấp",
    "Cấp phiếu lý lịch tư pháp cho công dân Việt Nam",
    "Đăng ký biến động quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất",
)
_LETTERS = "BCDFGHJKMNPQRSTVWXYZ23456789"


def some_labels(count: int) -> list[Label]:
    """Return labels as the service makes them: half for parcels to citizens, half for folders.

    No two have the same number, recipient or address; the centre is always the same.
    """
    people = product(range(count), _STREETS, _GIVEN, _FAMILIES)
    return [
        _parcel(n, f"{family} {given}", f"{11 + n} {street}") if n % 2 else _folder(n)
        for n, (_, street, given, family) in enumerate(islice(people, count))
    ]


def _parcel(n: int, name: str, street: str) -> ParcelLabel:
    number = f"RR{n:08d}{_check_digit(n)}VN"
    return ParcelLabel(
        tracking_number=number,
        direction_text="GỬI TRẢ KẾT QUẢ CHO CÔNG DÂN",
        carrier_title="Bưu điện Việt Nam",
        sender=_CENTRE,
        recipient=Party(
            name, (f"{street}, phường Bến Thành, Thành phố Hồ Chí Minh", f"ĐT: 09{n:08d}")
        ),
        dossier_codes=(f"H29.12-261123-{n:04d}",),
        qr=f"https://hoso.example.vn/courier/{number}",
        centre=_CENTRE.name,
    )


def _check_digit(serial: int) -> int:
    """Return the last digit of an S10 number."""
    weighed = zip(f"{serial:08d}", (8, 6, 4, 2, 3, 5, 9, 7), strict=True)
    rest = 11 - sum(int(digit) * weight for digit, weight in weighed) % 11
    return {10: 0, 11: 5}.get(rest, rest)


def _folder(n: int) -> DossierLabel:
    token = "".join(_LETTERS[((n + 9) * prime >> 3) % len(_LETTERS)] for prime in range(101, 136))
    return DossierLabel(
        code=f"H29.12-261123-{n:04d}",
        procedure=_PROCEDURES[n % len(_PROCEDURES)],
        office=_CENTRE.name,
        received_on="23/11/2026 09:41",
        qr=f"https://hoso.example.vn/t/{token}",
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """One way to draw labels, and how many of them make a block."""

    draw: Draw
    told: Sequence[Told]

    def measure(self) -> float:
        gc.collect()
        began = time.perf_counter()
        self.draw(self.told)
        return len(self.told) / (time.perf_counter() - began)


def _ours(told: Sequence[Told]) -> bytes:
    return labels.draw([one.label for one in told])


_PEERS: dict[str, tuple[Draw, float, float]] = {
    "reportlab's own widgets": (label_peers.reportlab_widgets, 0.03, 40),
    "weasyprint": (label_peers.weasyprint_page, 0.015, 50),
    "blabel": (label_peers.blabel_labels, 0.015, 50),
    "a PDF by hand, unverified": (by_hand, 1, 0.5),
}
"""How they draw, how many of ours make a block of theirs, and how much faster we mean to be."""


def speed(count: int, rounds: int) -> list[Ratio]:
    """Measure labels a second, in files of so many."""
    told = [Told.of(label) for label in some_labels(count)]
    sides = {"ours": _Side(_ours, told)}
    for name, (draw, share, _) in _PEERS.items():
        if _is_to_be_had(draw, told[:2]):
            sides[name] = _Side(draw, told[: max(int(count * share), 10)])
    gc.collect()
    gc.freeze()  # as `serve` does: what the peers have loaded is not to be looked through
    found = in_turn({name: side.measure for name, side in sides.items()}, rounds)
    return [
        ratio(f"{count:,} labels / {name}", found["ours"], found[name], goal=_PEERS[name][2])
        for name in sides
        if name != "ours"
    ]


def _is_to_be_had(draw: Draw, told: Sequence[Told]) -> bool:
    """Warm up; tell whether the peer is there: some need libraries of the machine."""
    try:
        draw(told)
    except (ImportError, OSError) as absent:
        print(f"{draw.__name__} is left out: {absent}")
        return False
    return True


def costs(count: int, rounds: int) -> list[Limit]:
    """Measure what a label costs: milliseconds, bytes, memory."""
    wanted = some_labels(count)
    alone, in_hundreds = [], []
    for n in range(10 * rounds):
        alone.append(1_000 * _seconds(wanted[n : n + 1]))
        in_hundreds.append(10 * _seconds(wanted[:100]))
    first, growth = _in_a_new_process(count)
    size = len(labels.draw(wanted)) / count
    wide = len(labels.draw(wanted, medium="100x150")) / count
    return [
        Limit("the first label after the start", first, 5, "ms"),
        Limit(
            "one label alone",
            median(alone),
            5,
            "ms",
            note=f"{len(labels.draw(wanted[:1])):,} bytes; "
            f"a hundred at once, {median(in_hundreds):.2f} ms each",
        ),
        Limit(
            f"a label among {count:,}", size, 2_000, "bytes", note=f"{wide:,.0f} bytes on 100x150"
        ),
        Limit(f"memory for {count:,} labels", growth, 30, "MiB"),
        Limit(
            f"a label among {count:,}, as ZPL",
            1_000 / count * median(_seconds(wanted, "zpl") for _ in range(3)),
            1,
            "ms",
            note=f"{len(labels.draw(wanted, format='zpl')) / count:,.0f} bytes",
        ),
    ]


def _seconds(wanted: Sequence[Label], file_format: str = "pdf") -> float:
    began = time.perf_counter()
    labels.draw(wanted, format=file_format)
    return time.perf_counter() - began


def _in_a_new_process(count: int) -> tuple[float, float]:
    code = f"from tests.bench import labels; print(*labels.first_and_growth({count}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, growth = map(float, told.stdout.split())
    return first, growth


def first_and_growth(count: int) -> tuple[float, float]:
    """Return the milliseconds of a process's first label, and the MiB it grows by for many."""
    wanted = some_labels(count)
    first = 1_000 * _seconds(wanted[:1])
    before = psutil.Process().memory_info().rss
    labels.draw(wanted)
    return first, (_highest_memory() - before) / 2**20


def _highest_memory() -> int:
    """Return the most bytes that this process ever took; `getrusage` would count its parent's."""
    status = Path("/proc/self/status").read_text()
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]
    return int(kilobytes) * 1_024
