"""Room on the disk, asked before anything is written."""

import shutil
from pathlib import Path

from deploy.errors import Unable


def free_bytes(folder: Path) -> int:
    """Free bytes where `folder` (which exists) lies."""
    return shutil.disk_usage(folder).free


def require_space(folder: Path, least: int, setting: str) -> None:
    """Raises Unable if less than `least` bytes are free; `setting` is what moves the folder elsewhere."""
    if free_bytes(folder) < least:
        raise Unable(
            f"The disk of {folder} is full (under {least // 2**20} MB free): free some space, or set {setting} to a"
            " folder on another disk."
        )
