"""Everything that is done to a case: the command that is asked, and what the rules say to it."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from services.validation.commands import (
    ApproveByLink,
    AskForTime,
    ConfirmDirectorContact,
    ContestRefusal,
    DisownContact,
    EscalateCase,
    FailDirectorContact,
    FileCertificate,
    MergeCaseSchool,
    MoveCase,
    Officer,
    PassOnCase,
    RecordDirectorApproval,
    RefuseByLink,
    RejectTeacher,
    RemindDirector,
    ReopenCase,
    ReportTeacher,
    RequestCertificate,
    UpholdRefusal,
    ValidateTeacher,
    WithdrawCase,
    WriteToKnownDirector,
)
from shared.contracts.base import Command
from tests.lives import case_rules as rules
from tests.lives import elsewhere
from tests.lives.office_rules import REPRESENTATIVE, SUPPORT
from tests.lives.profile_rules import midnight, months_on
from tests.services.registration.happened import ref

LINK = timedelta(days=14)
MORE = timedelta(days=14)
TEACHER = "t-1"
Put = tuple[Command, str]
T = TypeVar("T")


def _officer(person: str, kind: str, country: str | None, region: str | None = None) -> rules.Officer:
    return {"person": person, "kind": kind, "country": country, "region": region}


OFFICERS: Mapping[str, rules.Officer] = {
    "madrid": _officer("madrid", REPRESENTATIVE, "ES", "Madrid"),
    "galicia": _officer("galicia", REPRESENTATIVE, "ES", "Galicia"),
    "spain": _officer("spain", REPRESENTATIVE, "ES"),
    "spain-too": _officer("spain-too", REPRESENTATIVE, "ES"),
    "support": _officer("support", SUPPORT, "ES"),
    "support-too": _officer("support-too", SUPPORT, "ES"),
    "france": _officer("france", REPRESENTATIVE, "FR"),
    "support-fr": _officer("support-fr", SUPPORT, "FR"),
    "self": _officer(TEACHER, REPRESENTATIVE, "ES"),
    "self-support": _officer(TEACHER, SUPPORT, "ES"),
}
"""Whoever may have to do with a case; the last two are the applicant's own offices."""


@dataclass(frozen=True)
class Occasion:
    """When it is asked, on which case, under which policy; `links`: the mailed ones, the first is 0."""

    now: datetime
    case: rules.Case
    policy: dict[str, Any]
    links: list[str]
    number: int

    def link(self, back: int) -> tuple[int, str]:
        """The latest link for 0, the one before for 1, …; one that nobody ever got where there are not so many."""
        place = len(self.links) - 1 - back
        return (place, self.links[place]) if place >= 0 else (-1, "never-mailed")


def _seat(officer: rules.Officer) -> Officer:
    return Officer(office=f"office-{officer['person']}-{officer['kind']}", **officer)


def confirm(on: Occasion, officer: rules.Officer) -> Put:
    """One time in four the officer read an address that is not the case's any more."""
    ends, read = on.now + LINK, on.case["contact"] if on.number % 4 else "read-long-ago"
    command = ConfirmDirectorContact(at=on.now, officer=_seat(officer), link_expires=ends, locale="es", contact=read)
    return command, rules.ask(on.case, officer, ends, read)


def letter(on: Occasion, officer: rules.Officer) -> Put:
    command = RecordDirectorApproval(at=on.now, officer=_seat(officer), evidence="letter")
    return command, rules.record(on.case, officer, "letter")


def form(on: Occasion, officer: rules.Officer) -> Put:
    command = RecordDirectorApproval(at=on.now, officer=_seat(officer), evidence="certificate")
    return command, rules.record(on.case, officer, "certificate")


def _report(on: Occasion, officer: rules.Officer, word: Any, reason: str | None) -> Put:
    command = ReportTeacher(
        at=on.now,
        officer=_seat(officer),
        decided_by=_decider(on),
        recommendation=word,
        reason=reason,
    )
    return command, rules.report(on.case, officer, word, on.policy)


