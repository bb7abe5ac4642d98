"""What happened to a profile, and what is asked of it: one maker each, for decisions' tests."""

from datetime import datetime, timedelta
from typing import Any

from services.registration.commands import (
    AddSchool,
    AnnounceInactivation,
    AnnounceRemoval,
    BlockProfile,
    ChangeSchool,
    ChooseMainSchool,
    DescribeProfile,
    Inactivate,
    LeaveSchool,
    OpenProfile,
    Remove,
    ReturnTeacher,
    UnblockProfile,
)
from shared.contracts.registration import (
    InactivationAnnounced,
    MainSchoolChosen,
    ProfileBlocked,
    ProfileDescribed,
    ProfileInactivated,
    ProfileOpened,
    ProfileReactivated,
    ProfileRemoved,
    ProfileUnblocked,
    RemovalAnnounced,
    RemovalCancelled,
    TeacherSchoolAdded,
    TeacherSchoolChanged,
    TeacherSchoolLeft,
)
from tests.services.registration.happened import ref
from tests.services.running import NOW

LAST = NOW.replace(hour=0)
DUE = LAST + timedelta(days=731)
GONE = LAST + timedelta(days=1096)


def opened() -> ProfileOpened:
    return ProfileOpened(teacher="t-1", country="ES", region="Madrid", school="ES-1", role="teacher")


def described(visibility: Any = "members", ages: tuple[int, int] = (3, 19)) -> ProfileDescribed:
    return ProfileDescribed(
        teacher="t-1", visibility=visibility, languages=("es",), subjects=("art",), age_from=ages[0], age_to=ages[1]
    )


def added(school: str = "ES-2", country: str = "ES") -> TeacherSchoolAdded:
    return TeacherSchoolAdded(
        teacher="t-1", country=country, region=None, school=school, role="adviser", locale="es",
        director_contact=ref("director"),
    )  # fmt: skip


def changed(school: str = "FR-1", left: str = "ES-1", country: str = "FR") -> TeacherSchoolChanged:
    return TeacherSchoolChanged(
        teacher="t-1", country=country, region=None, school=school, left=left, role="adviser", locale="es",
        director_contact=ref("director"),
    )  # fmt: skip


def left(school: str = "ES-2") -> TeacherSchoolLeft:
    return TeacherSchoolLeft(teacher="t-1", country="ES", school=school)


def chosen(school: str = "ES-2", region: str | None = None) -> MainSchoolChosen:
    return MainSchoolChosen(teacher="t-1", country="ES", region=region, school=school)


def blocked(reason: str = "misuse") -> ProfileBlocked:
    return ProfileBlocked(teacher="t-1", country="ES", reason=reason, statement=ref("statement"))


def unblocked() -> ProfileUnblocked:
    return ProfileUnblocked(teacher="t-1", country="ES", reason="settled")


def warned(last: datetime = LAST, due: datetime = DUE) -> InactivationAnnounced:
    return InactivationAnnounced(teacher="t-1", last_access=last, due=due)


def inactivated(last: datetime = LAST) -> ProfileInactivated:
    return ProfileInactivated(teacher="t-1", last_access=last)


def warned_of_removal(last: datetime = LAST, due: datetime = GONE) -> RemovalAnnounced:
    return RemovalAnnounced(teacher="t-1", last_access=last, due=due)


def cancelled() -> RemovalCancelled:
    return RemovalCancelled(teacher="t-1")


def reactivated() -> ProfileReactivated:
    return ProfileReactivated(teacher="t-1")


def removed(last: datetime = LAST) -> ProfileRemoved:
    return ProfileRemoved(teacher="t-1", last_access=last)


def open_() -> OpenProfile:
    return OpenProfile(at=NOW, teacher="t-1", country="ES", region="Madrid", school="ES-1", role="teacher")


def describe(visibility: Any = "members", ages: tuple[int, int] = (3, 19)) -> DescribeProfile:
    return DescribeProfile(
        at=NOW, visibility=visibility, languages=("es",), subjects=("art",), age_from=ages[0], age_to=ages[1]
    )


def add(school: str = "ES-2", country: str = "ES", not_admitted: Any = None, **looked_up: Any) -> AddSchool:
    return AddSchool(at=NOW, **_school(school, country, not_admitted) | looked_up)


def change(school: str = "FR-1", country: str = "FR", not_admitted: Any = None, **looked_up: Any) -> ChangeSchool:
    return ChangeSchool(at=NOW, **_school(school, country, not_admitted) | looked_up)


def _school(school: str, country: str, not_admitted: Any) -> dict[str, Any]:
    return {
        "school": school, "role": "adviser", "locale": "es", "director_contact": ref("director"),
        "school_country": country, "school_region": None, "not_admitted": not_admitted,
    }  # fmt: skip


def leave(school: str = "ES-2") -> LeaveSchool:
    return LeaveSchool(at=NOW, school=school)


def choose(school: str = "ES-2") -> ChooseMainSchool:
    return ChooseMainSchool(at=NOW, school=school)


def block(
    authority: Any = "national_support_officer", country: str | None = "ES", by: str = "p-9", reason: str = "misuse"
) -> BlockProfile:
    return BlockProfile(
        at=NOW, by=by, authority=authority, authority_country=country, reason=reason, statement=ref("statement")
    )


def unblock(authority: Any = "national_support_officer", country: str | None = "ES", by: str = "p-9") -> UnblockProfile:
    return UnblockProfile(at=NOW, by=by, authority=authority, authority_country=country, reason="settled")


def warn(at: datetime, last: datetime = LAST, due: datetime = DUE) -> AnnounceInactivation:
    return AnnounceInactivation(at=at, last_access=last, not_before=LAST + timedelta(days=700), due=due)


def inactivate(at: datetime = DUE, last: datetime = LAST) -> Inactivate:
    return Inactivate(at=at, last_access=last, not_before=DUE)


def warn_of_removal(at: datetime, last: datetime = LAST, due: datetime = GONE) -> AnnounceRemoval:
    return AnnounceRemoval(at=at, last_access=last, not_before=LAST + timedelta(days=1065), due=due)


def remove(at: datetime = GONE, last: datetime = LAST, not_before: datetime = GONE) -> Remove:
    return Remove(at=at, last_access=last, not_before=not_before)


def come_back(at: datetime = NOW) -> ReturnTeacher:
    return ReturnTeacher(at=at)
