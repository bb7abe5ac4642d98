"""Every subcommand, found by walking the command line: help with an example, wrong usage, and nothing there to ask."""

import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import UNABLE, app
from deploy.local.python import ENVIRONMENT, module
from shared.contracts.base import SERVICES
from shared.identity.keys import create_keys
from tests.docs.asking import subcommands

NAMES = [name for name, _ in subcommands()]
RUNNER = CliRunner(env={"COLUMNS": "200"})
WRONG_USAGE = 2
NOWHERE = "127.0.0.1:9"
# A sensible call of each; `up` asks nobody, it starts what there is to ask.
CALLS: Mapping[str, str] = {
    "run": "validation --role api",
    "story": "",
    "schools import": "schools.csv",
    "office appoint": "--email head@css.example",
    "topics create": "",
    "topics list": "",
    "streams show": "project-1",
    "cases list": "",
    "cases show": "1",
    "parked list": "",
    "parked show": "recognition.reactions project-1",
    "parked retry": "recognition.reactions project-1",
    "parked discard": "recognition.reactions project-1 --reason undecodable",
    "views list": "registration",
    "views rebuild": "recognition seals",
    "lag": "validation",
    "verify": "recognition",
}


@pytest.mark.parametrize("name", NAMES)
def test_help_shows_an_example(name: str) -> None:
    shown = RUNNER.invoke(app, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert f"etwinning {name}" in " ".join(shown.output.partition("Example: ")[2].split())


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_there_is_not_is_wrong_usage(name: str) -> None:
    done = RUNNER.invoke(app, [*name.split(), "--dance"])
    assert (done.exit_code, type(done.exception)) == (WRONG_USAGE, SystemExit)
    assert "No such option: --dance" in done.output


@pytest.mark.parametrize("name", NAMES)
def test_too_many_arguments_are_wrong_usage(name: str) -> None:
    done = RUNNER.invoke(app, [*name.split(), *CALLS.get(name, "").split(), "one", "too", "many"])
    assert (done.exit_code, type(done.exception)) == (WRONG_USAGE, SystemExit)


def test_where_nobody_answers_each_command_says_so_and_what_to_do(tmp_path: Path) -> None:
    assert set(CALLS) == {*NAMES} - {"up"}
    create_keys(tmp_path, SERVICES)
    (tmp_path / "schools.csv").write_text("country,official_id,name,city\nES,1,One,Madrid\n", encoding="utf-8")
    with ThreadPoolExecutor(4) as pool:
        done = dict(zip(CALLS, pool.map(lambda name: called(name, tmp_path), CALLS), strict=True))
    ended = {name: (one.returncode, one.stderr[-300:]) for name, one in done.items()}
    assert {name: told for name, told in ended.items() if told[0] != UNABLE or "does not answer" not in told[1]} == {}
    assert [name for name, one in done.items() if "Traceback" in one.stdout + one.stderr] == []


def called(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command where every address leads nowhere."""
    environment = ENVIRONMENT | {
        "PATH": "", "ETWINNING_HOME": str(folder), "ETWINNING_KEYS": str(folder), "ETWINNING_PORT": "9",
        "ETWINNING_MONGO_URL": f"mongodb://{NOWHERE}/", "ETWINNING_KAFKA": NOWHERE, "ETWINNING_SMTP": NOWHERE,
        "ETWINNING_PUBLIC_URL": f"http://{NOWHERE}",
        "ETWINNING_SERVICES": ",".join(f"{service}=http://{NOWHERE}" for service in SERVICES),
    }  # fmt: skip
    command = module("deploy.cli", *name.split(), *CALLS[name].split())
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
