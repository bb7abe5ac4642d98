"""Aggregates, commands, reactions, views and policies are functions of what they are given."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, parse, plant, python_files

TOUCH_THE_WORLD = {"__init__", "api", "app", "deadlines", "mongo", "pages", "queries", "rendering", "sender", "smtp"}
IMPURE_CALLS = {"breakpoint", "eval", "exec", "input", "open", "print"}

BANNED = {
    "the clock": "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n",
    "the day": "import datetime\n\nTODAY = datetime.date.today()\n",
    "time": "import time\n\nNOW = time.time()\n",
    "random": "import random\n\nX = random.random()\n",
    "secrets": "from secrets import token_hex\n\nX = token_hex()\n",
    "uuid4": "from uuid import uuid4\n\nX = uuid4()\n",
    "uuid7": "import uuid_utils\n\nX = uuid_utils.uuid7()\n",
    "the environment": "from os import environ\n\nX = environ['HOME']\n",
    "logging": "import logging\n\nlogging.getLogger(__name__)\n",
    "structlog": "import structlog\n\nLOG = structlog.get_logger()\n",
    "files": "from pathlib import Path\n\nX = Path('x')\n",
    "sockets": "import socket\n",
    "HTTP": "import httpx\n",
    "the event loop": "import asyncio\n",
}
PURE_FILES = ("case", "commands", "policies", "reactions", "views")
IMPURE_FILES = ("services/planted/api.py", "services/planted/app.py", "shared/planted/relay.py", "deploy/planted.py")


def banned_apis(folder: Path) -> set[str]:
    """The files below `folder` in which ruff, with the project's settings, finds an API banned from pure files."""
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    command = [str(Path(sys.executable).parent / "ruff"), "check", "--no-cache", "--select", "TID251",
               "--ignore-noqa", "--output-format", "json", "."]  # fmt: skip
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=50)
    return {str(Path(found["filename"]).relative_to(folder.resolve())) for found in json.loads(answer.stdout)}


def impurities(root: Path) -> list[str]:
    """Coroutines and calls that reach the world, in the pure files of the services below `root`."""
    pure = [
        path
        for path in python_files(root)
        if path.relative_to(root).parts[0] == "services" and TOUCH_THE_WORLD.isdisjoint(_names(path, root))
    ]
    return [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in pure
        for node in ast.walk(parse(path))
        if isinstance(node, ast.AsyncFunctionDef) or (isinstance(node, ast.Call) and _is_impure(node))
    ]


def _names(path: Path, root: Path) -> set[str]:
    """The names of a file and of the folders around it: `api/` may touch the world as `api.py` may."""
    return {part.removesuffix(".py") for part in path.relative_to(root).parts}


def _is_impure(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in IMPURE_CALLS


def test_the_services_pure_files_are_pure() -> None:
    assert impurities(ROOT) == []


def test_no_pure_file_excuses_itself() -> None:
    excused = [
        path
        for path in python_files(ROOT)
        if path.relative_to(ROOT).parts[0] == "services" and "noqa: TID251" in path.read_text(encoding="utf-8")
    ]
    assert excused == []


def test_the_services_use_no_banned_api(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "services", tmp_path / "services")
    assert banned_apis(tmp_path) == set()


@pytest.mark.parametrize("what", BANNED)
def test_what_is_banned_is_found_in_every_kind_of_pure_file(what: str, tmp_path: Path) -> None:
    files = {f"services/planted/{kind}.py" for kind in PURE_FILES}
    for file in files:
        plant(tmp_path, file, BANNED[what])
    assert banned_apis(tmp_path) == files


@pytest.mark.parametrize("file", IMPURE_FILES)
def test_files_that_touch_the_world_may_use_it(file: str, tmp_path: Path) -> None:
    plant(tmp_path, file, "\n".join(BANNED.values()))
    assert banned_apis(tmp_path) == set()


@pytest.mark.parametrize(
    "text", ["async def decide() -> None:\n    pass\n", "print('x')\n", "X = open('x')\n", "X = eval('1')\n"]
)
def test_a_coroutine_or_an_impure_call_is_found(text: str, tmp_path: Path) -> None:
    plant(tmp_path, "services/planted/case.py", text)
    assert len(impurities(tmp_path)) == 1


def test_deriving_an_identifier_is_pure(tmp_path: Path) -> None:
    plant(tmp_path, "services/planted/case.py", "from uuid import UUID, uuid5\n\nX = uuid5(UUID(int=0), 'a')\n")
    assert banned_apis(tmp_path) == set()
    assert impurities(tmp_path) == []
