"""FAQ L25 in two operating-system processes that sweep one database at once for six years, and one of which may die.

Both stand side by side before and after each append: what one of them decides, the other has decided too.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from services.registration.deadlines.changes import EXPIRE as EXPIRE_CHANGE
from services.registration.deadlines.drafts import EXPIRE as EXPIRE_DRAFT
from services.registration.profile import PROFILE
from services.registration.teacher import TEACHER
from shared.event_store.history import History
from tests.services.registration.people import ANA, People
from tests.services.registration.test_addresses import ask
from tests.services.registration.years import Years
from tests.services.running import NOW
from tests.services.two_processes import Kills, Sweepers, nobody, sweepers

EVA, LEO, MIA, DAN = (f"{name}@school.example" for name in ("eva", "leo", "mia", "dan"))
SPAN = timedelta(days=7 * 365)
"""Six years, and what sweeps that come late add to them."""
GAPS = (1, 13, 3, 40, 2, 7, 61)
"""Days between two turns: sweeps that come in time, and that come late."""
ABSENCE = ["InactivationAnnounced", "ProfileInactivated", "RemovalAnnounced", "ProfileRemoved"]
AGAIN = ["ProfileReactivated", *ABSENCE]
LIVES = {
    ANA: ABSENCE,
    EVA: [ABSENCE[0], "RemovalCancelled", *ABSENCE],
    LEO: [*ABSENCE[:2], *AGAIN],
    MIA: [*ABSENCE[:3], "RemovalCancelled", *AGAIN],
}
"""What happens to each: Ana never comes back; Eva does once warned, Leo once inactive, Mia once warned again."""
COMES_BACK_AFTER = {EVA: 1, LEO: 2, MIA: 3}


@dataclass
class Six:
    """Six years of four teachers, one of whom asked for another address, and of a draft."""

    years: Years
    who: dict[str, str]
    draft: str
    sweepers: Sweepers

    async def pass_by(self, kills: Kills = nobody) -> None:
        clock, back, turn = self.years.people.service.clock, dict(COMES_BACK_AFTER), 0
        while clock.now < NOW + SPAN:
            clock.now += timedelta(days=GAPS[turn % len(GAPS)], hours=5)
            turn += 1
            await self.sweepers.turn(clock.now, kills)
            for email, steps in list(back.items()):
                if len(await self.happened(email)) == steps:
                    del back[email]
                    assert (await self.years.people.sign_in(email)).status_code == 200
        assert back == {}

    async def happened(self, email: str) -> list[str]:
        """Since the profile began."""
        return (await self.years.names(self.who[email]))[1:]

    async def history(self, stream: str) -> History:
        return await self.years.host.handler.load(stream)

    async def assert_each_once(self) -> int:
        """Everything that was due, and nothing twice. Returns how many commits that is of the sweeps' own."""
        for email, life in LIVES.items():
            assert await self.happened(email) == life
        draft = await self.history(TEACHER.stream(self.draft))
        assert [type(one).__name__ for one in draft.events()][1:] == ["RegistrationExpired", "PersonalDataErased"]
        mia = await self.history(TEACHER.stream(self.who[MIA]))
        assert [type(one).__name__ for one in mia.events()][-1] == "EmailChangeWithdrawn"
        done = Counter(
            (commit.stream, commit.named.cause, commit.named.policy)
            for stream in (draft, mia, *[await self.history(PROFILE.stream(one)) for one in self.who.values()])
            for commit in stream.commits
            if commit.named.policy is not None and commit.version > 1
        )
        assert set(done.values()) == {1}
        assert {EXPIRE_CHANGE, EXPIRE_DRAFT} <= {policy for _, _, policy in done}
        return len(done)


@asynccontextmanager
async def six_years(people: People) -> AsyncIterator[Six]:
    years = Years(people)
    who = {email: await people.registered(email) for email in LIVES}
    assert (await people.start(DAN)).status_code == 202
    draft = (await people.stream_of(DAN)).stream.removeprefix("teacher-")
    assert (await ask(people, who[MIA])).status_code == 202
    await years.react()
    await people.service.fold_own()
    async with sweepers(people.service, "tests.services.registration.swept:everything") as two:
        yield Six(years, who, draft, two)


async def test_two_processes_at_once_take_every_step_of_six_years_once(people: People) -> None:
    async with six_years(people) as six:
        await six.pass_by()
        steps = await six.assert_each_once()
        first, second = six.sweepers.running
        # Both wanted every step: one of them came second each time, and found it done.
        assert first.stored + second.stored == first.second + second.second == steps


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("step", ["InactivationAnnounced", "ProfileRemoved"])
async def test_a_process_that_is_killed_in_the_middle_of_a_step_leaves_it_done_once(
    people: People, where: str, step: str
) -> None:
    """Before its append with everything prepared, or after it with nothing noted: the other one goes on alone."""
    async with six_years(people) as six:
        of_ana, killed = PROFILE.stream(six.who[ANA]), []

        def kills(at: str, commit: str) -> bool:
            stream, _, version = commit.rpartition("@")
            if (at, stream, int(version)) != (where, of_ana, 2 + ABSENCE.index(step)):
                return False
            killed.append(commit)
            return True

        await six.pass_by(kills)
        assert len(killed) == 1
        assert len(six.sweepers.running) == 1
        await six.assert_each_once()
