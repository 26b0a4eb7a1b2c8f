"""A clerk's morning by keyboard and scanner alone, with its keys and pages counted."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from postal_tracker.core.codes import make_s10
from tests.web.conftest import Served
from tests.web.known_people import knows

A_KEY = 8
"""Milliseconds between the keys of a scanner."""
MANY = 30
RETURNING = 12
IN_A_PARCEL = 3
MOST_KEYS = 12
"""Beyond the text, for a known applicant."""
MOST_TABS = 6
"""To the button that prints the labels."""


@dataclass
class Hands:
    """Somebody at the keyboard: text and scans are not counted, every other key is."""

    page: Page
    keys: int = 0
    scans: int = 0
    pages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        main = self.page.main_frame
        self.page.on("framenavigated", lambda f: self.pages.append(f.url) if f is main else None)

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)

    def scan(self, code: str) -> None:
        self.scans += 1
        self.page.keyboard.type(code, delay=A_KEY)
        self.page.keyboard.press("Enter")

    def tabs_to(self, there: Locator) -> None:
        for _ in range(40):
            if there.evaluate("one => one === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError("out of reach of the keyboard")


@pytest.fixture
def hands(desk: Page, served: Served) -> Hands:
    desk.wait_for_url(re.compile("/desk$"))
    return Hands(desk)


def name_of(n: int) -> str:
    return f"Nguyễn Thị {'ABCDEFGHIJKLMNOPQRSTUVWXYZABCD'[n]}{n}"


def phone_of(n: int) -> str:
    return f"09123450{n:02}"


def registers_known(hands: Hands, n: int, *, ends: str) -> None:
    """Take in somebody who was here before: two texts, and the keys between."""
    name = hands.page.locator("#f-applicant-name")
    hands.types("doi giay")
    hands.press("Tab")
    hands.types(phone_of(n))
    hands.press("Tab")
    expect(name).to_have_value(name_of(n))
    hands.press(ends)


def registers_new(hands: Hands, n: int, *, ends: str) -> None:
    hands.types("doi giay")
    hands.press("Tab")
    hands.types(phone_of(n))
    hands.press("Tab")
    hands.press("Tab")  # past the identity number
    hands.types(name_of(n))
    hands.press("Tab")
    hands.types(f"Số {n} Trần Phú")
    hands.press(ends)


def told(page: Page, done: int) -> str:
    """Return the code of the dossier just registered, with the next one's form before us."""
    page.wait_for_url(re.compile(f"after=H49.12-261123-{done:04}$"))
    expect(page.locator("#f-procedure")).to_be_focused()
    return page.url.partition("after=")[2]


def opens(hands: Hands, served: Served, where: str) -> None:
    hands.page.goto(f"{served.address}/desk/{where}")


@pytest.mark.slow
@pytest.mark.parametrize("by", ["telephone", "card"])
def test_a_known_applicant_takes_few_keys_beyond_the_text(hands, served, by):
    knows(served.centre, name=name_of(1), phone=phone_of(1))
    opens(hands, served, "dossiers/new")
    with hands.page.context.expect_page() as receipt:
        if by == "telephone":
            registers_known(hands, 1, ends="Enter")
        else:
            hands.types("doi giay")
            hands.press("Tab")
            hands.press("Tab")
            hands.scan(f"001085012345||{name_of(1)}|01021985|Nữ|Tổ 7, Uông Bí|15082024||||")
            expect(hands.page.locator("#f-applicant-ward")).to_have_value("Phường Uông Bí")
            expect(hands.page.locator("form.intake .keys")).to_be_visible()  # its script runs
            hands.press("Enter")

    assert receipt.value.url.endswith("/receipt.pdf")
    code = told(hands.page, 2)
    [person] = [served.centre.get(f"/dossiers/{code}").json()["applicant"]]
    assert (person["name"], person["ward"]) == (name_of(1), "Phường Uông Bí")
    print(f"\nby {by}: {hands.keys} keys beyond the text, {len(hands.pages)} pages")
    assert hands.keys <= MOST_KEYS


