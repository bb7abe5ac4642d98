"""Two lives beside the story: what befalls a registration, and what befalls a case."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from deploy.story.people import Officer, School, Teacher
from deploy.story.programme import Programme
from tests.chaos.steps import Steps

COUNTRY = "FR"
_BOTH = 2


@dataclass(frozen=True)
class Befalling:
    """`next_school` is one that no teacher has yet; `go_on` raises when nothing new should begin."""

    programme: Programme
    representative: Officer
    service: Officer
    next_school: Callable[[], tuple[School, str]]
    go_on: Callable[[], None]

    @property
    def _steps(self) -> Steps:
        return Steps(self.programme)

    async def of_a_registration(self) -> None:
        """A draft left behind and resumed, a forgotten password, a changed address, a block, a change of school."""
        steps = self._steps
        school, who = self.next_school()
        teacher = await steps.register_slowly(school, who)
        self.go_on()
        await steps.recover(teacher)
        self.go_on()
        await steps.move_address(teacher, f"new-{teacher.email}")
        self.go_on()
        await steps.block(teacher, self.service)
        self.go_on()
        school, who = self.next_school()
        before = await self._open_case(teacher)
        await steps.change_school(teacher, school, school.address(f"{who}-director", self.programme.run))
        after = await self._open_case(teacher, before)
        await self._admit(after)
        await steps.withdrawn(before, self.service)

    async def of_cases(self) -> None:
        """Directors who want time, name a successor, refuse; refusals contested; decisions on all that wait."""
        teachers = [await self.programme.register_teacher(*self.next_school()) for _ in range(2 * _BOTH)]
        people = [teacher for teacher, _ in teachers]
        cases = [await self._open_case(teacher) for teacher in people]
        self.go_on()
        await asyncio.gather(
            self._asks_for_time(people[0], cases[0]),
            self._names_a_successor(people[1], cases[1]),
            self._refuses(people[2], cases[2]),
        )
        self.go_on()
        await asyncio.gather(
            self._steps.decide_all(self.representative, cases[:_BOTH], "validate"),
            self._steps.decide_all(self.representative, cases[_BOTH:], "reject", "not_on_staff"),
        )
        self.go_on()
        await asyncio.gather(self._upheld(people[2], cases[2]), self._reopened(cases[3]))

    async def _asks_for_time(self, teacher: Teacher, case: str) -> None:
        await self.programme.confirm_director(case, self.representative)
        await self._steps.director_says(teacher.director, "more_time")
        await self.programme.director_approves(case)

    async def _names_a_successor(self, teacher: Teacher, case: str) -> None:
        """The successor is vouched for before anything is mailed there."""
        await self.programme.confirm_director(case, self.representative)
        successor = f"next-{teacher.director}"
        await self._steps.director_says(teacher.director, "not_the_director", successor)
        await self.programme.confirm_director(case, self.representative)
        await self._steps.director_says(successor, "approve")

    async def _refuses(self, teacher: Teacher, case: str) -> None:
        await self.programme.confirm_director(case, self.representative)
        await self._steps.director_says(teacher.director, "not_on_staff")

    async def _upheld(self, teacher: Teacher, case: str) -> None:
        """The second look is another officer's, and comes to the same."""
        await self._steps.decide(teacher, case, "contest", body={"statement": "I do teach there."})
        await self._steps.decide(self.service, case, "uphold", "not_on_staff")

    async def _reopened(self, case: str) -> None:
        await self._steps.decide(self.service, case, "reopen", "mistaken")
        await self.programme.confirm_director(case, self.service)
        await self.programme.director_approves(case)
        await self._steps.decide(self.service, case, "validate")

    async def _open_case(self, teacher: Teacher, but: str | None = None) -> str:
        return await self.programme.case_of(teacher, self.representative, but=but)

    async def _admit(self, case: str) -> None:
        await self.programme.confirm_director(case, self.representative)
        await self.programme.director_approves(case)
        await self.programme.validate(case, self.representative)
