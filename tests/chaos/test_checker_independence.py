"""The checker shares no line with what it checks: it imports nothing of the product, directly or through others."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKER = Path(__file__).parent / "checker"
MAY_IMPORT = {
    "aiokafka", "argparse", "asyncio", "bson", "collections", "dataclasses", "functools", "hashlib", "itertools",
    "orjson", "pathlib", "pymongo", "rich", "sys", "typing", "zlib",
}  # fmt: skip
OWN = "tests.chaos.checker."


def foreign_imports(source: str) -> list[str]:
    """Modules imported that are neither the checker's own nor on the list."""
    return [
        name
        for name in _imports(ast.parse(source))
        if not name.startswith(OWN) and name.partition(".")[0] not in MAY_IMPORT
    ]


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


@pytest.mark.parametrize("path", sorted(CHECKER.glob("*.py")), ids=lambda path: path.name)
def test_the_checker_imports_nothing_of_the_product(path: Path) -> None:
    assert foreign_imports(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "from shared.event_store.commits import chain",
        "import services.recognition.reactions",
        "def f() -> None:\n    from deploy.local.stack import LocalStack",
        "from tests.chaos.forge import hashed",
        "import importlib",
    ],
)
def test_a_planted_import_is_found(planted: str) -> None:
    assert foreign_imports(planted)
