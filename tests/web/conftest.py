"""People at the pages: with a plain HTTP client, and with a real browser at a served centre.

Nothing goes beyond loopback.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import Role
from tests.calling import Client
from tests.centre import Centre, app_of

PASSWORD = "mot-mat-khau-du-dai-26"

NETWORK = "testclient"
"""From where all of them come."""

A_WHILE = 60_000
"""How long a browser on a busy machine may take for anything. Milliseconds."""

expect.set_options(timeout=A_WHILE)

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)


def _chromium() -> str:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not _chromium():
        missing = "no chromium here: apt-get install chromium, or name one in CHROMIUM"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    # `office.test` stands for an office's own server without https.
    names = "--host-resolver-rules=MAP office.test 127.0.0.1"
    args = [*_FLAGS.split(), names]
    return {**browser_type_launch_args, "executable_path": _chromium(), "args": args}


@pytest.fixture(scope="session")
def base_url() -> str:
    """Stand in for the plugin's own fixture, whose form this pytest warns of."""
    return ""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


@pytest.fixture(scope="session")
def document(migrated_sqlite: Path) -> dict[str, Any]:
    """What the service says of itself in OpenAPI."""
    copy = migrated_sqlite.with_name("described.db")
    copy.write_bytes(migrated_sqlite.read_bytes())
    with Centre(f"sqlite:///{copy}") as centre:
        told: dict[str, Any] = centre.client.get("/openapi.json").json()
    return told


@dataclass(frozen=True, slots=True)
class Served:
    """A centre at an address of its own."""

    centre: Centre
    address: str
    port: int


_PEOPLE = {
    "lan": ("Lan", Role.DESK),
    "minh": ("Minh", Role.MANAGER),
    "quan": ("Quân", Role.ADMIN),
    "tuan": ("Tuấn", Role.COURIER),
    "binh": ("Bình", Role.COURIER),
}


def employ(centre: Centre, username: str) -> None:
    """Open the account of lan (desk), minh (manager), quan (admin) or tuan (courier)."""
    name, role = _PEOPLE[username]

    def command(session: Session) -> None:
        if access.find_for_sign_in(session, username).staff_id is None:
            access.add_staff(
                session,
                username=username,
                name=name,
                role=role,
                office_id=centre.lan.office_id,
                password=PASSWORD,
                now=centre.clock(),
            )

    centre.database.write_now(command)


class Visitor:
    """Somebody at a browser without script: pages come in, forms go out, cookies stay."""

    def __init__(self, centre: Centre) -> None:
        self._house = centre.house
        self.client = Client(
            centre.client.app,
            beside=centre.client,
            base_url="http://testserver",
            headers={"accept": "text/html", "sec-fetch-site": "same-origin"},
            follow_redirects=False,
        )

    def opens(self, address: str, **rest: Any) -> Any:
        return self.client.get(address, **rest)

    def sends(self, address: str, fields: dict[str, Any] | None = None, **rest: Any) -> Any:
        """Post a form with this session's token."""
        return self.client.post(address, data={"csrf": self.token(), **(fields or {})}, **rest)

    def token(self) -> str:
        """Return what this session's forms carry."""
        session = self.client.cookies.get("sid") or self.client.cookies.get("__Host-sid")
        return access.csrf_token(session, self._house.secret) if session else ""

    def has_signed_in(self, username: str) -> None:
        """Let a session have begun; how it begins on the page is for those who ask about that."""

        def command(session: Session) -> str:
            staff_id = access.find_for_sign_in(session, username).staff_id
            assert staff_id
            return access.begin_session(session, staff_id, self._house.now(), network=NETWORK)

        token = self._house.database.write_now(command)
        self.client.cookies.set("sid", token, domain="testserver.local")

    def signs_in(self, username: str, password: str = PASSWORD) -> Any:
        fields = {"username": username, "password": password}
        return self.client.post("/desk/sign-in", data=fields)


@pytest.fixture
def visitor(centre: Centre) -> Callable[..., Visitor]:
    """Return a maker of visitors; with a username they are signed in."""
    employ(centre, "lan")  # the first account of all: `staff:1`

    def come(username: str = "") -> Visitor:
        made = Visitor(centre)
        if username:
            employ(centre, username)
            made.has_signed_in(username)
        return made

    return come


@pytest.fixture
def lan(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor("lan")


@pytest.fixture
def minh(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor("minh")


@pytest.fixture
def tuan(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor("tuan")


@pytest.fixture
def served(sqlite_url: str) -> Iterator[Served]:
    """A centre with people, served on a free port of this machine."""
    centre = Centre(sqlite_url)
    for username in _PEOPLE:
        employ(centre, username)
    config = uvicorn.Config(
        app_of(centre.house), host="127.0.0.1", port=0, log_level="warning", lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(centre, f"http://127.0.0.1:{port}", port)
    server.should_exit = True
    thread.join(timeout=60)


@pytest.fixture
def watched(context: BrowserContext) -> Iterator[list[str]]:
    """What a browser complained of, and what it asked of anybody but us; must stay empty."""
    seen: list[str] = []
    context.set_default_timeout(A_WHILE)

    def note(page: Page) -> None:
        page.on("pageerror", lambda fault: seen.append(f"error: {fault}"))
        page.on(
            "console",
            lambda said: (
                seen.append(f"{said.type}: {said.text}")
                if "Content Security Policy" in said.text
                else None
            ),
        )

    context.on("page", note)
    ours = ("http://127.0.0.1:", "http://office.test:", "data:", "about:", "blob:")
    ours += ("chrome:", "chrome-extension:")  # the browser shows a PDF by itself
    context.on(
        "request",
        lambda asked: None if asked.url.startswith(ours) else seen.append(f"asked {asked.url}"),
    )
    yield seen
    assert seen == []


@pytest.fixture
def desk(served: Served, watched: list[str], page: Page) -> Page:
    """Lan's browser, signed in."""
    page.goto(f"{served.address}/desk")
    sign_in(page, "lan")
    return page


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
