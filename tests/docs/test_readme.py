"""The README's tables say what the code says, and links lead somewhere."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from deploy.cli import COMMANDS
from deploy.local.settings import LocalSettings
from shared.contracts.base import SERVICES
from shared.hosting.settings import FOREIGN, PREFIX, Settings
from tests.architecture.tree import ROOT, python_files
from tests.docs.markdown import broken_links, documents
from tests.docs.pages import page_of, spans

README = (ROOT / "README.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
# For the tests that kill processes at named places, not for people.
_UNTOLD = {"FAILPOINT", "FAILPOINT_LOG"}


def section(heading: str) -> str:
    return README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_the_settings_are_those_that_the_code_reads() -> None:
    read = {name.upper() for concern in fields(Settings) for name in concern.type.model_fields}  # type: ignore[union-attr]
    read |= {name.upper() for name in LocalSettings.model_fields} | FOREIGN - _UNTOLD
    assert {name.removeprefix(PREFIX) for name in _ROW.findall(section("Settings"))} == read


def test_the_command_line_is_told_whole_and_in_its_order() -> None:
    told = list(dict.fromkeys(name.split()[0] for name in _ROW.findall(section("The command line"))))
    assert told == [name for name in COMMANDS if name in told or name not in told_by_services()]


def told_by_services() -> set[str]:
    """Commands about what one service owns, in the table of its page."""
    rows = [row for service in SERVICES for row in page_of(service).tables("command line")]
    return {name.split()[1] for row in rows for name in spans(row["command line"])}


def test_every_service_has_its_row_and_its_page() -> None:
    told = re.findall(r"^\| \[(\w+)\]\(services/\1/README\.md\) \|", section("The services"), re.MULTILINE)
    assert told == list(SERVICES)


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    assert broken_links(document) == []


@pytest.mark.parametrize("link", ["[x](gone.md)", "[x](#gone)", "[x](there.md#gone)", "[x](docs/gone/)"])
def test_a_broken_link_is_found(link: str, tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# There\n")
    planted = tmp_path / "planted.md"
    planted.write_text(f"# Here\n[fine](there.md#there) [fine](#here) {link}\n")
    assert broken_links(planted) == [link.removeprefix("[x](").removesuffix(")")]


def unknown_places(text: str, design: str) -> list[str]:
    """Chapters of the design that `text` sends its reader to and that are not there."""
    return [chapter for chapter in re.findall(r"\bdesign §(\d+)", text) if f"\n## {chapter}. " not in design]


def test_comments_send_to_chapters_that_there_are() -> None:
    design = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    sent = {str(path): unknown_places(path.read_text(encoding="utf-8"), design) for path in python_files(ROOT)}
    assert {path: found for path, found in sent.items() if found} == {}
    assert unknown_places(f"see design §{99}", design) == ["99"]
