"""People as they chose to be seen, without a name: how a teacher is found (FAQ L26). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, assert_never, get_args

from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    MainSchoolChosen,
    PersonalDataErased,
    ProfileBlocked,
    ProfileDescribed,
    ProfileInactivated,
    ProfileOpened,
    ProfileReactivated,
    ProfileRemoved,
    ProfileUnblocked,
    TeacherRegistered,
    TeacherSchoolAdded,
    TeacherSchoolChanged,
    TeacherSchoolLeft,
)
from shared.search.entries import age_facets
from shared.search.facts import INDEXES, fact_fields
from shared.views.view import Fields, View

ProfileFact: TypeAlias = (
    ProfileOpened
    | ProfileDescribed
    | TeacherSchoolAdded
    | TeacherSchoolChanged
    | TeacherSchoolLeft
    | MainSchoolChosen
    | ProfileBlocked
    | ProfileUnblocked
    | ProfileInactivated
    | ProfileReactivated
    | ProfileRemoved
)
PersonEvent: TypeAlias = TeacherRegistered | PersonalDataErased | ProfileFact
_UNHEARD: Mapping[str, Any] = {
    "record": None, "erased": False, "schools": [], "blocked": False, "standing": "active",
    "visibility": "members", "languages": [], "subjects": [], "age_from": 3, "age_to": 19,
}  # fmt: skip


def person_keys(recorded: Recorded[Any]) -> Sequence[str]:
    """One document a teacher; officers, who may be erased too, are found nowhere."""
    event: PersonEvent = recorded.event
    if isinstance(event, PersonalDataErased):
        return (event.person,) if recorded.stream.startswith("teacher-") else ()
    return (event.teacher,)


def fold_person(document: Fields | None, recorded: Recorded[Any]) -> Fields:
    """How a teacher chose to be seen (FAQ L26), without a name: `{record, erased}` by the account's stream, the rest by
    the profile's, and what the two are found by (`fact_fields`). `schools`: `[school, country]`, the main one first.
    """
    event: PersonEvent = recorded.event
    known = dict(document or _UNHEARD)
    match event:
        case TeacherRegistered():
            known["record"] = event.name.id
        case PersonalDataErased():
            known["erased"] = True
        case _:
            known |= _of_profile(known, event)
    return known | _seen(recorded, known)


def _of_profile(known: Fields, event: ProfileFact) -> Fields:
    match event:
        case ProfileDescribed():
            return event.model_dump(mode="json", exclude={"teacher"})
        case ProfileBlocked() | ProfileUnblocked():
            return {"blocked": isinstance(event, ProfileBlocked)}
        case ProfileInactivated():
            return {"standing": "inactive"}
        case ProfileReactivated():
            return {"standing": "active"}
        case ProfileRemoved():
            return {"standing": "removed"}
        case _:
            return {"schools": _at_schools(known["schools"], event)}


def _at_schools(
    before: list[list[str]],
    event: ProfileOpened | TeacherSchoolAdded | TeacherSchoolChanged | TeacherSchoolLeft | MainSchoolChosen,
) -> list[list[str]]:
    here = [event.school, event.country]
    match event:
        case ProfileOpened() | TeacherSchoolAdded():
            return [*before, here]
        case TeacherSchoolChanged():
            return [here, *(one for one in before if one[0] != event.left)]
        case TeacherSchoolLeft():
            return [one for one in before if one[0] != event.school]
        case MainSchoolChosen():
            return [here, *(one for one in before if one[0] != event.school)]
        case _:
            assert_never(event)


MEMBERS, ANYONE = "members", "everyone"
"""Where people are looked for: all of them by whoever is signed in, within these by everybody else."""


def _seen(recorded: Recorded[Any], known: Fields) -> Fields:
    """Who is blocked, inactive, gone or not yet at a school is seen by nobody."""
    lives = known["schools"] and known["standing"] == "active" and not known["blocked"] and not known["erased"]
    seen = lives and known["visibility"] != "nobody"
    facets = [
        *(f"country:{country}" for country in sorted({one[1] for one in known["schools"]})),
        *(f"language:{language}" for language in known["languages"]),
        *(f"subject:{subject}" for subject in known["subjects"]),
        *age_facets(known["age_from"], known["age_to"]),
    ]
    scope = [MEMBERS, known["visibility"], known["schools"][0][1]] if seen else None
    return fact_fields(person_keys(recorded)[0], known["record"], scope, facets)


PEOPLE = View(
    name="people",
    version=2,
    keys=person_keys,
    fold=fold_person,
    events=(TeacherRegistered, PersonalDataErased, *get_args(ProfileFact)),
    indexes=INDEXES,
)
