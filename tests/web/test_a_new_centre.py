"""A newcomer sets up an empty centre in the browser, without a shell, up to the first label."""

import threading
import time

import pyotp
import pytest
import uvicorn
from playwright.sync_api import Page, expect

from labels.paper import MEDIA
from postal_tracker.access.first_admin import first_admin_token
from postal_tracker.house import House
from postal_tracker.settings import Settings
from postal_tracker.web.app import create_app
from tests.labels.eyes import codes, seen
from tests.web.conftest import A_WHILE, PASSWORD, press, sign_in

SECRET = "a-new-centres-secret-of-more-than-32-letters"


@pytest.fixture
def empty_centre(sqlite_url):
    """An empty record, served; with the address that `serve` prints the first time."""
    house = House(Settings(_env_file=None, database_url=sqlite_url, secret_key=SECRET))
    config = uvicorn.Config(create_app(house), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=60)
    house.close()


def fill(page: Page, **texts: str) -> None:
    for name, text in texts.items():
        field = page.get_by_role("main").locator(f'[name="{name}"]')
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


@pytest.mark.slow
def test_an_empty_centre_comes_to_its_first_label_in_the_browser_alone(
    empty_centre, page, context, watched
):
    open_the_first_account(page, empty_centre)
    add_to_the_catalogue(page, empty_centre)
    invitation = set_up_the_rest(page, empty_centre)
    page.get_by_role("button", name="Đăng xuất").click()
    begin_the_work(page, empty_centre, invitation)
    button = page.get_by_role("button", name="In bằng trình duyệt: Quầy 1")
    form = button.evaluate("b => Object.fromEntries(new FormData(b.form, b))")
    headers = {"origin": empty_centre}
    label = context.request.post(f"{empty_centre}/desk/labels", form=form, headers=headers)

    assert label.headers["content-type"] == "application/pdf", label.text()
    [sheet] = seen(label.body(), "pdf", MEDIA["a6"])
    assert any("EE012345675VN" in code for code in codes(sheet))


def open_the_first_account(page: Page, empty_centre: str) -> None:
    page.set_default_timeout(A_WHILE)
    page.goto(f"{empty_centre}/first-admin/{first_admin_token(SECRET)}")
    fill(page, username="quan", name="Quân", password=PASSWORD, again=PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    sign_in(page, "quan")
    set_up_the_code_app(page)
    expect(page.locator("h1")).to_contain_text("Còn 7 bước")


def set_up_the_code_app(page: Page) -> None:
    """Do what a telephone does with the key that is shown."""
    press(page, "Bắt đầu cài đặt")
    key = page.get_by_role("main").locator("code").inner_text().replace(" ", "")
    fill(page, one_time_code=pyotp.TOTP(key).now())
    press(page, "Bật mã xác thực")
    page.get_by_role("link", name="Đã cất, làm tiếp").click()


def add_to_the_catalogue(page: Page, empty_centre: str) -> None:
    page.get_by_role("link", name="Điểm tiếp nhận").click()
    page.get_by_role("link", name="Thêm một dòng").click()
    fill(page, code="H49.12", name_vi="Trung tâm Uông Bí", address="Phường Uông Bí, Quảng Ninh")
    press(page, "Lưu")
    expect(page.locator("main")).to_contain_text("Đã thêm vào danh mục")
    page.goto(f"{empty_centre}/desk/admin")
    page.locator(".steps-list").get_by_role("link", name="Cơ quan giải quyết").click()
    page.get_by_role("link", name="Thêm một dòng").click()
    fill(page, code="PC08", name_vi="Phòng Cảnh sát giao thông", address="Hạ Long, Quảng Ninh")
    press(page, "Lưu")
    expect(page.locator("main")).to_contain_text("Đã thêm vào danh mục")
    page.goto(f"{empty_centre}/desk/admin")
    page.locator(".steps-list").get_by_role("link", name="Thủ tục").click()
    page.get_by_role("link", name="Thêm một dòng").click()
    fill(page, code="GPLX-01", name_vi="Đổi giấy phép lái xe", authority="PC08", limit="5 ngày")
    press(page, "Lưu")
    expect(page.locator("main")).to_contain_text("Đã thêm vào danh mục")


def set_up_the_rest(page: Page, empty_centre: str) -> str:
    """Enter numbers, a printer and a clerk; return her one-time address."""
    page.goto(f"{empty_centre}/desk/admin/numbers")
    fill(page, carrier="vnpost", indicator="EE", first_serial="01234567", last_serial="01234599")
    press(page, "Thêm dải số")
    page.goto(f"{empty_centre}/desk/admin/printers")
    fill(page, name="Quầy 1", office="H49.12", kind="browser", media="a6")
    press(page, "Thêm máy in")
    page.goto(f"{empty_centre}/desk/admin/people")
    fill(page, username="lan", name="Lan", role="desk", office="H49.12")
    press(page, "Thêm tài khoản")
    invitation = page.locator("main code").inner_text()
    page.goto(f"{empty_centre}/desk/admin")
    expect(page.locator("h1")).to_contain_text("còn 1 mục")  # carriers: their keys come by post
    return invitation


def begin_the_work(page: Page, empty_centre: str, invitation: str) -> None:
    page.goto(f"{empty_centre}/{invitation.split('/', 3)[3]}")
    fill(page, password=PASSWORD, again=PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    sign_in(page, "lan")
    page.goto(f"{empty_centre}/desk/dossiers/new")
    fill(page, procedure="GPLX-01", **{"applicant.name": "Bà Hoa", "applicant.phone": "0912345678"})
    press(page, "Tiếp nhận")
    expect(page.locator("main")).to_contain_text("Đã tiếp nhận hồ sơ")
    code = page.url.rpartition("/")[2]
    page.goto(f"{empty_centre}/desk/parcels/new")
    fill(page, carrier="vnpost", dossiers=code)
    page.get_by_role("main").get_by_role("button", name="Tạo bưu gửi").click()
    expect(page.locator("main")).to_contain_text("EE012345675VN")
