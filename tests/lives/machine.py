"""One teacher's life as a state machine: anybody asks anything at any time, and the rules know what follows."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from services.registration.commands import EraseRemovedTeacher, OpenProfile
from services.validation.commands import OpenCase
from services.validation.deadlines import due_in_case
from services.validation.policies import Rules
from shared.contracts.base import Command, Event
from shared.contracts.validation import DirectorContacted
from shared.event_store.aggregate import Aggregate
from shared.hosting.deadlines import deadline_context
from tests.lives import account_rules, acts, always, case_rules, elsewhere, profile_rules, profiles
from tests.lives.acts import (
    BY_APPLICANTS,
    BY_ITSELF,
    BY_LINK,
    BY_OFFICERS,
    OFFICERS,
    TEACHER,
    Occasion,
    Put,
    confirm,
    contest,
    reject,
)
from tests.lives.deadlines import must_have_happened, what_falls_due
from tests.lives.people import Self
from tests.lives.profiles import BY_OWNER, BY_SUPPORT, NEEDS_ACCOUNT, SUPPORT
from tests.lives.viewed import viewed
from tests.lives.world import REAL, Answer, World
from tests.services.validation.adopting import adopted

POLICIES: Mapping[str, dict[str, Any]] = {
    "validation.default": {"support_decides": False, "approvals": 1, "years": None},
    "validation.report": {"support_decides": True, "approvals": 1, "years": None},
    "validation.two_approvals": {"support_decides": False, "approvals": 2, "years": None},
    "validation.two_years": {"support_decides": False, "approvals": 1, "years": 2},
    "validation.signed_form": {"support_decides": False, "approvals": 1, "years": None},
    "validation.once": {"support_decides": False, "approvals": 1, "years": 2},
}
ONCE = "validation.once"
"""Two years, at whatever school of the country; no node ships it."""
WAITS = (
    timedelta(minutes=5), timedelta(hours=30), timedelta(days=4), timedelta(days=5), timedelta(days=10),
    timedelta(days=15), timedelta(days=32), timedelta(days=400), timedelta(days=700),
)  # fmt: skip
WHICH, BACK = st.integers(0, 3), st.sampled_from([0, 0, 0, 0, 1, 2])
ANY = st.integers(0, 2**32 - 1)
MOSTLY_IN_CHARGE = st.sampled_from(
    [*sorted(OFFICERS), *["madrid", "spain", "support", "support-too", "self-support"] * 3]
)
MOSTLY_SUPPORT = st.sampled_from([*sorted(SUPPORT), *["support", "centre"] * 4])
CONTESTED = 4
"""How far a life may have come when it begins."""


@cache
def in_force(policy: str) -> Rules:
    """What then counts in Spain; the same on every day of these lives."""
    return adopted("ES", "validation.two_years" if policy == ONCE else policy)


class Lives(RuleBasedStateMachine):
    """`aggregates`: those under test; a planted mistake replaces one."""

    aggregates: ClassVar[Mapping[str, Aggregate[Any]]] = REAL

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.aggregates)
        self.self = Self(account_rules.nobody(), profile_rules.none())
        self.cases: dict[str, case_rules.Case] = {}
        self.links: dict[str, list[str]] = {}
        self.transfers: dict[str, OpenCase] = {}
        self.policy = "validation.default"

    @initialize(policy=st.sampled_from(sorted(POLICIES)), far=st.integers(0, CONTESTED))
    def begins(self, policy: str, far: int) -> None:
        """Some lives begin at the beginning, some as a teacher, some far into a case."""
        self.the_node_decides_on_another_policy(policy)
        if far == 0:
            return
        for step in ("start", "confirm", "complete"):
            self.owner_acts(step, 0)
        while self.world.unread:
            self.news_arrives()
        refuser = "support" if POLICIES[policy]["support_decides"] else "spain"
        for who, act in (("spain", confirm), (refuser, reject))[: far - 1]:
            self.officer_acts(0, who, act)
        if far == CONTESTED:
            self.applicant_acts(0, contest, TEACHER)

    @rule(wait=st.sampled_from(WAITS))
    def time_passes(self, wait: timedelta) -> None:
        self.world.now += wait

    @rule(policy=st.sampled_from(sorted(POLICIES)))
    def the_node_decides_on_another_policy(self, policy: str) -> None:
        self.policy, self.world.again = policy, policy != ONCE

    @rule(act=st.sampled_from(sorted(BY_OWNER)), back=BACK)
    def owner_acts(self, act: str, back: int) -> None:
        """Whoever is forgotten has no account to sign in with; a mailed link can be followed all the same."""
        if act in NEEDS_ACCOUNT and self.self.account["stage"] != "teacher":
            return
        kind, command, expected = BY_OWNER[act](self.self, self.world.now, self.world.number(), back)
        if command is not None:
            self._check(kind, TEACHER, command, expected, TEACHER)
        else:
            assert expected == "none"

    @rule(pick=ANY)
    def owner_gets_on(self, pick: int) -> None:
        """Something that the rules allow."""
        act = profiles.allowed(self.self, self.world.now, self.world.asked + 1, Random(pick))
        if act is not None:
            self.owner_acts(act, 0)

    @rule(act=st.sampled_from(sorted(BY_SUPPORT)), who=MOSTLY_SUPPORT)
    def support_acts(self, act: str, who: str) -> None:
        officer = SUPPORT[who]
        kind, command, expected = BY_SUPPORT[act](self.self, officer, self.world.now, self.world.number())
        assert command is not None
        self._check(kind, TEACHER, command, expected, officer["person"])

    @precondition(lambda self: self.world.unread)
    @rule()
    def news_arrives(self) -> None:
        """The next event reaches every service that reacts to it."""
        recorded = self.world.unread.pop(0)
        for kind, identifier, command, answer in self.world.react(recorded):
            expected = self._follows(identifier, command)
            assert answer.said == expected, f"{command!r}: {answer.said}, not {expected}"
            self._noted(kind, identifier, answer)

    def _follows(self, identifier: str, command: Command) -> str:
        if isinstance(command, OpenProfile):
            profile_rules.begin(self.self.profile, command.school)
        elif isinstance(command, EraseRemovedTeacher):
            return account_rules.erase(self.self.account)
        elif isinstance(command, OpenCase) and command.came_by and not command.again:
            self.transfers[identifier] = command
        elif isinstance(command, OpenCase):
            place, director = (command.country, command.region), command.role == "head_teacher"
            contact = command.director_contact.id
            case = case_rules.opened(command.teacher, command.school, place, contact, director=director)
            self.cases[identifier], self.links[identifier] = case | {"opened": command.at}, []
        return "done"

    @precondition(lambda self: self.cases)
    @rule(which=WHICH, who=MOSTLY_IN_CHARGE, act=st.sampled_from(BY_OFFICERS))
    def officer_acts(self, which: int, who: str, act: Any) -> None:
        case, on = self._occasion(which)
        self._put(case, act(on, OFFICERS[who]), OFFICERS[who]["person"])

    @precondition(lambda self: self.cases)
    @rule(which=WHICH, pick=ANY)
    def case_gets_on(self, which: int, pick: int) -> None:
        """Something that the rules allow somebody."""
        case, on = self._occasion(which)
        found = acts.allowed(on, Random(pick))
        if found is not None:
            who, act = found
            self._put(case, act(on), who)

    @precondition(lambda self: self.cases)
    @rule(which=WHICH, act=st.sampled_from(BY_LINK), back=BACK)
    def director_acts(self, which: int, act: Any, back: int) -> None:
        case, on = self._occasion(which)
        self._put(case, act(on, back), "director")

    @precondition(lambda self: self.cases)
    @rule(which=WHICH, act=st.sampled_from(BY_APPLICANTS), person=st.sampled_from([TEACHER, TEACHER, "somebody"]))
    def applicant_acts(self, which: int, act: Any, person: str) -> None:
        case, on = self._occasion(which)
        self._put(case, act(on, person), person)

    @precondition(lambda self: self.cases)
    @rule(which=WHICH, act=st.sampled_from(BY_ITSELF))
    def case_acts(self, which: int, act: Any) -> None:
        case, on = self._occasion(which)
        self._put(case, act(on), "system")

    @precondition(lambda self: self.cases)
    @rule(which=WHICH, wait=st.sampled_from(WAITS))
    def deadlines_are_swept(self, which: int, wait: timedelta) -> None:
        """What is due by the view after a while; then nothing is left undone that had to be done."""
        self.world.now += wait
        identifier, on = self._occasion(which)
        told, rules = self.world.history("case", identifier), in_force(self.policy)
        by_id = {recorded.id: recorded for recorded in told}
        for due in due_in_case(viewed(told), rules, on.now):
            expected = what_falls_due(on.case, due.command, on.now)
            context = deadline_context(by_id[due.cause], due.name)
            answer = self.world.sweep("case", identifier, due.command, context)
            assert answer.said == expected, f"{due.name}: {answer.said}, not {expected}"
            self._noted("case", identifier, answer)
        must_have_happened(on.case, on.now, rules)

    @precondition(lambda self: self.transfers)
    @rule(by_the_latest=st.booleans())
    def a_transfer_is_settled(self, by_the_latest: bool) -> None:
        """The one that was noted first."""
        identifier, noted = next(iter(self.transfers.items()))
        del self.transfers[identifier]
        ask, case = elsewhere.settle(noted, self.cases.items(), self.world.now, by_the_latest=by_the_latest)
        self.cases[identifier], self.links[identifier] = case | {"opened": noted.at}, []
        self._check("case", identifier, ask, "done", "system")

    @precondition(lambda self: self.self.profile["stage"] in {"active", "inactive"})
    @rule(wait=st.sampled_from(WAITS))
    def absence_is_swept(self, wait: timedelta) -> None:
        """One step of what two and three years bring: none where the rules say that it is not time yet."""
        self.world.now += wait
        state, account = self.world.state("profile", TEACHER), self.self
        command = account.falling_due(state, self.world.now)
        expected = profile_rules.falls_due(account.profile, account.last_access, self.world.now)
        assert (command is None) == (expected is None), f"{command!r}, but by the rules {expected}"
        if command is not None:
            self._check("profile", TEACHER, command, "done", "system")

    def happened(self, event: Event) -> None:
        """For who counts what these lives have seen."""

    def _occasion(self, which: int) -> tuple[str, Occasion]:
        identifier = sorted(self.cases, key=lambda one: self.cases[one]["opened"])[which % len(self.cases)]
        spanish = self.cases[identifier]["country"] == "ES"
        policy = POLICIES[self.policy if spanish else "validation.default"]
        links, number = self.links[identifier], self.world.number()
        return identifier, Occasion(self.world.now, self.cases[identifier], policy, links, number)

    def _put(self, case: str, put: Put, actor: str) -> None:
        command, expected = put
        self._check("case", case, command, expected, actor)

    def _check(self, kind: str, identifier: str, command: Command, expected: str, actor: str) -> None:
        answer = self.world.ask(kind, identifier, command, actor)
        assert answer.said == expected, f"{actor} asks {command!r}: {answer.said}, by the rules {expected}"
        self._noted(kind, identifier, answer)

    def _noted(self, kind: str, identifier: str, answer: Answer) -> None:
        """The mailed links, and what must hold now."""
        for recorded in answer.events:
            self.happened(recorded.event)
            if isinstance(recorded.event, DirectorContacted):
                self.links[identifier].append(recorded.event.attempt)
        state, told = self.world.state(kind, identifier), self.world.history(kind, identifier)
        if kind == "teacher":
            always.of_account(told, state, self.self.account)
        elif kind == "profile":
            always.of_profile(state, self.self.profile)
        elif identifier in self.cases:
            always.of_case(told, state, self.cases[identifier], self.links[identifier])
