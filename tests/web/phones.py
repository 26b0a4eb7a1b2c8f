"""A courier's telephone: what is done on it, and what became of it."""

import re

import pytest
from playwright.sync_api import Page, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.centre import Centre
from tests.web.conftest import sign_in

A_WHILE = 300
"""Tenths of a second."""

PHONE = {"width": 360, "height": 740}


class Line:
    """The way to the server: it can swallow the answers to what it lets through."""

    def __init__(self) -> None:
        self.swallows = 0

    def around(self, app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            async def swallowed(message: Message) -> None:
                await send({**message, "status": 503} if "status" in message else message)

            lost = scope.get("path") == "/api/v1/events" and self.swallows > 0
            self.swallows -= lost
            await app(scope, receive, swallowed if lost else send)

        return answer


_UNTIL_KEPT = """async () => {
  while (!(await caches.match("/courier"))) await new Promise((done) => setTimeout(done, 20));
}"""


def comes_in(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/courier/sign-in")
    sign_in(page, who)
    ready(page)


def ready(page: Page) -> None:
    """Wait until the couriers' page is there, and kept for when there is no network."""
    page.wait_for_url(re.compile("/courier$"))
    page.evaluate("navigator.serviceWorker.ready")
    page.evaluate(_UNTIL_KEPT)


def scan(page: Page, number: str) -> None:
    page.get_by_label("Số hiệu bưu gửi").fill("")
    page.keyboard.type(number, delay=8)
    page.keyboard.press("Enter")


def notes(page: Page, number: str, *buttons: str) -> None:
    scan(page, number)
    for button in buttons or ("Bưu chính đã nhận",):
        page.get_by_role("button", name=button).click()
    expect(page.locator(".queue .noted")).to_contain_text(number)


def told(centre: Centre, number: str) -> list[str]:
    return [e["milestone"] for e in centre.get(f"/parcels/{number}").json()["events"]]


_WAITING = """() => new Promise((done) => {
  const opened = indexedDB.open("courier");
  opened.onsuccess = () => {
    const asked = opened.result.transaction("events").objectStore("events").getAll();
    asked.onsuccess = () => done(asked.result.filter((event) => !event.refused).length);
  };
})"""


def until_sent(page: Page) -> None:
    for _ in range(A_WHILE):
        if not page.evaluate(_WAITING):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail(page.locator("main").inner_text())
    expect(page.locator(".queue .waiting")).to_be_hidden()
