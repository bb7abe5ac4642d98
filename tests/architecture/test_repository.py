"""What the repository must not hold: hosts of registries, lock files that name them, doubles that prove nothing."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, parse, plant, project_files, python_files

# Put together here so that this file does not hold them either.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"), ("pythonhosted", "org"), ("crates", "io"), ("npmjs", "org"), ("npmjs", "com"),
        ("repo1", "maven", "org"), ("repo", "maven", "apache", "org"), ("proxy", "golang", "org"),
        ("deb", "debian", "org"),
    )
)  # fmt: skip
FORBIDDEN_NAMES = {"TestKafkaBroker": "never commits, seeks or redelivers", "patch": "binds a test to an import path"}


def hosts_in(content: bytes) -> list[str]:
    return [host for host in REGISTRY_HOSTS if host.encode() in content.lower()]


def forbidden_imports(root: Path) -> list[str]:
    """Imports of doubles that prove nothing about delivery or wiring."""
    return [
        f"{path.relative_to(root)} imports {alias.name}"
        for path in python_files(root)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("faststream", "unittest.mock"))
        for alias in node.names
        if alias.name in FORBIDDEN_NAMES
    ]


def test_no_file_names_the_host_of_a_registry() -> None:
    assert {str(path): found for path in project_files() if (found := hosts_in((ROOT / path).read_bytes()))} == {}


def test_the_lock_file_with_registry_addresses_is_not_tracked() -> None:
    assert Path("uv.lock") not in project_files()


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_a_host_is_found_in_any_case(host: str) -> None:
    assert hosts_in(f"see https://files.{host.upper()}/x".encode())


def test_no_test_relies_on_a_double_that_proves_nothing() -> None:
    assert forbidden_imports(ROOT) == []


@pytest.mark.parametrize(
    "text", ["from faststream.kafka import TestKafkaBroker\n", "from unittest.mock import patch\n"]
)
def test_such_a_double_is_found(text: str, tmp_path: Path) -> None:
    plant(tmp_path, "tests/planted/test_x.py", text)
    assert len(forbidden_imports(tmp_path)) == 1


def test_the_licence_is_the_european_union_public_licence() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n")
    assert all(f"\n{article}." in text for article in range(1, 16))
