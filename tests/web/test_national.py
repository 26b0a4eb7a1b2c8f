"""The national portal's adapter: items field by field, a cursor behind which nothing is lost."""

from contextlib import closing
from copy import copy
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text, update
from sqlmodel import Session, col, select

from adapters.event import Milestone, Source
from postal_tracker import access, ledger
from postal_tracker.access import KeyScope, Role
from postal_tracker.house import House
from postal_tracker.ledger import NewEntry
from postal_tracker.ledger.log import feed
from postal_tracker.storage.engines import sqlite
from postal_tracker.storage.tables import (
    Applicant,
    Office,
    Parcel,
    Procedure,
    StaffMember,
)
from postal_tracker.views.national import feeds
from tests.asserting import assert_problem
from tests.centre import Centre, app_of
from tests.ledger.log import worker

OFFICE = "Trung tâm Phục vụ hành chính công Uông Bí"


@pytest.fixture
def portal(any_centre, tmp_path):
    """A centre with a log, Lan at the desk, and a key of the adapter's."""
    any_centre.settings.log_key_file = tmp_path / "log-key"
    any_centre.keys["national"] = a_key(any_centre)
    lan = StaffMember(
        username="lan", name="Lan", role="desk", password_hash="x", created_at=any_centre.clock()
    )
    any_centre.database.write_now(lambda s: s.add(lan))
    return any_centre


def a_key(centre, *scopes, office_id=None):
    scopes = scopes or (KeyScope.NATIONAL,)
    return centre.database.write_now(
        lambda s: access.create_key(
            s,
            role=Role.INTEGRATION,
            name="adapter",
            scopes=scopes,
            office_id=office_id,
            now=centre.clock(),
        )
    )


def logged(centre):
    centre.house.sequencer("one").append_now()
    return centre


def read(centre, what, cursor="", role="national"):
    answer = centre.get(f"/national/{what}", role=role, params={"cursor": cursor})
    assert answer.status_code == 200, answer.text
    return answer.json()


def read_all(centre, what, cursor="", role="national"):
    """Read to the end, as an adapter does; return what came, page by page."""
    pages = [read(centre, what, cursor, role)]
    while pages[-1]["is_more"]:
        pages.append(read(centre, what, pages[-1]["next_cursor"], role))
    return pages


def items(pages):
    return [item for page in pages for item in page["items"]]


def act(centre, code, hours=0, **told):
    centre.clock.pass_(hours=hours)
    answer = centre.post(f"/dossiers/{code}/acts", told)
    assert answer.status_code == 200, answer.text


ASKS = {
    "act": "request_supplement",
    "missing": ["Giấy khám sức khỏe", "Ảnh 3x4"],
    "reason": "Giấy khám đã hết hạn",
    "guidance": "Nộp tại quầy",
}
BILLS = {"act": "request_payment", "amount_vnd": 135_000, "what": "Lệ phí cấp giấy phép"}
EXTENDS = {
    "act": "extend",
    "reason": "Hệ thống tra cứu gặp sự cố",
    "new_due_at": "2026-12-10T17:00:00+07:00",
    "signed_by": "Trưởng phòng Mẫu",
}


def live(centre):
    """Let a dossier be asked for papers and money, extended and refused; return its code.

    Received on Monday 23 November 2026 at 8; Tuesday is a day off.
    """
    named = {"national_code": "1.005129", "field": "Giao thông đường bộ"}
    told = update(Procedure).where(col(Procedure.code) == "GPLX-01").values(**named)
    centre.database.write_now(lambda s: s.connection().execute(told))
    code = centre.a_dossier(
        name="Công ty Hoa Mẫu",
        channel="postal",
        applicant_kind="enterprise",
        return_by_post=True,
        fee_vnd=20_000,
    )
    act(centre, code, 48, **ASKS)
    act(centre, code, 48, act="receive_supplement")
    act(centre, code, 72, **BILLS)
    act(centre, code, 24, act="receive_payment", amount_vnd=135_000, receipt="BL-0012")
    act(centre, code, 1, **EXTENDS)
    act(centre, code, 1, act="refuse", reason="Không thuộc thẩm quyền")
    return code


