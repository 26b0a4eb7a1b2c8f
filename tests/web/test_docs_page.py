"""The API's own page in a real browser that reaches nobody but us."""

import pytest
from playwright.sync_api import expect

from tests.centre import Centre

METHODS = {"get", "put", "post", "delete", "patch", "head"}

PATIENTLY = 60_000
"""Milliseconds: a machine with other work takes its time over a large script."""


@pytest.mark.slow
def test_the_api_can_be_read_without_the_internet(served, watched, page):
    document = served.centre.client.get("/openapi.json").json()
    operations = [m for path in document["paths"].values() for m in path if m in METHODS]

    page.goto(f"{served.address}/docs")

    expect(page.locator(".opblock")).to_have_count(len(operations), timeout=PATIENTLY)
    assert page.title().startswith("Tài liệu API – ")


@pytest.mark.slow
def test_the_api_can_be_tried_out_with_a_key(served, watched, page):
    page.goto(f"{served.address}/docs")
    page.get_by_role("button", name="Authorize").click(timeout=PATIENTLY)
    page.get_by_label("auth-bearer-value").fill(served.centre.keys["desk"])
    page.get_by_role("button", name="Apply credentials").first.click()
    page.get_by_role("button", name="Close").first.click()
    page.locator(".opblock", has_text="/api/v1/carriers").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()

    expect(page.locator(".live-responses-table")).to_contain_text(
        '"name": "rehearsal"', timeout=PATIENTLY
    )


def test_a_centre_may_keep_its_api_to_itself(sqlite_url):
    closed = Centre(sqlite_url, docs=False)

    assert closed.client.get("/docs").status_code == 404
    assert closed.client.get("/openapi.json").status_code == 404
