"""The official register, imported: each line once, refused with a reason, the same file twice changes nothing."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.registration.app import import_schools
from services.registration.app.importing import ImportReport, Told
from services.registration.app.register_files import (
    FileMapping,
    NotASchoolsFile,
    mapping_of,
    read_line,
    read_mapping,
    rows_of,
)
from services.registration.commands import ForgetDirector, RecordDirectorContact, RegisterSchool
from services.registration.school import SCHOOL, School, former_identifier, school_identifier
from shared.contracts.base import derived_id
from shared.event_store.history import Context
from shared.nodes import load_nodes
from tests.services.registration.people import People
from tests.services.registration.school_happened import NSO, ask

REGISTER = Path(__file__).parents[3] / "deploy" / "data" / "schools.csv"
HEADER = "country,official_id,name,city,postal_code,region\n"
FULL = "official_id,name,city,levels,director_name,director_email,mail_domain,closed\n"
MADRID = "Comunidad de Madrid"


def written(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    file = folder / "schools.csv"
    file.write_text(header + "".join(f"{line}\n" for line in lines), encoding=encoding)
    return file


async def imported(people: People, file: Path, **options: Any) -> tuple[ImportReport, list[Told]]:
    told: list[Told] = []
    report = await import_schools(people.service.host, file, told.extend, **options)
    return report, told


async def school(people: People, identifier: str) -> School:
    state, _ = await people.service.host.handler.state(SCHOOL, identifier)
    return state


async def commits(people: People) -> int:
    return await people.service.host.store.commits.count_documents({})


async def test_a_register_is_imported_and_again_changes_nothing(people: People, tmp_path: Path) -> None:
    lines = REGISTER.read_text(encoding="utf-8").splitlines()
    some = [line for number, line in enumerate(lines[1:]) if number % 20 == 0 or line.startswith("GB,")]
    file = written(tmp_path, *some, header=lines[0] + "\n")
    report, told = await imported(people, file)
    assert (report.accepted, report.registered, len(told)) == (len(some) - 3, len(some) - 3, len(some))
    assert report.reasons() == {"withdrawn": 3}
    again, _ = await imported(people, file)
    assert (again.accepted, again.unchanged, len(again.refused)) == (len(some) - 3, len(some) - 3, 3)
    assert await commits(people) == len(some) - 3


def test_of_the_whole_register_only_the_schools_of_a_country_that_left_are_not_admitted() -> None:
    nodes, mapping = load_nodes(), FileMapping()
    said = [read_line(nodes, mapping, line, row) for line, row in rows_of(REGISTER, mapping)]
    assert len({(one.country, one.official_id) for one in said}) == 5231
    assert sum(one.country == "GB" for one in said) == 3
    assert all(not one.notes for one in said)


async def test_two_imports_at_once_register_each_school_once(people: People, tmp_path: Path) -> None:
    file = written(tmp_path, *(f"ES,{number},Instituto,Madrid,," for number in range(30)))
    reports = await asyncio.gather(*(import_schools(people.service.host, file) for _ in range(3)))
    assert sum(report.registered for report in reports) == 30
    assert [report.accepted for report in reports] == [30] * 3
    assert await commits(people) == 30


async def test_a_bad_line_refuses_only_itself(people: People, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        f"ES,1,Instituto Uno,Madrid,28001,{MADRID}", "GB,2,School,London,N1,", "US,3,School,Boston,,",
        "ES,,Instituto,Madrid,,", "ES,4,,Madrid,,", "ES,5,Instituto,,,", f"ES,6,{'x' * 301},Madrid,,",
        f"ES,1,Instituto Uno,Madrid,28001,{MADRID}", "es,a/b c,Instituto Dos,Toledo,,Atlantis", "Spain,7,I,M,,",
    )  # fmt: skip
    report, told = await imported(people, file)
    assert report.registered == 2
    assert [(one.line, one.reason) for one in report.refused] == [
        (3, "withdrawn"), (4, "unknown_country"), (5, "official_id_missing"), (6, "name_missing"), (7, "city_missing"),
        (8, "value_too_long"), (9, "identifier_twice"), (11, "unknown_country"),
    ]  # fmt: skip
    identifier = school_identifier("ES", "a/b c")
    assert told[8] == Told(10, identifier, ("registered",), ("region_unknown",))
    found = await people.http.get(f"/registration/schools/{identifier}")
    assert (found.json()["official_id"], found.json()["region"]) == ("a/b c", None)


async def test_a_school_stands_twice_in_a_file_however_far_apart(people: People, tmp_path: Path) -> None:
    file = written(tmp_path, *(f"ES,{number % 400},Instituto {number},Madrid,," for number in range(401)))
    report, _ = await imported(people, file)
    assert (report.registered, [one.line for one in report.refused]) == (400, [402])
    assert (await school(people, "ES-0")).registered.name == "Instituto 0"  # type: ignore[union-attr]


async def test_official_identifiers_that_look_alike_are_of_two_schools(people: People, tmp_path: Path) -> None:
    alike = ("12/3", "12-3", "школа", "гимназия")
    file = written(tmp_path, *(f"ES,{one},Instituto {one},Madrid,," for one in alike))
    report, told = await imported(people, file)
    assert (report.registered, len({one.school for one in told})) == (4, 4)
    for one, line in zip(alike, told, strict=True):
        known = (await school(people, line.school)).registered
        assert known is not None
        assert (known.official_id, known.name) == (one, f"Instituto {one}")
    again, _ = await imported(people, file)
    assert again.unchanged == 4


async def test_a_school_keeps_its_former_identifier_and_takes_no_other_school_in(
    people: People, tmp_path: Path
) -> None:
    await registered_before(people, "12/3")
    file = written(tmp_path, "ES,12/3,Instituto Uno,Toledo,28001,", "ES,12 3,Instituto Dos,Toledo,28001,")
    report, told = await imported(people, file)
    assert (report.registered, report.changed, told[0].school) == (1, 1, "ES-12-3")
    file = written(tmp_path, "ES,12-3,Instituto Tres,Toledo,28001,")
    report, _ = await imported(people, file)
    assert report.reasons() == {"school_registered_otherwise": 1}
    known = (await school(people, "ES-12-3")).registered
    assert known is not None
    assert (known.official_id, known.name, known.city) == ("12/3", "Instituto Uno", "Toledo")


async def registered_before(people: People, official_id: str) -> None:
    """As it was registered when `/` was lost of an identifier."""
    host, identifier = people.service.host, former_identifier("ES", official_id)
    command = RegisterSchool(
        at=host.clock(), school=identifier, country="ES", region=None, official_id=official_id, name="Instituto Uno",
        city="Madrid", postal_code="28001", not_admitted=None,
    )  # fmt: skip
    await host.handler.handle(SCHOOL, identifier, command, Context("operator", "operator", "es", "c-1"))


async def test_a_changed_line_changes_its_school(people: People, tmp_path: Path) -> None:
    await imported(people, written(tmp_path, "ES,1,Uno,Madrid,28001,", "ES,2,Dos,Madrid,28001,"))
    report, told = await imported(
        people, written(tmp_path, f"ES,1,Único,Madrid,28001,{MADRID}", "ES,2,Dos,Madrid,28001,")
    )
    assert told == [Told(2, "ES-1", ("corrected", "moved")), Told(3, "ES-2", ("unchanged",))]
    assert (report.changed, report.accepted, report.refused) == (1, 2, [])
    shown = (await people.http.get("/registration/schools/ES-1")).json()
    assert (shown["name"], shown["region"]) == ("Único", MADRID)


async def test_a_dry_run_decides_everything_and_changes_nothing(people: People, tmp_path: Path) -> None:
    await imported(people, written(tmp_path, "ES,1,Uno,Madrid,28001,"))
    lines = [
        "1,Único,Madrid,primary,Rosa Mar,rosa@uno.example,uno.example,",
        "2,Dos,Madrid,,,,,",
        "3,Tres,Madrid,,,,,yes",
    ]
    file, spain = written(tmp_path, *lines, header=FULL), FileMapping(country="ES")
    before = await commits(people)
    dry, told_dry = await imported(people, file, mapping=spain, dry_run=True)
    records = people.service.host.database["private_records"]
    assert (await commits(people), await records.count_documents({})) == (before, 0)
    wet, told = await imported(people, file, mapping=spain)
    assert (dry.outcomes, told_dry) == (wet.outcomes, told)
    assert told == [
        Told(2, "ES-1", ("corrected", "described", "director_contact")), Told(3, "ES-2", ("registered",)),
        Told(4, "ES-3", ("refused",), ("school_closed_for_registration",)),
    ]  # fmt: skip


async def test_a_killed_import_goes_on_when_repeated(people: People, tmp_path: Path) -> None:
    file = written(tmp_path, *(f"ES,{number},Instituto,Madrid,," for number in range(500)))

    class Killed(Exception):
        pass

    def kill(told: Any) -> None:
        if told[-1].line > 300:
            raise Killed

    with pytest.raises(Killed):
        await import_schools(people.service.host, file, kill)
    report, _ = await imported(people, file)
    assert (report.unchanged, report.registered) == (400, 100)
    assert await commits(people) == 500


async def test_a_director_is_a_private_record_replaced_by_imports_and_kept_when_a_person_said_so(
    people: People, tmp_path: Path
) -> None:
    spain = FileMapping(country="ES")

    def line(email: str) -> Path:
        return written(tmp_path, f"1,Uno,Madrid,,Rosa Mar,{email},uno.example,", header=FULL)

    async def address() -> str:
        contact = (await school(people, "ES-1")).contact
        assert contact is not None
        found = await people.service.host.records.fetch([contact.record.id])
        return str(found[contact.record.id].fields["email"])  # type: ignore[union-attr]

    _, told = await imported(people, line("rosa@uno.example"), mapping=spain)
    assert told[0].outcomes == ("registered", "described", "director_contact")
    assert (await imported(people, line("rosa@uno.example"), mapping=spain))[1][0].outcomes == ("unchanged",)
    _, told = await imported(people, line("mar@uno.example"), mapping=spain)
    assert (told[0].outcomes, await address()) == (("director_contact",), "mar@uno.example")
    host = people.service.host
    draft = await host.records.draft("r-1", derived_id("director", "ES-1"), "director_contact", {
        "name": "Eva Pol", "email": "eva@uno.example",
    })  # fmt: skip
    command = ask(RecordDirectorContact, NSO, contact=draft.ref)
    await host.handler.handle(SCHOOL, "ES-1", command, Context("nso", "nso:ES", "es", "c", command_id="k"), [draft])
    _, told = await imported(people, line("rosa@uno.example"), mapping=spain)
    assert told == [Told(2, "ES-1", ("unchanged",), ("director_contact_kept",))]
    assert await address() == "eva@uno.example"
    events = [raw for one in await host.store.commits.find({}).to_list(None) for raw in one["events"]]
    assert not any(b"@uno.example" in raw for raw in events)


async def test_a_director_who_was_forgotten_is_brought_back_by_no_register(people: People, tmp_path: Path) -> None:
    spain = FileMapping(country="ES")
    file = written(tmp_path, "1,Uno,Madrid,,Rosa Mar,rosa@uno.example,uno.example,", header=FULL)
    await imported(people, file, mapping=spain)
    context = Context("nso", "national_support_officer:ES", "es", "c", command_id="k")
    await people.service.host.handler.handle(SCHOOL, "ES-1", ask(ForgetDirector), context)
    _, told = await imported(people, file, mapping=spain)
    assert told == [Told(2, "ES-1", ("unchanged",), ("director_erased",))]
    assert (await school(people, "ES-1")).contact is None


async def test_what_cannot_be_used_is_left_out_and_said(people: People, tmp_path: Path) -> None:
    lines = ["1,Uno,Madrid,university,Rosa,nobody,not a domain,", "2,Dos,Madrid,primary|secondary,,a@b.example,,"]
    _, told = await imported(people, written(tmp_path, *lines, header=FULL), mapping=FileMapping(country="ES"))
    assert told == [
        Told(2, "ES-1", ("registered",), ("level_unknown", "mail_domain_invalid", "director_email_invalid")),
        Told(3, "ES-2", ("registered", "described"), ("director_name_missing",)),
    ]
    assert (await school(people, "ES-2")).levels == ("primary", "secondary")


async def test_a_file_of_another_shape_is_mapped(people: People, tmp_path: Path) -> None:
    mapping = tmp_path / "fr.toml"
    mapping.write_text(
        'country = "FR"\ndelimiter = ";"\nencoding = "latin-1"\nclosed = ["FERMÉ"]\n[columns]\nofficial_id = "UAI"\n'
        'name = "nom"\ncity = "commune"\nlevels = "nature"\nclosed = "état"\n[levels]\n"ÉCOLE" = ["primary"]\n',
        encoding="utf-8",
    )
    file = written(
        tmp_path, "0750001A;École Œ?;Paris;école;OUVERT", "0750002B;Collège;Paris;;Fermé",
        header="UAI;nom;commune;nature;état\n".replace("Œ", ""), encoding="cp1252",
    )  # fmt: skip
    _, told = await imported(people, file, mapping=read_mapping(mapping))
    assert [one.outcomes for one in told] == [("registered", "described"), ("refused",)]
    assert (await school(people, "FR-0750001A")).levels == ("primary",)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a,b\n1,2\n", b""])
async def test_what_is_no_register_is_refused_with_a_sentence(people: People, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other.csv"
    file.write_bytes(content)
    for path in (file, tmp_path / "none.csv"):
        with pytest.raises(NotASchoolsFile):
            await import_schools(people.service.host, path)
    with pytest.raises(NotASchoolsFile, match="encoding"):
        await import_schools(people.service.host, file, mapping=FileMapping(encoding="klingon"))


@pytest.mark.parametrize(
    "given",
    [
        {"columns": {"headmaster": "x"}}, {"country": "Spain"}, {"delimiter": "::"}, {"levels": {"a": ["university"]}},
        {"x": 1},
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_refused_with_its_place(given: dict[str, Any]) -> None:
    with pytest.raises(NotASchoolsFile, match=r"headmaster|country|delimiter|levels|x"):
        mapping_of(given)


async def test_a_school_of_another_country_is_not_in_this_file(people: People, tmp_path: Path) -> None:
    report, _ = await imported(people, written(tmp_path, "FR,1,Lycée,Paris,,"), mapping=FileMapping(country="ES"))
    assert report.reasons() == {"another_country": 1}
