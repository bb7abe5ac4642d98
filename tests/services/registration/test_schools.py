"""The register of schools: found by what a school is called, shown from its stream."""

from services.registration.school import school_identifier
from tests.services.registration.people import People
from tests.services.running import problem


async def test_a_school_is_found_by_beginnings_of_its_words(people: People) -> None:
    await people.school("1", name="Instituto Émile Zola")
    await people.school("2", name="Instituto Cervantes")
    await people.service.fold_own()

    async def found(query: str, country: str = "ES") -> list[str]:
        answer = await people.http.get("/registration/schools", params={"country": country, "query": query})
        assert answer.status_code == 200
        return [item["school"] for item in answer.json()["items"]]

    assert await found("zol") == ["ES-1"]
    assert await found("EMILE z") == ["ES-1"]
    assert await found("instituto cerv madrid") == ["ES-2"]
    assert await found("madrid") == ["ES-1", "ES-2"]
    assert await found("madrid", "FR") == []
    assert await found("nothing") == []


async def test_words_that_half_the_schools_have_are_too_broad(people: People) -> None:
    for query in ("instituto", "a", "!!", "lycée du"):
        answer = await people.http.get("/registration/schools", params={"country": "FR", "query": query})
        assert problem(answer) == (409, "query-too-broad")


async def test_a_school_is_shown_from_its_stream(people: People) -> None:
    await people.school()
    found = await people.http.get("/registration/schools/ES-1")
    assert (found.status_code, found.headers["etag"], found.json()["name"]) == (200, '"1"', "Instituto Uno")
    assert (await people.http.get("/registration/schools/ES-2")).status_code == 404


def test_identifiers_hold_letters_digits_and_few_signs() -> None:
    assert school_identifier("FR", "0110710M") == "FR-0110710M"
    assert school_identifier("ES", "28/01 á") == "ES-28-01-"