@pytest.mark.slow
def test_without_script_a_known_applicant_takes_few_keys_too(browser, served):
    knows(served.centre, name=name_of(1), phone=phone_of(1))
    with browser.new_context(java_script_enabled=False, locale="vi-VN") as quiet:
        page = quiet.new_page()
        page.goto(f"{served.address}/desk/dossiers/new")
        page.get_by_label("Tên đăng nhập").fill("lan")
        page.get_by_label("Mật khẩu").fill("mot-mat-khau-du-dai-26")
        page.keyboard.press("Enter")
        expect(page.locator("#f-procedure")).to_be_focused()
        hands = Hands(page)
        hands.types("doi giay")
        hands.press("Tab")
        hands.types(phone_of(1))
        hands.press("Enter")  # the name comes back with the page
        expect(page.locator("#f-applicant-name")).to_have_value(name_of(1))
        hands.press("Enter")
        expect(page.locator(".notice.done form button")).to_be_focused()  # Enter opens the receipt

    assert hands.keys <= MOST_KEYS


def registers_all(hands: Hands, served: Served, before: int) -> list[str]:
    """Every second one was here before; each receipt opens beside, and is closed again."""
    opens(hands, served, "dossiers/new")
    codes = []
    for n in range(MANY):
        takes = registers_new if n % 2 else registers_known
        with hands.page.context.expect_page() as receipt:
            takes(hands, n, ends="Enter")
        codes.append(told(hands.page, before + n + 1))
        receipt.value.close()
    return codes


def seals(hands: Hands, served: Served, codes: list[str]) -> list[str]:
    opens(hands, served, "station/seal")
    labels = [make_s10("EC", 20_000_000 + n, "VN") for n in range(MANY // IN_A_PARCEL)]
    for n, label in enumerate(labels):
        for code in [*codes[n * IN_A_PARCEL : (n + 1) * IN_A_PARCEL], label]:
            hands.scan(code)
    expect(hands.page.locator(".tally .right dd")).to_have_text(str(MANY + len(labels)))
    return labels


def labels_all(hands: Hands, served: Served) -> None:
    opens(hands, served, "prints")
    page = hands.page
    before = hands.keys
    hands.tabs_to(page.get_by_role("button", name="In bằng trình duyệt (PDF)").first)
    assert hands.keys - before <= MOST_TABS
    with page.context.expect_event("response", lambda r: r.url.endswith("/desk/labels")) as pdf:
        hands.press("Enter")
    assert pdf.value.headers["content-type"] == "application/pdf"


def hands_over(hands: Hands, served: Served, labels: list[str]) -> None:
    opens(hands, served, "station/handover")
    page, count = hands.page, len(labels)
    for label in labels:
        hands.scan(label)
    expect(page.locator(".tally .right dd")).to_have_text(str(count))
    for name in ("Đối chiếu", f"Lập bảng kê {count} bưu gửi đã quét"):
        hands.tabs_to(page.get_by_role("button", name=name))
        hands.press("Enter")
        page.wait_for_load_state()
    expect(page.locator("#f-signed_by")).to_be_focused()
    hands.types("Phạm Văn Thư")
    hands.press("Enter")
    expect(page.locator(".answer")).to_contain_text(f"đã ký nhận {count} bưu gửi")


def receives(hands: Hands, served: Served, numbers: list[str]) -> None:
    opens(hands, served, "station/receive")
    for number in numbers:
        hands.scan(number)
    expect(hands.page.locator(".tally .right dd")).to_have_text(str(len(numbers)))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_morning_by_keyboard_and_scanner(hands, served):
    centre = served.centre
    for n in range(0, MANY, 2):
        knows(centre, name=name_of(n), phone=phone_of(n))
    there = [centre.a_dossier(name=f"Ông {n}", phone=phone_of(50 + n)) for n in range(RETURNING)]
    coming = [centre.a_parcel(code, direction="to_centre") for code in there]
    counts = []

    def done(what: str) -> None:
        counts.append((what, hands.keys, hands.scans, len(hands.pages)))

    codes = registers_all(hands, served, MANY // 2 + RETURNING)
    done(f"{MANY} registered, each with its receipt")
    labels = seals(hands, served, codes)
    done("sealed by scanning")
    labels_all(hands, served)
    done("labelled")
    hands_over(hands, served, labels)
    done("handed over")
    receives(hands, served, coming)
    done(f"{RETURNING} received back")

    for what, keys, scans, pages in counts:
        print(f"\nup to {what}: {keys} keys, {scans} scans, {pages} pages", end="")
    assert {centre.stage(code) for code in there} == {"at_centre"}
    assert counts[0][1] <= MANY * MOST_KEYS
    assert counts[-1][1] - counts[0][1] <= 60
    assert centre.differences() == []