THE_DOSSIER = {
    "MaHoSo": "H49.12-261123-0001",
    "MaTTHC": "1.005129",
    "TenTTHC": "Đổi giấy phép lái xe ô tô",
    "MaLinhVuc": "",
    "TenLinhVuc": "Giao thông đường bộ",
    "SoBienNhan": "1/2026",
    "ChuHoSo": "Công ty Hoa Mẫu",
    "LoaiDoiTuong": "2",
    "MaDoiTuong": "",
    "ThongTinKhac": "",
    "Email": "",
    "Fax": "",
    "SoDienThoai": "0912345678",
    "TrichYeuHoSo": "Đổi giấy phép lái xe ô tô",
    "NgayTiepNhan": "20261123080000",
    "NgayHenTra": "20261210170000",
    "TrangThaiHoSo": "3",
    "NgayTra": "",
    "ThongTinTra": "",
    "HinhThuc": "1",
    "NgayKetThucXuLy": "20261201100000",
    "DonViXuLy": "Phòng Cảnh sát giao thông",
    "GhiChu": "Không thuộc thẩm quyền",
    "KenhThucHien": "3",
    "NgayNopHoSo": "",
    "NgayTuChoi": "20261201100000",
    "TaiLieuNop": [],
    "DanhSachLePhi": [
        {
            "TenPhiLePhi": "Phí, lệ phí",
            "MaPhiLePhi": "",
            "HinhThucThu": "",
            "Gia": "20000",
            "LoaiPhiLePhi": "",
        },
        {
            "TenPhiLePhi": "Lệ phí cấp giấy phép",
            "MaPhiLePhi": "",
            "HinhThucThu": "",
            "Gia": "135000",
            "LoaiPhiLePhi": "",
        },
    ],
    "DanhSachTepDinhKemKhac": [],
    "DanhSachHoSoBoSung": [
        {
            "HoSoBoSungId": "2",
            "NguoiYeuCauBoSung": "test desk",
            "NoiDungBoSung": "Giấy tờ còn thiếu: Giấy khám sức khỏe, Ảnh 3x4; "
            "Lý do: Giấy khám đã hết hạn; Hướng dẫn: Nộp tại quầy",
            "NgayBoSung": "20261125080000",
            "NguoiTiepNhanBoSung": "test desk",
            "ThongTinTiepNhan": "",
            "NgayTiepNhanBoSung": "20261127080000",
            "TrangThaiBoSung": "",
            "DanhSachGiayToBoSung": [],
            "DanhSachLePhiBoSung": [],
            "NgayHenTraTruoc": "20261201170000",
            "NgayHenTraMoi": "20261203170000",
        }
    ],
    "DanhSachGiayToKetQua": [],
}


def line(at, what, status, due, by="test desk"):
    return {
        "MaHoSo": "H49.12-261123-0001",
        "NguoiXuLy": by,
        "ChucDanh": "",
        "ThoiDiemXuLy": at,
        "PhongBanXuLy": OFFICE,
        "NoiDungXuLy": what,
        "TrangThai": status,
        "NgayBatDau": "20261123080000",
        "NgayKetThucTheoQuyDinh": due,
    }


THE_PROGRESS = [
    line("20261123080000", f"Tiếp nhận hồ sơ, {OFFICE}", "2", "20261201170000", by="Lan"),
    line(
        "20261125080000",
        "Yêu cầu bổ sung hồ sơ: Giấy tờ còn thiếu: Giấy khám sức khỏe, Ảnh 3x4; "
        "Lý do: Giấy khám đã hết hạn",
        "5",
        "20261201170000",
    ),
    line("20261127080000", "Đã nhận bổ sung", "2", "20261203170000"),
    line(
        "20261130080000",
        "Yêu cầu nộp phí, lệ phí, thuế: Khoản phải nộp: Lệ phí cấp giấy phép; Số tiền: 135000",
        "6",
        "20261203170000",
    ),
    line("20261201080000", "Đã nộp phí, lệ phí, thuế: Số tiền: 135000", "2", "20261204170000"),
    line(
        "20261201090000",
        "Xin lỗi và gia hạn thời gian trả kết quả: Lý do: Hệ thống tra cứu gặp sự cố",
        "2",
        "20261210170000",
    ),
    line(
        "20261201100000",
        "Từ chối tiếp nhận, giải quyết hồ sơ: Lý do: Không thuộc thẩm quyền",
        "3",
        "20261210170000",
    ),
]


def test_a_dossier_and_what_happened_to_it_are_told_field_by_field(portal):
    live(portal)
    logged(portal)

    told = read(portal, "dossiers")
    assert told["items"] == [THE_DOSSIER]
    assert (told["new"], told["is_more"]) == (["H49.12-261123-0001"], False)
    assert read(portal, "progress")["items"] == THE_PROGRESS


