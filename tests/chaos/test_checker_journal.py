"""Forged journals, doubled effects, seals and views: what should not have happened is reported."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.chaos.checker.journal import UnreadableJournal, commands_of, read_journal
from tests.chaos.checker.views import Dump, check_views
from tests.chaos.forge import Forge
from tests.chaos.forged_programme import forged_programme
from tests.chaos.worlds import reports, violations, world_of

Line = dict[str, Any]


def asked(key: str = "k1") -> Line:
    return {"line": "asked", "id": key, "service": "projects", "route": "POST /projects", "kind": "propose", "at": 1}


def answered(outcome: str, stream: str = "project-p1", version: int = 1, **more: object) -> Line:
    place = {"stream": stream, "version": version} if outcome == "ok" else {}
    return {"line": "answered", "id": "k1", "outcome": outcome, "at": 2, **place, **more}


def judged(*lines: Line) -> list[Any]:
    return violations(world_of(forged_programme(), journal=commands_of(lines)))


@pytest.mark.parametrize(
    "lines",
    [
        (asked(), answered("ok")),
        (asked(), answered("ok", command_id="propose")),
        (asked(), answered("unknown"), asked(), answered("ok", command_id="propose")),
        (asked(), answered("unknown", command_id="never stored")),
        (asked(), answered("refused", command_id="never stored")),
        (asked(),),
    ],
)
def test_a_true_journal_gives_no_finding(lines: tuple[Line, ...]) -> None:
    assert judged(*lines) == []


@pytest.mark.parametrize(
    ("lines", "evidence"),
    [
        ((asked(), answered("ok", version=9)), "acknowledged as project-p1@9, which is not in the store"),
        ((asked(), answered("ok", stream="project-p2")), "which is not in the store"),
        ((asked(), answered("ok", command_id="other")), "no commit of its stream names it"),
        ((asked(), answered("ok", version=9), answered("unknown")), "which is not in the store"),
        ((asked(), answered("ok"), answered("ok", version=2)), "acknowledged at different places"),
        ((asked(), answered("refused", command_id="propose")), "was refused, yet"),
    ],
)
def test_a_forged_journal_is_found(lines: tuple[Line, ...], evidence: str) -> None:
    assert reports(judged(*lines), "I1", evidence)


def test_a_torn_last_line_counts_as_not_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(orjson.dumps(asked()) + b"\n" + orjson.dumps(answered("ok"))[:20])
    assert [command.outcome for command in read_journal(path)] == ["unknown"]


def test_a_torn_line_before_the_last_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(orjson.dumps(asked())[:20] + b"\n" + orjson.dumps(answered("ok")) + b"\n")
    with pytest.raises(UnreadableJournal):
        read_journal(path)


def test_an_answer_to_nothing_is_refused() -> None:
    with pytest.raises(UnreadableJournal):
        commands_of([answered("ok")])


def done_twice(forge: Forge) -> None:
    forge.command("projects", "project-p1", "accept", ("ProjectApprovedByNSS", {"project": "p1", "country": "ES"}))


def reacted_twice(forge: Forge) -> None:
    cause = forge.reaction("recognition", "dossier-p1", started(forge), "open_dossier", ("NQSRecorded", {}))
    assert cause


def reacted_on_another_stream(forge: Forge) -> None:
    forge.reaction("recognition", "dossier-p2", started(forge), "open_dossier", ("NQSRecorded", {}))


def reacted_by_an_unknown_policy(forge: Forge) -> None:
    forge.reaction("recognition", "dossier-p2", started(forge), "dream", ("NQSRecorded", {}))


def cause_of_nowhere(forge: Forge) -> None:
    forge.reaction("recognition", "dossier-p2", "0000", "open_dossier", ("NQSRecorded", {}))


def sealed_twice(forge: Forge) -> None:
    seal = {"project": "p1", "teacher": "t1", "country": "ES"}
    forge.command("recognition", "seal-again", "again", ("ETwinningSealIssued", seal))


def sealed_a_stranger(forge: Forge) -> None:
    forge.command("recognition", "seal-x", "x", ("ETwinningSealIssued", {"project": "p1", "teacher": "t9"}))


def sealed_without_a_project(forge: Forge) -> None:
    forge.command("recognition", "seal-x", "x", ("ETwinningSealIssued", {"project": "p9", "teacher": "t1"}))


def started_without_approval(forge: Forge) -> None:
    facts = {"project": "p7", "founding_countries": ["ES", "FR"], "founders": []}
    forge.command("projects", "project-p7", "x", ("ProjectStarted", facts))


def granted_without_assessment(forge: Forge) -> None:
    facts = {"project": "p1", "teacher": "t3", "country": "ES"}
    forge.command("recognition", "application-t3", "a", ("NQSApplied", facts))
    forge.command("recognition", "application-t3", "b", ("NQSGranted", facts))


def european_seal_of_one_country(forge: Forge) -> None:
    facts = {"project": "p3", "teacher": "t1", "country": "ES", "founding_countries": ["ES"]}
    forge.command("recognition", "dossier-p3", "a", ("DossierOpened", facts))
    forge.command("recognition", "dossier-p3", "b", ("EQSQualified", facts), ("EQSGranted", facts))


def validated_without_director(forge: Forge) -> None:
    forge.command("validation", "case-x", "a", ("TeacherValidated", {"teacher": "t1"}))


DAMAGES: dict[Callable[[Forge], None], tuple[str, str]] = {
    done_twice: ("I1", "the command accept was done 2 times"),
    reacted_twice: ("I6", "open_dossier acted 2 times"),
    reacted_on_another_stream: ("I6", "acted on 2 streams"),
    reacted_by_an_unknown_policy: ("I6", "which no table expects"),
    cause_of_nowhere: ("I2", "rests on the event 0000"),
    sealed_twice: ("I11", "to the same teacher"),
    sealed_a_stranger: ("I11", "is no member"),
    sealed_without_a_project: ("I11", "never started"),
    started_without_approval: ("I11", "without the approval of FR"),
    granted_without_assessment: ("I11", "before it was assessed"),
    european_seal_of_one_country: ("I11", "founded in one country"),
    validated_without_director: ("I11", "before the director approved"),
}


def started(forge: Forge) -> str:
    raw = forge.commits["projects"][-1]["events"][-1]
    return str(orjson.loads(raw)["id"])


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_wrong_history_is_found(damage: Callable[[Forge], None]) -> None:
    forge = forged_programme()
    damage(forge)
    invariant, evidence = DAMAGES[damage]
    found = violations(world_of(forge))
    assert reports(found, invariant, evidence), found


def test_equal_views_give_no_finding() -> None:
    live: Dump = {"view_x": [{"_id": "1", "a": 1, "b": [1, 2], "_rev": 7}, {"_id": "2"}]}
    rebuilt: Dump = {"view_x": [{"_id": "2"}, {"_id": "1", "b": [1, 2], "a": 1, "_rev": 1}]}
    assert list(check_views(live, rebuilt)) == []


@pytest.mark.parametrize(
    ("rebuilt", "evidence"),
    [
        ([{"_id": "1", "a": 2, "b": [1, 2]}], "live and rebuilt differ in a"),
        ([{"_id": "1", "a": 1, "b": [2, 1]}], "live and rebuilt differ in b"),
        ([{"_id": "1", "a": 1, "b": [1, 2], "c": 0}], "live and rebuilt differ in c"),
        ([], "the rebuilt one lacks it"),
        ([{"_id": "1", "a": 1, "b": [1, 2]}, {"_id": "2"}], "the live one lacks it"),
    ],
)
def test_a_differing_view_is_found(rebuilt: list[dict[str, Any]], evidence: str) -> None:
    live = {"view_x": [{"_id": "1", "a": 1, "b": [1, 2], "_rev": 3}]}
    assert reports(list(check_views(live, {"view_x": rebuilt})), "I7", evidence)
