"""A school's director answers on a phone, with and without scripts, in three scripts of writing (FAQ L19-20)."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page

from tests.browser.asking import GREEK, SCRIPTS, Texts, asked_director
from tests.browser.chromium import phone, small_targets, violations
from tests.browser.serving import Served

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60)]
every_script = pytest.mark.parametrize("texts", SCRIPTS, ids=lambda texts: texts.language)
with_and_without = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


async def assert_sound(page: Page, texts: Texts, *, scripts: bool = True) -> None:
    """The language is said, nothing is wider than the phone, a thumb hits everything, and axe has nothing to say.

    axe is a script itself: what a page says without scripts is what the server says with them.
    """
    assert await page.locator("html").get_attribute("lang") == texts.language
    if not scripts:
        return
    assert await violations(page) == []
    assert await small_targets(page) == []


async def press(page: Page, name: str) -> None:
    """One touch, and the page that comes of it."""
    async with page.expect_navigation():
        await page.get_by_role("button", name=name, exact=True).tap()


async def unfold(page: Page, name: str) -> None:
    await page.locator("summary", has_text=name).tap()


async def status(page: Page) -> str:
    return await page.get_by_role("status").inner_text()


@every_script
@with_and_without
async def test_l20_one_touch_approves(browser: Browser, validation_site: Served, texts: Texts, scripts: bool) -> None:
    address = await asked_director(validation_site, texts)
    async with phone(browser, scripts=scripts) as page:
        await page.goto(address)
        assert await page.get_by_role("heading", name=texts.question).is_visible()
        assert await page.locator("bdi").inner_text() == texts.name
        await press(page, texts.yes)
        assert texts.confirmed in await status(page)
        await assert_sound(page, texts, scripts=scripts)
        await page.goto(address)
        assert texts.confirmed in await status(page)
        assert await page.locator("form").count() == 0


@every_script
@with_and_without
async def test_l19_a_refusal_has_a_reason(
    browser: Browser, validation_site: Served, texts: Texts, scripts: bool
) -> None:
    address = await asked_director(validation_site, texts)
    async with phone(browser, scripts=scripts) as page:
        await page.goto(address)
        await unfold(page, texts.no)
        await page.locator("#answer").select_option(label=texts.not_here)
        await press(page, texts.no)
        assert texts.refused in await status(page)
        await assert_sound(page, texts, scripts=scripts)


@every_script
@with_and_without
async def test_l19_a_director_who_needs_time_gets_it_and_answers_later(
    browser: Browser, validation_site: Served, texts: Texts, scripts: bool
) -> None:
    address = await asked_director(validation_site, texts)
    async with phone(browser, scripts=scripts) as page:
        await page.goto(address)
        await assert_sound(page, texts, scripts=scripts)
        await page.goto(address)
        await press(page, texts.more_time)
        assert await status(page) == texts.longer
        assert await page.get_by_role("button", name=texts.more_time).count() == 0
        await assert_sound(page, texts, scripts=scripts)
        await page.goto(address)
        await press(page, texts.yes)
        assert texts.confirmed in await status(page)


@every_script
@with_and_without
async def test_l19_who_directs_the_school_no_more_names_who_does(
    browser: Browser, validation_site: Served, texts: Texts, scripts: bool
) -> None:
    address = await asked_director(validation_site, texts)
    async with phone(browser, scripts=scripts) as page:
        await page.goto(address)
        await unfold(page, texts.not_me)
        await page.locator("#name").fill(texts.name)
        await press(page, texts.not_me)
        assert texts.half in await page.get_by_role("alert").inner_text()
        await assert_sound(page, texts, scripts=scripts)
        await page.locator("#name").fill(texts.name)
        await page.locator("#email").fill("next@school.example")
        await press(page, texts.not_me)
        assert texts.disowned in await status(page)
        await assert_sound(page, texts, scripts=scripts)


async def test_a_closed_link_says_whom_to_write_to(browser: Browser, validation_site: Served) -> None:
    address = await asked_director(validation_site, GREEK)
    validation_site.service.clock.now += timedelta(days=14)
    mailbox = validation_site.service.host.nodes.country("GR").support
    async with phone(browser) as page:
        await page.goto(address)
        assert await page.get_by_role("link", name=mailbox).get_attribute("href") == f"mailto:{mailbox}"
        assert await page.locator("form").count() == 0
        await assert_sound(page, GREEK)


async def test_the_page_can_be_read_in_english_and_stays_so_after_the_answer(
    browser: Browser, validation_site: Served
) -> None:
    async with phone(browser, scripts=False) as page:
        await page.goto(await asked_director(validation_site, GREEK))
        async with page.expect_navigation():
            await page.get_by_role("link", name="English").tap()
        await press(page, "Yes, I confirm")
        assert "You confirmed" in await status(page)
        assert await page.locator("html").get_attribute("lang") == "en"


async def test_a_name_written_from_right_to_left_stays_by_itself(browser: Browser, validation_site: Served) -> None:
    arabic = Texts(*(["GR", "el", "ليلى", "بن علي", *[""] * 11]))
    async with phone(browser) as page:
        await page.goto(await asked_director(validation_site, arabic))
        assert await page.locator("bdi").inner_text() == arabic.name
        assert await page.evaluate("() => getComputedStyle(document.querySelector('bdi')).unicodeBidi") == "isolate"
