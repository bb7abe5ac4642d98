"""The whole programme over the running stack, three times at once, and again: what has to be true of it afterwards."""

import asyncio
import json
import re
from collections import Counter
from typing import Any

import pytest

from deploy.local.stack import LocalStack
from shared.contracts.projects import ProjectStarted
from shared.contracts.recognition import (
    EQSGranted,
    EQSQualified,
    ETwinningSealIssued,
    NQSGranted,
    ReactionDeclined,
)
from shared.contracts.registration import TeacherRegistered
from shared.contracts.validation import DirectorApproved, TeacherValidated
from tests.chaos.quiet import wait_for_quiet
from tests.e2e.register import AGAIN, TELLINGS
from tests.e2e.telling import Told, command, received, tell

pytestmark = pytest.mark.timeout(240)
LAST_LINE = re.compile(r"The story \S+: (\d+) facts, (\d+) mails, [\d.]+ seconds\.")


@pytest.fixture(scope="module")
def told(programme_stack: LocalStack) -> list[Told]:
    """Three tellings at the same time."""

    async def three() -> list[Told]:
        return await asyncio.gather(*(tell(programme_stack, run) for run in TELLINGS))

    return asyncio.run(three())


def test_everybody_becomes_a_validated_teacher_by_the_directors_word(told: list[Told]) -> None:
    for one in told:
        teachers = {event.event.teacher for event in one.events(TeacherRegistered)}
        assert len(teachers) == 3
        assert {event.event.teacher for event in one.events(TeacherValidated)} == teachers
        assert len(one.events(DirectorApproved)) == 3


def test_both_founders_get_the_etwinning_seal_by_themselves_once_their_project_runs(told: list[Told]) -> None:
    for one in told:
        first, second = one.events(ProjectStarted)
        issued = Counter(event.event.project for event in one.events(ETwinningSealIssued))
        assert issued == {first.event.project: 2, second.event.project: 3}
        seals = one.events(ETwinningSealIssued)
        assert all(seal.envelope.causationid is not None for seal in seals)
        assert len({seal.stream for seal in seals}) == len(seals)


def test_the_european_seal_goes_to_both_and_only_to_the_project_of_two_countries(told: list[Told]) -> None:
    for one in told:
        first, _ = one.events(ProjectStarted)
        assert len(one.events(NQSGranted)) == 5
        granted = one.events(EQSGranted)
        assert {event.event.project for event in granted} == {first.event.project}
        assert {event.event.country for event in granted} == {"ES", "FR"}
        assert len({event.event.teacher for event in granted}) == len(granted) == 2
        assert [event.event.project for event in one.events(EQSQualified)] == [first.event.project]


def test_a_project_of_one_country_is_declined_for_the_record(told: list[Told]) -> None:
    for one in told:
        _, second = one.events(ProjectStarted)
        declined = [
            event for event in one.events(ReactionDeclined) if event.stream == f"dossier-{second.event.project}"
        ]
        assert [event.event.reason for event in declined] == ["founded_in_one_country"]


def test_every_chain_that_was_touched_is_verified(told: list[Told]) -> None:
    for one in told:
        assert len(one.proved) == len({(sighting.service, sighting.recorded.stream) for sighting in one.seen})
        assert {service for service, _ in one.proved} == {
            "registration", "validation", "projects", "recognition", "notifications",
        }  # fmt: skip


def test_each_teacher_is_told_of_each_seal(told: list[Told]) -> None:
    for one in told:
        subjects = Counter(mail.subject for mail in one.mails)
        assert subjects["Your eTwinning Seal"] == len(one.events(ETwinningSealIssued))
        assert subjects["Your National Quality Seal"] == len(one.events(NQSGranted))
        assert subjects["Your European Quality Seal"] == len(one.events(EQSGranted))


def test_a_message_is_one_mail_to_each_recipient(programme_stack: LocalStack, told: list[Told]) -> None:
    mails = received(programme_stack)
    copies = Counter((mail["message_id"], tuple(mail["to"])) for mail in mails)
    assert max(copies.values()) == 1
    assert all(re.fullmatch(r"<[0-9a-f-]{36}@local\.etwinning\.example>", identifier) for identifier, _ in copies)
    sent = {one.recorded.stream for telling in told for one in telling.seen if one.what == "NotificationSent"}
    assert sent <= {f"message-{mail['message_id'][1:37]}" for mail in mails}


async def test_it_can_be_told_again_from_the_command_line(programme_stack: LocalStack, told: list[Told]) -> None:
    done = await command(programme_stack, "story", "--run", AGAIN)
    assert done.returncode == 0, done.stderr
    assert LAST_LINE.fullmatch(done.stdout.strip().splitlines()[-1])
    for fact in ("TeacherValidated", "ETwinningSealIssued", "EQSGranted", "founded_in_one_country"):
        assert fact in done.stdout


async def test_operators_find_nothing_waiting_and_nothing_wrong(programme_stack: LocalStack, told: list[Told]) -> None:
    assert await wait_for_quiet(programme_stack, 60) == ()
    lag = await command(programme_stack, "lag", "--json")
    assert lag.returncode == 0, lag.stderr
    rows = _rows(lag.stdout)
    assert {row["service"] for row in rows} == {service for one in told for service, _ in one.proved}
    assert [row for row in rows if row["waiting"] or row["parked"]] == []
    verified = await command(programme_stack, "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


async def test_the_history_of_a_dossier_reads_in_words(programme_stack: LocalStack, told: list[Told]) -> None:
    stream = told[0].events(EQSQualified)[0].stream
    shown = await command(programme_stack, "streams", "show", stream, "--json")
    assert shown.returncode == 0, shown.stderr
    assert [row["what"] for row in _rows(shown.stdout)].count("EQSGranted") == 2
    table = await command(programme_stack, "streams", "show", stream)
    assert stream in table.stdout
    assert "DossierOpened" in table.stdout


def _rows(lines: str) -> list[dict[str, Any]]:
    """What a command prints with `--json`: one object a line."""
    return [json.loads(line) for line in lines.splitlines()]
