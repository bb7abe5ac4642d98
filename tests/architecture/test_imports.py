"""Who may import whom: every contract of pyproject.toml holds, and every one of them bites when it is broken."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, copy_to, plant

PLANTED: dict[str, tuple[str, str, str]] = {
    # contract: (file, line added to it, what has to be imported)
    "services never import each other": (
        "services/planted_a/app.py", "import services.planted_b.commands", "services.planted_b",
    ),
    "shared imports neither a service nor deploy": (
        "shared/planted.py", "import services.planted_b.commands", "services.planted_b",
    ),
    "contracts import nothing of the rest": ("shared/contracts/planted.py", "import shared.web", "shared.web"),
    "nodes import nothing of the rest": ("shared/nodes/planted.py", "import shared.contracts", "shared.contracts"),
    "nothing but deploy and tests imports deploy": ("services/planted_c/app.py", "import deploy.cli", "deploy.cli"),
    "the product never imports tests": ("deploy/planted.py", "import tests.architecture", "tests.architecture"),
    "only shared.mongo imports motor": ("shared/event_store/planted.py", "import motor.motor_asyncio", "motor"),
    "nothing imports secantusdb": ("tests/planted.py", "import secantusdb", "secantusdb"),
    "a service's package file imports nothing": ("services/planted_d/__init__.py", "import shared.web", "shared.web"),
    "commands may import contracts": (
        "services/planted_e/commands.py", "import services.planted_e.views", "services.planted_e.views",
    ),
    "an aggregate may import contracts, commands, policies": (
        "services/planted_e/teacher.py", "import shared.event_store", "shared.event_store",
    ),
    "policies may import contracts, nodes": (
        "services/planted_e/policies.py", "import services.planted_e.commands", "services.planted_e.commands",
    ),
    "reactions may import contracts, commands": (
        "services/planted_e/reactions.py", "import services.planted_e.teacher", "services.planted_e.teacher",
    ),
    "views may import contracts": ("services/planted_e/views.py", "import shared.private_records", "private_records"),
    "queries may import views, private records, search, and its aggregates": (
        "services/planted_e/queries.py", "import services.planted_e.api", "services.planted_e.api",
    ),
    "api may import commands, queries, and its aggregates": (
        "services/planted_e/api.py", "import services.planted_e.views", "services.planted_e.views",
    ),
    "pages may import commands, queries, and its aggregates": (
        "services/planted_e/pages.py", "import services.planted_e.views", "services.planted_e.views",
    ),
    "deadlines may import commands": (
        "services/planted_e/deadlines.py", "import services.planted_e.queries", "services.planted_e.queries",
    ),
    "the sender may import commands, its aggregate, views, rendering and its adapter": (
        "services/planted_e/sender.py", "import services.planted_e.queries", "services.planted_e.queries",
    ),
    "rendering may import contracts and languages": (
        "services/planted_e/rendering.py", "import services.planted_e.views", "services.planted_e.views",
    ),
    "an adapter may import shared and its own contracts, no other file of the service": (
        "services/planted_e/mongo.py", "import services.planted_e.teacher", "services.planted_e.teacher",
    ),
}  # fmt: skip


def lint_imports(folder: Path) -> str:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=50).stdout


def verdicts(report: str) -> dict[str, str]:
    """KEPT or BROKEN by the contract's name (a long name touches its verdict)."""
    return dict(re.findall(r"^(.+?)\s*(KEPT|BROKEN)\b", report, flags=re.MULTILINE))


@pytest.fixture(scope="module")
def planted_report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("planted")
    copy_to(folder)
    for package in ("shared/private_records", "shared/web", "shared/event_store", "services/planted_b"):
        plant(folder, f"{package}/commands.py", "")
    plant(folder, "deploy/cli.py", "")
    for file in ("commands", "queries", "teacher", "views"):
        plant(folder, f"services/planted_e/{file}.py", "")
    for file, line, _ in PLANTED.values():
        plant(folder, file, f"\n{line}\n")
    return lint_imports(folder)


def test_every_contract_is_kept() -> None:
    report = lint_imports(ROOT)
    assert set(verdicts(report)) == set(PLANTED), report
    assert set(verdicts(report).values()) == {"KEPT"}, report


def test_every_contract_has_its_planted_violation() -> None:
    house = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {contract["name"] for contract in house["tool"]["importlinter"]["contracts"]} == set(PLANTED)


@pytest.mark.parametrize("contract", PLANTED)
def test_a_contract_bites(contract: str, planted_report: str) -> None:
    file, _, imported = PLANTED[contract]
    importer = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert verdicts(planted_report).get(contract) == "BROKEN", planted_report
    details = planted_report.rpartition(f"\n{contract}\n")[2].partition("\n\n\n")[0]
    assert importer in details, details
    assert imported in details, details