WAYS = {
    "2": [],
    "3": [{"act": "refuse", "reason": "x"}],
    "4": ["seal"],
    "5": [ASKS],
    "6": [ASKS, BILLS],
    "7": [{"act": "withdraw", "reason": "x"}],
    "8": [{"act": "stop", "reason": "x"}],
    "9": ["seal", "delivered", {"act": "result_ready"}],
    "10": [{"act": "result_ready"}, {"act": "hand_over_result"}],
}


@pytest.mark.parametrize("status", WAYS)
def test_a_dossier_comes_to_each_status_by_the_acts_of_the_law(portal, status):
    code = portal.a_dossier()
    for step in WAYS[status]:
        if step == "seal":
            number = portal.a_parcel(code)
        elif step == "delivered":
            portal.clock.pass_(hours=1)
            portal.tell(portal.an_event(number, "delivered"))
        else:
            act(portal, code, 1, **step)
    logged(portal)

    [dossier] = read(portal, "dossiers")["items"]
    assert dossier["TrangThaiHoSo"] == status
    assert read(portal, "progress")["items"][-1]["TrangThai"] == status
    assert (dossier["NgayTuChoi"] != "") is (status == "3")
    assert (dossier["NgayTra"] != "") is (status == "10")


def test_a_result_says_its_number_and_how_the_citizen_had_it(portal):
    code = portal.a_dossier(return_by_post=True)
    act(portal, code, 1, act="result_ready")
    path, told = f"/api/v1/dossiers/{code}", {"reason": "x", "result_number": "15/QĐ-CSGT"}
    portal.call("PATCH", path, json=told, headers={"If-Match": "*"})
    number = portal.a_parcel(code, direction="to_citizen")
    portal.clock.pass_(hours=5)
    portal.tell(portal.an_event(number, "delivered"))
    [dossier] = read(logged(portal), "dossiers")["items"]

    assert (dossier["TrangThaiHoSo"], dossier["NgayTra"]) == ("10", "20261123140000")
    assert dossier["NgayKetThucXuLy"] == "20261123090000"
    assert dossier["ThongTinTra"] == "Trả qua dịch vụ bưu chính"
    [result] = dossier["DanhSachGiayToKetQua"]
    assert (result["TenGiayTo"], result["MaKetQua"]) == ("Đổi giấy phép lái xe ô tô", "15/QĐ-CSGT")


def test_what_was_taken_back_is_in_no_dossier_and_stays_among_what_happened(portal):
    code = portal.a_dossier()
    act(portal, code, 1, **ASKS)
    asked = read(logged(portal), "progress")
    entry = read(portal, "dossiers")["items"][0]["DanhSachHoSoBoSung"][0]["HoSoBoSungId"]
    act(portal, code, 1, act="strike_out", entry=int(entry))
    logged(portal)

    [dossier] = read(portal, "dossiers", asked["next_cursor"])["items"]
    assert (dossier["TrangThaiHoSo"], dossier["DanhSachHoSoBoSung"]) == ("2", [])
    assert [i["TrangThai"] for i in read(portal, "progress")["items"]] == ["2", "5", "2"]


def test_a_payment_and_an_end_that_were_taken_back_are_in_no_dossier(portal):
    code = portal.a_dossier()
    for told in (BILLS, {"act": "stop", "reason": "Không còn thẩm quyền"}):
        act(portal, code, 1, **told)
    [dossier] = read(logged(portal), "dossiers")["items"]
    assert [fee["Gia"] for fee in dossier["DanhSachLePhi"]] == ["135000"]
    assert dossier["GhiChu"] == "Không còn thẩm quyền"

    act(portal, code, 1, act="strike_out", entry=2)
    act(portal, code, 1, act="strike_out", entry=3)
    act(portal, code, 1, act="refuse", reason="Nhầm nơi nộp")
    [dossier] = read(logged(portal), "dossiers")["items"]
    assert (dossier["DanhSachLePhi"], dossier["GhiChu"]) == ([], "Nhầm nơi nộp")


@pytest.mark.parametrize(
    ("noted", "acts", "told"),
    [
        (135_000, [BILLS], ["135000"]),
        (20_000, [BILLS, BILLS], ["20000", "135000"]),
        (0, [BILLS], ["0", "135000"]),
        (None, [BILLS, {"act": "receive_payment", "amount_vnd": 135_000}, BILLS], ["135000"] * 2),
    ],
    ids=["the fee itself", "asked twice", "free of it", "paid, then another"],
)
def test_no_sum_stands_twice_among_the_fees(portal, noted, acts, told):
    code = portal.a_dossier(fee_vnd=noted)
    for one in acts:
        act(portal, code, 1, **one)

    [dossier] = read(logged(portal), "dossiers")["items"]
    assert [fee["Gia"] for fee in dossier["DanhSachLePhi"]] == told


