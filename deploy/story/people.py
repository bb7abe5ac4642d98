"""Who takes part: made-up people whose addresses derive from a real school and the run, and the schools themselves."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SCHOOLS_FILE = Path(__file__).parents[1] / "data" / "schools.csv"
# Names that no school bears: what is found of them somewhere has leaked there.
FAMILY_NAME, TEACHER_NAME, OFFICER_NAME, DIRECTOR_NAME = "Ejemplarez", "Maricruzada", "Ofelinda", "Doloresita"
PASSWORD = "correct horse battery staple"  # noqa: S105 made-up people of a story have no secret


@dataclass(frozen=True, slots=True)
class School:
    """A school of the list that is imported."""

    country: str
    official_id: str
    name: str
    city: str
    region: str | None

    def address(self, who: str, run: str) -> str:
        """`teacher-0750001a-k3x9@school.example`: nobody's, and another one in each run."""
        return f"{who}-{self.official_id.lower()}-{run}@school.example"


def schools(*countries: str, file: Path = SCHOOLS_FILE) -> dict[str, list[School]]:
    """The schools of these countries (all, if none is named), in the order of the list."""
    found: dict[str, list[School]] = {}
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if not countries or row["country"] in countries:
                found.setdefault(row["country"], []).append(_school(row))
    return found


def _school(row: Mapping[str, str]) -> School:
    return School(row["country"], row["official_id"], row["name"], row["city"], row["region"] or None)


@dataclass(slots=True)
class Person:
    """Somebody with an account. `id` is the pseudonym; `token` is renewed by `Programme.sign_in`."""

    id: str
    email: str
    country: str | None = None
    region: str | None = None
    token: str | None = None
    signed_in_at: float = 0.0


@dataclass(slots=True)
class Teacher(Person):
    """A teacher of a school; `director` is the address that was given for the school's director."""

    school: School | None = None
    director: str = ""


@dataclass(slots=True)
class Officer(Person):
    """A holder of an office."""

    kind: str = ""
