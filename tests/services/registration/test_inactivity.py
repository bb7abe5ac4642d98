"""FAQ L25 on the real database: two and three years without access, sweeps late, doubled and in two hosts at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from services.registration.app.inactivity import CameBack, review
from services.registration.mongo import Accounts
from services.registration.profile import PROFILE
from services.registration.teacher import TEACHER
from shared.contracts.calendar import end_of, months_after, start_of, years_after
from shared.contracts.registration import InactivationAnnounced, ProfileRemoved, RemovalAnnounced
from shared.event_store.commits import Commit
from shared.event_store.store import Appended
from shared.hosting.host import open_host
from shared.nodes import Nodes
from tests.services.later import written_by_a_later_release
from tests.services.registration.people import ANA, People
from tests.services.registration.years import Years
from tests.services.running import NOW, problem

EVA, LEO, MIA = "eva@school.example", "leo@school.example", "mia@school.example"
STEPS = ["InactivationAnnounced", "ProfileInactivated", "RemovalAnnounced", "ProfileRemoved"]
DAYS = ("2028-10-25", "2028-11-25", "2029-10-25", "2029-11-25")
"""When each step falls due for somebody who was here on 24 November 2026 and never again."""


@pytest.fixture
async def years(people: People) -> AsyncIterator[Years]:
    service = people.service
    async with open_host("registration", service.host.settings, clock=service.clock) as other:
        yield Years(people, [service.host, other])


async def test_l25_two_years_inactive_three_years_removed_each_announced_a_month_before(years: Years) -> None:
    ana = await years.people.registered()
    await years.react()
    await years.sweep()
    for day in DAYS:
        await years.on((date.fromisoformat(day) - timedelta(days=1)).isoformat())
        await years.on(day)
    assert await years.happened(ana) == [("ProfileOpened", "2026-11-24"), *zip(STEPS, DAYS, strict=True)]
    stream = await years.host.handler.load(PROFILE.stream(ana))
    announced = [one for one in stream.events() if isinstance(one, InactivationAnnounced | RemovalAnnounced)]
    assert [one.due.date().isoformat() for one in announced] == ["2028-11-25", "2029-11-25"]
    assert (await years.people.sign_in()).status_code == 401
    await years.react()
    erased = list((await years.host.handler.load(TEACHER.stream(ana))).events())[-1]
    assert getattr(erased, "reason", None) == "removed_after_inactivity"
    await years.erase(ana)
    assert await years.host.database["accounts"].count_documents({}) == 0
    again = await years.people.registered()
    assert again != ana


async def test_an_account_that_cannot_be_read_holds_up_no_other(years: Years) -> None:
    who = [await years.people.registered(email) for email in (ANA, EVA, LEO)]
    await years.react()
    await years.sweep()
    await written_by_a_later_release(years.host, PROFILE.stream(who[0]))
    await years.on(DAYS[0])
    for person in who[1:]:
        assert (await years.names(person))[1:] == STEPS[:1]


async def test_six_years_with_late_and_doubled_sweeps_in_two_hosts(years: Years) -> None:
    """Ana never comes back; Eva does after the first warning, Leo once inactive, Mia after the last warning."""
    people, clock = years.people, years.people.service.clock
    who = {email: await people.registered(email) for email in (ANA, EVA, LEO, MIA)}
    await years.react()
    comes_back_after = {EVA: "InactivationAnnounced", LEO: "ProfileInactivated", MIA: "RemovalAnnounced"}
    gaps, turn = (1, 13, 3, 40, 2, 7, 61), 0
    while clock.now < NOW + timedelta(days=6 * 365 + 1):
        clock.now += timedelta(days=gaps[turn % len(gaps)], hours=5)
        turn += 1
        await years.sweep()
        for email, step in list(comes_back_after.items()):
            if step in await years.names(who[email]):
                del comes_back_after[email]
                assert (await people.sign_in(email)).status_code == 200
    assert comes_back_after == {}
    assert (await years.names(who[ANA]))[1:] == STEPS
    assert (await years.names(who[EVA]))[1:3] == ["InactivationAnnounced", "RemovalCancelled"]
    assert (await years.names(who[LEO]))[1:4] == ["InactivationAnnounced", "ProfileInactivated", "ProfileReactivated"]
    assert (await years.names(who[MIA]))[1:6] == [*STEPS[:3], "RemovalCancelled", "ProfileReactivated"]
    for person in who.values():
        await assert_in_time(years, person)


async def assert_in_time(years: Years, person: str) -> None:
    """No step before its years, none without its month of warning, and none twice for one absence."""
    warned: dict[str, Any] = {}
    taken: set[tuple[str, str]] = set()
    for one in (await years.host.handler.load(PROFILE.stream(person))).recorded:
        name, event = type(one.event).__name__, one.event
        last = getattr(event, "last_access", None)
        if last is None:
            continue
        assert (name, str(last)) not in taken
        taken.add((name, str(last)))
        if name in {"InactivationAnnounced", "RemovalAnnounced"}:
            warned[name] = one.time
            continue
        number, warning = (2, "InactivationAnnounced") if name == "ProfileInactivated" else (3, "RemovalAnnounced")
        assert one.time >= end_of(years_after(last.date(), number))
        assert one.time >= start_of(months_after(warned[warning].date(), 1))


async def test_who_signs_in_on_the_last_day_has_come_in_time(years: Years) -> None:
    ana = await years.people.registered()
    await years.react()
    await years.on(DAYS[0])
    years.people.service.clock.now = start_of(date(2028, 11, 25)) - timedelta(seconds=1)
    await years.sweep()
    assert (await years.people.sign_in()).status_code == 200
    await years.on(DAYS[1])
    await years.on("2030-10-24")
    assert (await years.names(ana))[1:] == ["InactivationAnnounced", "RemovalCancelled"]
    await years.on("2030-10-25")
    assert (await years.names(ana))[-1] == "InactivationAnnounced"


async def test_a_renewed_session_is_access_too(years: Years) -> None:
    ana = await years.people.registered()
    await years.react()
    await years.on("2028-10-20")
    session = (await years.people.sign_in()).json()["session"]
    years.people.pass_by(timedelta(days=20))
    assert (await years.people.post("/sessions/renew", {"session": session})).status_code == 200
    await years.on("2030-10-09")
    assert await years.names(ana) == ["ProfileOpened"]
    await years.on("2030-10-10")
    assert await years.happened(ana) == [("ProfileOpened", "2026-11-24"), ("InactivationAnnounced", "2030-10-10")]


async def test_officers_do_not_fade(years: Years) -> None:
    await years.people.centre("css@etwinning.example")
    for year in range(2027, 2034):
        await years.on(f"{year}-12-01")
    assert (await years.people.sign_in("css@etwinning.example")).status_code == 200
    assert await years.accounts.to_review([]) == []


async def due_for_removal(years: Years) -> str:
    ana = await years.people.registered()
    await years.react()
    await years.sweep()
    for day in DAYS[:3]:
        await years.on(day)
    years.people.service.clock.now = start_of(date.fromisoformat(DAYS[3])) + timedelta(hours=8)
    assert (await years.names(ana))[-1] == "RemovalAnnounced"
    return ana


async def test_a_sign_in_before_the_removal_keeps_the_profile(years: Years) -> None:
    ana = await due_for_removal(years)
    seen = await years.seen(ana)
    assert (await years.people.sign_in()).status_code == 200
    await review(years.host, years.accounts, seen)
    await years.sweep()
    assert (await years.names(ana))[-2:] == ["RemovalCancelled", "ProfileReactivated"]


async def test_a_sweep_that_looked_before_a_sign_in_announces_nothing_after_it(years: Years) -> None:
    ana = await years.people.registered()
    await years.react()
    years.people.service.clock.now = start_of(date.fromisoformat(DAYS[0]))
    seen = await years.seen(ana)
    assert (await years.people.sign_in()).status_code == 200
    with pytest.raises(CameBack):
        await review(years.host, years.accounts, seen)
    assert await years.names(ana) == ["ProfileOpened"]


async def test_a_removal_before_the_sign_in_answers_as_an_unknown_address(years: Years) -> None:
    ana = await due_for_removal(years)
    await years.sweep()
    refused, unknown = await years.people.sign_in(), await years.people.sign_in("nobody@school.example")
    assert problem(refused) == problem(unknown) == (401, "sign-in-failed")
    told = [{**answer.json(), "correlation_id": None} for answer in (refused, unknown)]
    assert told[0] == told[1]
    assert (await years.names(ana))[-1] == "ProfileRemoved"


async def test_a_sign_in_between_the_mark_and_the_append_of_a_removal_wins(
    years: Years, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await due_for_removal(years)
    signed_in: list[int] = []

    async def later(commit: Commit) -> Appended:
        if any(isinstance(one.event, ProfileRemoved) for one in commit.decoded(store.codec)):
            signed_in.append((await years.people.sign_in()).status_code)
        return await append(commit)

    # The removal comes from another host than the sign-in: the queue of one process would hide the race.
    remover = years.hosts[1]
    store, append = remover.store, remover.store.append
    monkeypatch.setattr(remover.store, "append", later)
    with pytest.raises(CameBack):
        await review(remover, Accounts(remover.database, remover.clock), await years.seen(ana))
    assert signed_in == [200]
    assert (await years.names(ana))[-2:] == ["RemovalCancelled", "ProfileReactivated"]


async def test_a_removal_after_the_access_was_noted_and_before_the_return_loses(
    years: Years, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await due_for_removal(years)
    came, seen, remover = Accounts.came, await years.seen(ana), years.hosts[1]
    lost: list[str] = []

    async def noted(self: Accounts, person: str) -> int | None:
        closing = await came(self, person)
        try:
            await review(remover, Accounts(remover.database, remover.clock), seen)
        except CameBack as violation:
            lost.append(violation.code())
        return closing

    monkeypatch.setattr(Accounts, "came", noted)
    assert (await years.people.sign_in()).status_code == 200
    assert lost == ["came_back"]
    assert (await years.names(ana))[-2:] == ["RemovalCancelled", "ProfileReactivated"]


@pytest.mark.parametrize("attempt", range(4))
async def test_a_sign_in_and_removals_at_once_agree(years: Years, attempt: int) -> None:
    ana = await due_for_removal(years)

    async def sweep_a_little_later() -> None:
        await asyncio.sleep(attempt * 0.02)
        await years.sweep()

    answer, _ = await asyncio.gather(years.people.sign_in(), sweep_a_little_later())
    removed = "ProfileRemoved" in await years.names(ana)
    assert answer.status_code == (401 if removed else 200)
    await years.sweep()
    assert ("ProfileRemoved" in await years.names(ana)) == removed


async def test_a_crash_before_the_return_is_healed_by_the_sweep(years: Years) -> None:
    ana = await due_for_removal(years)
    await years.accounts.came(ana)
    await years.sweep()
    assert (await years.names(ana))[-2:] == ["RemovalCancelled", "ProfileReactivated"]


def stricter(nodes: Nodes, country: str, since: date) -> Nodes:
    """A node that adopts one year and two, warned two months before, from that day on."""
    data = nodes.model_dump()
    policy = next(one for one in data["policies"] if one["id"] == "accounts.default")
    content = policy["content"] | {"inactive_after_years": 1, "removed_after_years": 2, "warned_months_before": 2}
    data["policies"] = (*data["policies"], policy | {"id": "accounts.strict", "content": content})
    for one in data["countries"]:
        if one["code"] == country:
            one["adoptions"] = (*one["adoptions"], {"policy": "accounts.strict", "since": since})
    return Nodes.model_validate(data)


async def test_a_node_may_have_other_years_from_a_day_on(years: Years) -> None:
    for host in years.hosts:
        host.nodes = stricter(host.nodes, "FR", date(2027, 6, 1))
    await years.people.school("1", "FR", "Lycee Un")
    ana = await years.people.registered()
    assert (await years.people.start(EVA, country="FR")).status_code == 202
    confirmed = await years.people.post("/confirm", {"token": await years.people.mailed_link(EVA)})
    completed = await years.people.complete(confirmed.json()["continuation"], school="FR-1")
    eva = completed.json()["teacher"]
    await years.react()
    for day in ("2026-11-25", "2027-05-31", "2027-06-01", "2027-09-24", "2027-09-25", "2027-11-25", "2028-10-25"):
        await years.on(day)
    french = [
        ("ProfileOpened", "2026-11-24"),
        ("InactivationAnnounced", "2027-09-25"),
        ("ProfileInactivated", "2027-11-25"),
    ]
    assert (await years.happened(eva))[:3] == french
    assert await years.happened(ana) == [("ProfileOpened", "2026-11-24"), ("InactivationAnnounced", "2028-10-25")]
    stream = await years.host.handler.load(PROFILE.stream(eva))
    assert [one.envelope.policyversion for one in stream.recorded[1:3]] == ["accounts.strict@1"] * 2
