"""A centre brings thousands of dossiers in the browser: seen to go on, all of them or none."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect
from sqlmodel import func, select

from postal_tracker.background.list_imports import Importer
from postal_tracker.desks.imports import check_dossiers, procedure_names, under_way
from postal_tracker.desks.imports.outcomes import RowOutcome, RowReport
from postal_tracker.desks.imports.under_way import State, Ways
from postal_tracker.ledger.numbers import next_serials
from postal_tracker.storage.tables import Dossier, ListWork
from tests.web.bringing import AT, employ_elsewhere, sends
from tests.web.conftest import Visitor, employ

OWN = "H49.99-261123-{:04d}"
HEADINGS = "Mã hồ sơ,Thủ tục,Họ tên,Điện thoại\n"
MANY = 201


def rows(count, first=1):
    return [f",GPLX-01,Người thứ {n},09{n:08d}\n" for n in range(first, first + count)]


def a_list(*lines):
    return HEADINGS + "".join(lines or rows(MANY))


@pytest.fixture
def any_lan(any_centre):
    employ(any_centre, "lan")
    lan = Visitor(any_centre)
    lan.signs_in("lan")
    return lan


def works(centre, by="here"):
    """In a thread of its own: playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, Importer(centre.house, by).round()).result()


def many(centre, stage="with_office"):
    query = select(func.count()).where(Dossier.stage == stage)
    return centre.database.read_now(lambda s: s.exec(query).one())


def begun(answer):
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_long_list_is_brought_in_beside_everything_else_and_taken_back(any_lan, any_centre):
    at = begun(sends(any_lan, a_list()))
    assert "đang chờ đến lượt" in any_lan.opens(at).text
    assert at in any_lan.opens(AT).text
    assert many(any_centre) == 0
    assert works(any_centre)

    assert f"Đã tiếp nhận {MANY} hồ sơ." in any_lan.opens(at).text
    assert many(any_centre) == MANY
    [kept] = any_centre.database.read_now(lambda s: s.exec(select(ListWork)).all())
    assert (kept.data, kept.state) == (None, "kept")
    assert "đã được nhập (lần 1)" in sends(any_lan, a_list()).text
    at = begun(any_lan.sends(f"{AT}/1/undo", {"reason": "Nhập nhầm tệp"}))
    assert works(any_centre)

    assert "mọi hồ sơ của danh sách được rút" in any_lan.opens(at).text
    assert many(any_centre, "cancelled") == MANY
    assert any_centre.differences() == []
    assert not works(any_centre)


def test_a_list_is_only_checked_if_that_was_asked(lan, centre):
    at = begun(sends(lan, a_list(), "check"))
    assert "Đang nhập một danh sách khác" in sends(lan, a_list(), "check").text
    works(centre)

    assert f"chưa lưu gì: {MANY} dòng đều đúng" in lan.opens(at).text
    assert many(centre) == 0


def test_one_bad_row_anywhere_keeps_the_whole_list_out(lan, centre):
    lines = [*rows(MANY), ",KHONG-CO,Ông Tư,0912345670\n", ",GPLX-01,người THỨ 7,0900000007\n"]
    at = begun(sends(lan, a_list(*lines)))
    works(centre)

    page = lan.opens(at).text
    assert "Chưa lưu gì: 2 dòng bị từ chối" in page
    assert "Có thể trùng với dòng 8" in page
    assert many(centre) == 0
    at = begun(sends(lan, a_list(*lines[:-2], lines[-1]), doubles="skip"))
    works(centre)
    assert f"Đã tiếp nhận {MANY} hồ sơ." in lan.opens(at).text


def test_codes_that_a_day_will_lack_are_told_before_anything_is_kept(any_lan, any_centre):
    day = any_centre.house.today()
    any_centre.database.write_now(lambda s: next_serials(s, "H49.12", day, 9_999 - 150))
    at = begun(sends(any_lan, a_list()))
    works(any_centre)

    assert f"Chưa lưu gì: {MANY - 150} dòng bị từ chối" in any_lan.opens(at).text
    assert "H49.12 chỉ còn 150 mã hồ sơ của ngày" in any_lan.opens(at).text
    assert many(any_centre) == 0
    coded = [f"{OWN.format(n)}{row}" for n, row in enumerate(rows(MANY - 150, 500), 1)]
    at = begun(sends(any_lan, a_list(*rows(150), *coded)))
    works(any_centre)
    assert f"Đã tiếp nhận {MANY} hồ sơ." in any_lan.opens(at).text


