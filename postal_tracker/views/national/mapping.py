"""How a dossier, and an entry of the ledger, become items of the national portal. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from postal_tracker.core.bilingual_terms import ACTS, DETAILS, MILESTONES
from postal_tracker.core.catalogue import ApplicantKind, national_code_of
from postal_tracker.core.journey import (
    CLOSINGS,
    Act,
    Channel,
    Stage,
    Step,
    in_turn,
    steps_of,
)
from postal_tracker.core.journey.facts import standing
from postal_tracker.core.working_days import VIETNAM, Calendar
from postal_tracker.ledger import term_of
from postal_tracker.ledger.log.feed import Told
from postal_tracker.views.national.items import (
    CapNhatTienDoHoSoMC,
    DongBoHoSoMC,
    GiayToKetQua,
    HoSoBoSung,
    LePhi,
)
from postal_tracker.views.standing import in_law

LONGEST = 1_000
"""Letters in TrichYeuHoSo and NoiDungXuLy."""

_KINDS: Mapping[str, Any] = {
    ApplicantKind.CITIZEN: "1",
    ApplicantKind.ENTERPRISE: "2",
    ApplicantKind.STATE: "3",
    ApplicantKind.OTHER: "4",
}
_CHANNELS: Mapping[str, Any] = {Channel.DIRECT: "1", Channel.ONLINE: "2", Channel.POSTAL: "3"}
_HANDED = {
    Stage.COLLECTED: "Nhận trực tiếp tại {office}",
    Stage.DELIVERED: "Trả qua dịch vụ bưu chính",
}
_TOLD_OF_ACTS = ("missing", "reason", "decision", "what", "amount_vnd")
_WHAT: Mapping[Any, tuple[str, str]] = {**ACTS, **MILESTONES}


@dataclass(frozen=True, slots=True)
class File:
    """A dossier with all that is known of it."""

    row: Any
    """Of `feeds.NATIONAL`."""
    history: Sequence[Told] = ()
    details: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """What acts of the law say, by the entry."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What people call who stands behind `by`."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """The carriers' names."""

    @property
    def is_erased(self) -> bool:
        """Whether its person's data were erased: then nothing is said that a person wrote."""
        return not self.row.applicant_name

    def said(self, told: Told) -> Mapping[str, str]:
        return {} if self.is_erased else self.details.get(told.entry, {})

    def standing(self) -> list[Told]:
        """Return what was not taken back, in the order in which it happened."""
        left = {fact.key for fact in standing(told.fact for told in self.history)}
        good = [told for told in self.history if told.fact.key in left]
        return sorted(good, key=lambda told: (told.fact.happened_at, told.entry))


def moment(at: datetime | None) -> str:
    """Return `yyyyMMddHHmmss` in Vietnam's time; empty for none."""
    return f"{at.astimezone(VIETNAM):%Y%m%d%H%M%S}" if at else ""


def dialled(phone: str) -> str:
    """Return a telephone number as it is dialled in Vietnam: 0912345678."""
    return f"0{phone[3:]}" if phone.startswith("+84") else phone


# A dossier


def dossier_item(file: File, calendar: Calendar) -> DongBoHoSoMC:
    """Return a dossier as it stands now."""
    row, law = file.row, in_law(file.row)
    handed = _HANDED.get(Stage(row.stage), "") if not law["closed_by"] else ""
    return DongBoHoSoMC(
        MaHoSo=row.code,
        MaTTHC=national_code_of(row.procedure_code, row.procedure_national),
        TenTTHC=row.procedure_vi,
        TenLinhVuc=row.procedure_field,
        SoBienNhan=f"{row.register_number}/{row.register_year}" if row.register_number else "",
        ChuHoSo=row.applicant_name,
        LoaiDoiTuong=_KINDS[row.applicant_kind],
        Email=row.applicant_email,
        SoDienThoai=dialled(row.applicant_phone),
        TrichYeuHoSo=row.procedure_vi[:LONGEST],
        NgayTiepNhan=moment(row.received_at),
        NgayHenTra=moment(row.due_at),
        TrangThaiHoSo=_number(law["national_status"]),
        NgayTra=moment(row.since) if handed else "",
        ThongTinTra=handed.format(office=row.office_vi),
        HinhThuc="1" if row.return_by_post else "0",
        NgayKetThucXuLy=moment(row.settled_at),
        DonViXuLy=row.authority_vi,
        GhiChu=_why_closed(file) if law["closed_by"] else "",
        KenhThucHien=_CHANNELS[row.channel],
        NgayNopHoSo=moment(row.received_at) if row.channel == Channel.DIRECT else "",
        NgayTuChoi=moment(row.settled_at) if law["closed_by"] is Act.REFUSED else "",
        DanhSachLePhi=list(_fees(file)),
        DanhSachHoSoBoSung=list(_supplements(file, calendar)),
        DanhSachGiayToKetQua=list(_results(row)),
    )


