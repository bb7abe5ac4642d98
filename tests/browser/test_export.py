"""The page of an export, opened from the disk: nothing that axe objects to, on a phone and without a network."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from services.registration.api.archive import archive
from tests.browser.chromium import phone, violations
from tests.services.registration.test_export import PAGES, answers, opened
from tests.services.running import NOW

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60)]

LONG = "Ποταμοί" * 60
HELD = {
    "records": [{"id": "r-1", "kind": "project_title", "fields": {"title": LONG}, "written": NOW.isoformat()}],
    "documents": {"projects": [{"project": "p-9", "founders": [{"school": "ES-1"}]}, {"project": "p-10"}]},
}


async def test_the_page_is_sound_and_no_wider_than_a_phone(browser: Browser, tmp_path: Path) -> None:
    saved = tmp_path / "index.html"
    saved.write_text(opened(archive(PAGES, "p-1", NOW, answers(**HELD)))["index.html"], encoding="utf-8")
    async with phone(browser) as page:
        await page.goto(saved.as_uri())
        assert await violations(page) == []
        wider = await page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0
        assert await page.get_by_role("row", name=LONG).count() == 1
