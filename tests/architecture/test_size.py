"""Small files, short functions, telling names: what is long hides a second aggregate or a second role."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, parse, plant, python_files

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 30
EMPTY_WORDS = {"helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def size_violations(root: Path) -> list[str]:
    """What is too long or badly named below `root`, one sentence each."""
    return [sentence for path in python_files(root) for sentence in (*_sizes(root, path), *_names(root, path))]


def _sizes(root: Path, path: Path) -> list[str]:
    name = path.relative_to(root)
    lines = path.read_text(encoding="utf-8").count("\n")
    long_file = [f"{name} has {lines} lines"] if lines > MAX_FILE_LINES else []
    return long_file + [
        f"{name}: {node.name} has {length} lines"
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    ]


def _names(root: Path, path: Path) -> list[str]:
    relative = path.relative_to(root)
    words = {word for part in relative.with_suffix("").parts for word in part.lower().split("_")}
    return [f"{relative} is called {word}" for word in sorted(words & EMPTY_WORDS)]


def function_of(lines: int, head: str = "def f() -> None:") -> str:
    return head + "\n" + "    pass\n" * (lines - 1)


def test_everything_is_small_and_named() -> None:
    assert size_violations(ROOT) == []


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("services/planted/case.py", "x = 1\n" * 301, "services/planted/case.py has 301 lines"),
        ("tests/planted/test_x.py", "x = 1\n" * 301, "tests/planted/test_x.py has 301 lines"),
        ("shared/planted.py", function_of(31), "shared/planted.py: f has 31 lines"),
        ("shared/planted.py", function_of(31, "async def f() -> None:"), "shared/planted.py: f has 31 lines"),
        ("shared/utils.py", "", "shared/utils.py is called utils"),
        ("shared/helpers/mail.py", "", "shared/helpers/mail.py is called helpers"),
        ("services/planted/session_manager.py", "", "services/planted/session_manager.py is called manager"),
    ],
)
def test_the_guard_bites(file: str, text: str, sentence: str, tmp_path: Path) -> None:
    plant(tmp_path, file, text)
    assert sentence in size_violations(tmp_path)


@pytest.mark.parametrize("text", ["x = 1\n" * 300, function_of(30)])
def test_the_guard_lets_pass_what_is_just_small_enough(text: str, tmp_path: Path) -> None:
    plant(tmp_path, "shared/planted.py", text)
    assert size_violations(tmp_path) == []