def test_a_file_that_is_no_list_is_told_on_its_page(lan, centre):
    at = begun(sends(lan, "Tên gì đó\n" + "x" * 50_000))
    works(centre)

    assert lan.opens(at).status_code == 200
    assert "progress" not in lan.opens(at).text
    assert many(centre) == 0


def some_were_kept(centre, text):
    """Whoever worked on the list kept 50 rows and died."""
    work = centre.database.write_now(lambda s: under_way.take(s, "dead", now=centre.clock()))
    known = centre.database.read_now(procedure_names)
    checked = check_dossiers(text.encode(), "list.csv", procedures=known)
    ways = Ways(centre.lan, centre.house.calendar)
    told = under_way.told_of_rows([RowReport(r.row, RowOutcome.GOOD) for r in checked.rows], [])
    centre.database.write_now(
        lambda s: under_way.note_step(s, work, State.KEEPING, now=centre.clock(), report=told)
    )
    centre.database.write_now(
        lambda s: under_way.keep_some(s, work, checked, ways, 50, now=centre.clock())
    )
    assert many(centre) == 50
    assert not works(centre)  # nobody knows yet that he is dead
    centre.clock.pass_(seconds=31)


def test_another_goes_on_exactly_where_a_worker_died(lan, centre):
    at = begun(sends(lan, a_list()))
    some_were_kept(centre, a_list())
    works(centre, "another")

    assert f"Đã tiếp nhận {MANY} hồ sơ." in lan.opens(at).text
    assert many(centre) == MANY


def test_what_came_in_is_taken_back_if_a_later_row_was_registered_meanwhile(lan, centre):
    code = "H49.12-261123-0900"
    text = a_list(*rows(MANY), f"{code},GPLX-01,Bà Hoa,0912345678\n")
    at = begun(sends(lan, text))
    some_were_kept(centre, text)
    centre.a_dossier(code=code)
    works(centre, "another")

    assert "dòng bị từ chối" in lan.opens(at).text
    assert "đã được đăng ký" in lan.opens(at).text
    assert many(centre) == 1
    assert 50 <= many(centre, "cancelled") <= MANY
    assert centre.differences() == []


def test_nobody_sees_how_far_the_list_of_another_is(lan, centre):
    at = begun(sends(lan, a_list()))
    centre.post("/offices", {"code": "H49.99", "name_vi": "Nơi khác"}, role="admin")
    employ_elsewhere(centre)
    other = Visitor(centre)
    other.signs_in("hai")

    assert other.opens(at).status_code == 404


def test_the_page_of_a_list_goes_on_by_itself_and_stays_where_the_focus_is(desk, served, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(a_list(), encoding="utf-8")
    desk.goto(f"{served.address}{AT}")
    desk.get_by_label("Tệp CSV hoặc XLSX").set_input_files(file)
    desk.get_by_role("button", name="Tiếp nhận cả danh sách").click()
    desk.wait_for_url("**/under-way/*")
    expect(desk.get_by_role("status")).to_contain_text("đang chờ đến lượt")
    desk.get_by_label("Quét hoặc gõ một mã").fill("EB1")
    work = served.centre.database.write_now(
        lambda s: under_way.take(s, "here", now=served.centre.clock())
    )
    served.centre.database.write_now(
        lambda s: under_way.note_step(
            s, work, State.CHECKING, now=served.centre.clock(), done=100, total=MANY
        )
    )
    expect(desk.get_by_role("status")).to_contain_text(f"100 trong {MANY} dòng")
    expect(desk.get_by_label("Quét hoặc gõ một mã")).to_have_value("EB1")
    served.centre.clock.pass_(seconds=31)
    works(served.centre)

    expect(desk.get_by_role("status")).to_contain_text(f"Đã tiếp nhận {MANY} hồ sơ.")


def test_what_became_of_a_list_is_forgotten_after_two_days(lan, centre):
    at = begun(sends(lan, a_list(), "check"))
    works(centre)
    forget = under_way.forget_old
    assert centre.database.write_now(lambda s: forget(s, 20, now=centre.clock())) == 0
    now = centre.clock.pass_(hours=49)
    assert centre.database.write_now(lambda s: forget(s, 20, now=now)) == 1
    lan.signs_in("lan")
    assert lan.opens(at).status_code == 404
