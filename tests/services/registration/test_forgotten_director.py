"""A school's director asks to be forgotten: whoever is named later is somebody else (rules §4.17)."""

import pytest

from services.registration.commands import ForgetDirector, RecordDirectorContact
from services.registration.school import SCHOOL, NoSuchSchool, SchoolOutsideYourOffice
from shared.contracts.base import Event, derived_id
from shared.contracts.registration import DirectorForgotten, PersonalDataErased
from tests.given import given
from tests.services.registration.school_happened import (
    MADRID,
    MERGED,
    NSO,
    REPRESENTATIVE,
    SCHOOL_ID,
    ask,
    record,
    registered,
    suggested,
    updated,
)

FIRST = derived_id("director", SCHOOL_ID)
NEXT = derived_id("director", SCHOOL_ID, FIRST)
AFTER_NEXT = derived_id("director", SCHOOL_ID, NEXT)


def forgotten(person: str, director: str) -> tuple[Event, ...]:
    return (
        DirectorForgotten(school=SCHOOL_ID, country="ES", region=MADRID, director=director),
        PersonalDataErased(person=person, reason="director_asked"),
    )


@pytest.mark.parametrize("office", [NSO, REPRESENTATIVE])
def test_nothing_is_known_any_more_and_the_next_director_is_somebody_else(office: dict[str, str | None]) -> None:
    known = given(SCHOOL, registered(), updated("a", "teacher"), suggested("b"))
    case = known.when(ask(ForgetDirector, office)).then(*forgotten(FIRST, NEXT))
    case.when(ask(ForgetDirector)).then(*forgotten(NEXT, AFTER_NEXT))
    case.when(ask(RecordDirectorContact, contact=record("a"))).then(updated("a", "representative"))


def test_a_merged_school_has_records_of_its_own() -> None:
    given(SCHOOL, registered(), MERGED).when(ask(ForgetDirector)).then(*forgotten(FIRST, NEXT))


def test_only_officers_of_the_place_forget() -> None:
    given(SCHOOL).when(ask(ForgetDirector)).then_refused(NoSuchSchool)
    for office in (NSO | {"office_country": "FR"}, REPRESENTATIVE | {"office_region": "Galicia"}):
        given(SCHOOL, registered()).when(ask(ForgetDirector, office)).then_refused(SchoolOutsideYourOffice)
