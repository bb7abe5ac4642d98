"""Teachers and projects for the figures of their searches, folded as the views fold them; and what people ask."""

import csv
import random
from collections.abc import Iterator, Sequence
from typing import Any

from services.projects.views import FOUND
from services.registration.views import PEOPLE
from shared.contracts.base import Event, RecordRef, derived_id
from shared.contracts.projects import Member, ProjectProposed, ProjectStarted
from shared.contracts.registration import ProfileDescribed, ProfileOpened, TeacherRegistered
from shared.contracts.teaching import Ages
from shared.mongo import Document
from shared.search.private_texts import text_entry
from shared.views.view import Document as Folded
from shared.views.view import View
from tests.benchmarks.searching import COUNTRIES, REGISTER
from tests.services.recorded import START, story

GIVEN = (
    "Ana Luc Eva Pia Zoé Łucja Małgorzata Jürgen Søren Åsa Çağla Đorđe Nikoletta Giovanni Concepción François Ágnes "
    "Αθηνά Γιώργος Ελένη Κωνσταντίνος Надія Олександр Петър Марија Милица ნინო გიორგი Անահիտ Արամ José João Mihai "
    "Ioana Rūta Jānis Õie Pekka Siiri Máire Seán Anneke Willem Björn Guðrún Marit Ivan Katarína Tomáš Żaneta"
).split()
LANGUAGES = "en fr de es it pl ro el tr uk pt cs".split()
SUBJECTS = "mathematics history geography foreign_languages art music biology physics informatics citizenship".split()
TITLES = (
    "Rivers of Europe", "Our school garden", "Letters across the sea", "Robots and us", "Songs of the grandparents",
    "Mapping the stars", "Water for everyone", "A cookbook in five languages", "Ποτάμια της Ευρώπης", "Nasza rzeka",
    "Les contes d'ici et d'ailleurs", "Die Stadt der Zukunft", "El patio de todos", "Il mare che ci unisce",
)  # fmt: skip
Halves = tuple[Document, Document, Document]
"""Of one entry: the view's document, what it is called, and the private record of that."""


class Made:
    """The same ones in every run; family names are those of towns."""

    def __init__(self) -> None:
        self._random = random.Random(26)
        with REGISTER.open(encoding="utf-8", newline="") as file:
            towns = {row["city"].title() for row in csv.DictReader(file)}
        self._families = sorted(word for word in {max(town.split(), key=len) for town in towns} if len(word) > 3)

    def people(self, size: int) -> Iterator[Halves]:
        """A third is seen by everyone, the others by members; each at one of 5,000 schools."""
        for number in range(size):
            teacher, ref, country = derived_id("person", str(number)), _ref("name", number), self._country()
            place: dict[str, Any] = {
                "teacher": teacher, "country": country, "region": None, "school": f"{country}-{number % 5_000}",
                "role": "teacher",
            }  # fmt: skip
            profile = (ProfileOpened(**place), self._described(teacher, "members" if number % 3 else "everyone"))
            account = TeacherRegistered(**place, locale="en", name=ref, email=ref, director_contact=ref)
            name = {"given_name": self._one(GIVEN), "family_name": self._one(self._families)}
            document = _folded(PEOPLE, teacher, [(f"teacher-{teacher}", [account]), (f"profile-{teacher}", profile)])
            yield _halves(document, teacher, ref, name, " ".join(name.values()))

    def projects(self, size: int) -> Iterator[Halves]:
        """Running ones of two founders; their titles end in a town."""
        for number in range(size):
            project, ref = derived_id("project", str(number)), _ref("title", number)
            founders = [self._member(number, side) for side in ("first", "second")]
            countries = tuple(dict.fromkeys(one.country for one in founders))
            proposed = ProjectProposed(
                project=project, founder=founders[0], co_founder=founders[1], title=ref, **self._codes(),
                ages=Ages(age_from=self._one((3, 6, 11)), age_to=self._one((12, 16, 19))),
            )  # fmt: skip
            started = ProjectStarted(project=project, founders=tuple(founders), founding_countries=countries)
            title = {"title": f"{self._one(TITLES)} {self._one(self._families)}"}
            document = _folded(FOUND, project, [(f"project-{project}", [proposed, started])])
            yield _halves(document, project, ref, title, title["title"])

    def questions(self, count: int, called: Sequence[str]) -> list[dict[str, Any]]:
        """What people ask: parts of a word, two words, codes with a word and without."""
        return [self._question(number, called) for number in range(count)]

    def _question(self, number: int, called: Sequence[str]) -> dict[str, Any]:
        word, length = self._one(self._families), self._random.randint(3, 6)
        start = self._random.randint(0, max(0, len(word) - length))
        first = max(self._one(called).split(), key=len)
        codes = {"subject": self._one(SUBJECTS), "language": self._one(LANGUAGES)}
        kinds: tuple[dict[str, Any], ...] = (
            {"query": word[:length]}, {"query": f"{first} {word[:3]}"}, {"query": first[: length + 1]},
            {"query": word[start : start + length]}, {"query": word, "country": self._country()},
            {"country": self._country(), "subject": codes["subject"]}, codes | {"age": self._random.randint(3, 19)},
            {"query": first, "language": codes["language"], "age": 12},
        )  # fmt: skip
        return kinds[number % len(kinds)]

    def _described(self, teacher: str, visibility: Any) -> ProfileDescribed:
        ages = {"age_from": self._one((3, 6, 11)), "age_to": self._one((12, 16, 19))}
        return ProfileDescribed(teacher=teacher, visibility=visibility, **self._codes(), **ages)

    def _codes(self) -> dict[str, Any]:
        return {
            name: tuple(sorted(self._random.sample(codes, 2)))
            for name, codes in (("languages", LANGUAGES), ("subjects", SUBJECTS))
        }

    def _member(self, number: int, side: str) -> Member:
        country = self._country()
        return Member(teacher=derived_id(side, str(number)), school=f"{country}-{side}-{number}", country=country)

    def _country(self) -> str:
        return COUNTRIES[min(len(COUNTRIES) - 1, int(self._random.expovariate(0.1)))]

    def _one(self, of: Sequence[Any]) -> Any:
        return self._random.choice(of)


def _ref(kind: str, number: int) -> RecordRef:
    return RecordRef(id=derived_id(kind, str(number)), commitment="0" * 64)


def _folded(view: View, key: str, streams: Sequence[tuple[str, Sequence[Event]]]) -> Document:
    document = Folded(key)
    for stream, events in streams:
        for one in story(stream, *events):
            document.fold(view, one)
    return document.to_stored()


def _halves(document: Document, subject: str, ref: RecordRef, fields: dict[str, str], text: str) -> Halves:
    record = {
        "_id": ref.id, "subject": subject, "kind": "made", "fields": fields, "salt": b"0" * 32, "stream": subject,
        "version": 1, "written": START,
    }  # fmt: skip
    return document, {"_id": document["_id"], **text_entry(subject, ref.id, text)}, record
