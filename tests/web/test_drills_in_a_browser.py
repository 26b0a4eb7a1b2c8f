"""Drills in a real browser, from menu to menu: rights over one's data, and a breach. In minutes."""

import re
import time
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from postal_tracker.core.working_days import VIETNAM
from tests.hotline import delivered
from tests.web.conftest import press, sign_in

pytestmark = pytest.mark.slow

A_PAGE, A_CLICK, A_LETTER = 15.0, 2.5, 0.3
"""Seconds of somebody unhurried: to read a page, to find and press something, to type a letter."""

MOST = timedelta(minutes=10)


@dataclass
class Person:
    """Somebody at a browser, who takes a person's time over it."""

    page: Page
    took: timedelta = timedelta(0)
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        main = self.page.main_frame
        self.page.on("framenavigated", lambda f: self._takes(A_PAGE) if f is main else None)

    def _takes(self, seconds: float) -> None:
        self.took += timedelta(seconds=seconds)

    def follows(self, name: str | re.Pattern[str]) -> None:
        self._takes(A_CLICK)
        self.page.get_by_role("link", name=name).first.click()

    def presses(self, name: str) -> None:
        self._takes(A_CLICK)
        press(self.page, name)

    def ticks(self, name: str) -> None:
        self._takes(A_CLICK)
        self.page.get_by_label(name, exact=True).check()

    def writes(self, label: str, text: str) -> None:
        self._takes(A_CLICK + A_LETTER * len(text))
        self.page.get_by_label(label).first.fill(text)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def is_done(self, drill: str) -> None:
        machine = time.monotonic() - self.began
        print(
            f"\n{drill}: {self.took.total_seconds():.0f} s by hand, {machine:.1f} s of the machine"
        )
        assert self.took < MOST


def asks(one: Person, served, code: str, kind: str) -> None:
    """Look a dossier up as its citizen, and ask for something on its page."""
    one.page.goto(served.address)
    one.writes("Mã tra cứu hoặc mã hồ sơ", code)
    one.writes("4 số cuối của số điện thoại", "5678")
    one.presses("Xem hồ sơ")
    one.follows("Gửi câu hỏi, phản ánh")
    one.ticks(kind)
    one.writes("Nội dung", "Đề nghị thực hiện.")
    one.presses("Gửi")
    one.sees("Sẽ trả lời Ông/Bà trước")


def takes(one: Person, served) -> None:
    """Come to the newest request by the menu, take it, and look at who asks."""
    one.page.goto(f"{served.address}/desk")
    if one.page.get_by_label("Tên đăng nhập").count():
        sign_in(one.page, "lan")
    one.follows("Việc cần làm")
    one.follows("Mọi phản ánh, câu hỏi của người dân")
    one.follows(re.compile(r"^PA"))
    one.presses("Nhận việc")
    one.presses("Đã đối chiếu giấy tờ")


@pytest.fixture
def person(watched, page):
    return Person(page)


def test_what_is_held_is_shown_and_handed_over(person, served):
    code, _ = delivered(served.centre, id_number="022190777333")
    asks(person, served, code, "Xem, nhận bản sao dữ liệu cá nhân")
    takes(person, served)
    person.follows("Dữ liệu đang giữ về người này (in)")
    person.sees("022190777333")
    person.follows("Quay lại")
    person.writes("Câu trả lời", "Đã giao bản sao tại quầy.")
    person.presses("Trả lời")

    person.is_done("what is held")


def test_what_is_wrong_is_put_right(person, served):
    code, _ = delivered(served.centre)
    asks(person, served, code, "Chỉnh sửa dữ liệu cá nhân")
    takes(person, served)
    person.follows("Sửa dữ liệu trong hồ sơ")
    person.writes("Họ và tên", "Bà Hòa")
    person.writes("Lý do", "Gõ nhầm dấu")
    person.presses("Lưu đính chính")
    person.sees("Bà Hòa")
    takes_up_again(person)
    person.writes("Câu trả lời", "Đã sửa.")
    person.presses("Trả lời")

    person.is_done("put right")


def takes_up_again(one: Person) -> None:
    one.follows("Việc cần làm")
    one.follows("Mọi phản ánh, câu hỏi của người dân")
    one.follows(re.compile(r"^PA"))


def test_what_the_law_does_not_keep_is_erased(person, served):
    code, _ = delivered(served.centre)
    served.centre.clock.pass_(days=170)
    served.centre.house.settings.people_required_days = 100
    asks(person, served, code, "Xóa dữ liệu cá nhân")
    takes(person, served)
    person.presses("Xóa dữ liệu và trả lời")
    person.sees(f"Đã xóa dữ liệu cá nhân trong hồ sơ: {code}")

    person.is_done("erased")


def test_after_a_breach_the_kit_is_ready(person, served):
    code, centre = served.centre.a_dossier(), served.centre
    local = centre.clock().astimezone(VIETNAM)
    person.page.goto(f"{served.address}/desk/dossiers/{code}")
    sign_in(person.page, "lan")
    person.sees(code)
    person.page.context.clear_cookies()
    person.took = timedelta(0)
    person.page.goto(f"{served.address}/desk")
    sign_in(person.page, "quan")
    person.follows("Quản trị hệ thống")
    person.follows("Lộ dữ liệu cá nhân")
    person.writes("Phát hiện lúc", f"{local + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    person.writes("Bắt đầu lúc", f"{local - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    person.writes("Kết thúc lúc", f"{local + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    person.page.get_by_label("Ai bị lộ").select_option(label="Tài khoản")
    person.writes("Tên đăng nhập, khóa", "lan")
    person.presses("Xem dữ liệu của ai")
    person.sees("Dữ liệu của 1 hồ sơ")
    with person.page.expect_download() as got:
        person.follows("Tải CSV")
    assert code in got.value.path().read_text(encoding="utf-8-sig")
    person.follows("Soạn thông báo (mẫu số 08)")
    person.sees("người nộp của 1 hồ sơ")

    person.is_done("a breach")