def report_for(on: Occasion, officer: rules.Officer) -> Put:
    return _report(on, officer, "validate", None)


def report_against(on: Occasion, officer: rules.Officer) -> Put:
    return _report(on, officer, "reject", "not_on_staff")


def pass_on(on: Occasion, officer: rules.Officer) -> Put:
    command = PassOnCase(at=on.now, officer=_seat(officer), reason="knows_the_applicant")
    return command, rules.pass_on(on.case, officer)


def validate(on: Occasion, officer: rules.Officer) -> Put:
    until = midnight(months_on(on.now.date(), 12 * on.policy["years"])) if on.policy["years"] else None
    command = ValidateTeacher(
        at=on.now,
        officer=_seat(officer),
        decided_by=_decider(on),
        approvals_needed=on.policy["approvals"],
        valid_until=until,
    )
    return command, rules.validate(on.case, officer, on.policy, until)


def reject(on: Occasion, officer: rules.Officer) -> Put:
    command = RejectTeacher(at=on.now, officer=_seat(officer), decided_by=_decider(on), reason="not_on_staff")
    return command, rules.reject(on.case, officer, on.policy)


def uphold(on: Occasion, officer: rules.Officer) -> Put:
    command = UpholdRefusal(at=on.now, officer=_seat(officer), reason="not_on_staff")
    return command, rules.uphold(on.case, officer)


def reopen(on: Occasion, officer: rules.Officer) -> Put:
    command = ReopenCase(at=on.now, officer=_seat(officer), reason="late_approval")
    return command, rules.reopen(on.case, officer)


BY_OFFICERS: tuple[Callable[[Occasion, rules.Officer], Put], ...] = (
    confirm, letter, form, report_for, report_against, pass_on, validate, reject, uphold, reopen,
)  # fmt: skip


def approve(on: Occasion, back: int) -> Put:
    link, attempt = on.link(back)
    return ApproveByLink(at=on.now, attempt=attempt), rules.answer(on.case, link, on.now, "approved")


def refuse(on: Occasion, back: int) -> Put:
    link, attempt = on.link(back)
    command = RefuseByLink(at=on.now, attempt=attempt, reason="not_on_staff")
    return command, rules.answer(on.case, link, on.now, "refused")


def ask_for_time(on: Occasion, back: int) -> Put:
    link, attempt = on.link(back)
    command = AskForTime(at=on.now, attempt=attempt, until=on.now + MORE, extensions=1)
    return command, rules.more_time(on.case, link, on.now, on.now + MORE, 1)


def disown(on: Occasion, back: int) -> Put:
    link, attempt = on.link(back)
    return DisownContact(at=on.now, attempt=attempt, successor=None), rules.disown(on.case, link, on.now, None)


def name_successor(on: Occasion, back: int) -> Put:
    link, attempt = on.link(back)
    successor = f"successor-{on.number}"
    command = DisownContact(at=on.now, attempt=attempt, successor=ref(successor))
    return command, rules.disown(on.case, link, on.now, successor)


def bounce(on: Occasion, back: int) -> Put:
    link, attempt = on.link(back)
    command = FailDirectorContact(at=on.now, attempt=attempt, reason="mailbox_unavailable")
    return command, rules.bounce(on.case, link)


def remind(on: Occasion, back: int) -> Put:
    link, attempt = on.link(back)
    return RemindDirector(at=on.now, attempt=attempt, number=1), rules.remind(on.case, link, 1, on.now)


BY_LINK: tuple[Callable[[Occasion, int], Put], ...] = (
    approve, refuse, ask_for_time, disown, name_successor, bounce, remind,
)  # fmt: skip


def contest(on: Occasion, person: str) -> Put:
    command = ContestRefusal(at=on.now, teacher=person, statement=ref(f"statement-{on.number}"))
    return command, rules.contest(on.case, person)


