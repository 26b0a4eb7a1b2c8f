"""Charts are SVG that any reader takes: text is text, a name does nothing, nothing is cut off."""

from xml.etree import ElementTree

import pytest

from postal_tracker.web.html.charts import (
    WIDTH,
    About,
    Bar,
    Group,
    Line,
    bars,
    groups,
    lines,
    shares,
)

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert('x')</script> & \"Ông\""
ABOUT = About("one", HOSTILE, "Mỗi thanh một cơ quan.")
PICTURES = {
    "bars": bars(ABOUT, [Bar(HOSTILE, 12, "12"), Bar("Thuế", 3, "3 – 4 ngày", 1)]),
    "bars of a whole": bars(ABOUT, [Bar("Thuế", 88.2, "88,2 %", tone="late")], whole=100),
    "groups": groups(
        ABOUT, [Group("Giải quyết quá hạn", [1, 2, 3], ["1", "2", "3"])], ["11", "10", "9"]
    ),
    "lines": lines(
        ABOUT, ["10", "11", "12"], [Line("Nhận", [1, 5, 5], "5"), Line("Trả", [0, 4, 5], "5")]
    ),
    "shares": shares(ABOUT, [Bar("Bưu chính", 40, "40 %"), Bar("Người dân", 60, "60 %")]),
    "nothing": bars(ABOUT, []),
    "nothing but zeroes": groups(ABOUT, [Group("Nhận", [0, 0], ["0", "0"])], ["10", "11"]),
    "lines of one month": lines(ABOUT, ["11"], [Line("Nhận", [0], "0")]),
    "shares of nothing": shares(ABOUT, [Bar("Bưu chính", 0, "0 %")]),
}

each = pytest.mark.parametrize("name", PICTURES)


def drawn(name):
    return ElementTree.fromstring(PICTURES[name])


@each
def test_a_picture_says_what_it_is_to_whoever_does_not_see_it(name):
    picture = drawn(name)
    title, told = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")

    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby").split() == [title.get("id"), told.get("id")]
    assert (title.text, told.text) == (ABOUT.title, ABOUT.told)


@each
def test_a_picture_brings_no_script_no_style_and_no_colour_of_its_own(name):
    for part in drawn(name).iter():
        assert part.tag.removeprefix(SVG) in {
            *("svg", "title", "desc", "g", "rect", "text", "path", "polyline"),
        }
        assert not {"style", "fill", "stroke", "href"} & set(part.attrib)


@each
def test_nothing_lies_outside_the_picture(name):
    picture = drawn(name)
    _, _, wide, high = map(float, picture.get("viewBox").split())
    for bar in picture.iter(f"{SVG}rect"):
        x, y, width, height = (float(bar.get(a)) for a in ("x", "y", "width", "height"))
        assert (x >= 0, y >= 0, width >= 0, height >= 0) == (True,) * 4
        assert x + width <= wide + 0.1
        assert y + height <= high + 0.1
    for text in picture.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x")) < wide == WIDTH
        assert 0 < float(text.get("y")) <= high


def test_a_bar_is_as_long_as_its_number():
    long, short = drawn("bars").findall(f"{SVG}g")
    (whole,), (rest, middle) = (row.findall(f"{SVG}rect") for row in (long, short))

    assert float(rest.get("width")) / float(whole.get("width")) == pytest.approx(3 / 12, abs=0.01)
    assert float(middle.get("width")) / float(rest.get("width")) == pytest.approx(1 / 3, abs=0.01)


def test_a_spread_whose_half_took_no_time_is_not_drawn_as_if_all_took_long():
    (row,) = ElementTree.fromstring(bars(ABOUT, [Bar("Thuế", 4.7, "0 – 4,7", 0)])).findall(
        f"{SVG}g"
    )
    whole, half = row.findall(f"{SVG}rect")

    assert whole.get("class") == "bar rest"
    assert (half.get("class"), half.get("width")) == ("bar", "0")


def test_a_long_name_is_cut_and_its_number_stays():
    name = "Ủy ban nhân dân " * 10
    (row,) = ElementTree.fromstring(bars(ABOUT, [Bar(name, 1, "1.234")])).findall(f"{SVG}g")
    shown, said = (text.text for text in row.findall(f"{SVG}text"))

    assert shown.endswith("…")
    assert len(shown) < 70
    assert said == "1.234"


def test_two_names_at_the_end_of_two_lines_do_not_stand_upon_each_other():
    first, second = [
        float(text.get("y"))
        for text in drawn("lines").iter(f"{SVG}text")
        if text.text.endswith(": 5")
    ]

    assert abs(first - second) >= 16