def _number(status: int) -> Any:
    return str(status)


def _why_closed(file: File) -> str:
    closings = [told for told in file.standing() if told.fact.what in CLOSINGS]
    return file.said(closings[0]).get("reason", "") if closings else ""


def _fees(file: File) -> Iterator[LePhi]:
    """Yield each sum once: the fee that was noted, unless it is what was asked for later."""
    noted, asked = file.row.fee_vnd, list(_asked_for(file))
    if noted is not None and str(noted) not in [fee.Gia for fee in asked]:
        yield LePhi("Phí, lệ phí", str(noted))
    yield from asked


def _asked_for(file: File) -> Iterator[LePhi]:
    """Yield each payment; asked for again before anything was paid, it is the same one."""
    unpaid: list[Mapping[str, str]] = []
    for told in file.standing():
        said = file.details.get(told.entry, {})
        if told.fact.what is Act.PAYMENT_RECEIVED:
            unpaid = []
        elif told.fact.what is Act.PAYMENT_REQUESTED and "amount_vnd" in said:
            if said not in unpaid:
                yield LePhi(file.said(told).get("what", ""), said["amount_vnd"])
            unpaid.append(said)


def _supplements(file: File, calendar: Calendar) -> Iterator[HoSoBoSung]:
    """Yield each request; what comes in answers all that is waited for."""
    waiting: list[tuple[Told, Step]] = []
    for told, step in _steps(file, calendar):
        if step.what is Act.SUPPLEMENT_REQUESTED:
            waiting.append((told, step))
        elif step.what is Act.SUPPLEMENT_RECEIVED:
            yield from (_supplement(file, *asked, (told, step)) for asked in waiting)
            waiting = []
    yield from (_supplement(file, *asked) for asked in waiting)


def _steps(file: File, calendar: Calendar) -> Iterator[tuple[Told, Step]]:
    facts = [told.fact for told in file.history]
    by_key = {told.fact.key: told for told in file.history}
    steps = steps_of(facts, term_of(file.row), calendar)
    acts = (step for step in steps if isinstance(step.what, Act))
    for fact, step in zip(in_turn(facts), acts, strict=True):
        yield by_key[fact.key], step


def _supplement(
    file: File, asked: Told, before: Step, came: tuple[Told, Step] | None = None
) -> HoSoBoSung:
    said = file.said(asked)
    names = ("missing", "reason", "guidance")
    return HoSoBoSung(
        HoSoBoSungId=str(asked.entry),
        NguoiYeuCauBoSung=file.names.get(asked.by, ""),
        NoiDungBoSung=_in_words(said, names),
        NgayBoSung=moment(before.at),
        NguoiTiepNhanBoSung=file.names.get(came[0].by, "") if came else "",
        NgayTiepNhanBoSung=moment(came[1].at) if came else "",
        NgayHenTraTruoc=moment(before.due_at),
        NgayHenTraMoi=moment(came[1].due_at) if came else "",
    )


def _results(row: Any) -> Iterator[GiayToKetQua]:
    if row.result_ready_at and row.result_number:
        yield GiayToKetQua(row.procedure_vi, row.result_number)


# What happened to it


def progress_item(file: File, told: Told, stood: tuple[int, datetime]) -> CapNhatTienDoHoSoMC:
    """Return an entry; `stood`: the number on the portal and the date after it."""
    row, (status, due_at) = file.row, stood
    carrier = "" if told.by else file.titles.get(told.carrier, told.carrier)
    return CapNhatTienDoHoSoMC(
        MaHoSo=row.code,
        NguoiXuLy=file.names.get(told.by, "") or carrier,
        ThoiDiemXuLy=moment(told.fact.happened_at),
        PhongBanXuLy=carrier or row.office_vi,
        NoiDungXuLy=_what_happened(told, file.said(told)),
        TrangThai=_number(status),
        NgayBatDau=moment(row.received_at),
        NgayKetThucTheoQuyDinh=moment(due_at),
    )


def _what_happened(told: Told, said: Mapping[str, str]) -> str:
    base = _WHAT[told.fact.what][0]
    at = f", {told.fact.place}" if told.fact.place else ""
    more = _in_words(said, _TOLD_OF_ACTS)
    return f"{base}{at}{': ' if more else ''}{more}"[:LONGEST]


def _in_words(said: Mapping[str, str], names: Sequence[str]) -> str:
    """Return what an act says, in a line: "Giấy tờ còn thiếu: đơn, ảnh; Lý do: …"."""
    parts = (
        (DETAILS[name][0], ", ".join(said[name].splitlines())) for name in names if name in said
    )
    return "; ".join(f"{title}: {text}" for title, text in parts)