def test_what_a_parcel_met_is_told_of_each_dossier_in_it(portal):
    codes = [portal.a_dossier(), portal.a_dossier(name="Ông Ba", phone="0987000111")]
    number = portal.a_parcel(*codes)
    so_far = read(logged(portal), "progress")["next_cursor"]
    portal.tell(portal.an_event(number, "accepted", place="Bưu cục Uông Bí"))
    logged(portal)

    told = read(portal, "progress", so_far)["items"]
    assert [one["MaHoSo"] for one in told] == codes
    assert {one["NoiDungXuLy"] for one in told} == {"Bưu chính đã nhận, Bưu cục Uông Bí"}
    changed = read(portal, "dossiers", so_far)
    assert [one["MaHoSo"] for one in changed["items"]] == codes
    assert changed["new"] == []


def test_that_a_dossier_may_be_another_again_is_not_for_the_portal(portal):
    portal.a_dossier()
    body = {"procedure": "GPLX-01", "applicant": {"name": "Bà Hoa", "phone": "0912345678"}}
    assert portal.post("/dossiers", body).json()["flags"] == ["possible_double"]

    told = read(logged(portal), "progress")
    assert [one["TrangThai"] for one in told["items"]] == ["2", "2"]
    assert told["next_cursor"].startswith("3-")


# The cursor


def small_pages(monkeypatch, leaves, most):
    monkeypatch.setattr(feeds, "MOST_ITEMS", most)
    monkeypatch.setattr(feed, "MOST_LEAVES", leaves)
    limited = feed._LEAVES.statement.limit(leaves)
    monkeypatch.setattr(feed, "_LEAVES", feed.Prepared(limited))


@pytest.mark.parametrize(("leaves", "most"), [(1, 200), (3, 200), (1_000, 1), (4, 2)])
def test_an_adapter_that_dies_anywhere_goes_on_where_it_was(portal, monkeypatch, leaves, most):
    codes = [portal.a_dossier(), portal.a_dossier(name="Ông Ba", phone="0987000111")]
    number = portal.a_parcel(*codes)
    for hours, milestone in enumerate(("accepted", "in_transit", "delivered"), 1):
        portal.clock.pass_(hours=hours)
        portal.tell(portal.an_event(number, milestone))
    whole = read(logged(portal), "progress")["items"]
    assert len(whole) == 12
    small_pages(monkeypatch, leaves, most)

    pages = read_all(portal, "progress")
    assert items(pages) == whole
    assert len(pages) > 2
    for n, page in enumerate(pages):
        assert items(read_all(portal, "progress", page["next_cursor"])) == items(pages[n + 1 :])
    latest = {item["MaHoSo"]: item for item in items(read_all(portal, "dossiers"))}
    assert {code: item["TrangThaiHoSo"] for code, item in latest.items()} == dict.fromkeys(
        codes, "4"
    )
    new = [code for page in read_all(portal, "dossiers") for code in page["new"]]
    assert new == codes, "each is new once, whatever the pages"


def test_at_the_end_there_is_a_cursor_too_and_it_says_what_is_there_already(portal):
    nothing = read(portal, "progress")
    assert (nothing["items"], nothing["next_cursor"], nothing["is_more"]) == ([], "0", False)
    portal.a_dossier()
    logged(portal)
    first = read(portal, "progress", nothing["next_cursor"])
    assert len(first["items"]) == 1
    again = read(portal, "progress", first["next_cursor"])
    assert (again["items"], again["next_cursor"]) == ([], first["next_cursor"])


def test_what_is_not_in_the_log_yet_comes_later_and_is_not_lost(portal):
    code = portal.a_dossier()
    logged(portal)
    portal.a_dossier(name="Ông Ba", phone="0987000111")
    act(portal, code, 1, act="result_ready")

    before = read(portal, "progress")
    assert [(i["MaHoSo"], i["TrangThai"]) for i in before["items"]] == [(code, "2")]
    logged(portal)
    after = read(portal, "progress", before["next_cursor"])
    assert [i["TrangThai"] for i in after["items"]] == ["2", "9"]


