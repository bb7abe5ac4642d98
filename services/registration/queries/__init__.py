"""What pages and the API ask of registration: schools and people by what they are called, one school by its stream."""

from services.registration.queries.people import (
    PEOPLE_NAMES,
    PeopleAnswer,
    PeopleSearch,
    WantedPeople,
    joined_people,
    people_index,
    people_names,
)
from services.registration.queries.schools import (
    Directors,
    Proposals,
    QueryTooBroad,
    SchoolAnswer,
    SchoolFound,
    Schools,
    SchoolsAnswer,
    SchoolSearch,
)

__all__ = [
    "PEOPLE_NAMES",
    "Directors",
    "PeopleAnswer",
    "PeopleSearch",
    "Proposals",
    "QueryTooBroad",
    "SchoolAnswer",
    "SchoolFound",
    "SchoolSearch",
    "Schools",
    "SchoolsAnswer",
    "WantedPeople",
    "joined_people",
    "people_index",
    "people_names",
]
