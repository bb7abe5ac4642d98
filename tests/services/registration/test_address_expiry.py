"""A change of address that one end never agreed to comes to nothing by itself; its address is free (rules §4.13)."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from hypothesis import given as every

from services.registration.app.changes import AddressSweep
from services.registration.commands import WithdrawEmailChange
from services.registration.deadlines.changes import EXPIRE, ending, expiring, just_over
from services.registration.teacher import TEACHER
from services.registration.views import ADDRESS_CHANGES, fold_change
from shared.contracts.base import Event
from shared.contracts.envelope import Recorded
from shared.contracts.registration import EmailChanged, EmailChangeRequested, EmailChangeWithdrawn, PersonalDataErased
from tests.services.interleavings import assert_same_documents, interleaved
from tests.services.recorded import START, story
from tests.services.registration.happened import ref
from tests.services.registration.people import People
from tests.services.registration.test_addresses import NEW, agree, ask
from tests.services.running import problem

LINK_ENDS = timedelta(days=8)
ENDS = datetime(2026, 11, 30, 12, tzinfo=UTC)


def requested(attempt: str, teacher: str = "t-1") -> EmailChangeRequested:
    return EmailChangeRequested(person=teacher, locale="es", email=ref(attempt), attempt=attempt, link_expires=ENDS)


def withdrawn(attempt: str, teacher: str = "t-1") -> EmailChangeWithdrawn:
    return EmailChangeWithdrawn(person=teacher, attempt=attempt, reason="cancelled")


def changed(attempt: str, teacher: str = "t-1") -> EmailChanged:
    return EmailChanged(person=teacher, attempt=attempt, email=ref(attempt))


def test_a_change_expires_with_its_links_not_before() -> None:
    assert expiring("c-1", ENDS, ENDS - timedelta(microseconds=1)) is None
    assert expiring("c-1", ENDS, ENDS) == WithdrawEmailChange(at=ENDS, attempt="c-1", reason="expired")


def test_only_what_ends_by_today_and_what_was_over_lately_is_looked_for() -> None:
    today = date(2026, 12, 1)
    assert ending(today) == {"ends": {"$lte": "2026-12-01"}}
    assert just_over(today) == {"over": {"$in": ["2026-12-01", "2026-11-30"]}}


def test_the_view_holds_the_day_on_which_an_open_change_ends_and_none_once_it_is_over() -> None:
    first, second, over = story("teacher-t-1", requested("c-1"), requested("c-2"), changed("c-2"))
    document = fold_change(fold_change(None, first), second)
    assert (document["ends"], document["over"]) == ("2026-11-30", None)
    day = START.date().isoformat()
    assert fold_change(document, over) == {"ends": None, "over": day, "over_event": over.id}


def test_a_new_change_keeps_that_an_address_was_let_go_before() -> None:
    first, over, again = story("teacher-t-1", requested("c-1"), withdrawn("c-1"), requested("c-2"))
    document = fold_change(fold_change(fold_change(None, first), over), again)
    assert (document["ends"], document["over_event"]) == ("2026-11-30", over.id)


def test_nothing_ends_for_who_was_erased() -> None:
    first, erased = story("teacher-t-1", requested("c-1"), PersonalDataErased(person="t-1", reason="requested"))
    assert set(fold_change(fold_change(None, first), erased).values()) == {None}


STREAMS = [
    story("teacher-t-1", requested("c-1"), withdrawn("c-1"), requested("c-2")),
    story("teacher-t-2", requested("c-3", "t-2"), changed("c-3", "t-2")),
    story("teacher-t-3", requested("c-4", "t-3"), PersonalDataErased(person="t-3", reason="requested")),
]


@every(interleaved(STREAMS))
def test_the_order_of_streams_does_not_matter(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents([ADDRESS_CHANGES], arrived, STREAMS)


async def _withdrawals(people: People, teacher: str) -> list[str]:
    history = await people.service.host.handler.load(f"teacher-{teacher}")
    return [one.event.reason for one in history.recorded if isinstance(one.event, EmailChangeWithdrawn)]


async def test_a_change_that_one_end_never_agreed_to_expires_once_however_often_it_is_swept(people: People) -> None:
    teacher, host = await people.registered(), people.service.host
    await ask(people, teacher)
    assert (await agree(people, teacher, "new")).json() == {"status": "waiting"}
    await people.service.fold_own()
    sweep, other = AddressSweep(host), AddressSweep(host)
    await sweep.turn()
    assert await _withdrawals(people, teacher) == []
    assert await host.claims.holder(NEW) == f"teacher-{teacher}"

    people.pass_by(LINK_ENDS)
    await asyncio.gather(sweep.turn(), other.turn(), sweep.turn())
    assert await _withdrawals(people, teacher) == ["expired"]
    assert await host.claims.holder(NEW) is None
    assert problem(await agree(people, teacher, "old")) == (409, "email-change-closed")
    history = await host.handler.load(f"teacher-{teacher}")
    asked = next(one for one in history.recorded if isinstance(one.event, EmailChangeRequested))
    named = history.commits[-1].named
    assert (named.cause, named.policy) == (asked.id, EXPIRE)
    assert (await people.sign_in()).status_code == 200


async def test_a_later_change_does_not_expire_with_the_one_before(people: People) -> None:
    teacher, host = await people.registered(), people.service.host
    await ask(people, teacher)
    await people.service.fold_own()
    people.pass_by(LINK_ENDS)
    await ask(people, teacher, "later@school.example")
    await AddressSweep(host).turn()
    assert await _withdrawals(people, teacher) == ["replaced"]
    assert await host.claims.holder("later@school.example") == f"teacher-{teacher}"


async def test_an_address_is_let_go_where_a_process_died_before_it_could(people: People) -> None:
    """The commit is there, the release of the old claim is not: as if killed between the two."""
    teacher, host = await people.registered(), people.service.host
    await ask(people, teacher)
    await agree(people, teacher, "new")
    before = await host.claims.holder("Ana.Gil@school.example")
    kept = await host.store.database.get_collection("claims").find({"stream": before}).to_list(None)
    assert (await agree(people, teacher, "old")).json() == {"status": "changed"}
    lost = [one for one in kept if one["_id"] == host.claims.identifier("Ana.Gil@school.example")]
    await host.store.database.get_collection("claims").insert_many(lost)

    await people.service.fold_own()
    sweep = AddressSweep(host)
    await sweep.turn()
    assert await host.claims.holder("Ana.Gil@school.example") is None
    assert await host.claims.holder(NEW) == TEACHER.stream(teacher)
