"""Secrets in plain collections of registration's own database: never events, never in Kafka (design §2).

An account follows from its stream: the attempt that the stream settled on says which password counts. So a crash
between the commit and the account is healed by whoever looks next.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from shared.contracts.base import RecordRef
from shared.mongo import Database, Document, IndexModel, durable
from shared.private_records.marks import Marks

ACCOUNTS, CREDENTIALS, SESSIONS = "accounts", "credentials", "sessions"
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    CREDENTIALS: (
        IndexModel([("subject", 1)], name="subject"),
        IndexModel([("expires", 1)], name="expires"),
    ),
    SESSIONS: (IndexModel([("person", 1)], name="person"), IndexModel([("expires", 1)], name="expires")),
}
SESSION_LIFETIME = timedelta(days=30)
KEPT_AFTER_LINK = timedelta(days=7)
"""How long the password of an attempt is kept after its link's end: phase 2 may still be under way."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What was given with an attempt, waiting for its link to be used: the password's hash, and the name's record."""

    attempt: str
    subject: str
    hash: str
    name: RecordRef


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in."""

    person: str
    hash: str


class Accounts:
    """Accounts, the passwords of open attempts, and sessions."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._accounts = durable(database, ACCOUNTS)
        self._credentials = durable(database, CREDENTIALS)
        self._sessions = durable(database, SESSIONS)
        self._marks = Marks(database, clock)
        self._clock = clock

    async def keep(self, credential: Credential, link_expires: datetime) -> None:
        """Keeps what an attempt brought; the same attempt again replaces it."""
        document: Document = {
            "subject": credential.subject,
            "hash": credential.hash,
            "name": credential.name.model_dump(),
            "expires": link_expires + KEPT_AFTER_LINK,
        }
        await self._credentials.replace_one({"_id": credential.attempt}, document, upsert=True)
        await self._take_back(credential.subject)

    async def credential(self, attempt: str) -> Credential | None:
        found = await self._credentials.find_one({"_id": attempt})
        return None if found is None else _credential(found)

    async def open(self, person: str, attempt: str) -> Account | None:
        """Makes the account from the attempt that its stream settled on; one that is there stays as it is."""
        kept = await self.credential(attempt)
        if kept is not None and kept.subject == person:
            await self._accounts.update_one({"_id": person}, {"$setOnInsert": {"hash": kept.hash}}, upsert=True)
            await self._take_back(person)
            await self._credentials.delete_many({"subject": person})
        return await self.account(person)

    async def account(self, person: str) -> Account | None:
        found = await self._accounts.find_one({"_id": person})
        return None if found is None else Account(person, found["hash"])

    async def signed_in(self, person: str, new_hash: str | None = None) -> None:
        """Notes the day of last access (FAQ L25), and a hash made with today's parameters."""
        changes = {"last_access": self._clock().date().isoformat()} | ({"hash": new_hash} if new_hash else {})
        await self._accounts.update_one({"_id": person}, {"$set": changes})

    async def open_session(self, person: str) -> str:
        """A new opaque session; only its hash is stored."""
        token = secrets.token_urlsafe(32)
        expires = self._clock() + SESSION_LIFETIME
        await self._sessions.insert_one({"_id": _hashed(token), "person": person, "expires": expires})
        await self._take_back(person)
        return token

    async def person_of(self, session: str) -> str | None:
        """Whose session this is, while it lasts."""
        found = await self._sessions.find_one({"_id": _hashed(session)})
        return str(found["person"]) if found is not None and self._clock() < found["expires"] else None

    async def close_sessions(self, person: str) -> None:
        await self._sessions.delete_many({"person": person})

    async def forget(self, person: str) -> None:
        """Deletes everything about a person; the mark of erasure is set before (`Erasure`)."""
        await self._sessions.delete_many({"person": person})
        await self._credentials.delete_many({"subject": person})
        await self._accounts.delete_one({"_id": person})

    async def outdated(self, limit: int = 100) -> list[Credential]:
        """Passwords of attempts that are over."""
        cursor = self._credentials.find({"expires": {"$lt": self._clock()}}).limit(limit)
        return [_credential(found) for found in await cursor.to_list(limit)]

    async def drop(self, credential: Credential) -> None:
        await self._credentials.delete_one({"_id": credential.attempt})

    async def drop_ended_sessions(self) -> None:
        await self._sessions.delete_many({"expires": {"$lt": self._clock()}})

    async def _take_back(self, person: str) -> None:
        """After the write: an erasure that came before it did not see what was written."""
        if await self._marks.has(person):
            await self.forget(person)


def _credential(found: Mapping[str, Any]) -> Credential:
    return Credential(found["_id"], found["subject"], found["hash"], RecordRef.model_validate(found["name"]))


def _hashed(session: str) -> str:
    return sha256(session.encode()).hexdigest()
