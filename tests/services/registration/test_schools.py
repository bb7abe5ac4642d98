"""The register of schools: imported once, refused with a reason, found by what a school is called."""

import asyncio
from pathlib import Path

import pytest

from services.registration.app import import_schools
from services.registration.app.importing import NotASchoolsFile, Refused, command_of, lines_of, school_identifier
from tests.services.registration.people import People
from tests.services.running import problem

REGISTER = Path(__file__).parents[3] / "deploy" / "data" / "schools.csv"
HEADER = "country,official_id,name,city,postal_code,region\n"


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    file = folder / "schools.csv"
    file.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


async def test_a_register_is_imported_and_again_changes_nothing(people: People, tmp_path: Path) -> None:
    lines = REGISTER.read_text(encoding="utf-8").splitlines()
    some = [line for number, line in enumerate(lines[1:]) if number % 20 == 0 or line.startswith("GB,")]
    file = written(tmp_path, *some, header=lines[0] + "\n")
    seen: list[int] = []
    report = await import_schools(people.service.host, file, seen.append)
    assert (report.accepted, report.registered) == (len(some) - 3, len(some) - 3)
    assert report.reasons() == {"withdrawn": 3}
    assert sum(seen) == len(some)
    again = await import_schools(people.service.host, file)
    assert (again.accepted, again.registered, len(again.refused)) == (len(some) - 3, 0, 3)
    assert await people.service.host.store.commits.count_documents({}) == len(some) - 3


async def test_of_the_whole_register_all_but_three_withdrawn_schools_are_admitted(people: People) -> None:
    commands = [command_of(people.service.host, row) for _, row in lines_of(REGISTER)]
    assert len({command.school for command in commands}) == 5231
    refused = [command for command in commands if command.not_admitted is not None]
    assert [(command.country, command.not_admitted) for command in refused] == [("GB", "withdrawn")] * 3


async def test_two_imports_at_once_register_each_school_once(people: People, tmp_path: Path) -> None:
    file = written(tmp_path, *(f"ES,{number},Instituto,Madrid,," for number in range(30)))
    reports = await asyncio.gather(*(import_schools(people.service.host, file) for _ in range(3)))
    assert sum(report.registered for report in reports) == 30
    assert [report.accepted for report in reports] == [30] * 3


async def test_a_bad_line_refuses_only_itself(people: People, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "ES,1,Instituto Uno,Madrid,28001,Comunidad de Madrid", "GB,2,School,London,N1,", "US,3,School,Boston,,",
        "ES,,Instituto,Madrid,,", "ES,4,,Madrid,,", "ES,5,Instituto,,,", f"ES,6,{'x' * 301},Madrid,,",
        "ES,1,Instituto Uno,Madrid,28001,Comunidad de Madrid", "es,a/b c,Instituto Dos,Toledo,,Atlantis",
        "Spain,7,I,M,,",
    )  # fmt: skip
    report = await import_schools(people.service.host, file)
    assert report.registered == 2
    assert [(one.line, one.reason) for one in report.refused] == [
        (4, "unknown_country"), (5, "official_id_missing"), (6, "name_missing"), (7, "city_missing"),
        (8, "value_too_long"), (9, "identifier_twice"), (11, "unknown_country"), (3, "withdrawn"),
    ]  # fmt: skip
    found = await people.http.get("/registration/schools/ES-a-b-c")
    assert (found.json()["official_id"], found.json()["region"]) == ("a/b c", None)


async def test_other_data_for_a_known_school_is_refused(people: People, tmp_path: Path) -> None:
    await import_schools(people.service.host, written(tmp_path, "ES,1,Instituto Uno,Madrid,,"))
    report = await import_schools(people.service.host, written(tmp_path, "ES,1,Instituto Otro,Madrid,,"))
    assert report.refused == [Refused(2, "school_registered_otherwise")]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a,b\n1,2\n", b""])
async def test_what_is_no_register_is_refused_with_a_sentence(people: People, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other.csv"
    file.write_bytes(content)
    with pytest.raises(NotASchoolsFile):
        await import_schools(people.service.host, file)
    with pytest.raises(NotASchoolsFile):
        await import_schools(people.service.host, tmp_path / "none.csv")


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
