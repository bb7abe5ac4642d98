"""`etwinning schools import`: what it says, what it refuses before it connects, and the report that it writes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.commands.progress import lines_in
from deploy.commands.schools import schools
from deploy.errors import Unable
from deploy.registers import reported_to, summary
from services.registration.app.importing import ImportReport, Told

RUNNER = CliRunner()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--map", "name"], "mapped as OURS=THEIRS"),
        (["--map", "headmaster=x"], "headmaster"),
        (["--country", "Spain"], "wrong at country"),
        (["--delimiter", "::"], "wrong at delimiter"),
        (["--mapping", "none.toml"], "no mapping in TOML"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, options: list[str], said: str) -> None:
    file = tmp_path / "schools.csv"
    file.write_text("country,official_id,name,city\n", encoding="utf-8")
    done = RUNNER.invoke(schools, ["import", str(file), *options])
    assert isinstance(done.exception, Unable)
    assert said in str(done.exception)


def test_a_file_that_is_not_there_is_named() -> None:
    done = RUNNER.invoke(schools, ["import", "none.csv"])
    assert isinstance(done.exception, Unable)
    assert "none.csv" in str(done.exception)


def test_the_report_holds_line_school_outcome_and_reason(tmp_path: Path) -> None:
    told = [Told(2, "ES-1", ("corrected", "moved")), Told(3, "", ("refused",), ("name_missing",))]
    with reported_to(tmp_path / "report.csv") as write:
        write(told)
    lines = (tmp_path / "report.csv").read_text(encoding="utf-8").splitlines()
    assert lines == ["line,school,outcome,reason", "2,ES-1,corrected+moved,", "3,,refused,name_missing"]
    assert lines_in(tmp_path / "report.csv") == 3
    with pytest.raises(Unable), reported_to(tmp_path / "none" / "report.csv"):
        pass


def test_a_summary_counts_what_was_done_and_names_refused_lines() -> None:
    report = ImportReport()
    for told in (
        Told(2, "ES-1", ("registered", "described")), Told(3, "ES-2", ("corrected", "moved")),
        Told(4, "ES-3", ("unchanged",)), Told(5, "GB-1", ("refused",), ("withdrawn",)),
    ):  # fmt: skip
        report.count(told)
    assert summary(report) == (
        "Schools: 3 accepted (1 new, 1 corrected, 1 described, 1 moved), 1 refused (withdrawn: lines 5)"
    )