def send_form(on: Occasion, person: str) -> Put:
    command = FileCertificate(at=on.now, teacher=person, certificate=ref(f"form-{on.number}"))
    return command, rules.send_form(on.case, person, f"form-{on.number}")


BY_APPLICANTS: tuple[Callable[[Occasion, str], Put], ...] = (contest, send_form)


def know_director(on: Occasion) -> Put:
    contact, ends = f"known-{on.number % 2}", on.now + LINK
    command, seen = _known(on, contact, ends)
    return command, rules.ask_known(on.case, contact, ends, seen)


def know_oneself(on: Occasion) -> Put:
    command, seen = _known(on, "oneself", on.now + LINK)
    return command.model_copy(update={"director_is_applicant": True}), rules.ask_oneself(on.case, seen)


def _known(on: Occasion, contact: str, ends: datetime) -> tuple[Command, str | None]:
    question = on.case["question"]
    seen = question["contact"] if question and on.number % 3 else None
    command = WriteToKnownDirector(
        at=on.now,
        contact=ref(contact),
        owner="registration",
        locale="es",
        link_expires=ends,
        asked_before=None if seen is None else ref(seen).id,
    )
    return command, seen


def escalate(on: Occasion) -> Put:
    reason = ("director_silent", "overdue", "certificate_overdue")[on.number % 3]
    if reason == "director_silent":
        link, attempt = on.link(on.number % 2)
        command = EscalateCase(at=on.now, reason="director_silent", attempt=attempt)
        return command, rules.silent(on.case, link, on.now)
    command = EscalateCase.model_validate({"at": on.now, "reason": reason})
    return command, rules.escalate(on.case, reason)


def move(on: Occasion) -> Put:
    region = ("Madrid", "Galicia", None)[on.number % 3]
    return MoveCase(at=on.now, region=region), rules.move(on.case, region)


def merge(on: Occasion) -> Put:
    school, region = (("madrid", "Madrid"), ("madrid-too", "Galicia"))[on.number % 2]
    return MergeCaseSchool(at=on.now, school=school, region=region), elsewhere.merge(on.case, school, region)


def withdraw(on: Occasion) -> Put:
    return WithdrawCase(at=on.now, reason="left_the_school"), rules.withdraw(on.case)


def want_form(on: Occasion) -> Put:
    due = on.now + timedelta(days=5)
    return RequestCertificate(at=on.now, due=due), rules.want_form(on.case, due)


BY_ITSELF: tuple[Callable[[Occasion], Put], ...] = (
    know_director, know_oneself, want_form, escalate, move, merge, withdraw,
)  # fmt: skip


def _by(act: Callable[[Occasion, T], Put], whoever: T) -> Callable[[Occasion], Put]:
    return lambda on: act(on, whoever)


IN_ORDER: tuple[tuple[tuple[str, Callable[[Occasion], Put]], ...], ...] = (
    *(tuple((one["person"], _by(act, one)) for one in OFFICERS.values()) for act in BY_OFFICERS),
    *((("director", _by(act, 0)),) for act in BY_LINK),
    *(((TEACHER, _by(act, TEACHER)),) for act in BY_APPLICANTS),
    *((("system", act),) for act in BY_ITSELF if act is not withdraw),
)
"""For each thing that can be done: who could do it."""


def allowed(on: Occasion, by: Random) -> tuple[str, Callable[[Occasion], Put]] | None:
    """Something that the rules let somebody do now, and who does it: everything that can be done is as likely."""
    shuffled = (one for things in by.sample(IN_ORDER, len(IN_ORDER)) for one in by.sample(things, len(things)))
    possible = (one for one in shuffled if one[1](replace(on, case=deepcopy(on.case)))[1] == "done")
    return next(possible, None)


def _decider(on: Occasion) -> Any:
    return "national_support" if on.policy["support_decides"] else "representative"
