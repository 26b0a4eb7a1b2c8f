"""One word for one thing, as an official writes it: words that were given up come back nowhere."""

import ast
import re
from functools import cache

import pytest

from postal_tracker.core.bilingual_terms import ACT_BUTTONS
from tests.house.repository import PACKAGES, README, ROOT, modules, named, tree_of

WEB = ROOT / "postal_tracker" / "web"

GIVEN_UP = {
    "bạn": "Ông/Bà, or nobody",
    "hãy": "vui lòng, đề nghị",
    "gạch bỏ": "hủy ghi nhận",
    "việc bị gạch": "nội dung đã hủy",
    "chưa có chỗ": "chưa khớp",
    "vào đúng chỗ": "đã khớp",
    "đọc lại cả": "xử lý lại cả",
    "đọc lại tiếp": "xử lý lại tiếp",
    "tìm thấy khi hỏi": "phải tra cứu mới biết",
    "hỏi bưu chính lúc": "tra cứu bưu chính lúc",
    "câu hỏi lỗi": "tỷ lệ tra cứu lỗi",
    "chờ hỏi": "chờ tra cứu",
    "hay lỗi": "thường xuyên lỗi",
    "tạm nghỉ": "tạm dừng",
    "người báo tin": "nhập thủ công",
    "chỉ nghe": "chỉ nhận tin",
    "trả lời tốt": "hoạt động tốt",
    "lâu không có tin": "chậm cập nhật, lâu chưa cập nhật",
    "bặt tin": "chậm cập nhật",
    "số giờ im lặng": "số giờ chưa cập nhật",
    "đã ký giao": "đã bàn giao",
    "xong hành trình": "kết thúc hành trình",
    "phát không được": "phát không thành công",
    "lập bưu gửi": "tạo bưu gửi",
    "cho vào bưu gửi": "đóng vào bưu gửi",
    "từ lúc": "thời điểm nhận giữ",
    "bốn số cuối": "4 số cuối",
    "bốn chữ số cuối": "4 số cuối",
    "thôi, quay lại": "quay lại",
    "việc gì đã xảy ra": "cập nhật trạng thái",
    "bưu gửi nào?": "nhập số hiệu bưu gửi",
    "có chỗ cần xem lại": "vui lòng kiểm tra lại",
    "chưa có thông tin này": "vui lòng điền mục này",
    "quá hẹn": "quá hạn",
}
"""Vietnamese words that were on screen, and what is said instead."""

GIVEN_UP_IN_ENGLISH = {
    "postman": "courier",
    "postmen": "couriers",
    "at the desk": "at the office",
    "promised for": "due on",
    "appointed day": "due date",
    "without a home": "unmatched",
    "long without news": "without a recent update",
    "gone silent": "without a recent update",
    "nobody recognised": "unclear",
    "found by asking": "found by polling",
    "how it goes": "status",
    "people tell": "entered by hand",
    "answers well": "working",
    "left alone until": "paused until",
    "print on.": "continue printing",
    "(đã tiếp nhận)": "one language at a time",
}

_QUOTES = re.compile("[«»]")

ACCEPTED_HEADINGS = "postal_tracker/desks/imports/columns.py"
"""What people write above their columns is theirs."""


@cache
def sayings():
    """Return what people read, by file: templates, the locale, and the sentences in the source.

    Not at import: all who collect tests would read all the code.
    """
    return dict(_sayings())


def _sayings():
    for path in sorted(WEB.rglob("*.html")):
        yield named(path), re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
    yield "postal_tracker/web/locale/en.po", (WEB / "locale" / "en.po").read_text(encoding="utf-8")
    for path in modules(*PACKAGES):
        yield named(path), "\n".join(sentences(tree_of(path)))


def sentences(tree):
    """Return the strings of a module but for those that stand alone, which are docstrings."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
    ]


def where(word):
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    return [name for name, text in sayings().items() if whole.search(text)]


def test_what_people_read_is_looked_through():
    assert len(sayings()) > 250
    assert where("bưu gửi")
    assert where("vui lòng")


@pytest.mark.parametrize("word", GIVEN_UP)
def test_a_word_given_up_is_said_no_more(word):
    assert where(word) == [], f"say: {GIVEN_UP[word]}"


@pytest.mark.parametrize("word", GIVEN_UP_IN_ENGLISH)
def test_an_english_word_given_up_is_said_no_more(word):
    assert where(word) == [], f"say: {GIVEN_UP_IN_ENGLISH[word]}"


def test_an_e_mail_address_is_called_one_thing():
    assert where("thư điện tử") == [ACCEPTED_HEADINGS]


def test_quotation_marks_are_those_of_vietnamese():
    signs_of_old_encodings = {"postal_tracker/core/garbled.py"}

    assert {
        name for name, text in sayings().items() if _QUOTES.search(text)
    } == signs_of_old_encodings


def test_the_readme_calls_a_button_what_stands_on_it():
    said = set(re.findall(r"“([^”]+)”", README))

    assert said
    assert [
        words
        for words in said
        if f'"{words}"' not in sayings()["postal_tracker/web/locale/en.po"]
        and words not in {vi for vi, _ in ACT_BUTTONS.values()}
    ] == []
