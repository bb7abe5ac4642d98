"""Every route says in a docstring what it does: the docstring is what the API's own documentation shows."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, parse, plant, python_files

METHODS = {"delete", "get", "patch", "post", "put"}


def silent_routes(root: Path) -> list[str]:
    """The routes below `root` that have no docstring."""
    return [
        f"{path.relative_to(root)}: {node.name}"
        for path in python_files(root)
        if path.relative_to(root).parts[0] in {"services", "shared"}
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_route(node) and not ast.get_docstring(node)
    ]


def _is_route(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in METHODS
        and bool(decorator.args)
        for decorator in function.decorator_list
    )


def test_every_route_says_what_it_does() -> None:
    assert silent_routes(ROOT) == []


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_silent_route_is_found(method: str, tmp_path: Path) -> None:
    text = f'@router.{method}("/x")\nasync def x() -> None:\n    return None\n'
    plant(tmp_path, "services/planted/api.py", text)
    assert silent_routes(tmp_path) == ["services/planted/api.py: x"]
