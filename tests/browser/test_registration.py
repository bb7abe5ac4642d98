"""The few pages of registration, on a phone: nothing that axe objects to (FAQ L17-22)."""

import pytest
from playwright.async_api import Browser

from tests.browser.chromium import phone, small_targets, violations
from tests.browser.serving import Served
from tests.services.registration.people import People

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60)]


async def assert_sound(browser: Browser, address: str) -> None:
    async with phone(browser) as page:
        answer = await page.goto(address)
        assert answer is not None
        assert answer.status == 200
        assert await violations(page) == []
        assert await small_targets(page) == []


@pytest.mark.parametrize("path", ["/registration/sign-in", "/registration/recovery"])
async def test_pages_that_anybody_may_open(browser: Browser, registration_site: Served, path: str) -> None:
    await assert_sound(browser, registration_site.home + path)


async def test_l17_confirming_and_completing(browser: Browser, registration_site: Served) -> None:
    people = People(registration_site.service)
    await people.start("browser@school.example", key="browser")
    token = await people.mailed_link("browser@school.example")
    address = f"{registration_site.home}/registration/confirm?token={token}"
    await assert_sound(browser, address)
    async with phone(browser) as page:
        await page.goto(address)
        async with page.expect_navigation():
            await page.locator("main button[type=submit]").first.tap()
        assert await page.locator("input[name=password]").count() == 1
        assert await violations(page) == []
        assert await small_targets(page) == []


async def test_a_page_for_nothing_is_sound_too(browser: Browser, registration_site: Served) -> None:
    async with phone(browser) as page:
        answer = await page.goto(f"{registration_site.home}/registration/confirm?token=forged")
        assert answer is not None
        assert answer.status == 404
        assert await violations(page) == []
