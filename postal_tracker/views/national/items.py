"""The two items that the national portal takes, with its own names, as public adapters send them.

The portal's convention: every value is text; what is not known, or has not happened, is an empty
text; a list without members is `[]`; a moment is `yyyyMMddHHmmss` in Vietnam's time. Names whose
value no record of ours can hold are always empty, and are typed so. Left out are the newer names
that would claim something we do not know: NoiNopHoSo, HoSoCoThanhPhanSoHoa,
TaiKhoanDuocXacThucVoiVNeID, DuocThanhToanTrucTuyen, DinhDanhCHS.
"""

from dataclasses import dataclass, field
from typing import Literal

Nothing = Literal[""]
"""Always empty."""

Status = Literal["2", "3", "4", "5", "6", "7", "8", "9", "10"]
"""2 received, 3 not received, 4 being processed, 5 supplement asked for, 6 payment asked for,
7 withdrawn, 8 stopped, 9 processed, 10 result returned; 1 is before a dossier reaches us."""


@dataclass(frozen=True, slots=True)
class LePhi:
    """What is to be paid."""

    TenPhiLePhi: str
    """What for."""
    Gia: str
    """In đồng."""
    MaPhiLePhi: Nothing = ""
    """Not known."""
    HinhThucThu: Nothing = ""
    """Not known."""
    LoaiPhiLePhi: Nothing = ""
    """Not known: phí and lệ phí are one sum here."""


@dataclass(frozen=True, slots=True)
class HoSoBoSung:
    """One request for more papers."""

    HoSoBoSungId: str
    """The number of its entry in the ledger."""
    NguoiYeuCauBoSung: str
    """Who recorded the request."""
    NoiDungBoSung: str
    """What is lacking, why, and what to do about it."""
    NgayBoSung: str
    """When it was asked for."""
    NguoiTiepNhanBoSung: str
    """Who recorded that it came."""
    NgayTiepNhanBoSung: str
    """When it came."""
    NgayHenTraTruoc: str
    """When the result was due before."""
    NgayHenTraMoi: str
    """When it is due since the papers came."""
    ThongTinTiepNhan: Nothing = ""
    """Not known."""
    TrangThaiBoSung: Nothing = ""
    """No public source tells its codes: that papers came, NgayTiepNhanBoSung says."""
    DanhSachGiayToBoSung: list[str] = field(default_factory=list)
    """Always empty: no files are kept here."""
    DanhSachLePhiBoSung: list[str] = field(default_factory=list)
    """Always empty."""


@dataclass(frozen=True, slots=True)
class GiayToKetQua:
    """The result."""

    TenGiayTo: str
    """The procedure's name."""
    MaKetQua: str
    """The number that the authority gave it."""
    MaThanhPhanHoSo: Nothing = ""
    """Not known."""
    GiayToId: Nothing = ""
    """Not known."""
    DuongDanTepTinKetQua: Nothing = ""
    """No files are kept here."""


@dataclass(frozen=True, slots=True)
class DongBoHoSoMC:
    """A dossier, as DongBoHoSoMC takes it."""

    MaHoSo: str
    """The dossier's code."""
    MaTTHC: str
    """The procedure's code in the national database; empty: not known."""
    TenTTHC: str
    """The procedure's name."""
    TenLinhVuc: str
    """The procedure's field."""
    SoBienNhan: str
    """Its number in the register, and the year."""
    ChuHoSo: str
    """Whose dossier it is; empty where the person's data were erased."""
    LoaiDoiTuong: Literal["1", "2", "3", "4"]
    """1 citizen, 2 enterprise, 3 State body, 4 another."""
    Email: str
    """The person's e-mail address."""
    SoDienThoai: str
    """The person's telephone number, as it is dialled in Vietnam."""
    TrichYeuHoSo: str
    """What it is about: the procedure's name, 1,000 letters at the most."""
    NgayTiepNhan: str
    """When it was received."""
    NgayHenTra: str
    """When the result is due, as promised last."""
    TrangThaiHoSo: Status
    """2 received, 3 not received, 4 being processed, 5 supplement asked for, 6 payment asked for,
    7 withdrawn, 8 stopped, 9 processed, 10 result returned."""
    NgayTra: str
    """When the citizen had the result."""
    ThongTinTra: str
    """How the citizen got it."""
    HinhThuc: Literal["0", "1"]
    """How it is to be given back: 0 in person, 1 by post."""
    NgayKetThucXuLy: str
    """When there was a result, or it ended without one."""
    DonViXuLy: str
    """Who decides it."""
    GhiChu: str
    """Why it ended without a result."""
    KenhThucHien: Literal["1", "2", "3"]
    """How it was handed in: 1 in person, 2 online, 3 by post."""
    NgayNopHoSo: str
    """When it was handed in; known of what was handed in in person."""
    NgayTuChoi: str
    """When it was refused."""
    DanhSachLePhi: list[LePhi]
    """The fee that was noted at registration, and each payment that was asked for later; a payment
    of that sum is that fee, and stands alone."""
    DanhSachHoSoBoSung: list[HoSoBoSung]
    """Each request for more papers."""
    DanhSachGiayToKetQua: list[GiayToKetQua]
    """The result, where its number is known."""
    MaLinhVuc: Nothing = ""
    """Not known."""
    MaDoiTuong: Nothing = ""
    """The person's TechID: not known."""
    ThongTinKhac: Nothing = ""
    """Always empty."""
    Fax: Nothing = ""
    """Always empty."""
    TaiLieuNop: list[str] = field(default_factory=list)
    """Always empty: no files are kept here."""
    DanhSachTepDinhKemKhac: list[str] = field(default_factory=list)
    """Always empty."""


@dataclass(frozen=True, slots=True)
class CapNhatTienDoHoSoMC:
    """One thing that happened to a dossier, as CapNhatTienDoHoSoMC takes it."""

    MaHoSo: str
    """The dossier's code."""
    NguoiXuLy: str
    """Who recorded it; of what a carrier reported, the carrier."""
    ThoiDiemXuLy: str
    """When it happened."""
    PhongBanXuLy: str
    """The office that took the dossier in; of what a carrier reported, the carrier."""
    NoiDungXuLy: str
    """What happened, 1,000 letters at the most."""
    TrangThai: Status
    """How the dossier stood after it; the numbers are those of TrangThaiHoSo."""
    NgayBatDau: str
    """When the dossier was received."""
    NgayKetThucTheoQuyDinh: str
    """When the result was due after it."""
    ChucDanh: Nothing = ""
    """Not known: accounts have roles, no titles."""
