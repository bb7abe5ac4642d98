"""The tree of the project: which files belong to it, and a copy in which violations can be planted."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def project_files() -> list[Path]:
    """Paths relative to the root: all that is tracked, and what is new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, timeout=30,
    )  # fmt: skip
    names = listed.stdout.decode().split("\0")
    return sorted({Path(name) for name in names if name and (ROOT / name).is_file()})


def python_files(root: Path) -> Iterator[Path]:
    """Every Python file below `root`, or of the project when `root` is the project's own."""
    if root == ROOT:
        yield from (ROOT / path for path in project_files() if path.suffix == ".py")
    else:
        yield from sorted(root.rglob("*.py"))


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def copy_to(folder: Path) -> None:
    """Copies what the rules look at: the project's own files, without data."""
    for path in project_files():
        if path.suffix in {".py", ".toml", ".in"}:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, target)


def plant(folder: Path, name: str, text: str) -> Path:
    """Writes a violation into a copy of the tree; its packages get their package files. Returns its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    for parent in path.relative_to(folder).parents[:-1]:
        (folder / parent / "__init__.py").touch()
    previous = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(previous + text, encoding="utf-8")
    return path
