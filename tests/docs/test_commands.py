"""Every command that a document names exists, with these arguments; and a wrong one is found."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from deploy.cli import app
from tests.architecture.tree import ROOT
from tests.docs.markdown import Named, commands_in, documents

WRONG_USAGE = 2
_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def fault(named: Named) -> str | None:
    """What is wrong with a command that a document names; None if nothing is."""
    program, *arguments = named.words
    if program == "etwinning":
        return _etwinning(arguments, named.whole)
    if program == "make":
        return _make(arguments)
    if program.startswith(".venv/bin/"):
        return None if (ROOT / program).exists() else f"{program} is not installed"
    return None if program in {"kill", "cd"} else f"nobody checks {program}"


def _etwinning(arguments: list[str], whole: bool) -> str | None:
    command: Any = typer.main.get_command(app)
    rest = [argument for argument in arguments if argument != "--help"]
    asks_help = len(rest) < len(arguments)
    path: str | None = "etwinning"
    try:
        while isinstance(command, TyperGroup) and rest and re.match("[a-z]", rest[0]):
            path, command, rest = command.resolve_command(typer.Context(command, info_name=path), rest)
        if whole and not asks_help:
            command.make_context(path, rest)
    except Exception as problem:
        if getattr(problem, "exit_code", None) != WRONG_USAGE:
            raise
        return str(problem)
    return None


def _make(arguments: list[str]) -> str | None:
    wanted = [argument for argument in arguments if re.match("[A-Za-z]", argument)]
    done = subprocess.run(["make", "-n", *wanted], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    return None if done.returncode == 0 else done.stderr.strip()


def unlisted_targets(makefile: Path) -> set[str]:
    """Targets that `make help` does not show."""
    shown = subprocess.run(
        ["make", "-f", makefile.name, "help"],
        cwd=makefile.parent, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    listed = set(re.findall(r"^  make ([a-z-]+)", shown, re.MULTILINE))
    return set(_TARGET.findall(makefile.read_text(encoding="utf-8"))) - listed


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_a_document_exists(document: Path) -> None:
    named = set(commands_in(document.read_text(encoding="utf-8")))
    assert {" ".join(one.words): found for one in named if (found := fault(one))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "```sh\nmake tea\n```\n",
        "run `make tea`",
        "```sh\netwinning dance\n```\n",
        "run `etwinning dance`",
        "run `etwinning parked drop`",
        "```sh\netwinning lag --since yesterday   # an option that there is not\n```\n",
        "```sh\netwinning streams show\n```\n",
        "```sh\nETWINNING_PORT_BASE=8600 etwinning office appoint --kind auditor\n```\n",
        "```sh\n.venv/bin/nothing\n```\n",
        "```sh\nfrobnicate --now\n```\n",
    ],
)
def test_a_wrong_command_is_found(text: str) -> None:
    (named,) = commands_in(text)
    assert fault(named)


def test_the_readme_begins_with_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [one.words for one in commands_in(text)][:2] == [("make", "up"), ("make", "test")]


def test_make_help_lists_every_target() -> None:
    assert unlisted_targets(ROOT / "Makefile") == set()


def test_a_target_without_a_line_of_help_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "Makefile"
    planted.write_text((ROOT / "Makefile").read_text(encoding="utf-8") + "\ntea:\n\t@true\n", encoding="utf-8")
    assert unlisted_targets(planted) == {"tea"}
