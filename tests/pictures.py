"""Takes the pictures of README and help, from a rehearsal centre: `make pictures`."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image, ImageOps
from playwright.sync_api import Browser, Page, sync_playwright

from labels import Medium, layout, render
from labels.drawing import Page as Paper
from labels.paper import MEDIA
from labels.papers import handover_list, receipt, sheet
from postal_tracker.core.bilingual_terms import LANGS
from postal_tracker.web.html.help import TASKS
from tests.labels.makers import a_dossier, a_parcel
from tests.labels.papers import RECEIPT, a_list

DOCS = Path(__file__).parent.parent / "docs"
HELP = Path(__file__).parent.parent / "postal_tracker/web/static/help"

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]


def main() -> None:
    take_papers()
    with tempfile.TemporaryDirectory() as folder:
        centre = subprocess.Popen(
            [sys.executable, "-m", "postal_tracker", "demo"],
            cwd=folder,
            env={**os.environ, "POSTAL_PORT": "8799"},
            stdout=subprocess.DEVNULL,
        )
        try:
            take_all(opened(Path(folder) / "data/demo.json"))
        finally:
            centre.send_signal(signal.SIGINT)
            centre.wait(10)


def opened(papers: Path) -> dict:
    """Return the centre's papers once it answers."""
    for _ in range(120):
        time.sleep(0.5)
        if papers.exists():
            told = json.loads(papers.read_text(encoding="utf-8"))
            if httpx.get(f"{told['url']}/readyz", trust_env=False).is_success:
                return told
    raise SystemExit("the rehearsal centre did not open")


def take_all(told: dict) -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 860}, locale="vi-VN")
        sign_in(page, told)
        time.sleep(20)  # let the post move something
        page.goto(f"{told['url']}/desk")
        page.screenshot(path=DOCS / "board.png")
        page.goto(f"{told['url']}/desk/dossiers?stage=delivered")
        page.goto(
            told["url"] + page.locator("a[href*='/desk/dossiers/H']").first.get_attribute("href")
        )
        page.screenshot(path=DOCS / "dossier.png")
        take_help(browser, told)
        browser.close()


def take_help(browser: Browser, told: dict) -> None:
    """Take each task's page for the help beside it, in both languages."""
    for lang in LANGS:
        page = browser.new_page(viewport={"width": 1200, "height": 800}, locale="vi-VN")
        sign_in(page, told)
        for name, task in TASKS.items():
            page.goto(f"{told['url']}{task.page}?lang={lang}")
            for link in task.follow:
                page.locator(link).first.click()
                page.wait_for_load_state()
            taken = Image.open(BytesIO(page.screenshot()))
            taken.save(HELP / f"{name}.{lang}.webp", quality=60, method=6)
        page.close()


def take_papers() -> None:
    """Draw six papers as the service prints them, with a line around each for its edge."""
    full = [a_parcel(tracking_number=f"RR1234567{n:02d}VN") for n in range(24)]
    six: dict[str, tuple[Paper, Medium]] = {
        "parcel-a6": (layout.page(a_parcel(), MEDIA["a6"]), MEDIA["a6"]),
        "parcel-100x50": (layout.page(a_parcel(), MEDIA["100x50"]), MEDIA["100x50"]),
        "dossier-100x75": (layout.page(a_dossier(), MEDIA["100x75"]), MEDIA["100x75"]),
        "sheet-a4-24": (layout.pages(full, MEDIA["a4-24"])[0], MEDIA["a4-24"]),
        "receipt-a5": (receipt.pages(RECEIPT)[0], sheet.A5),
        "handover-list": (handover_list.pages(a_list(14))[0], sheet.A4),
    }
    for name, (page, medium) in six.items():
        drawn = Image.open(BytesIO(render([page], medium.dot, "png"))).convert("L")
        drawn.thumbnail((1_200, 1_200))
        ImageOps.expand(drawn, 1, 160).save(DOCS / "papers" / f"{name}.png", optimize=True)


def sign_in(page: Page, told: dict) -> None:
    desk = next(member for member in told["staff"] if member["role"] == "desk")
    page.goto(f"{told['url']}/desk/sign-in")
    page.fill("input[name=username]", desk["username"])
    page.fill("input[name=password]", desk["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")


if __name__ == "__main__":
    main()
