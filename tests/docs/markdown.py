"""What the documents of the project say that can be checked: commands, links, headings."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.tree import ROOT, project_files

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_SETTING = re.compile(r"^[A-Z_]+=")


@dataclass(frozen=True, slots=True)
class Named:
    """A command that a document names. `whole`: it stands in a block to be copied, so its arguments count too."""

    words: tuple[str, ...]
    whole: bool


def documents() -> list[Path]:
    """Every Markdown file of the project."""
    return [ROOT / path for path in project_files() if path.suffix == ".md"]


def commands_in(text: str) -> Iterator[Named]:
    """Lines of `sh` blocks, and `etwinning …` and `make …` inside sentences."""
    for language, block in _FENCE.findall(text):
        if language == "sh":
            yield from (Named(words, whole=True) for line in block.splitlines() if (words := _words(line)))
    for span in _SPAN.findall(_FENCE.sub("", text)):
        if span.startswith(("etwinning ", "make ")):
            yield Named(_words(span), whole=False)


def named_in(text: str) -> list[str]:
    """Everything between back-ticks, outside of blocks."""
    return _SPAN.findall(_FENCE.sub("", text))


def _words(line: str) -> tuple[str, ...]:
    words = shlex.split(line.strip(), comments=True)
    while words and _SETTING.match(words[0]):
        words.pop(0)
    return tuple(words)


def broken_links(document: Path) -> list[str]:
    """Links to files that are not there, or to headings that their file has not."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    return [target for target in _LINK.findall(text) if "://" not in target and not _leads(document, target)]


def _leads(document: Path, target: str) -> bool:
    path, _, heading = target.partition("#")
    file = (document.parent / path) if path else document
    if not file.exists():
        return False
    return not heading or heading in {_anchor(found) for found in _HEADING.findall(file.read_text(encoding="utf-8"))}


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
