"""Forged answers to one decision on many cases: each line is held against the store, by an identity of its own."""

import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.story.calls import Call, Fact
from tests.chaos.checker.bulk import line_id
from tests.chaos.checker.journal import commands_of, read_journal
from tests.chaos.checker.violation import Violation
from tests.chaos.forge import Forge
from tests.chaos.forged_programme import forged_programme
from tests.chaos.journal import BULK, Journal
from tests.chaos.worlds import reports, violations, world_of

Doc = dict[str, Any]
ASKED: Doc = {"line": "asked", "id": "k", "service": "validation", "route": BULK, "kind": "validate_all", "at": 1}


def bulk(outcome: str = "ok", **more: object) -> Doc:
    return {"line": "answered", "id": "k", "outcome": outcome, "at": 2, "actor": "o", **more}


def line(case: str, outcome: str, version: int | None = None, *, again: bool = False) -> Doc:
    return {"case": case, "outcome": outcome, "version": version, "open": again}


def decided_one() -> Forge:
    """Case `b1` was decided by the request, `t1` long before."""
    forge = forged_programme()
    forge.command("validation", "case-b1", "approve b1", ("DirectorApproved", {"case": "b1", "teacher": "t1"}))
    key = line_id("o", BULK, "k", "b1")
    forge.command("validation", "case-b1", key, ("TeacherValidated", {"case": "b1", "teacher": "t1"}))
    forge.tell()
    forge.blocks, forge.positions = Forge().blocks, Forge().positions
    forge.seal()
    return forge


def judged(*lines: Doc) -> list[Violation]:
    return violations(world_of(decided_one(), journal=commands_of([ASKED, *lines])))


def test_the_identity_of_a_case_is_derived_as_documented() -> None:
    assert line_id("o", BULK, "k", "b1") == hashlib.sha256(f"o|{BULK}|k|b1".encode()).hexdigest()


@pytest.mark.parametrize(
    "answers",
    [
        [bulk(lines=[line("b1", "decided", 2), line("t1", "already", 3), line("none", "refused")])],
        [bulk(lines=[line("b1", "refused", again=True)])],
        [bulk(lines=[line("b1", "refused", again=True)]), bulk(lines=[line("b1", "decided", 2)])],
        [bulk("unknown"), bulk(lines=[line("b1", "decided", 2)])],
        [bulk("unknown")],
    ],
)
def test_true_answers_give_no_finding(answers: list[Doc]) -> None:
    assert judged(*answers) == []


@pytest.mark.parametrize(
    ("answer", "evidence"),
    [
        (bulk(lines=[line("t1", "decided", 3)]), "case t1 was acknowledged as decided, and no commit says so"),
        (bulk(lines=[line("b1", "decided", 7)]), "answered at version 7, which is not in the store"),
        (bulk(lines=[line("b1", "refused")]), "case b1 was refused, yet"),
        (bulk(lines=[line("b1", "already", 2)]), "case b1 was decided before, yet"),
        (bulk(actor=None, lines=[line("b1", "decided", 2)]), "nobody is named"),
        (bulk(actor="p", lines=[line("b1", "decided", 2)]), "no commit says so"),
    ],
)
def test_a_false_line_is_found(answer: Doc, evidence: str) -> None:
    assert reports(judged(answer), "I1", evidence)


def test_a_case_that_was_decided_twice_is_found() -> None:
    forge = decided_one()
    key = line_id("o", BULK, "k", "b1")
    forge.command("validation", "case-b1", key, ("TeacherValidated", {"case": "b1", "teacher": "t1"}))
    found = violations(world_of(forge, journal=commands_of([ASKED, bulk(lines=[line("b1", "decided", 2)])])))
    assert reports(found, "I1", "was done 2 times")
    assert reports(found, "rules", "in a case that")


def test_the_journal_keeps_every_line_of_an_answer(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    call = Call("validation", BULK, "validate_all", actor="o", key="k")
    busy = {"type": "busy", "title": "", "status": 503, "data": {}, "retry_after": 1}
    answered = [
        {"case": "b1", "outcome": "decided", "version": 2, "problem": None},
        {"case": "b2", "outcome": "refused", "version": None, "problem": busy},
        {"case": "b3", "outcome": "refused", "version": None, "problem": busy | {"retry_after": None}},
    ]
    journal.asked(call)
    journal.answered(call, "ok", Fact("validation", "validate_all", None, None, 1.0, {"cases": answered}))
    journal.close()
    (command,) = read_journal(tmp_path / "journal.jsonl")
    assert command.actor == "o"
    assert [(one.outcome, one.version, one.open) for one in command.lines.values()] == [
        ("decided", 2, False),
        ("refused", None, True),
        ("refused", None, False),
    ]
    assert command.command_id is None
    assert orjson.loads((tmp_path / "journal.jsonl").read_bytes().splitlines()[0])["route"] == BULK
