"""The story itself: six scenes, as their users live them, from the first officer to a European Quality Seal."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from deploy.story.people import Officer, School, Teacher
from deploy.story.programme import Programme
from deploy.story.watching import Sighting, Watcher
from shared.contracts.recognition import EQSGranted, ReactionDeclined

Say = Callable[[str], None]
Appoint = Callable[[str], Awaitable[None]]
FIRST, SECOND = "ES", "FR"


class UnexpectedEnd(Exception):
    """The programme decided something that its rules do not allow; the text says what."""


@dataclass(frozen=True, slots=True)
class Node:
    """The officers of one country; the representative is that of the teacher's region."""

    service: Officer
    assessor: Officer


class Story:
    """One telling. `schools`: two of the first country and one of the second; `appoint` offers the first office."""

    def __init__(
        self, programme: Programme, watcher: Watcher, schools: Sequence[School], appoint: Appoint, say: Say
    ) -> None:
        self._programme = programme
        self._watcher = watcher
        self._schools = schools
        self._appoint = appoint
        self._say = say
        self._nodes: dict[str, Node] = {}
        self._representatives: dict[tuple[str, str | None], Officer] = {}

    async def tell(self) -> None:
        """All six scenes.

        Raises:
            StepOverdue: a step did not happen in time; it names the service that owes it.
            StepRefused: a service refused what the rules allow.
            UnexpectedEnd: what was decided is not what the rules say.
        """
        first_school, second_school, third_school = self._schools
        self._say("1. Offices: the central service appoints national services, these appoint in their countries")
        await self._appoint_officers()
        self._say(f"2. Registration: a teacher in {FIRST} and one in {SECOND}, in two phases")
        first, second = await asyncio.gather(
            self._register(first_school, "teacher"), self._register(second_school, "teacher")
        )
        self._say("3. Validation: the director confirms, the representative validates")
        await asyncio.gather(self._validate(first), self._validate(second))
        self._say("4. A project of two countries: both services approve, seals issue themselves")
        project = await self._found(first, second, "Rivers of two countries")
        self._say("5. National Quality Seals for both, a proposal, and the European Quality Seal by itself")
        await self._quality(project, first, second)
        await self._expect_european(project, first, second)
        self._say(f"6. A project of two schools in {FIRST}: a partner from {SECOND} does not make it European")
        third = await self._register(third_school, "colleague")
        await self._validate(third)
        project = await self._found(third, first, "Rivers of one country")
        await self._join(project, third, second)
        await self._quality(project, third, first, second)
        await self._expect_declined(project)

    async def _appoint_officers(self) -> None:
        programme, address = self._programme, self._office_address
        await self._appoint(address("css"))
        central, _ = await programme.accept_office(address("css"), "central_support_officer")
        for country in (FIRST, SECOND):
            service = await self._office(central, "national_support_officer", country)
            assessor = await self._office(service, "assessor", country)
            self._nodes[country] = Node(service, assessor)

    async def _representative(self, country: str, region: str | None) -> Officer:
        """One for each region: two of the schools may stand in the same."""
        if (country, region) not in self._representatives:
            by = self._nodes[country].service
            self._representatives[country, region] = await self._office(by, "representative", country, region)
        return self._representatives[country, region]

    async def _office(self, by: Officer, kind: str, country: str, region: str | None = None) -> Officer:
        who = f"{kind}-{country}-{region or 'all'}".lower().replace(" ", "-").replace("_", "-")
        email = self._office_address(derived_name(who))
        await self._programme.offer_office(by, kind, email, country, region)
        officer, _ = await self._programme.accept_office(email, kind, country, region)
        return officer

    def _office_address(self, who: str) -> str:
        return f"{who}-{self._programme.run}@office.example"

    async def _register(self, school: School, who: str) -> Teacher:
        teacher, _ = await self._programme.register_teacher(school, who)
        return teacher

    async def _validate(self, teacher: Teacher) -> None:
        country = str(teacher.country)
        representative = await self._representative(country, teacher.region)
        case = await self._programme.case_of(teacher, representative)
        await self._programme.confirm_director(case, representative)
        await self._programme.director_approves(case)
        await self._programme.validate(case, representative)

    async def _found(self, founder: Teacher, co_founder: Teacher, title: str) -> str:
        programme = self._programme
        project = str((await programme.propose(founder, co_founder, title)).answer["project"])
        await programme.accept(project, co_founder)
        for country in sorted({str(founder.country), str(co_founder.country)}):
            await programme.approve(project, self._nodes[country].service)
        for teacher in (founder, co_founder):
            await programme.seal(teacher, project, "etwinning")
        return project

    async def _join(self, project: str, member: Teacher, partner: Teacher) -> None:
        await self._programme.invite(project, member, partner)
        await self._programme.join(project, partner)
        await self._programme.seal(partner, project, "etwinning")

    async def _quality(self, project: str, *teachers: Teacher) -> None:
        """Each applies, is assessed and granted; then the second country's service proposes the project."""
        programme = self._programme
        for teacher in teachers:
            node = self._nodes[str(teacher.country)]
            application = str((await programme.apply(project, teacher)).answer["application"])
            await programme.assess(application, node.assessor)
            await programme.grant(application, node.service)
            await programme.seal(teacher, project, "nqs")
        await self._watcher.until(
            "recognition",
            "every National Quality Seal in the project's dossier",
            lambda seen: count(seen, "NQSRecorded", project) == len(teachers),
        )
        await programme.propose_eqs(project, self._nodes[SECOND].service)

    async def _expect_european(self, project: str, *teachers: Teacher) -> None:
        for teacher in teachers:
            await self._programme.seal(teacher, project, "eqs")
        granted = [one.recorded.event for one in self._watcher.seen if isinstance(one.recorded.event, EQSGranted)]
        if sorted(event.teacher for event in granted) != sorted(teacher.id for teacher in teachers):
            raise UnexpectedEnd("the European Quality Seal went to others than the two teachers")

    async def _expect_declined(self, project: str) -> None:
        stream = f"dossier-{project}"

        def answers(seen: list[Sighting]) -> list[ReactionDeclined]:
            events = [one.recorded.event for one in seen if one.recorded.stream == stream]
            return [event for event in events if isinstance(event, ReactionDeclined)]

        await self._watcher.until("recognition", "the answer to the second proposal", lambda seen: bool(answers(seen)))
        reasons = [event.reason for event in answers(self._watcher.seen)]
        if reasons != ["founded_in_one_country"] or count(self._watcher.seen, "EQSGranted", project):
            raise UnexpectedEnd(f"the second project's proposal was answered by {', '.join(reasons)}")


def count(seen: Sequence[Sighting], what: str, project: str) -> int:
    """How many events of a kind belong to a project's dossier."""
    return sum(one.what == what and one.recorded.stream == f"dossier-{project}" for one in seen)


def derived_name(text: str) -> str:
    """A name that may stand before the @ of an address: letters of A to Z, digits and hyphens."""
    kept = (letter if letter.isascii() and letter.isalnum() else "-" for letter in text)
    return "-".join(part for part in "".join(kept).split("-") if part)
