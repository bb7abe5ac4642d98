"""The sweeps of validation: each turn reads what is due, and asks it of the case, whose stream knows what was done.

Two processes may sweep at once, a turn may come late or again: the second finds the first's commit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from services.validation.case import CASE
from services.validation.deadlines import (
    Due,
    due_in_case,
    follow_merge,
    follow_school,
    forget_director,
    searches,
    settle_transfer,
    withdraw,
    write_to_known,
)
from services.validation.policies import Rules, rules_of
from services.validation.queries import OwnAddresses, Words
from services.validation.views import (
    CASES,
    CASES_OF_SCHOOLS,
    CASES_OF_TEACHERS,
    fold_case,
    known_contact,
    no_longer_there,
    reason_to_withdraw,
    transfer_to_settle,
)
from shared.contracts.validation import TransferNoted
from shared.hosting.deadlines import deadline_context
from shared.hosting.host import Host
from shared.hosting.parts import StopSignal
from shared.hosting.sweeping import apart, every
from shared.nodes.programme import NoPolicyInForce
from shared.views.reader import MAX_LIMIT
from shared.views.view import View

Document = dict[str, Any]
DueIn = Callable[[Document], Sequence[Due]]
Step = Callable[[Document], Awaitable[None]]
DEADLINES, FOLLOWING = "case_deadlines", "case_following"
DEADLINES_S = 300.0
FOLLOWING_S = 20.0


class CaseSweeps:
    """What a case does by itself."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._addresses = OwnAddresses(host.views, Words(host.records, host.replicas))

    async def run(self, stop: StopSignal) -> None:
        """The loop of the role `deadlines`."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(every(DEADLINES_S, DEADLINES, self.deadlines, self._host, stop))
            tasks.create_task(every(FOLLOWING_S, FOLLOWING, self.follow, self._host, stop))

    async def deadlines(self) -> None:
        """One turn: reminders, takeovers, forms and lapses of every country under its policies of today."""
        now = self._host.clock()
        for country in self._host.nodes.countries:
            try:
                rules = rules_of(self._host.nodes, country.code, now.date())
            except NoPolicyInForce:
                continue
            for search in searches(country.code, rules, now.date()):
                for found in await self._host.views.find(CASES, search, MAX_LIMIT):
                    await apart(self._due(found, rules, now), DEADLINES, self._host, case=found["case"])
            self._host.heartbeats.beat(DEADLINES)

    async def follow(self) -> None:
        """One turn: what teachers and schools did, and cases have not followed yet. Who has gone comes first: nobody is
        written to about them."""
        steps: Sequence[tuple[View, str, Step]] = (
            (CASES_OF_TEACHERS, "withdraw", self._withdraw),
            (CASES_OF_SCHOOLS, "merge", self._merge),
            (CASES_OF_SCHOOLS, "forget", self._forget),
            (CASES_OF_SCHOOLS, "write", self._write),
            (CASES_OF_SCHOOLS, "move", self._move),
            (CASES_OF_TEACHERS, "transfer", self._transfer),
        )
        for view, field, step in steps:
            for document in await self._host.views.find(view, {field: "due"}, MAX_LIMIT):
                await apart(step(document), FOLLOWING, self._host)

    async def _due(self, found: Document, rules: Rules, now: datetime) -> None:
        teacher = await self._host.views.get(CASES_OF_TEACHERS, found["teacher"])
        gone = None if teacher is None else no_longer_there(teacher, found["case"])
        await self._settle(found["case"], partial(due_in_case, rules=rules, now=now, gone=gone))

    async def _withdraw(self, teacher: Document) -> None:
        def due(case: Document) -> Sequence[Due]:
            why = reason_to_withdraw(teacher, case["case"])
            return () if why is None else withdraw(case, *why, self._host.clock())

        await self._each(teacher, due)

    async def _forget(self, school: Document) -> None:
        event, since = school["forgotten"]["event"], school["forgotten"]["at"]
        await self._each(school, partial(forget_director, event=event, since=since, now=self._host.clock()))

    async def _write(self, school: Document) -> None:
        for case in school["cases"]:
            await apart(self._write_in(case, school), FOLLOWING, self._host, case=case)

    async def _write_in(self, case: str, school: Document) -> None:
        """Whether the known director is the applicant, two private records tell: until they do, the case waits.

        Raises `AddressNotKnownYet`.
        """
        contact, listed = known_contact(school, case), await self._host.views.get(CASES, case)
        if contact is None or listed is None:
            return
        is_applicant = await self._addresses.is_own(listed["teacher"], contact["id"], contact["owner"])
        now = self._host.clock()

        def due(document: Document) -> Sequence[Due]:
            return write_to_known(document, contact, self._rules(document), now, is_applicant=is_applicant)

        await self._settle(case, due)

    async def _move(self, school: Document) -> None:
        def due(case: Document) -> Sequence[Due]:
            return follow_school(case, school["region"], school["region_event"], self._host.clock())

        await self._each(school, due)

    async def _merge(self, school: Document) -> None:
        """The school may have been merged on, and the one at the end of that may not have been heard of yet."""
        survivor: Document | None = school
        because: list[str] = []
        while survivor is not None and survivor["into"] is not None and survivor["into_event"] not in because:
            because.append(survivor["into_event"])
            survivor = await self._host.views.get(CASES_OF_SCHOOLS, survivor["into"])
        if survivor is None or survivor["region_event"] is None or survivor["into"] is not None:
            return
        due = partial(follow_merge, survivor=survivor, because=because, now=self._host.clock())
        await self._each(school, due)

    async def _transfer(self, teacher: Document) -> None:
        """The first of the teacher's transfers: before that a case has no document, only what was noted."""
        to_settle = transfer_to_settle(teacher)
        if to_settle is None:
            return
        case, by, until = to_settle
        history = await self._host.handler.load(CASE.stream(case))
        for noted in history.recorded:
            if isinstance(noted.event, TransferNoted):
                due = settle_transfer(noted.event.came_by, by, until, self._host.clock())
                context = deadline_context(noted, due.name, basis=(due.cause,))
                # What follows from it belongs to the stay at that school: projects go by what began that.
                context = replace(context, cause=due.cause)
                await self._host.handler.handle(CASE, case, due.command, context)

    def _rules(self, case: Document) -> Rules:
        return rules_of(self._host.nodes, case["country"], self._host.clock().date())

    async def _each(self, document: Document, due_in: DueIn) -> None:
        """Every case of a school or a teacher, each by itself."""
        for case in document["cases"]:
            await apart(self._settle(case, due_in), FOLLOWING, self._host, case=case)

    async def _settle(self, case: str, due_in: DueIn) -> None:
        """Asks the case what is due in it as its stream tells it now."""
        history = await self._host.handler.load(CASE.stream(case))
        document: Document | None = None
        for recorded in history.recorded:
            if isinstance(recorded.event, CASES.events):
                document = fold_case(document, recorded)  # type: ignore[arg-type]
        causes = {recorded.id: recorded for recorded in history.recorded}
        for due in () if document is None else due_in(document):
            cause = causes[due.cause]
            context = deadline_context(cause, due.name, policy_version=due.policy_version, basis=due.basis)
            await self._host.handler.handle(CASE, case, due.command, context)
