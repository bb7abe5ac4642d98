"""What a teacher does with a profile, and what the support services do to it and to the account."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from random import Random
from typing import Any

from services.registration import commands as ask
from tests.lives import account_rules as account
from tests.lives import people
from tests.lives import profile_rules as profile
from tests.lives.acts import OFFICERS, TEACHER
from tests.lives.people import Put, Self
from tests.services.registration.happened import ref

SUPPORT: Mapping[str, dict[str, Any]] = dict(OFFICERS) | {
    "centre": {"person": "centre", "kind": "central_support_officer", "country": None, "region": None}
}
"""Whoever may try to hold or to block."""


def _school(number: int) -> str:
    return sorted(profile.SCHOOLS)[number % len(profile.SCHOOLS)]


def _at(now: datetime, school: str) -> dict[str, Any]:
    country, region = profile.SCHOOLS[school]
    return {
        "at": now, "school": school, "role": "teacher", "locale": "es", "director_contact": ref("director"),
        "school_country": country, "school_region": region, "not_admitted": None,
    }  # fmt: skip


def add(me: Self, now: datetime, number: int, back: int) -> Put:
    school = _school(number)
    return "profile", ask.AddSchool(**_at(now, school)), profile.add(me.profile, school)


def change(me: Self, now: datetime, number: int, back: int) -> Put:
    school = _school(number)
    return "profile", ask.ChangeSchool(**_at(now, school)), profile.change(me.profile, school)


def leave(me: Self, now: datetime, number: int, back: int) -> Put:
    school = _school(number)
    return "profile", ask.LeaveSchool(at=now, school=school), profile.leave(me.profile, school)


def choose(me: Self, now: datetime, number: int, back: int) -> Put:
    school = _school(number)
    return "profile", ask.ChooseMainSchool(at=now, school=school), profile.choose(me.profile, school)


def sign_in(me: Self, now: datetime, number: int, back: int) -> Put:
    me.last_access = now.date()
    return "profile", ask.ReturnTeacher(at=now), profile.come_back(me.profile)


def sign_in_before_a_crash(me: Self, now: datetime, number: int, back: int) -> Put:
    """The access is noted, the return is not: the next sweep sees the difference."""
    me.last_access = now.date()
    return "profile", None, "none"


BY_OWNER: Mapping[str, Callable[[Self, datetime, int, int], Put]] = {
    one.__name__: one
    for one in (
        people.start, people.start_elsewhere, people.resend, people.confirm, people.complete, people.complete_as_head,
        people.vouch_for_oneself, people.let_expire, people.repeat, people.recover, people.reset,
        people.change_address, people.agree_at_the_old, people.agree_at_the_new, people.withdraw_address,
        people.erase, add, change, leave, choose, sign_in, sign_in_before_a_crash,
    )
}  # fmt: skip

NEEDS_ACCOUNT = frozenset(one.__name__ for one in (add, change, leave, choose, sign_in, sign_in_before_a_crash))

ENDS_ALL = frozenset({"erase", "let_expire"})


def allowed(me: Self, now: datetime, number: int, by: Random) -> str | None:
    """Something that the rules let the owner do now."""
    kept = frozenset[str]() if me.account["holds"] else ENDS_ALL
    able = BY_OWNER.keys() - kept - (NEEDS_ACCOUNT if me.account["stage"] != "teacher" else set())
    shuffled = by.sample(sorted(able), len(able))
    return next((act for act in shuffled if BY_OWNER[act](deepcopy(me), now, number, 0)[2] == "done"), None)


def _office(now: datetime, officer: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": now, "by": officer["person"], "authority": officer["kind"], "authority_country": officer["country"],
    }  # fmt: skip


def _of_account(officer: dict[str, Any]) -> bool:
    """The support service of the country in which the teacher registered, or the centre; nobody for oneself."""
    central = officer["kind"] == "central_support_officer"
    national = (officer["kind"], officer["country"]) == ("national_support_officer", "ES")
    return (central or national) and officer["person"] != TEACHER


def hold(me: Self, officer: dict[str, Any], now: datetime, number: int) -> Put:
    which = f"hold-{number % 2}"
    command = ask.PlaceLegalHold(
        person=TEACHER, hold=which, reason="investigation", statement=None, **_office(now, officer)
    )
    return "teacher", command, account.hold(me.account, which, by_support=_of_account(officer))


def release(me: Self, officer: dict[str, Any], now: datetime, number: int) -> Put:
    which = f"hold-{number % 2}"
    command = ask.ReleaseLegalHold(person=TEACHER, hold=which, reason="settled", **_office(now, officer))
    return "teacher", command, account.release(me.account, which, by_support=_of_account(officer))


def block(me: Self, officer: dict[str, Any], now: datetime, number: int) -> Put:
    command = ask.BlockProfile(reason="misuse", statement=None, **_office(now, officer))
    return "profile", command, profile.block(me.profile, officer, TEACHER, wanted=True)


def unblock(me: Self, officer: dict[str, Any], now: datetime, number: int) -> Put:
    command = ask.UnblockProfile(reason="settled", **_office(now, officer))
    return "profile", command, profile.block(me.profile, officer, TEACHER, wanted=False)


BY_SUPPORT: Mapping[str, Callable[[Self, dict[str, Any], datetime, int], Put]] = {
    one.__name__: one for one in (hold, release, block, unblock)
}
