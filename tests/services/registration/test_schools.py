"""The register of schools: found by what a school is called, shown from its stream."""

from hypothesis import given as every
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.registration.school import former_identifier, school_identifier
from shared.contracts.base import Identifier
from tests.services.registration.people import People
from tests.services.running import problem


async def found(people: People, query: str, country: str | None = "ES", **filters: str) -> list[str]:
    asked = {"query": query} | ({} if country is None else {"country": country}) | filters
    answer = await people.http.get("/registration/schools", params=asked)
    assert answer.status_code == 200
    return [item["school"] for item in answer.json()["items"]]


async def test_a_school_is_found_by_parts_of_its_words(people: People) -> None:
    await people.school("1", name="Instituto Émile Zola")
    await people.school("2", name="Instituto Cervantes")
    await people.service.fold_own()
    assert await found(people, "zol") == ["ES-1"]
    assert await found(people, "EMILE z") == ["ES-1"]
    assert await found(people, "instituto vantes madrid") == ["ES-2"]
    assert await found(people, "drid") == ["ES-2", "ES-1"]
    assert await found(people, "madrid", "FR") == []
    assert await found(people, "nothing") == []


async def test_a_school_is_found_in_any_script_and_in_all_countries(people: People) -> None:
    await people.school("1", "GR", name="Γυμνάσιο Αθήνας")
    await people.school("2", "PL", name="Szkoła Łódź")
    await people.service.fold_own()
    for query in ("Αθήνα", "αθηνα", "athina", "GYMNASIO", "θήν"):
        assert await found(people, query, "GR") == ["GR-1"]
        assert await found(people, query, None) == ["GR-1"]
    for query in ("Łódź", "lodz", "szkola", "odz"):
        assert await found(people, query, None) == ["PL-2"]


async def test_closed_schools_and_levels_are_asked_for(people: People) -> None:
    await people.school()
    await people.service.fold_own()
    assert await found(people, "uno", level="primary") == []
    assert await found(people, "uno", closed="true") == []
    assert await found(people, "uno", region="Comunidad de Madrid") == []
    answer = await people.http.get("/registration/schools", params={"query": "uno", "level": "university"})
    assert answer.status_code == 422


async def test_a_search_needs_a_word_of_three_letters(people: People) -> None:
    for query in ("a", "!!", "du n 2"):
        answer = await people.http.get("/registration/schools", params={"country": "FR", "query": query})
        assert problem(answer) == (409, "query-too-broad")


async def test_a_school_is_shown_from_its_stream(people: People) -> None:
    await people.school()
    found = await people.http.get("/registration/schools/ES-1")
    assert (found.status_code, found.headers["etag"], found.json()["name"]) == (200, '"1"', "Instituto Uno")
    assert (await people.http.get("/registration/schools/ES-2")).status_code == 404


def test_identifiers_hold_letters_digits_and_few_signs() -> None:
    assert school_identifier("FR", "0110710M") == "FR-0110710M"
    assert school_identifier("ES", "28.01:a-b") == "ES-28.01:a-b"
    assert school_identifier("ES", "28/01 á").startswith("ES-28-01---")


ALIKE = ("12/3", "12-3", "12 3", "12--3", "-12-3", "школа", "гимназия", "1" * 97, "1" * 98, "1" * 99)
OFFICIAL = st.one_of(st.sampled_from(ALIKE), st.text("12-/ шя.", min_size=1, max_size=8), st.text(min_size=1))


@every(st.sampled_from(["ES", "FR"]), OFFICIAL, st.sampled_from(["ES", "FR"]), OFFICIAL)
def test_no_two_schools_have_the_same_identifier(country: str, one: str, elsewhere: str, other: str) -> None:
    identifier, another = school_identifier(country, one), school_identifier(elsewhere, other)
    assert (identifier == another) == ((country, one) == (elsewhere, other))
    TypeAdapter(Identifier).validate_python(identifier)
    assert len(identifier) <= 100


@every(st.from_regex(r"[A-Za-z0-9._:]+(-[A-Za-z0-9._:]+)*", fullmatch=True).filter(lambda one: len(one) < 97))
def test_an_identifier_that_lost_nothing_stays_as_it_was(official: str) -> None:
    assert school_identifier("ES", official) == former_identifier("ES", official) == f"ES-{official}"
