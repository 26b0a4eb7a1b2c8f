"""What keeps people from using a page, as axe finds it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def faults_of_access(page: Page, **only: object) -> list[str]:
    """Return what axe finds wrong (WCAG 2 A and AA, and its best practices)."""
    found = Axe().run(page, options=only or None).response["violations"]
    return [f"{page.url} {v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]]
