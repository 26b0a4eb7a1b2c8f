"""The list of dossiers in a real browser: 25 low rows, read and chosen without a mouse."""

import pytest
from playwright.sync_api import expect

A_ROW = 34
"""Pixels: 25 of them are on one screen with what stands above."""

WHOLE = "e => e.scrollWidth <= e.clientWidth"


@pytest.mark.slow
def test_all_rows_are_chosen_at_once_and_what_is_cut_is_whole_where_the_keyboard_is(desk, served):
    for n in range(26):
        served.centre.a_dossier(name=f"Nguyễn Thị Hoàng Anh Thư Minh Châu Bảo Ngọc số {n}")
    desk.goto(f"{served.address}/desk/dossiers")
    rows, every = desk.locator("tbody tr"), desk.get_by_label("Chọn tất cả trên trang này")
    expect(every).to_be_visible()
    heights = rows.evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    name = rows.first.locator(".cut").nth(1)
    was_cut = not name.evaluate(WHOLE)
    every.check()
    chosen = desk.locator("input[name=dossiers]:checked")

    assert (len(heights), max(heights) <= A_ROW, was_cut) == (25, True, True), heights
    expect(chosen).to_have_count(25)
    every.press("Tab")
    rows.first.locator("input").focus()
    desk.keyboard.press("Space")
    assert name.evaluate(WHOLE)
    assert every.evaluate("e => e.indeterminate && !e.checked")
    expect(chosen).to_have_count(24)
    every.check()
    expect(chosen).to_have_count(25)
