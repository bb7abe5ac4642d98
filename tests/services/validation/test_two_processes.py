"""Two operating-system processes sweep the same cases at once, for six years, and one of them may die in the middle."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from services.validation.case import CASE
from services.validation.commands import RecordDirectorApproval, ValidateTeacher
from services.validation.reactions import open_case_again
from shared.contracts.base import Command, derived_id
from shared.event_store.history import Context, History
from tests.services.running import Running
from tests.services.two_processes import Kills, Sweepers, nobody, sweepers
from tests.services.validation.acting import known_director, open_case
from tests.services.validation.happened import NSO_OF_SPAIN, STATEMENT

DAYS = (0, 1, 4, 5, 9, 14, 20)
"""When is swept, from the opening of a case on: on the day of each reminder and of the takeover, and between."""
BY_THEMSELVES = ("DirectorContacted", "DirectorReminded", "DirectorReminded", "CaseEscalated", "ValidationLapsed")
LIFE = [
    "ValidationOpened",
    *BY_THEMSELVES[:4],
    "EvidenceFiled",
    "DirectorApproved",
    "TeacherValidated",
    "ValidityLimited",
    BY_THEMSELVES[4],
]
YEARS, TERM_YEARS = 6, 2


@dataclass
class Six:
    """Six years of a teacher's validations, each of which holds for two; an officer decides once it was taken over."""

    service: Running
    sweepers: Sweepers
    kills: Kills = nobody
    cases: list[str] = field(default_factory=list)

    async def pass_by(self) -> None:
        case = await open_case(self.service)
        for _ in range(YEARS // TERM_YEARS):
            self.cases.append(case)
            case = await self._two_years(case)

    async def _two_years(self, case: str) -> str:
        opened = self.service.clock.now
        for days in DAYS:
            await self._swept(opened + timedelta(days=days))
        ends = await self._decided(case)
        await self._swept(ends - timedelta(seconds=1))
        await self._swept(ends)
        lapse = (await self.history(case)).recorded[-1]
        ((again, command),) = open_case_again(lapse)  # type: ignore[arg-type]
        context = Context("system", "system", "es", derived_id("c"), cause=lapse.id, policy="open_case_again")
        await self.service.host.handler.handle(CASE, again, command, context)
        await self.service.fold_own()
        return again

    async def _swept(self, now: datetime) -> None:
        """Twice: the second turn comes before the views have heard of the first."""
        self.service.clock.now = now
        for _ in range(2):
            await self.sweepers.turn(now, self.kills)
        await self.service.fold_own()

    async def _decided(self, case: str) -> datetime:
        now = self.service.clock.now
        ends = now.replace(year=now.year + TERM_YEARS)
        approval = RecordDirectorApproval(at=now, officer=NSO_OF_SPAIN, evidence="letter", statement=STATEMENT)
        decision = ValidateTeacher(at=now, officer=NSO_OF_SPAIN, decided_by="representative", valid_until=ends)
        asked: tuple[Command, ...] = (approval, decision)
        for command in asked:
            context = Context("nso", "nso:ES", "es", derived_id("c"), command_id=derived_id(case, repr(command)))
            await self.service.host.handler.handle(CASE, case, command, context)
        await self.service.fold_own()
        return ends

    async def history(self, case: str) -> History:
        return await self.service.host.handler.load(CASE.stream(case))

    async def assert_each_once(self) -> int:
        """Everything that was due, and nothing twice. Returns how many commits that is of the sweeps' own."""
        histories = [await self.history(case) for case in self.cases]
        assert [[type(one).__name__ for one in history.events()] for history in histories] == [LIFE] * len(histories)
        done = Counter(
            (history.stream, commit.named.cause, commit.named.policy)
            for history in histories
            for commit in history.commits[1:]
            if commit.named.policy is not None
        )
        assert set(done.values()) == {1}
        return len(done)


async def test_two_processes_at_once_take_every_step_of_a_case_once(service: Running) -> None:
    await known_director(service)
    async with sweepers(service, "tests.services.validation.swept:everything") as two:
        six = Six(service, two)
        await six.pass_by()
        steps = await six.assert_each_once()
        first, second = two.running
        # Both wanted every step: one of them came second each time, and found it done.
        assert steps == len(BY_THEMSELVES) * len(six.cases)
        assert first.stored + second.stored == first.second + second.second == steps


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("version", [2, 5])
async def test_a_process_that_is_killed_in_the_middle_of_a_step_leaves_it_done_once(
    service: Running, where: str, version: int
) -> None:
    """As it writes to the director, and as it passes the case on: the other one goes on alone."""
    await known_director(service)
    killed = []

    def kills(at: str, commit: str) -> bool:
        if at != where or not commit.endswith(f"@{version}"):
            return False
        killed.append(commit)
        return True

    async with sweepers(service, "tests.services.validation.swept:everything") as two:
        six = Six(service, two, kills)
        await six.pass_by()
        assert len(killed) == len(two.running) == 1
        await six.assert_each_once()
