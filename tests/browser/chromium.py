"""Debian's Chromium, driven by Playwright; axe-core in its pages."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "reduced_motion": "reduce",  # a colour half-way of a transition is nobody's
}
# Without these Chromium looks up hosts of its maker at every start.
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
LEAST_TARGET_PX = 24
"""WCAG 2.2, 2.5.8: the least side of what is touched."""


def chromium_path() -> str | None:
    """Where Chromium is on this machine; nothing where there is none."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@asynccontextmanager
async def chromium(path: str) -> AsyncIterator[Browser]:
    """A running headless browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def phone(browser: Browser, *, scripts: bool = True) -> AsyncIterator[Page]:
    """A fresh page on a phone. It fails afterwards where it asked another site for anything or a script failed."""
    context = await browser.new_context(**PHONE, java_script_enabled=scripts)
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
        home = page.url.split("/", 3)[2]
        assert [url for url in asked if not url.startswith("data:") and url.split("/", 3)[2] != home] == []
        assert complaints == []
    finally:
        await context.close()


async def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now, with every part of it open: rule and place, one sentence each."""
    await page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true; })")
    await page.evaluate(AXE)
    found = await page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found["violations"] for node in one["nodes"]
    ]


async def small_targets(page: Page) -> list[str]:
    """Buttons, fields and folded parts that a thumb misses, and whether the page is wider than the phone."""
    small: list[str] = await page.evaluate(
        """(least) => [...document.querySelectorAll('button, select, input:not([type=hidden]), summary')]
            .filter(one => one.getClientRects().length)
            .filter(one => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < least)
            .map(one => one.outerHTML)""",
        LEAST_TARGET_PX,
    )
    wide: bool = await page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth")
    return [*small, *(["the page is wider than the phone"] if wide else [])]
