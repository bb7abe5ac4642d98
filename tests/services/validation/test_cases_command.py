"""`etwinning cases` against a real database, as an operator calls it: what it shows, what it keeps, what it says."""

import asyncio
import json
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from deploy.cli import UNABLE
from deploy.local.python import ENVIRONMENT, module
from tests.services.running import Running
from tests.services.validation.authority import HISTORIES
from tests.services.validation.happened import CONTACT, noted
from tests.services.validation.stage import written

MADRID = "Comunidad de Madrid"
Done = subprocess.CompletedProcess[str]


async def called(service: Running, *arguments: str, **other: str) -> Done:
    """`etwinning cases …` in a process of its own, with the settings of the service under test."""
    environment: Mapping[str, str] = {**service.environment, **ENVIRONMENT, **other}
    command = module("deploy.cli", "cases", *arguments)
    return await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=False, timeout=120, env=environment
    )


def lines(done: Done) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


async def test_open_cases_are_listed_as_their_officers_have_them(service: Running) -> None:
    service.clock.now = datetime.now(UTC)
    overdue = await written(service, HISTORIES["asked"], region=MADRID, days_ago=40)
    begun = await written(service, HISTORIES["opened"], region=MADRID, days_ago=1.5)
    abroad = await written(service, HISTORIES["approved"], country="PT", region=None, days_ago=2.5)
    for state in ("validated", "rejected", "withdrawn"):
        await written(service, HISTORIES[state], days_ago=5)
    await service.fold_own()
    found = lines(await called(service, "list", "--json"))
    assert [(row["case"], row["band"], row["days"]) for row in found] == [
        (overdue, 0, 40),
        (abroad, 3, 2),
        (begun, 4, 1),
    ]
    assert (found[0]["owner"], found[0]["why"]) == ("director", "overdue waits_for_others")
    assert [row["case"] for row in lines(await called(service, "list", "--country", "pt", "--json"))] == [abroad]
    of_region = await called(service, "list", "--country", "ES", "--region", MADRID.lower(), "--limit", "1", "--json")
    assert [row["case"] for row in lines(of_region)] == [overdue]
    waiting = await called(service, "list", "--owner", "representative", "--json")
    assert [row["case"] for row in lines(waiting)] == [abroad, begun]
    table = await called(service, "list", "--limit", "1")
    assert "The first 1: --limit shows more" in table.stdout


async def test_one_case_is_shown_with_every_event_and_nothing_about_a_person(service: Running) -> None:
    service.clock.now = datetime.now(UTC)
    case = await written(service, HISTORIES["asked"], days_ago=40)
    standing, *events = lines(await called(service, "show", case, "--json"))
    assert (standing["status"], standing["owner"], standing["next"]) == (
        "director_asked",
        "director",
        "director_answers",
    )
    assert standing["owner_due"] < standing["due"] < datetime.now(UTC).isoformat()
    told = ["ValidationOpened", *(type(event).__name__ for event in HISTORIES["asked"][1:])]
    assert [one["what"] for one in events] == told
    assert all(set(one) == {"version", "time", "what", "as", "policy"} for one in events)
    shown = await called(service, "show", f"case-{case}")
    assert "Where it stands" in shown.stdout
    assert CONTACT.id not in shown.stdout + json.dumps([standing, events])


async def test_a_case_that_ended_and_a_transfer_to_be_settled_are_shown_too(service: Running) -> None:
    case = await written(service, HISTORIES["validated"])
    standing, *_ = lines(await called(service, "show", case, "--json"))
    assert (standing["status"], standing["next"]) == ("validated", "nothing")
    assert "owner" not in standing
    transfer = await written(service, [noted()])
    standing, event = lines(await called(service, "show", transfer, "--json"))
    assert (standing["status"], event["what"]) == ("transfer to be settled", "TransferNoted")


async def test_what_there_is_not_is_one_sentence(service: Running) -> None:
    for arguments, said in (
        (("show", "nothing"), "There is no case 'nothing': see `etwinning cases list`"),
        (("list", "--country", "Spain"), "There is no country 'Spain' in the programme: choose of AL, AM"),
        (("list", "--country", "ES", "--region", "Atlantis"), "Spain has no region 'Atlantis': choose of"),
        (("list", "--country", "PT", "--region", "Norte"), "Portugal has no region 'Norte': the country has none"),
    ):
        done = await called(service, *arguments)
        assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (UNABLE, True, 1), done.stderr


async def test_a_database_that_is_not_prepared_or_does_not_answer_is_said(service: Running) -> None:
    unprepared = await called(service, "list", ETWINNING_DATABASE_PREFIX="nowhere_")
    assert (unprepared.returncode, "prepare" in unprepared.stderr) == (UNABLE, True)
    silent = await called(service, "list", ETWINNING_MONGO_URL="mongodb://127.0.0.1:9/")
    assert silent.returncode == UNABLE
    assert "The database does not answer" in silent.stderr
    assert "make up" in silent.stderr
