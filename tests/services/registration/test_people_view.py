"""People as they chose to be seen: every fact about a profile moves by whom a teacher is found (FAQ L26)."""

from typing import Any

import pytest
from hypothesis import given

from services.registration.views import ANYONE, MEMBERS, PEOPLE
from shared.contracts.base import Event
from shared.contracts.envelope import Recorded
from shared.contracts.registration import PersonalDataErased, TeacherRegistered
from shared.search.facts import NO_PART
from shared.views.view import Document, Fields
from tests.services.interleavings import assert_same_documents, interleaved
from tests.services.recorded import story
from tests.services.registration import profiled as did
from tests.services.registration.happened import ref

REGISTERED = TeacherRegistered(
    teacher="t-1", country="ES", region=None, school="ES-1", role="teacher", locale="es", name=ref("name"),
    email=ref("email"), director_contact=ref("director"),
)  # fmt: skip
ERASED = PersonalDataErased(person="t-1", reason="requested")


def streams(*profile: Event, account: tuple[Event, ...] = (REGISTERED,)) -> list[list[Recorded[Event]]]:
    return [story("teacher-t-1", *account), story("profile-t-1", did.opened(), *profile)]


def folded(*profile: Event, account: tuple[Event, ...] = (REGISTERED,)) -> Fields:
    document = Document("t-1")
    for stream in streams(*profile, account=account):
        for one in stream:
            assert PEOPLE.concerns(one) == ("t-1",)
            document.fold(PEOPLE, one)
    assert document.fields is not None
    return document.fields


@pytest.mark.parametrize(
    ("visibility", "scope"),
    [("nobody", None), ("members", [MEMBERS, MEMBERS, "ES"]), ("everyone", [MEMBERS, ANYONE, "ES"])],
)
def test_l26_people_are_seen_by_whom_they_chose(visibility: str, scope: list[str] | None) -> None:
    document = folded(did.described(visibility))
    assert document["scope"] == scope
    assert (document["part"] == NO_PART) is (scope is None)


def test_members_see_whoever_has_not_chosen() -> None:
    assert folded()["scope"] == [MEMBERS, MEMBERS, "ES"]


@pytest.mark.parametrize("gone", [(did.blocked(),), (did.inactivated(),), (did.inactivated(), did.removed())])
def test_the_blocked_inactive_and_removed_are_found_by_nobody(gone: tuple[Event, ...]) -> None:
    document = folded(did.described("everyone"), *gone)
    assert (document["scope"], document["part"]) == (None, NO_PART)


@pytest.mark.parametrize("back", [(did.blocked(), did.unblocked()), (did.inactivated(), did.reactivated())])
def test_who_is_back_is_found_as_before(back: tuple[Event, ...]) -> None:
    assert folded(did.described("everyone"), *back) == folded(did.described("everyone"))


def test_the_erased_are_found_by_nobody() -> None:
    document = folded(did.described("everyone"), account=(REGISTERED, ERASED))
    assert document["scope"] is None


def test_an_officer_is_not_among_the_people() -> None:
    assert PEOPLE.concerns(story("officer-p-1", PersonalDataErased(person="p-1", reason="requested"))[0]) == ()


@pytest.mark.parametrize(
    ("events", "schools"),
    [
        ((did.added(),), [["ES-1", "ES"], ["ES-2", "ES"]]),
        ((did.added(), did.chosen()), [["ES-2", "ES"], ["ES-1", "ES"]]),
        ((did.added(), did.left()), [["ES-1", "ES"]]),
        ((did.added(), did.changed()), [["FR-1", "FR"], ["ES-2", "ES"]]),
    ],
)
def test_schools_are_kept_the_main_one_first(events: tuple[Event, ...], schools: list[list[str]]) -> None:
    document = folded(*events)
    assert document["schools"] == schools
    assert document["scope"] == [MEMBERS, MEMBERS, schools[0][1]]
    assert {f"country:{country}" for _, country in schools} <= set(document["facets"])


def test_a_description_is_found_by_every_code() -> None:
    document = folded(did.described(ages=(12, 14)))
    ages = ["age:12", "age:13", "age:14"]
    assert document["facets"] == [*ages, "country:ES", "language:es", "subject:art"]
    assert (document["age_from"], document["age_to"]) == (12, 14)


def test_no_name_stands_in_the_view() -> None:
    document: dict[str, Any] = folded()
    assert document["record"] == ref("name").id
    assert "text" not in document


@given(arrived=interleaved(streams(did.described("everyone"), did.added(), did.blocked(), did.unblocked())))
def test_the_order_of_streams_does_not_matter(arrived: list[Recorded[Event]]) -> None:
    whole = streams(did.described("everyone"), did.added(), did.blocked(), did.unblocked())
    assert_same_documents([PEOPLE], arrived, whole)