def test_who_commits_late_comes_behind_the_cursor(postgres_url, tmp_path):
    """An id is taken before the commit: a lower one may appear after higher ones were read."""
    with Centre(postgres_url, log_key_file=tmp_path / "log-key") as centre:
        centre.keys["national"] = a_key(centre)
        first, second = centre.a_parcel(), centre.a_parcel(centre.a_dossier(name="Ông Ba"))
        cursor = read(logged(centre), "progress")["next_cursor"]
        with Session(centre.database.engine) as late:
            parcel = late.exec(select(Parcel).where(Parcel.tracking_number == first)).one()
            ledger.record(late, [scan(parcel.id, centre)], now=centre.clock())
            centre.tell(centre.an_event(second, "accepted", place="Bưu cục sớm"))
            early = read(logged(centre), "progress", cursor)
            assert [i["NoiDungXuLy"] for i in early["items"]] == ["Bưu chính đã nhận, Bưu cục sớm"]
            late.commit()
        told = read(logged(centre), "progress", early["next_cursor"])
        assert [i["NoiDungXuLy"] for i in told["items"]] == ["Đang vận chuyển, Bưu cục muộn"]


def scan(parcel_id, centre):
    return NewEntry(
        key="late",
        what=Milestone.IN_TRANSIT,
        happened_at=centre.clock() + timedelta(minutes=1),
        source=Source.POLL,
        parcel_id=parcel_id,
        place="Bưu cục muộn",
    )


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_while_two_processes_write(postgres_url, tmp_path):
    with Centre(postgres_url, log_key_file=tmp_path / "log-key") as centre:
        centre.keys["national"] = a_key(centre)
        for _ in range(8):
            centre.a_parcel()
        ids = centre.database.read_now(lambda s: s.exec(select(Parcel.id)).all())
        answered = tmp_path / "answered"
        born = [worker.born(centre.settings, f"p{n}", answered, ids) for n in range(2)]
        try:
            pages = [read(centre, "progress")]
            while len(items(pages)) < 500:
                pages.append(read(centre, "progress", pages[-1]["next_cursor"]))
        finally:
            for process in born:
                process.kill()
                process.join()
        with closing(House(centre.settings)) as house:
            while left_to_log(centre):
                house.sequencer("at last").append_now()
        pages += read_all(centre, "progress", pages[-1]["next_cursor"])

        kept = count(centre, "SELECT count(*) FROM ledger_entry")
        assert len(items(pages)) == kept > 500
        assert len([page for page in pages if page["items"]]) > 3


def count(centre, query):
    return centre.database.read_now(lambda s: s.connection().execute(text(query)).scalar_one())


def left_to_log(centre):
    """Return how many entries are no leaves: a dead process holds its lease for a second."""
    entries = count(centre, "SELECT count(*) FROM ledger_entry")
    return entries - count(centre, "SELECT count(*) FROM log_leaf WHERE kind = 'entry'")


def test_a_cursor_of_what_is_no_longer_in_the_record_is_refused(portal):
    portal.a_dossier()
    good = read(logged(portal), "progress")["next_cursor"]
    number, _, hash_ = good.partition("-")
    for wrong in (f"{int(number) + 5}-{hash_}", f"{number}-{'0' * 16}"):
        answer = portal.get("/national/dossiers", role="national", params={"cursor": wrong})
        assert_problem(answer, 409, "cursor-of-another-record")
    for rubbish in ("x", "-1", "1", f"{good} "):
        answer = portal.get("/national/progress", role="national", params={"cursor": rubbish})
        assert_problem(answer, 422, "invalid-form")


def test_a_feed_that_stands_still_because_the_log_does_says_so(portal):
    portal.a_dossier()
    end = read(logged(portal), "progress")["next_cursor"]
    portal.clock.pass_(hours=1)
    assert read(portal, "progress", end)["items"] == [], "nothing has happened"
    portal.a_dossier(name="Ông Ba", phone="0987000111")
    portal.clock.pass_(minutes=9)
    assert read(portal, "progress", end)["items"] == []
    portal.clock.pass_(minutes=2)
    for what in ("dossiers", "progress"):
        answer = portal.get(f"/national/{what}", role="national", params={"cursor": end})
        assert_problem(answer, 503, "log-behind")
        assert read(portal, what)["items"], "what is in it is told"
    assert read(logged(portal), "progress", end)["items"]


