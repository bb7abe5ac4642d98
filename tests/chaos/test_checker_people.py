"""Forged histories of people: whatever breaks a rule about accounts, cases and blocks is reported."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.chaos.checker.people import check_people
from tests.chaos.checker.violation import Violation
from tests.chaos.forge import Fact, Forge, canonical, hashed
from tests.chaos.forged_programme import forged_programme
from tests.chaos.worlds import reports, violations, world_of


def judged(forge: Forge) -> list[Violation]:
    return list(check_people(world_of(forge)))


def history(stream: str, *names: str | Fact, service: str = "validation") -> Forge:
    """One commit an event."""
    forge = Forge()
    for number, name in enumerate(names):
        forge.command(service, stream, f"{number}", (name, {"case": "c"}) if isinstance(name, str) else name)
    return forge


def with_claims(forge: Forge, *claims: str | None) -> Forge:
    """The commits of registration, in order, as made by commands that name these claims."""
    for commit, claim in zip(forge.commits["registration"], claims, strict=True):
        head: dict[str, Any] = json.loads(commit["head"])
        head["command"] = {"type": "Asked", "data": {} if claim is None else {"claim": claim}}
        commit["head"] = canonical(head)
        commit["hash"] = hashed(b"etwinning.commit.v1\n", commit["prev_hash"], commit["head"])
    return forge


def accounts(*histories: tuple[str, str, str | None]) -> Forge:
    """`(stream, event, claim)`, one commit each."""
    forge = Forge()
    for number, (stream, name, _) in enumerate(histories):
        forge.command("registration", stream, f"{number}", (name, {}))
    return with_claims(forge, *(claim for _, _, claim in histories))


START, LIVE, MOVE, GONE = "RegistrationStarted", "TeacherRegistered", "EmailChanged", "PersonalDataErased"


@pytest.mark.parametrize(
    "names",
    [
        ("DirectorApproved", "TeacherValidated"),
        ("DirectorApproved", "TeacherValidated", "ValidationLapsed"),
        ("TeacherRejected", "RefusalContested", "RefusalUpheld"),
        ("DirectorApproved", "TeacherRejected", "RefusalContested", "TeacherValidated"),
        ("DirectorRefused", "TeacherRejected", "ValidationReopened", "DirectorApproved", "TeacherValidated"),
        ("ValidationWithdrawn", "DirectorApproved"),
    ],
)
def test_cases_as_the_rules_have_them_give_no_finding(names: tuple[str, ...]) -> None:
    assert judged(history("case-c", *names)) == []


WRONG_CASES: dict[str, tuple[str | Fact, ...]] = {
    "in a case that": ("DirectorApproved", "TeacherValidated", "TeacherRejected"),
    "(TeacherValidated)": ("DirectorApproved", "TeacherValidated", "TeacherValidated"),
    "(RefusalUpheld)": ("TeacherRejected", "RefusalContested", "RefusalUpheld", "TeacherRejected"),
    "(ValidationWithdrawn)": ("ValidationWithdrawn", "TeacherRejected"),
    "answer was None": ("TeacherValidated", "DirectorApproved"),
    "answer was DirectorRefused": ("DirectorApproved", "DirectorRefused", "TeacherValidated"),
    "nobody contested": ("RefusalUpheld",),
    "ValidationReopened of a case that was not refused": ("DirectorApproved", "TeacherValidated", "ValidationReopened"),
    "RefusalContested of a case that was not refused": ("RefusalContested",),
    "contested twice": (*("TeacherRejected", "RefusalContested", "TeacherRejected", "RefusalContested"),),
    "not in force": ("ValidationLapsed",),
    "the same officer's": (("TeacherRejected", {"by": "somebody"}), "RefusalContested", "RefusalUpheld"),
}


@pytest.mark.parametrize("evidence", WRONG_CASES)
def test_a_case_against_the_rules_is_found(evidence: str) -> None:
    found = judged(history("case-c", *WRONG_CASES[evidence]))
    assert reports(found, "rules", evidence), found


def test_the_second_look_may_be_another_officers() -> None:
    refused = ("TeacherRejected", {"by": "another"})
    assert judged(history("case-c", refused, "RefusalContested", "RefusalUpheld")) == []


def blocked(reason: str = "technical", capacity: str = "national_support_officer:ES") -> Forge:
    forge = history("profile-t", ("ProfileBlocked", {"reason": reason}), service="registration")
    commit = forge.commits["registration"][0]
    commit["events"] = [canonical({**json.loads(commit["events"][0]), "capacity": capacity})]
    return forge


def unblocked() -> Fact:
    return ("ProfileUnblocked", {"reason": "technical"})


def test_a_block_by_an_officer_with_a_reason_gives_no_finding() -> None:
    forge = blocked()
    forge.command("registration", "profile-t", "u", unblocked())
    assert judged(forge) == []


def blocked_twice() -> Forge:
    forge = blocked()
    forge.command("registration", "profile-t", "again", ("ProfileBlocked", {"reason": "technical"}))
    return forge


WRONG_BLOCKS: dict[str, Callable[[], Forge]] = {
    "without a reason": lambda: blocked(reason=""),
    "by nobody in office": lambda: blocked(capacity="teacher"),
    "while blocked": blocked_twice,
    "was not blocked": lambda: history("profile-t", unblocked(), service="registration"),
}


@pytest.mark.parametrize("evidence", WRONG_BLOCKS)
def test_a_block_against_the_rules_is_found(evidence: str) -> None:
    assert reports(judged(WRONG_BLOCKS[evidence]()), "rules", evidence)


def test_addresses_that_are_left_or_only_asked_for_may_be_anothers() -> None:
    forge = accounts(
        ("teacher-a", START, "x"),
        ("teacher-a", LIVE, None),
        ("teacher-a", "EmailChangeRequested", "y"),
        ("teacher-a", MOVE, "y"),
        ("teacher-b", START, "x"),
        ("teacher-b", LIVE, None),
        ("teacher-b", "EmailChangeRequested", "z"),
        ("teacher-c", START, "z"),
        ("teacher-c", LIVE, None),
        ("teacher-c", GONE, None),
        ("teacher-d", START, "z"),
        ("teacher-d", LIVE, None),
        ("teacher-e", START, "z"),
    )
    assert judged(forge) == []


@pytest.mark.parametrize(
    "second",
    [
        [("teacher-b", START, "x"), ("teacher-b", LIVE, None)],
        [("officer-b", "OfficeOffered", "x"), ("officer-b", "OfficeAccepted", None)],
        [("teacher-b", START, "y"), ("teacher-b", LIVE, None), ("teacher-b", MOVE, "x")],
        [
            *(("teacher-b", START, "y"), ("teacher-b", GONE, None)),
            *(("teacher-b", START, "x"), ("teacher-b", LIVE, None)),
        ],
    ],
)
def test_two_accounts_at_one_address_are_found(second: list[tuple[str, str, str | None]]) -> None:
    first: list[tuple[str, str, str | None]] = [("teacher-a", START, "x"), ("teacher-a", LIVE, None)]
    assert reports(judged(accounts(*first, *second)), "rules", "lives at the same address as teacher-a")


def test_all_of_it_is_looked_at_with_everything_else() -> None:
    forge = forged_programme()
    forge.command("validation", "case-t1", "again", ("TeacherRejected", {"case": "c-t1"}))
    assert reports(violations(world_of(forge)), "rules", "in a case that")
