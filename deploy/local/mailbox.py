"""Received mail on disk: one file per message, in order of arrival."""

import email
import email.policy
import os
import re
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from pydantic import BaseModel

_RECIPIENTS = b"X-Envelope-To: "


class Mail(BaseModel, frozen=True):
    """One message as the HTTP reader shows it; `id` grows with arrival, `date` is the sender's Date header."""

    id: int
    to: list[str]
    subject: str
    message_id: str
    date: str
    text: str


@dataclass(frozen=True)
class Filed:
    """What is known of a message without reading it."""

    id: int
    to: tuple[str, ...]


class Mailbox:
    """Keeps messages durably, and finds them by recipient. One process owns the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._adding = threading.Lock()
        for unfinished in folder.glob("*.new"):
            unfinished.unlink()
        self._filed = [Filed(int(file.stem), _recipients(file)) for file in sorted(folder.glob("*.eml"))]

    def add(self, recipients: list[str], content: bytes) -> int:
        """Stores a message and returns its id; once this returns, a power cut does not lose it."""
        to = tuple(re.sub(r"[\r\n,]", "", address).lower() for address in recipients)
        with self._adding:
            number = self._filed[-1].id + 1 if self._filed else 1
            self._write(number, to, content)
            self._filed.append(Filed(number, to))
        return number

    def _write(self, number: int, to: tuple[str, ...], content: bytes) -> None:
        file = self._file(number)
        staged = file.with_suffix(".new")
        with staged.open("wb") as written:
            written.write(_RECIPIENTS + ",".join(to).encode() + b"\r\n" + content)
            written.flush()
            os.fsync(written.fileno())
        staged.replace(file)
        _sync_folder(self.folder)

    def find(self, to: str | None, after: int, limit: int) -> list[Mail]:
        """Messages with a greater id, oldest first, to one address or to anyone."""
        wanted = to.lower() if to else None
        hits = (one.id for one in self._filed[self._place(after) :] if wanted is None or wanted in one.to)
        return [mail for number, _ in zip(hits, range(limit), strict=False) if (mail := self.get(number))]

    def newest(self, before: int | None, limit: int) -> list[Mail]:
        """Messages with a smaller id, newest first."""
        end = len(self._filed) if before is None else self._place(before - 1)
        page = reversed(self._filed[max(0, end - limit) : end])
        return [mail for one in page if (mail := self.get(one.id))]

    def get(self, number: int) -> Mail | None:
        """One message, or None."""
        file = self._file(number)
        if not file.exists():
            return None
        to = _recipients(file)
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        return Mail(
            id=number,
            to=list(to),
            subject=str(message.get("Subject", "")),
            message_id=str(message.get("Message-ID", "")),
            date=str(message.get("Date", "")),
            text=_text(message),
        )

    def _place(self, number: int) -> int:
        """How many messages have an id up to `number`."""
        low, high = 0, len(self._filed)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._filed[middle].id <= number else (low, middle)
        return low

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:09d}.eml"


def _recipients(file: Path) -> tuple[str, ...]:
    with file.open("rb") as content:
        first = content.readline()
    return tuple(first.removeprefix(_RECIPIENTS).decode().strip().split(","))


def _text(message: EmailMessage) -> str:
    """The plain text of a message; a sender's unknown charset is shown as replacement characters."""
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        return str(body.get_content())
    except (LookupError, UnicodeError):
        raw = body.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