def test_a_cursor_of_before_a_restored_copy_is_good_and_a_later_one_is_not(centre, tmp_path):
    centre.settings.log_key_file = tmp_path / "log-key"
    centre.a_dossier()
    before = read(logged(centre), "progress", role="admin")["next_cursor"]
    record, file = centre.database.engine.url.database, tmp_path / "copy.db"
    with closing(sqlite.connect(record)) as origin, closing(sqlite.connect(file)) as target:
        origin.backup(target)
    centre.a_dossier(name="Ông Ba", phone="0987000111")
    later = read(logged(centre), "progress", before, role="admin")["next_cursor"]

    settings = centre.settings.model_copy(update={"database_url": f"sqlite:///{file}"})
    with closing(House(settings, clock=centre.clock)) as house:
        restored = copy(centre)
        restored.house, restored.database = house, house.database
        restored.client = TestClient(app_of(house))
        restored.a_dossier(name="Bà Tư", phone="0987000222")
        restored.a_dossier(name="Bà Năm", phone="0987000333")
        logged(restored)
        answer = restored.get("/national/progress", role="admin", params={"cursor": later})
        assert_problem(answer, 409, "cursor-of-another-record")
        assert len(read(restored, "progress", before, role="admin")["items"]) == 2


# Who reads, and of whom


def test_a_program_without_the_scope_and_a_clerk_get_nothing(portal):
    portal.keys["registering"] = a_key(portal, KeyScope.REGISTRATION)
    for path in ("/national/dossiers", "/national/progress"):
        assert_problem(portal.get(path, role="registering"), 403, "scope-missing")
        assert_problem(portal.get(path, role="desk"), 403, "not-your-role")
        assert portal.get(path, role="admin").status_code == 200


def test_an_office_tells_of_its_own_dossiers_alone(portal):
    office = select(Office.id).where(Office.code == "H49.12.01")
    ward = portal.database.read_now(lambda s: s.exec(office).one())
    portal.keys["ward"] = a_key(portal, office_id=ward)
    ours = portal.a_dossier(office="H49.12.01")
    theirs = portal.a_dossier(name="Ông Ba", phone="0987000111")
    portal.a_parcel(ours, theirs)
    logged(portal)

    for what, count in (("dossiers", 1), ("progress", 3)):
        told = read(portal, what, role="ward")["items"]
        assert [item["MaHoSo"] for item in told] == [ours] * count
        assert {item["MaHoSo"] for item in read(portal, what)["items"]} == {ours, theirs}


def test_each_reading_is_in_the_audit_log_with_whom_it_named(portal):
    codes = [portal.a_dossier(), portal.a_dossier(name="Ông Ba", phone="0987000111")]
    at_end = read(logged(portal), "dossiers")["next_cursor"]
    read(portal, "progress")
    read(portal, "progress", at_end)

    for code in codes:
        wanted = {"dossier": code, "what": "read"}
        seen = portal.get("/audit", role="admin", params=wanted).json()["items"]
        assert [(e["detail"], sorted(e["fields"])) for e in seen] == [
            ("national progress", ["entry_note"]),
            ("national dossiers", ["email", "entry_note", "name", "phone"]),
        ]
        assert seen[0]["who"].startswith("key:")
        assert seen[0]["door"] == "GET /api/v1/national/progress"


def test_a_reading_is_written_down_before_it_is_answered(portal):
    portal.a_dossier()
    read(logged(portal), "dossiers")

    written = "SELECT count(*) FROM audit_entry WHERE detail = 'national dossiers'"
    assert count(portal, written) == 1


def test_of_whom_the_data_were_erased_the_dossier_is_told_without_the_person(portal):
    code = live(portal)
    nobody = dict.fromkeys(("name", "name_folded", "phone", "email", "address", "note"), "")
    portal.database.write_now(lambda s: s.connection().execute(update(Applicant).values(**nobody)))
    logged(portal)

    [dossier] = read(portal, "dossiers")["items"]
    assert (dossier["MaHoSo"], dossier["TrangThaiHoSo"]) == (code, "3")
    without = {"ChuHoSo", "SoDienThoai", "GhiChu"}
    assert {name: dossier[name] for name in without} == dict.fromkeys(without, "")
    [supplement] = dossier["DanhSachHoSoBoSung"]
    assert (supplement["NoiDungBoSung"], supplement["NgayBoSung"]) == ("", "20261125080000")
    told = read(portal, "progress")["items"]
    assert [one["TrangThai"] for one in told] == [one["TrangThai"] for one in THE_PROGRESS]
    assert told[-1]["NoiDungXuLy"] == "Từ chối tiếp nhận, giải quyết hồ sơ"
