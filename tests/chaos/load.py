"""The story and what befalls people beside it, as a load: lives side by side, over and over, all in the journal."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from deploy.story.calls import StepOverdue, StepRefused
from deploy.story.people import Officer, School, Teacher
from deploy.story.programme import Programme
from tests.chaos.befalling import COUNTRY, Befalling

COUNTRIES = ("ES", "FR")
CENTRE: Literal["central_support_officer"] = "central_support_officer"
STORY = "story"
BEFALLING = ("of_a_registration", "of_cases")
OFFICES = ("national_support_officer", "representative", "assessor")


@dataclass(frozen=True)
class Offices:
    """Who holds which office of which country."""

    held: Mapping[tuple[str, str], Officer]

    def of(self, kind: str, country: str | None) -> Officer:
        return self.held[kind, str(country)]


async def fill_offices(programme: Programme, centre: Officer) -> Offices:
    """The centre appoints national services, they appoint representatives and assessors; each accepts by mail."""
    held: dict[tuple[str, str], Officer] = {}
    for country in COUNTRIES:
        for kind in OFFICES:
            by = held.get((OFFICES[0], country), centre)
            email = f"{kind.replace('_', '-')}-{country.lower()}-{programme.run}@office.example"
            await programme.offer_office(by, kind, email, country)
            held[kind, country], _ = await programme.accept_office(email, kind, country)
    return Offices(held)


@dataclass
class Load:
    """`stories` and two other lives run until `stop`; those others take place once at least, whole.

    What should not have happened to a legitimate user stands in `surprises`.
    """

    programme: Programme
    offices: Offices
    schools: Mapping[str, Sequence[School]]
    rounds: Counter[str] = field(default_factory=Counter)
    overdue: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _stopping: bool = False
    _ended: set[str] = field(default_factory=set)

    def stop(self) -> None:
        """No further steps: those in flight are brought to their end."""
        self._stopping = True

    async def run(self, stories: int) -> None:
        others = {name: getattr(self._befalling(name), name) for name in BEFALLING}
        lives = [self._live(STORY, self._story) for _ in range(stories)]
        await asyncio.gather(*lives, *(self._live(name, act) for name, act in others.items()))

    async def _live(self, name: str, once: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping or not self._tried(name):
            try:
                await once()
                self.rounds[name] += 1
            except _Stopped:
                return
            except StepOverdue as late:
                self.overdue.append(str(late))
            except StepRefused as refused:
                self.surprises.append(str(refused))
            self._ended.add(name)

    def _tried(self, name: str) -> bool:
        return name == STORY or name in self._ended

    def _befalling(self, name: str) -> Befalling:
        representative = self.offices.of("representative", COUNTRY)
        service = self.offices.of("national_support_officer", COUNTRY)
        return Befalling(self.programme, representative, service, self._next_school, lambda: self._go_on(name))

    def _next_school(self) -> tuple[School, str]:
        """From the end of the list: the stories begin at its start."""
        number = next(self._numbers)
        schools = self.schools[COUNTRY]
        return schools[-1 - number % len(schools)], f"b{number}"

    def _go_on(self, name: str = STORY) -> None:
        if self._stopping and self._tried(name):
            raise _Stopped

    async def _story(self) -> None:
        """Two teachers of two countries, a project, every seal; then a third who joins it."""
        first, second, third = await asyncio.gather(self._teacher("ES"), self._teacher("FR"), self._teacher("ES"))
        steps = self.programme
        self._go_on()
        project = str((await steps.propose(first, second, "A story")).answer["project"])
        await steps.accept(project, second)
        for country in COUNTRIES:
            self._go_on()
            await steps.approve(project, self.offices.of("national_support_officer", country))
        await asyncio.gather(self._nqs(project, first), self._nqs(project, second), self._join(project, first, third))
        self._go_on()
        await steps.propose_eqs(project, self.offices.of("national_support_officer", "FR"))
        await steps.seal(first, project, "eqs")

    async def _teacher(self, country: str) -> Teacher:
        """Registered, confirmed by the director, validated."""
        steps, number = self.programme, next(self._numbers)
        schools = self.schools[country]
        self._go_on()
        teacher, _ = await steps.register_teacher(schools[number % len(schools)], f"t{number}")
        representative = self.offices.of("representative", country)
        self._go_on()
        case = await steps.case_of(teacher, representative)
        await steps.confirm_director(case, representative)
        self._go_on()
        await steps.director_approves(case)
        await steps.validate(case, representative)
        return teacher

    async def _nqs(self, project: str, teacher: Teacher) -> None:
        steps = self.programme
        self._go_on()
        application = str((await steps.apply(project, teacher)).answer["application"])
        await steps.assess(application, self.offices.of("assessor", teacher.country))
        await steps.grant(application, self.offices.of("national_support_officer", teacher.country))

    async def _join(self, project: str, member: Teacher, partner: Teacher) -> None:
        steps = self.programme
        self._go_on()
        await steps.invite(project, member, partner)
        await steps.join(project, partner)
        await steps.seal(partner, project, "etwinning")


class _Stopped(Exception):
    """The load was told to end."""
